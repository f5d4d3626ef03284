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

        var features = squares.map { $0 / Double(dimension) }, slopes: [Double] = []
        var tangents = [Double](repeating: 0, count: squares.count)
        var featureRoots: [[Double]] = [], layers: [DualPoints] = []
        for layer in 1...recursion.hiddenLayers + 1 {
            featureRoots.append(features.map { $0.squareRoot() })
            let (rate, biasRate) = (recursion.weightRates[layer - 1], recursion.biasRates[layer - 1])
            let skips = recursion.skips(layer - 1)
            for i in tangents.indices {
                let passed = layer == 1 ? 0 : recursion.weightVariance * slopes[i] * tangents[i]
                tangents[i] = (rate * features[i] + biasRate) + passed + (skips ? tangents[i] : 0)
            }
            var variances = features.map { recursion.weightVariance * $0 + recursion.biasVariance }
            if skips { for i in variances.indices { variances[i] += layers.last!.variances[i] } }
            if layer > recursion.hiddenLayers {
                diagonals = (nngp: variances, ntk: tangents)
                self.featureRoots = featureRoots
                self.layers = layers
                return
            }
            layers.append(try dual.prepare(variances))
            (features, slopes) = (layers.last!.values, layers.last!.slopes)
        }
        fatalError("not reached")
    }
}
