import SaddleModels
import SaddleNumerics

/// Inputs prepared for the kernels of a network: what depends on one point alone.
public struct KernelPoints: Sendable {
    /// Inputs by columns, D × points.
    let inputs: Matrix
    /// |x|²
    let squares: [Double]
    /// √(E φ(hˡ)²) of the features of layers 0 … L; those of the input are |x|/√D.
    let featureRoots: [[Double]]
    /// The preactivations of layers 1 … L.
    let layers: [DualPoints]
    private let diagonals: (nngp: [Double], ntk: [Double])

    /// Number of points.
    public var count: Int { inputs.columns }
    /// D
    public var dimension: Int { inputs.rows }

    /// The kernel of each point with itself.
    public func diagonal(_ kind: KernelKind) -> [Double] { kind == .nngp ? diagonals.nngp : diagonals.ntk }

    init(_ rows: Matrix, _ recursion: KernelRecursion, _ dual: DualActivation) throws(KernelError) {
        precondition(rows.columns > 0, "inputs without components")
        let inputs = rows.transposed, dimension = rows.columns
        let squares = (0..<inputs.columns).map { i in
            inputs.elements[i * dimension..<(i + 1) * dimension].reduce(0) { $0 + $1 * $1 }
        }
        for (i, square) in squares.enumerated() where !square.isFinite { throw .inputNotFinite(sample: i) }
        self.inputs = inputs
        self.squares = squares

        var features = squares.map { $0 / Double(dimension) }
        var tangents = features.map { recursion.weightRates[0] * $0 + recursion.biasRates[0] }
        var featureRoots = [features.map { $0.squareRoot() }], layers: [DualPoints] = []
        /// Σˡ⁺¹ of each point.
        func variances(skipping layer: Int) -> [Double] {
            var result = features.map { recursion.weightVariance * $0 + recursion.biasVariance }
            if recursion.skips(layer), let below = layers.last { for i in result.indices { result[i] += below.variances[i] } }
            return result
        }
        for layer in 1...recursion.hiddenLayers {
            let points = try dual.prepare(variances(skipping: layer - 1))
            layers.append(points)
            (features, featureRoots) = (points.values, featureRoots + [points.values.map { $0.squareRoot() }])
            let (rate, biasRate) = (recursion.weightRates[layer], recursion.biasRates[layer]), skips = recursion.skips(layer)
            for i in tangents.indices {
                let passed = recursion.weightVariance * points.slopes[i] * tangents[i]
                tangents[i] = (rate * features[i] + biasRate) + passed + (skips ? tangents[i] : 0)
            }
        }
        diagonals = (nngp: variances(skipping: recursion.hiddenLayers), ntk: tangents)
        self.featureRoots = featureRoots
        self.layers = layers
    }
}
