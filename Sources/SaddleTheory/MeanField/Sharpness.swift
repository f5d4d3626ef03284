import SaddleModels
import SaddleNumerics

extension MeanFieldPrediction {
    /// The eigenvalues of K(t, t)/P at a recorded time, descending: in the limit of infinite width those of the Gauss–Newton part of the Hessian of the squared loss that do not
    /// vanish, in units of the step, so that descent with learning rate η is stable along them below 2/η.
    ///
    /// Errors are those of the entries along the eigenvector, to first order and as if they had one sign: on the safe side.
    ///
    /// - Returns: nil where the tangent kernel is not recorded.
    /// - Throws: where eigenvalues do not converge.
    public func tangentSpectrum(time: Int) throws(FactorizationError) -> [Estimate]? {
        guard let entry = layout[.tangentKernel] else { return nil }
        let range = entry.range(at: time), p = entry.shape[1]
        let kernel = Matrix(rows: p, columns: p) { i, j in
            (mean[range.lowerBound + i * p + j] + mean[range.lowerBound + j * p + i]) / (2 * Double(p))
        }
        let (values, vectors) = try kernel.symmetricEigen()
        return values.indices.reversed().map { k in
            var error = 0.0
            for i in 0..<p {
                for j in 0..<p {
                    error += abs(vectors[i, k] * vectors[j, k]) * meanTotalError(at: range.lowerBound + i * p + j) / Double(p)
                }
            }
            return Estimate(mean: values[k], standardError: error, count: solutions)
        }
    }
}
