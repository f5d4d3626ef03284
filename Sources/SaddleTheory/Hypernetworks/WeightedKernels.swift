import SaddleModels
import SaddleNumerics

/// Kernels of a wide network whose weights are Gaussian fields: the weights that sample a and sample b meet have covariance Sₐᵦ.
///
///     Σ¹ = σ_w² S⊙xx′/D + σ_b²,       Σˡ⁺¹ = σ_w² S⊙E φ(u)φ(v) + σ_b²,                         (u, v) ~ N(0, Σˡ)
///     Θ¹ = σ_w² xx′/D + σ_b²,         Θˡ⁺¹ = σ_w² E φ(u)φ(v) + σ_b² + σ_w² S⊙E φ′(u)φ′(v)⊙Θˡ
///
/// Θ is taken with respect to the weights that act on each sample, in the tangent parameterisation. With S = 1 the samples share
/// their weights, and these are the kernels of ``NetworkKernel``.
struct WeightedKernels {
    /// Σᴸ⁺¹, the covariance of the outputs.
    let covariance: Matrix
    /// Θᴸ⁺¹
    let tangent: Matrix
    /// The diagonals of Σ¹ … Σᴸ⁺¹.
    let variances: [[Double]]

    init(_ network: Network, inputs: Matrix, weights s: Matrix) throws(KernelError) {
        let n = inputs.rows
        precondition(s.rows == n && s.columns == n, "\(n) inputs, weights of \(s.rows)×\(s.columns)")
        let (w, b) = (network.weightScale * network.weightScale, network.biasScale * network.biasScale)
        let dual = DualActivation(network.activation)
        var features = inputs.transposed.gram(scale: 1 / Double(inputs.columns))
        var tangent = features.mapped { w * $0 + b }
        func preactivations() -> Matrix {
            var covariance = features
            covariance.multiplyElements(by: s)
            return covariance.mapped { w * $0 + b }
        }
        var covariance = preactivations()
        var variances = [(0..<n).map { covariance[$0, $0] }]
        for layer in 0..<network.hiddenLayers {
            var (value, slope) = try dual.evaluate(covariances: covariance, rows: variances[layer], columns: variances[layer])
            // A sample with itself: exactly, where a correlation of 1 would be rounded.
            let alone = try dual.prepare(variances[layer])
            for i in 0..<n { (value[i, i], slope[i, i]) = (alone.values[i], alone.slopes[i]) }
            tangent.multiplyElements(by: slope)
            tangent.multiplyElements(by: s)
            tangent.scale(by: w)
            tangent.add(value.mapped { w * $0 + b })
            features = value
            covariance = preactivations()
            variances.append((0..<n).map { covariance[$0, $0] })
        }
        (self.covariance, self.tangent, self.variances) = (covariance, tangent, variances)
    }
}

extension Matrix {
    fileprivate func mapped(_ f: (Double) -> Double) -> Matrix { Matrix(rows: rows, columns: columns, elements: elements.map(f)) }
}
