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
/// is a sum over weights of products of small Gram matrices, as ``NetworkKernels`` says where there are several positions; that of all
/// parameters is never formed. φ⁰ = x with N₀ = D, and gˡ and λ are those of ``NetworkScaling``. Rows and columns of Θ go sample by
/// sample: output c of sample μ is number μC + c.
///
/// - Complexity: for P and Q samples and C outputs O(PCN²L) to make and O(PQC²NL) for the kernel; memory O(PCNL).
public struct TangentFields: Sendable {
    /// Description of the network whose kernels these are.
    public let network: Network
    /// Multipliers and kernel factors of its weights.
    public let scaling: NetworkScaling
    /// N
    public let width: Int
    /// P
    public let samples: Int
    /// C
    public let outputs: Int
    /// What a normalisation could not scale: then the kernels are those of no network. Nil if there is nothing.
    public let flat: FlatField?
    /// φ(hˡ) for l = 0 … L, the inputs first; all positions of a sample in one column.
    let features: [Matrix]
    /// What the readout multiplies, likewise, and its units.
    private let readout: (features: Matrix, units: Int)
    /// Of every weight below the readout.
    private let parts: [Part]

    private struct Part {
        /// R × samples·positions
        var reads: Matrix
        /// g of what it writes, units × samples·C·positions, output by output within a sample.
        var gradients: Matrix
        var positions: Int
    }

    /// - Parameter inputs: one sample a row.
    public init(_ network: FiniteNetwork, _ inputs: Matrix) {
        precondition(
            inputs.columns == network.inputDimension, "\(inputs.columns) components for a network of \(network.inputDimension)")
        let columns = network.network.entering(inputs).transposed, count = network.outputCount
        let parameters = Parameters<Double>(network), x = network.graph.entering(NetworkMatrix<Double>(columns))
        var fields = Fields(of: network, samples: columns.columns)
        fields.forward(parameters, x, withSlopes: true)
        self.network = network.network
        scaling = network.scaling
        width = network.width
        samples = columns.columns
        outputs = count
        flat = fields.flat
        features = [columns] + fields.features.map(\.doubles)
        readout = (fields.readoutFeatures.doubles, fields.values.last!.rows)
        // Unit vectors of all outputs at once: every sample C times.
        var backward = fields.repeated(count)
        backward.backward(
            parameters, NetworkMatrix(Matrix(rows: samples * count, columns: count) { $0 % count == $1 ? 1 : 0 }))
        parts = fields.plan.targets.enumerated().map { weight, target in
            Part(
                reads: fields.read(weight, x).doubles, gradients: backward.gradient(ofField: target).doubles,
                positions: network.graph.fields[target].positions)
        }
    }

    /// Φˡ of a hidden layer l = 1 … L, the mean product over its units (and positions), and Φ⁰ = x·x/D: samples × samples of `other`
    /// (nil: of the same set).
    public func featureKernel(_ layer: Int, with other: TangentFields? = nil) -> Matrix {
        Self.products(features[layer], other?.features[layer], scale: 1 / Double(features[layer].rows))
    }

    /// The products of what the readout multiplies, over its units: Φᴸ in fully connected networks.
    private func readoutKernel(with other: TangentFields? = nil) -> Matrix {
        Self.products(readout.features, other?.readout.features, scale: 1 / Double(readout.units))
    }

    /// σ_w²Φᴸ + σ_b²: the covariance of an output over its weights and bias, given the features below; for wide networks the NNGP
    /// kernel. In units in which the readout is of order one (times n^{½−a−b}/γ₀ for f itself).
    public func outputCovariance(with other: TangentFields? = nil) -> Matrix {
        covariance(readoutKernel(with: other))
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
        guard let other else { return symmetricTangentKernel(lastFeatures: readoutKernel()) }
        var result = Matrix(rows: samples * outputs, columns: other.samples * outputs)
        for (weight, part) in parts.enumerated() {
            if part.positions > 1 {
                result.add(positionSum(weight).kernel(with: other.positionSum(weight)))
                continue
            }
            var term = Self.products(part.gradients, other.parts[weight].gradients, scale: 1 / Double(width))
            term.multiplyBlocks(by: weighted(weight, other), size: outputs)
            result.add(term)
        }
        result.addToBlockDiagonals(weighted(parts.count, other), size: outputs)
        return result
    }

    /// Both kernels of the same samples: cheaper than one by one.
    public func ownKernels() -> (outputCovariance: Matrix, tangent: Matrix) {
        let last = readoutKernel()
        return (covariance(last), symmetricTangentKernel(lastFeatures: last))
    }

    /// The sum over weights in the upper triangle, by symmetric products, then mirrored once.
    private func symmetricTangentKernel(lastFeatures: Matrix) -> Matrix {
        var result = Matrix(rows: samples * outputs, columns: samples * outputs)
        // What is not overwritten by a product is not read.
        var (features, products) = (Matrix(rows: samples, columns: samples), result)
        for (weight, part) in parts.enumerated() {
            if part.positions > 1 {
                result.add(positionSum(weight).kernel())
                continue
            }
            part.reads.setUpperGram(&features)
            part.gradients.setUpperGram(&products)
            let λ = factors(weight), factor = λ.weight / Double(part.reads.rows)
            let scale = 1 / Double(width)
            result.addUpper(products, factors: features, size: outputs) { scale * (factor * $0 + λ.bias) }
        }
        let λ = factors(parts.count)
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
        var result = weighted(parts.count, other)
        for (weight, part) in parts.enumerated() {
            if part.positions > 1 {
                for c in 0..<outputs {
                    let kernel = positionSum(weight, output: c).kernel(with: other?.positionSum(weight, output: c))
                    result.add(kernel, scale: 1 / Double(outputs))
                }
                continue
            }
            let g = part.gradients.joiningColumns(outputs), h = other?.parts[weight].gradients.joiningColumns(outputs)
            var term = Self.products(g, h, scale: 1 / Double(width * outputs))
            term.multiplyElements(by: weighted(weight, other))
            result.add(term)
        }
        return result
    }

    /// Θ_{μc,μc}, samples × C.
    public func tangentDiagonal() -> Matrix {
        func squares(_ field: Matrix, _ column: Int, _ count: Int) -> Double {
            field.elements[column * field.rows..<(column + 1) * field.rows].reduce(0) { $0 + $1 * $1 } / Double(count)
        }
        let last = factors(parts.count)
        return Matrix(rows: samples, columns: outputs) { sample, c in
            parts.enumerated().reduce(last.weight * squares(readout.features, sample, readout.units) + last.bias) { sum, entry in
                let (weight, part) = entry, λ = factors(weight)
                if part.positions > 1 { return sum + positionSum(weight, output: c, sample: sample).kernel()[0, 0] }
                let feature = λ.weight * squares(part.reads, sample, part.reads.rows) + λ.bias
                return sum + feature * squares(part.gradients, sample * outputs + c, width)
            }
        }
    }

    /// λ_W Φ + λ_b of what one weight of a single position reads.
    private func weighted(_ weight: Int, _ other: TangentFields?) -> Matrix {
        var kernel =
            weight == parts.count
            ? readoutKernel(with: other)
            : Self.products(
                parts[weight].reads, other?.parts[weight].reads, scale: 1 / Double(parts[weight].reads.rows))
        let λ = factors(weight)
        kernel.scale(by: λ.weight)
        if λ.bias != 0 { for i in kernel.elements.indices { kernel.elements[i] += λ.bias } }
        return kernel
    }

    /// The part of a weight of several positions; of one output or one sample alone, if they are given.
    private func positionSum(_ weight: Int, output: Int? = nil, sample: Int? = nil) -> PositionSum {
        let part = parts[weight], λ = factors(weight), chosen = sample.map { $0..<$0 + 1 } ?? 0..<samples
        var (gradients, reads) = (part.gradients, part.reads)
        if output != nil || sample != nil {
            let outputs = output.map { $0..<$0 + 1 } ?? 0..<self.outputs
            gradients = gradients.selectingColumns(
                chosen.flatMap { s in
                    outputs.flatMap { c in
                        let first = (s * self.outputs + c) * part.positions
                        return first..<first + part.positions
                    }
                })
            reads = reads.selectingColumns(chosen.lowerBound * part.positions..<chosen.upperBound * part.positions)
        }
        return PositionSum(gradients, reads, samples: chosen.count, scales: (1 / Double(width), λ.weight, λ.bias))
    }

    /// λ_W and λ_b of one weight.
    private func factors(_ weight: Int) -> (weight: Double, bias: Double) {
        (scaling.weights[weight].kernelFactor, scaling.biases.isEmpty ? 0 : scaling.biases[weight].kernelFactor)
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
