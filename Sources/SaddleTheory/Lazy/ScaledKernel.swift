import SaddleModels
import SaddleNumerics

extension NetworkKernel {
    /// The kernels between a network whose initial parameters have all shrunk to a times what they were, and the same network at a′.
    ///
    ///     Σ¹ = aa′(σ_w² xx′/D + σ_b²),    Σˡ⁺¹ = aa′(σ_w² F(Σˡ) + σ_b²)
    ///     Θ¹ = λ_W⁰ xx′/D + λ_b⁰,         Θˡ⁺¹ = λ_Wˡ F(Σˡ) + λ_bˡ + aa′σ_w² Ḟ(Σˡ) Θˡ
    ///
    /// with F and Ḟ for variances at a on one side and at a′ on the other. This is what weight decay makes of the tangent kernel: see
    /// ``TangentFamily``. Fully connected networks. Correlations enter as covariances: relu, leaky_relu, abs and sign keep half of
    /// their digits (errors of about 1e-8) where points are repeated.
    ///
    /// - Returns: NNGP, the covariance of f(aθ₀) and f(a′θ₀), and NTK, J(aθ₀)J(a′θ₀)ᵀ; rows × columns.
    /// - Throws: ``KernelError``.
    public func matrices(
        _ rows: Matrix, at a: Double, _ columns: Matrix, at b: Double
    ) throws(KernelError) -> (nngp: Matrix, ntk: Matrix) {
        precondition(rows.columns == columns.columns, "inputs of dimensions \(rows.columns) and \(columns.columns)")
        let dimension = Double(rows.columns)
        var covariance = Matrix.product(.plain(rows), columns.ᵀ, scale: 1 / dimension)
        var (rowVariances, columnVariances) = (rows.rowSquares.map { $0 / dimension }, columns.rowSquares.map { $0 / dimension })
        var tangent = Matrix(rows: rows.rows, columns: columns.rows)
        let (weight, bias) = (recursion.weightVariance, recursion.biasVariance)
        for layer in 1...recursion.hiddenLayers + 1 {
            // `tangent` holds Ḟ ⊙ Θ of the layer below.
            tangent.scale(by: a * b * weight)
            tangent.add(covariance, scale: recursion.weightRates[layer - 1])
            for i in tangent.elements.indices { tangent.elements[i] += recursion.biasRates[layer - 1] }
            for i in covariance.elements.indices { covariance.elements[i] = a * b * (weight * covariance.elements[i] + bias) }
            if layer > recursion.hiddenLayers { break }
            rowVariances = rowVariances.map { a * a * (weight * $0 + bias) }
            columnVariances = columnVariances.map { b * b * (weight * $0 + bias) }
            let (values, slopes) = try dual.evaluate(covariances: covariance, rows: rowVariances, columns: columnVariances)
            covariance = values
            tangent.multiplyElements(by: slopes)
            (rowVariances, columnVariances) = try (dual.prepare(rowVariances).values, dual.prepare(columnVariances).values)
        }
        return (covariance, tangent)
    }

    /// Relative accuracy of entries, for ``SemidefiniteSpectrum``: that of ``DualActivation`` at the variances so far.
    public var accuracy: Double { dual.accuracy }
}
