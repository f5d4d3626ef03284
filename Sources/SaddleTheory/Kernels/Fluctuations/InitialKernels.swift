import SaddleModels
import SaddleNumerics

/// The kernels of a fully connected network at infinite width, layer by layer, and how they depend on each other.
struct InitialKernels: Sendable {
    /// One layer, from its covariance Σˡ to ⟨φφ⟩ and ⟨φ′φ′⟩.
    struct Layer: Sendable {
        /// Σˡ, n × n.
        let covariance: Matrix
        /// F = Φˡ and Ḟ; both with the exact diagonal.
        let value, slope: Matrix
        /// The diagonal is not used.
        let derivatives: DualDerivatives
        /// d⟨φ²⟩/dq and d⟨φ′²⟩/dq of each point.
        let valueByVariance, slopeByVariance: [Double]

        /// Whether two points cannot be told apart by this layer: kinked activations have infinite derivatives there.
        func areEqual(_ i: Int, _ j: Int) -> Bool { !derivatives.slopeByCovariance[i, j].isFinite }
    }

    let recursion: KernelRecursion
    /// Layers 1 … L.
    let layers: [Layer]
    /// G¹ … Gᴸ and Gᴸ⁺¹ = 1.
    let gradient: [Matrix]
    /// Θ¹ … Θᴸ, and Θᴸ⁺¹, the tangent kernel of the network.
    let tangent: [Matrix]

    /// - Parameter inputs: n × D, as they enter the first layer.
    init(_ recursion: KernelRecursion, inputs: Matrix) throws(KernelError) {
        let dual = DualActivation(recursion.activation), n = inputs.rows, s2 = recursion.weightVariance
        let points = try KernelPoints(inputs, recursion, dual)
        var features = inputs.transposed.gram(scale: 1 / Double(inputs.columns))
        var theta = Matrix(rows: n, columns: n)
        var (layers, tangent): ([Layer], [Matrix]) = ([], [])
        for layer in 0...recursion.hiddenLayers {
            let (rate, bias) = (recursion.weightRates[layer], recursion.biasRates[layer])
            if let below = layers.last { theta.multiplyElements(by: below.slope) }
            theta = Matrix(rows: n, columns: n) { rate * features[$0, $1] + bias + s2 * theta[$0, $1] }
            tangent.append(theta)
            if layer == recursion.hiddenLayers { break }
            let q = points.layers[layer].variances
            let covariance = Matrix(rows: n, columns: n) { i, j in
                i == j ? q[i] : recursion.biasVariance + s2 * features[i, j]
            }
            var (value, slope) = try dual.evaluate(covariances: covariance, rows: q, columns: q)
            for i in 0..<n { (value[i, i], slope[i, i]) = (points.layers[layer].values[i], points.layers[layer].slopes[i]) }
            let moments = try dual.momentDerivatives(q)
            layers.append(
                Layer(
                    covariance: covariance, value: value, slope: slope,
                    derivatives: try dual.derivatives(covariances: covariance, rows: q, columns: q),
                    valueByVariance: moments.value, slopeByVariance: moments.slope))
            features = value
        }
        var g = Matrix(rows: n, columns: n, repeating: 1)
        var gradient = [g]
        for layer in layers.reversed() {
            g.multiplyElements(by: layer.slope)
            g.scale(by: s2)
            gradient.append(g)
        }
        self.recursion = recursion
        self.layers = layers
        self.gradient = gradient.reversed()
        self.tangent = tangent
    }
}
