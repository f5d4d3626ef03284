import SaddleModels
import SaddleNumerics

/// What the kernels of one network at one set of samples are made of: features forward, gradients of every output backward.
///
///     let train = TangentFields(network, trainInputs), test = TangentFields(network, testInputs)
///     let trainKernel = train.tangentKernel(), testKernel = test.tangentKernel(with: train)
///
/// The tangent kernel, in units of the step,
///
///     Θ_{μc,νd} = γ₀²N^{−c} Σ_θ ∂_θf_c(x_μ) ∂_θf_d(x_ν)
///               = Σ_{ℓ=0}^{L} (gˡ⁺¹_{μc}·gˡ⁺¹_{νd}/N) (λ_W φˡ_μ·φˡ_ν/N_ℓ + λ_b)        (ℓ = L: δ_cd in the first bracket)
///
/// is a sum over layers of products of small Gram matrices; no Jacobian is formed. φ⁰ = x with N₀ = D, and gˡ and λ are those of
/// ``NetworkScaling``. Rows and columns of Θ go sample by sample: output c of sample μ is number μC + c.
///
/// - Complexity: for P and Q samples and C outputs O(PCN²L) to make and O(PQC²NL) for the kernel; memory O(PCNL).
public struct TangentFields: Sendable {
    public let network: Network
    public let scaling: NetworkScaling
    public let samples: Int
    public let outputs: Int
    /// φ(hˡ) for l = 0 … L, the inputs first; each D or N × samples.
    let features: [Matrix]
    /// gˡ for l = 1 … L, N × samples·outputs.
    let gradients: [Matrix]

    /// - Parameter inputs: one sample a row.
    public init(_ network: FiniteNetwork, _ inputs: Matrix) {
        precondition(
            inputs.columns == network.inputDimension, "\(inputs.columns) components for a network of \(network.inputDimension)")
        let x = network.network.entering(inputs).transposed
        let (depth, count) = (network.network.hiddenLayers, network.outputCount)
        let parameters = Parameters<Double>(network)
        var fields = Fields(of: network, samples: x.columns)
        fields.forward(parameters, NetworkMatrix(x), withSlopes: true)
        let perOutput = (0..<count).map { c -> [Matrix] in
            fields.backward(parameters, NetworkMatrix(Matrix(rows: x.columns, columns: count) { $1 == c ? 1 : 0 }))
            return fields.gradients.map(\.doubles)
        }
        self.network = network.network
        scaling = network.scaling
        samples = x.columns
        outputs = count
        features = [x] + fields.features.map(\.doubles)
        gradients = (0..<depth).map { layer in Self.interleaving(perOutput.map { $0[layer] }) }
    }

    /// Column μC + c is column μ of matrix c.
    private static func interleaving(_ parts: [Matrix]) -> Matrix {
        if parts.count == 1 { return parts[0] }
        let (rows, columns) = (parts[0].rows, parts[0].columns)
        var elements: [Double] = []
        elements.reserveCapacity(rows * columns * parts.count)
        for j in 0..<columns { for part in parts { elements += part.elements[j * rows..<(j + 1) * rows] } }
        return Matrix(rows: rows, columns: columns * parts.count, elements: elements)
    }

    /// Φˡ = φ(hˡ)·φ(hˡ)/N for l = 1 … L, and Φ⁰ = x·x/D: samples × samples of `other` (nil: of the same set).
    public func featureKernel(_ layer: Int, with other: TangentFields? = nil) -> Matrix {
        Self.products(features[layer], other?.features[layer], scale: 1 / Double(features[layer].rows))
    }

    /// σ_w²Φᴸ + σ_b²: the covariance of an output over its weights and bias, given the features below; for wide networks the NNGP
    /// kernel. In units in which the readout is of order one (times n^{½−a−b}/γ₀ for f itself).
    public func outputCovariance(with other: TangentFields? = nil) -> Matrix {
        var kernel = featureKernel(gradients.count, with: other)
        kernel.scale(by: network.weightScale * network.weightScale)
        for i in kernel.elements.indices { kernel.elements[i] += network.biasScale * network.biasScale }
        return kernel
    }

    /// Θ between these samples and those of `other` (nil: the same set), samples·C × samples·C.
    public func tangentKernel(with other: TangentFields? = nil) -> Matrix {
        requireSameNetwork(other)
        let (c, depth) = (outputs, gradients.count)
        var result = Matrix(rows: samples * c, columns: (other ?? self).samples * c)
        for layer in 0..<depth {
            var term = Self.products(gradients[layer], other?.gradients[layer], scale: 1 / Double(gradients[layer].rows))
            term.multiplyBlocks(by: weighted(layer, other), size: c)
            result.add(term)
        }
        result.addToBlockDiagonals(weighted(depth, other), size: c)
        return result
    }

    /// (1/C) Σ_c Θ_{μc,νc}: the tangent kernel averaged over outputs, samples × samples.
    public func meanTangentKernel(with other: TangentFields? = nil) -> Matrix {
        requireSameNetwork(other)
        var result = weighted(gradients.count, other)
        for layer in gradients.indices {
            let g = gradients[layer].joiningColumns(outputs), h = other?.gradients[layer].joiningColumns(outputs)
            var term = Self.products(g, h, scale: 1 / Double(g.rows))
            term.multiplyElements(by: weighted(layer, other))
            result.add(term)
        }
        return result
    }

    /// Θ_{μc,μc}, samples × C.
    public func tangentDiagonal() -> Matrix {
        func squares(_ field: Matrix, _ column: Int) -> Double {
            field.elements[column * field.rows..<(column + 1) * field.rows].reduce(0) { $0 + $1 * $1 } / Double(field.rows)
        }
        return Matrix(rows: samples, columns: outputs) { sample, c in
            (0...gradients.count).reduce(0) { sum, layer in
                let λb = scaling.biases.isEmpty ? 0 : scaling.biases[layer].kernelFactor
                let feature = scaling.weights[layer].kernelFactor * squares(features[layer], sample) + λb
                return sum + feature * (layer < gradients.count ? squares(gradients[layer], sample * outputs + c) : 1)
            }
        }
    }

    /// λ_W Φ + λ_b of one layer.
    private func weighted(_ layer: Int, _ other: TangentFields?) -> Matrix {
        var kernel = featureKernel(layer, with: other)
        kernel.scale(by: scaling.weights[layer].kernelFactor)
        if !scaling.biases.isEmpty {
            let λ = scaling.biases[layer].kernelFactor
            for i in kernel.elements.indices { kernel.elements[i] += λ }
        }
        return kernel
    }

    private static func products(_ a: Matrix, _ b: Matrix?, scale: Double) -> Matrix {
        if let b { return Matrix.product(a.ᵀ, .plain(b), scale: scale) }
        return a.gram(scale: scale)
    }

    private func requireSameNetwork(_ other: TangentFields?) {
        precondition(
            other == nil || (other!.scaling == scaling && other!.outputs == outputs), "fields of two different networks")
    }
}

extension Matrix {
    /// Multiplies block (i, j) of size × size elements by factor (i, j).
    fileprivate mutating func multiplyBlocks(by factors: Matrix, size: Int) {
        if size == 1 { return multiplyElements(by: factors) }
        for j in 0..<columns { for i in 0..<rows { self[i, j] *= factors[i / size, j / size] } }
    }

    /// Adds term (i, j) to the diagonal of block (i, j).
    fileprivate mutating func addToBlockDiagonals(_ terms: Matrix, size: Int) {
        if size == 1 { return add(terms) }
        for j in 0..<terms.columns {
            for i in 0..<terms.rows { for c in 0..<size { self[i * size + c, j * size + c] += terms[i, j] } }
        }
    }

    /// Every `count` neighbouring columns one below the other.
    fileprivate func joiningColumns(_ count: Int) -> Matrix {
        Matrix(rows: rows * count, columns: columns / count, elements: elements)
    }
}
