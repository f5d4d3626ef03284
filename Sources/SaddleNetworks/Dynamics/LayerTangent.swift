import SaddleModels
import SaddleNumerics

/// The layers of a random network as a map h⁺ = (σ_w/√N) Wφ(h) + σ_b b: new weights at every layer (a deep network), or the same (a recurrent one).
///
/// For N → ∞ the largest exponent of a deep network is ½ log χ_⊥ at the kernel's fixed point: the line between order and chaos of ``KernelMap``. Source: Poole and others 2016.
public struct LayerTangent: TangentDynamics {
    public let dimension: Int
    public var interval: Double { 1 }
    /// Whether all layers have the same weights.
    public let isRecurrent: Bool
    private let activation: Activation
    private let weightScale, biasScale: Double
    private var stream: RandomStream
    private var weights: Matrix
    private var biases: [Double]

    /// Random layers of `width` units.
    ///
    /// - Parameters:
    ///   - weightScale: σ_w, above 0.
    ///   - biasScale: σ_b.
    public init(_ activation: Activation, width: Int, weightScale: Double, biasScale: Double, isRecurrent: Bool, seed: Int) {
        precondition(width >= 1 && weightScale > 0, "width \(width), weight scale \(weightScale)")
        (dimension, self.activation, self.isRecurrent) = (width, activation, isRecurrent)
        (self.weightScale, self.biasScale) = (weightScale, biasScale)
        stream = RandomStream(seed: seed, .networkWeights, width, 0, 77)
        weights = Matrix(rows: 0, columns: 0)
        biases = []
        draw()
    }

    private mutating func draw() {
        weights = stream.normals(rows: dimension, columns: dimension)
        weights.scale(by: weightScale / Double(dimension).squareRoot())
        biases = biasScale == 0 ? [] : stream.normals(dimension).map { biasScale * $0 }
    }

    public mutating func advance(_ state: inout [Double], _ tangents: inout Matrix) -> Double? {
        let h = Matrix(rows: dimension, columns: 1, elements: state)
        let (values, slopes) = activation.valueAndDerivative(h)
        tangents.scaleRows(by: slopes.elements)
        tangents = weights * tangents
        state = (weights * values).elements
        for i in biases.indices { state[i] += biases[i] }
        if !isRecurrent { draw() }
        return nil
    }
}
