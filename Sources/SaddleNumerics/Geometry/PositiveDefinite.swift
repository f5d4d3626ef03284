#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why a matrix is no point among the symmetric positive definite ones, or why they have no mean that was found.
public enum PositiveDefiniteError: Error, Equatable, CustomStringConvertible {
    /// Not square, not symmetric, not finite, or an eigenvalue below zero.
    case notSemidefinite(SemidefiniteError)
    /// The least eigenvalue, number 1 from the least, does not exceed what rounding explains; `count` of them do not.
    case singular(eigenvalue: Double, count: Int, order: Int, largest: Double, allowed: Double)
    /// The gradient of the mean stayed above the tolerance.
    case meanDidNotConverge(gradient: Double, tolerance: Double, steps: Int)

    public var description: String {
        switch self {
        case .notSemidefinite(let error): "\(error)"
        case .singular(let eigenvalue, let count, let order, let largest, let allowed):
            """
            matrix is not positive definite: eigenvalue 1 of \(order), counted from the least, is \(eigenvalue) against a largest one of \
            \(largest), and rounding explains \(allowed); \(count) of \(order) are that small
            """
        case .meanDidNotConverge(let gradient, let tolerance, let steps):
            "the mean of the matrices did not converge: its gradient is \(gradient) after \(steps) steps, tolerance \(tolerance)"
        }
    }
}

/// A symmetric positive definite matrix as a point of their manifold, with the affine-invariant metric.
///
///     ⟨U, V⟩_A = tr A⁻¹UA⁻¹V,   δ(A, B) = ‖log A^{−½}BA^{−½}‖_F
///
/// The distance does not change under congruence A ↦ MAMᵀ nor under inversion; δ(1, e·1) = √n. Source: Pennec, Fillard,
/// Ayache 2006; Bhatia, "Positive definite matrices", chapter 6.
///
/// - Note: Relative errors of small eigenvalues, and with them absolute errors of logarithms, are about ε times the condition numbers.
public struct PositiveDefinite: Sendable {
    /// A, symmetric.
    public let matrix: Matrix
    /// Ascending, all above zero.
    public let values: [Double]
    /// Orthonormal, one a column.
    public let vectors: Matrix

    /// n
    public var order: Int { values.count }
    /// Largest over least eigenvalue.
    public var conditionNumber: Double { values.last! / values[0] }

    /// - Parameter accuracy: relative accuracy of the entries; eigenvalues at or below n · accuracy · λ_max are not told from zero.
    public init(_ matrix: Matrix, accuracy: Double = .ulpOfOne) throws(PositiveDefiniteError) {
        precondition(matrix.rows > 0, "a matrix without rows")
        let spectrum: SemidefiniteSpectrum
        do { spectrum = try SemidefiniteSpectrum(matrix, accuracy: accuracy) } catch { throw .notSemidefinite(error) }
        if spectrum.nullCount > 0 {
            let least = (try? matrix.symmetricEigenvalues().first) ?? 0
            throw .singular(
                eigenvalue: least, count: spectrum.nullCount, order: spectrum.order, largest: spectrum.largest,
                allowed: spectrum.threshold)
        }
        (self.matrix, values, vectors) = (matrix, spectrum.values, spectrum.vectors)
    }

    /// V diag(f(λ)) Vᵀ
    public func mapping(_ f: (Double) -> Double) -> Matrix { symmetric(vectors, values.map(f)) }

    /// A^{−½}BA^{−½}
    public func whitening(_ b: Matrix) -> Matrix {
        let root = mapping { 1 / $0.squareRoot() }
        return (root * b * root).symmetrized
    }

    /// A^{½}BA^{½}, the inverse of ``whitening(_:)``.
    public func colouring(_ b: Matrix) -> Matrix {
        let root = mapping { $0.squareRoot() }
        return (root * b * root).symmetrized
    }

    /// ln of the eigenvalues of A⁻¹B, ascending, by the Cholesky factor of A.
    public func logRatios(to other: PositiveDefinite) throws(PositiveDefiniteError) -> [Double] {
        precondition(order == other.order, "matrices of orders \(order) and \(other.order)")
        var ratio = other.matrix
        let ratios: [Double]
        do {
            let factor = try matrix.cholesky()
            ratio.solveRight(upper: factor)
            ratio.solveLeftTransposed(upper: factor)
            ratios = try ratio.symmetrized.symmetricEigenvalues()
        } catch { throw .notSemidefinite(SemidefiniteError(error)) }
        guard ratios[0] > 0 else {
            throw .singular(
                eigenvalue: ratios[0], count: ratios.count { $0 <= 0 }, order: order, largest: ratios.last!,
                allowed: Double(order) * .ulpOfOne * ratios.last!)
        }
        return ratios.map { log($0) }
    }

    /// δ(A, B), and what is left of it once a common factor is taken out: δ² = shape² + (ln det A⁻¹B)²/n.
    public func distance(to other: PositiveDefinite) throws(PositiveDefiniteError) -> (whole: Double, shape: Double) {
        let logs = try logRatios(to: other), mean = logs.reduce(0, +) / Double(order)
        return (
            logs.reduce(0) { $0 + $1 * $1 }.squareRoot(), logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
        )
    }

    /// The tangent vector at A that leads to B in unit time, in whitened coordinates: log A^{−½}BA^{−½}, of Frobenius norm δ(A, B).
    public func whitenedLogarithm(of other: PositiveDefinite) throws(PositiveDefiniteError) -> Matrix {
        try whitening(other.matrix).mappingPositive { log($0) }
    }

    /// The tangent vector at A that leads to B in unit time: A^{½} log(A^{−½}BA^{−½}) A^{½}.
    public func logarithm(of other: PositiveDefinite) throws(PositiveDefiniteError) -> Matrix {
        colouring(try whitenedLogarithm(of: other))
    }

    /// Where the geodesic from A with this tangent vector is after unit time: A^{½} exp(A^{−½}VA^{−½}) A^{½}.
    public func exponential(_ tangent: Matrix) throws(PositiveDefiniteError) -> PositiveDefinite {
        let eigen = try whitening(tangent).checkedEigen()
        return try PositiveDefinite(colouring(symmetric(eigen.vectors, eigen.values.map { exp($0) })))
    }

    /// A^{½}(A^{−½}BA^{−½})^t A^{½}: A at t = 0, B at 1, their geometric mean at ½.
    public func geodesic(to other: PositiveDefinite, at t: Double) throws(PositiveDefiniteError) -> PositiveDefinite {
        try PositiveDefinite(colouring(whitening(other.matrix).mappingPositive { pow($0, t) }))
    }
}

private func symmetric(_ vectors: Matrix, _ values: [Double]) -> Matrix {
    var scaled = vectors
    scaled.scaleColumns(by: values)
    return Matrix.product(.plain(scaled), vectors.ᵀ).symmetrized
}

extension Matrix {
    /// (A + Aᵀ)/2
    package var symmetrized: Matrix { Matrix(rows: rows, columns: columns) { (self[$0, $1] + self[$1, $0]) / 2 } }

    func checkedEigen() throws(PositiveDefiniteError) -> (values: [Double], vectors: Matrix) {
        do { return try symmetricEigen() } catch { throw .notSemidefinite(SemidefiniteError(error)) }
    }

    /// V diag(f(λ)) Vᵀ of a symmetric matrix whose eigenvalues must be above zero.
    fileprivate func mappingPositive(_ f: (Double) -> Double) throws(PositiveDefiniteError) -> Matrix {
        let eigen = try checkedEigen()
        guard eigen.values[0] > 0 else {
            throw .singular(
                eigenvalue: eigen.values[0], count: eigen.values.count { $0 <= 0 }, order: rows, largest: eigen.values.last!,
                allowed: Double(rows) * .ulpOfOne * eigen.values.last!)
        }
        return symmetric(eigen.vectors, eigen.values.map(f))
    }
}
