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
        let parameters = Parameters<Double>(network)
        var fields = Fields(of: network, samples: x.columns)
        fields.forward(parameters, NetworkMatrix(x), withSlopes: true)
        gradients = Self.outputGradients(network, slopes: fields.slopes.map(\.doubles))
        self.network = network.network
        scaling = network.scaling
        samples = x.columns
        outputs = network.outputCount
        features = [x] + fields.features.map(\.doubles)
    }

    /// gˡ of every output, N × samples·C; column μC + c is that of output c at sample μ. Backpropagation with unit vectors, all of
    /// them in one product a layer.
    private static func outputGradients(_ network: FiniteNetwork, slopes: [Matrix]) -> [Matrix] {
        let (depth, outputs, samples) = (slopes.count, network.outputCount, slopes[0].columns)
        var result: [Matrix] = []
        for layer in stride(from: depth - 1, through: 0, by: -1) {
            let scale = network.scaling.weights[layer + 1].multiplier
            var field: Matrix
            if let above = result.last {
                field = Matrix.product(network.weights[layer + 1].ᵀ, .plain(above), scale: scale)
            } else {
                var readout = network.weights[depth]
                readout.scale(by: scale)
                field = readout
                for _ in 1..<max(samples, 1) { field.appendColumns(of: readout) }
                if samples == 0 { field = Matrix(rows: network.width, columns: 0) }
            }
            field.multiplyColumnGroups(by: slopes[layer], size: outputs)
            if network.network.isResidual, let above = result.last { field.add(above) }
            result.append(field)
        }
        return result.reversed()
    }

    /// Φˡ = φ(hˡ)·φ(hˡ)/N for l = 1 … L, and Φ⁰ = x·x/D: samples × samples of `other` (nil: of the same set).
    public func featureKernel(_ layer: Int, with other: TangentFields? = nil) -> Matrix {
        Self.products(features[layer], other?.features[layer], scale: 1 / Double(features[layer].rows))
    }

    /// σ_w²Φᴸ + σ_b²: the covariance of an output over its weights and bias, given the features below; for wide networks the NNGP
    /// kernel. In units in which the readout is of order one (times n^{½−a−b}/γ₀ for f itself).
    public func outputCovariance(with other: TangentFields? = nil) -> Matrix {
        covariance(featureKernel(gradients.count, with: other))
    }

    private func covariance(_ features: Matrix) -> Matrix {
        var kernel = features
        kernel.scale(by: network.weightScale * network.weightScale)
        if network.biasScale == 0 { return kernel }
        for i in kernel.elements.indices { kernel.elements[i] += network.biasScale * network.biasScale }
        return kernel
    }

    /// Θ between these samples and those of `other` (nil: the same set), samples·C × samples·C.
    public func tangentKernel(with other: TangentFields? = nil) -> Matrix {
        requireSameNetwork(other)
        guard let other else { return symmetricTangentKernel(lastFeatures: featureKernel(gradients.count)) }
        var result = Matrix(rows: samples * outputs, columns: other.samples * outputs)
        for layer in gradients.indices {
            var term = Self.products(gradients[layer], other.gradients[layer], scale: 1 / Double(gradients[layer].rows))
            term.multiplyBlocks(by: weighted(layer, other), size: outputs)
            result.add(term)
        }
        result.addToBlockDiagonals(weighted(gradients.count, other), size: outputs)
        return result
    }

    /// Both kernels of the same samples: cheaper than one by one.
    public func ownKernels() -> (outputCovariance: Matrix, tangent: Matrix) {
        let last = featureKernel(gradients.count)
        return (covariance(last), symmetricTangentKernel(lastFeatures: last))
    }

    /// The sum over layers in the upper triangle, by symmetric products, then mirrored once.
    private func symmetricTangentKernel(lastFeatures: Matrix) -> Matrix {
        var result = Matrix(rows: samples * outputs, columns: samples * outputs)
        // What is not overwritten by a product is not read.
        var (features, products) = (Matrix(rows: samples, columns: samples), result)
        for layer in gradients.indices {
            self.features[layer].setUpperGram(&features)
            gradients[layer].setUpperGram(&products)
            let λ = factors(layer), weight = λ.weight / Double(self.features[layer].rows)
            let scale = 1 / Double(gradients[layer].rows)
            result.addUpper(products, factors: features, size: outputs) { scale * (weight * $0 + λ.bias) }
        }
        let λ = factors(gradients.count)
        var last = lastFeatures
        last.scale(by: λ.weight)
        if λ.bias != 0 { for i in last.elements.indices { last.elements[i] += λ.bias } }
        result.mirrorUpper()
        result.addToBlockDiagonals(last, size: outputs)
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
        let λ = factors(layer)
        kernel.scale(by: λ.weight)
        if λ.bias != 0 { for i in kernel.elements.indices { kernel.elements[i] += λ.bias } }
        return kernel
    }

    /// λ_W and λ_b of one layer.
    private func factors(_ layer: Int) -> (weight: Double, bias: Double) {
        (scaling.weights[layer].kernelFactor, scaling.biases.isEmpty ? 0 : scaling.biases[layer].kernelFactor)
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
    /// Multiplies columns jC … jC + C − 1 elementwise by column j of `factors`.
    fileprivate mutating func multiplyColumnGroups(by factors: Matrix, size: Int) {
        let n = rows
        elements.withUnsafeMutableBufferPointer { a in
            factors.elements.withUnsafeBufferPointer { w in
                for column in 0..<factors.columns * size {
                    let (start, source) = (column * n, column / size * n)
                    for i in 0..<n { a[start + i] *= w[source + i] }
                }
            }
        }
    }

    /// Adds product (i, j) times what `factor` makes of entry (i, j) of `factors`, an entry for each block of size × size, above and on
    /// the diagonal.
    fileprivate mutating func addUpper(
        _ products: Matrix, factors: Matrix, size: Int, _ factor: (Double) -> Double
    ) {
        let (n, count) = (rows, factors.rows)
        elements.withUnsafeMutableBufferPointer { sum in
            products.elements.withUnsafeBufferPointer { products in
                factors.elements.withUnsafeBufferPointer { factors in
                    for j in 0..<n {
                        let column = j / size, start = j * n
                        if size == 1 {
                            for i in 0...j { sum[start + i] += products[start + i] * factor(factors[column * count + i]) }
                            continue
                        }
                        // The whole of the block on the diagonal: what lies below it is overwritten by the mirror.
                        for row in 0...column {
                            let value = factor(factors[column * count + row])
                            for i in start + row * size..<start + (row + 1) * size { sum[i] += products[i] * value }
                        }
                    }
                }
            }
        }
    }

    /// Multiplies block (i, j) of size × size elements by factor (i, j).
    fileprivate mutating func multiplyBlocks(by factors: Matrix, size: Int) {
        if size == 1 { return multiplyElements(by: factors) }
        let n = rows
        elements.withUnsafeMutableBufferPointer { a in
            for j in 0..<columns {
                for row in 0..<n / size {
                    let factor = factors[row, j / size]
                    for i in j * n + row * size..<j * n + (row + 1) * size { a[i] *= factor }
                }
            }
        }
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
