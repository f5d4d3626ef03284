import SaddleModels
import SaddleNumerics

/// One hypernetwork of finite widths: a meta network of width N that writes the weights of a primary network of width m.
///
/// A function of (seed, N, m, index), like ``FiniteNetwork``. Samples are pairs (x, z), one row of each matrix.
public struct FiniteHypernetwork: Sendable {
    /// Description of both networks.
    public let hypernetwork: Hypernetwork
    /// m
    public let primaryWidth: Int
    /// d, components of z.
    public let primaryInputs: Int
    let meta: FiniteNetwork
    /// θ₀, a row; none if σ₀ = 0.
    private let base: [Double]

    /// - Parameter metaInputs: components of x before its encoding.
    public init(
        _ hypernetwork: Hypernetwork, metaInputs: Int, primaryInputs: Int, metaWidth: Int, primaryWidth: Int, seed: Int,
        index: Int
    ) {
        precondition(primaryWidth >= 1 && primaryInputs >= 1, "primary width \(primaryWidth), \(primaryInputs) inputs")
        self.hypernetwork = hypernetwork
        self.primaryWidth = primaryWidth
        self.primaryInputs = primaryInputs
        let count = hypernetwork.weightCount(primaryWidth: primaryWidth, inputDimension: primaryInputs)
        let encoded = hypernetwork.encoding == .none ? metaInputs : 2 * metaInputs
        meta = FiniteNetwork(
            hypernetwork.meta, inputDimension: encoded, outputCount: count, width: metaWidth, seed: seed, index: index)
        var stream = RandomStream(seed: seed, .hypernetworkBase, metaWidth, primaryWidth, index)
        base = hypernetwork.baseScale > 0 ? stream.normals(count).map { hypernetwork.baseScale * $0 } : []
    }

    /// What the network does at given samples.
    public struct Response: Sendable {
        /// h, one a sample.
        public var outputs: [Double]
        /// Var h over the weights of the primary network's last layer, given all others and the features of the meta network: these
        /// weights are then independent and normal, so that the mean over networks is E h², with much less noise than that of h².
        public var outputVariances: [Double]
        /// |hˡ|²/m of the primary network for l = 1 … H, one list a layer.
        public var layerSquares: [[Double]]
        /// Σ over all parameters of ∂h ∂h′, samples × samples.
        public var tangent: Matrix
    }

    /// Forward and backward through both networks, and the tangent kernel by layerwise products of the meta network's fields:
    ///
    ///     Θ_h = Σ_ℓ (gˡ⁺¹·gˡ⁺¹′/N)(λ_W φˡ·φˡ′/N + λ_b) + (u·u′)(λ_W φᴸ·φᴸ′/N + λ_b) + σ₀² u·u′,      u = ∂g/∂θ
    ///
    /// with gˡ the fields that u sends back through the meta network.
    public func response(_ x: Matrix, _ z: Matrix) -> Response {
        precondition(x.rows == z.rows && z.columns == primaryInputs, "\(x.rows) and \(z.rows) samples of \(z.columns) inputs")
        let (samples, width) = (x.rows, Double(meta.width))
        let inputs = hypernetwork.encoded(x).transposed
        var fields = Fields(of: meta, samples: samples)
        let parameters = Parameters<Double>(meta)
        fields.forward(parameters, NetworkMatrix(inputs), withSlopes: true)
        let written = fields.outputs.doubles

        let sensitivities = Matrix(rows: meta.outputCount, columns: samples)
        var response = Response(
            outputs: [], outputVariances: [], layerSquares: [], tangent: Matrix(rows: samples, columns: samples))
        var u = sensitivities
        response.layerSquares = Array(repeating: [], count: hypernetwork.primary.hiddenLayers)
        for sample in 0..<samples {
            var weights = (0..<meta.outputCount).map { written[sample, $0] }
            for i in base.indices { weights[i] += base[i] }
            let pass = PrimaryPass(self, weights: weights, input: (0..<primaryInputs).map { z[sample, $0] })
            response.outputs.append(pass.output)
            response.outputVariances.append(pass.readoutSquare)
            for (layer, square) in pass.layerSquares.enumerated() { response.layerSquares[layer].append(square) }
            for (i, value) in pass.gradient.enumerated() { u[i, sample] = value }
        }

        fields.backward(parameters, NetworkMatrix(u.transposed))
        let features = [inputs] + fields.features.map(\.doubles)
        let scaling = meta.scaling
        for layer in 0...meta.network.hiddenLayers {
            var term = features[layer].gram(scale: scaling.weights[layer].kernelFactor / Double(features[layer].rows))
            if !scaling.biases.isEmpty {
                for i in term.elements.indices { term.elements[i] += scaling.biases[layer].kernelFactor }
            }
            if layer == meta.network.hiddenLayers {
                // The variance of a written weight, given the features.
                for i in 0..<samples {
                    response.outputVariances[i] *= term[i, i] + hypernetwork.baseScale * hypernetwork.baseScale
                }
            }
            term.multiplyElements(
                by: layer < meta.network.hiddenLayers ? fields.gradient(ofWeight: layer).gram(scale: 1 / width) : u.gram())
            response.tangent.add(term)
        }
        if hypernetwork.baseScale > 0 {
            response.tangent.add(u.gram(scale: hypernetwork.baseScale * hypernetwork.baseScale))
        }
        return response
    }
}

/// The primary network at one sample: its weights belong to that sample alone, so that products are matrix times vector.
private struct PrimaryPass {
    var output: Double
    /// s²|ψ(hᴴ)|²/m
    var readoutSquare = 0.0
    var layerSquares: [Double]
    /// ∂g/∂θ in the order of the weights: θ¹ (m×d), θ² (m×m), …, θᴴ⁺¹ (1×m), each column by column.
    var gradient: [Double]

    init(_ network: FiniteHypernetwork, weights: [Double], input: [Double]) {
        let (m, primary) = (network.primaryWidth, network.hypernetwork.primary)
        var features = [Matrix(rows: input.count, columns: 1, elements: input)]
        var (slopes, matrices): ([Matrix], [Matrix]) = ([], [])
        var start = 0
        layerSquares = []
        output = 0
        for layer in 0...primary.hiddenLayers {
            let below = features[layer]
            let rows = layer == primary.hiddenLayers ? 1 : m
            let matrix = Matrix(rows: rows, columns: below.rows, elements: Array(weights[start..<start + rows * below.rows]))
            start += matrix.elements.count
            matrices.append(matrix)
            let scale = primary.weightScale / Double(below.rows).squareRoot()
            let field = Matrix.product(.plain(matrix), .plain(below), scale: scale)
            if layer == primary.hiddenLayers {
                output = field[0, 0]
                readoutSquare = scale * scale * below.elements.reduce(0) { $0 + $1 * $1 }
            } else {
                layerSquares.append(field.elements.reduce(0) { $0 + $1 * $1 } / Double(m))
                let (value, slope) = primary.activation.valueAndDerivative(field)
                features.append(value)
                slopes.append(slope)
            }
        }
        // ∂g/∂hˡ, and from it the part of each weight matrix.
        var back = Matrix(rows: 1, columns: 1, repeating: 1)
        var parts: [[Double]] = []
        for layer in stride(from: primary.hiddenLayers, through: 0, by: -1) {
            let scale = primary.weightScale / Double(features[layer].rows).squareRoot()
            parts.append(Matrix.product(.plain(back), features[layer].ᵀ, scale: scale).elements)
            if layer > 0 {
                back = Matrix.product(matrices[layer].ᵀ, .plain(back), scale: scale)
                back.multiplyElements(by: slopes[layer - 1])
            }
        }
        gradient = parts.reversed().flatMap { $0 }
    }
}
