import SaddleNumerics

/// The kernel of a Gaussian process at points where it is asked for.
public enum PointKernel: Sendable {
    /// Variances only.
    case variances([Double])
    /// All pairs.
    case covariance(Matrix)

    var count: Int {
        switch self {
        case .variances(let values): values.count
        case .covariance(let matrix): matrix.rows
        }
    }
    func variance(_ i: Int) -> Double {
        switch self {
        case .variances(let values): values[i]
        case .covariance(let matrix): matrix[i, i]
        }
    }
}

/// Mean and uncertainty of outputs at test points. The covariance is the same for each output, and outputs are independent.
public struct GaussianPosterior: Sendable {
    /// Q × C
    public let mean: Matrix
    public let variances: [Double]
    /// Q × Q, if all pairs of test points were given.
    public let covariance: Matrix?
}

/// A Gaussian process known through its kernel at training points: the outputs of infinitely wide networks at initialisation.
///
///     f(X) = Fξ,   f(x) = g(x)·ξ + ζ(x),      F = V√Λ,   g(x) = K(x, X)V/√Λ,      ξ ~ N(0, 1), ζ independent of ξ
///
/// in the modes of K(X, X) = VΛVᵀ that are not null. Posteriors and every variance of ``LazyEnsemble`` are then sums of
/// squares: never negative, and exact where the kernel is singular.
public struct GaussianProcess: Sendable {
    public let spectrum: SemidefiniteSpectrum

    /// - Throws: ``SemidefiniteError``.
    public init(kernel: Matrix, accuracy: Double = .ulpOfOne) throws(SemidefiniteError) {
        spectrum = try SemidefiniteSpectrum(kernel, accuracy: accuracy)
    }

    /// The posterior at test points, given labels with independent errors of the given variance.
    ///
    ///     mean = K(x, X)(K + σ²)⁻¹y,   covariance = K(x, x′) − K(x, X)(K + σ²)⁻¹K(X, x′)
    ///
    /// At σ² = 0 this is the limit σ² → 0, also where K is singular: labels that the process cannot produce are projected.
    /// Rasmussen and Williams 2006, equations 2.23 and 2.24; for networks Lee et al. 2018.
    ///
    /// - Parameter cross: K(test, train), Q × P.
    /// - Throws: ``GaussianProcessError``.
    public func posterior(
        labels: Matrix, cross: Matrix, test: PointKernel, noiseVariance: Double
    ) throws(GaussianProcessError) -> GaussianPosterior {
        precondition(noiseVariance >= 0 && labels.rows == spectrum.order, "noise \(noiseVariance), \(labels.rows) labels")
        let points = try conditioned(cross: cross, test: test)
        var modes = activeVectors.ᵀ * labels
        modes.scaleRows(by: activeValues.map { $0.squareRoot() / ($0 + noiseVariance) })
        // What of each ξ remains unknown.
        var unknown = points.loadings
        unknown.scaleColumns(by: activeValues.map { (noiseVariance / ($0 + noiseVariance)).squareRoot() })
        let variances = zip(unknown.rowSquares, points.variances).map { $0 + $1 }
        var covariance = points.covariance
        covariance?.add(.plain(unknown), unknown.ᵀ)
        return GaussianPosterior(mean: points.loadings * modes, variances: variances, covariance: covariance)
    }

    /// g and the law of ζ at test points.
    struct Conditioned: Sendable {
        /// Q × rank
        let loadings: Matrix
        /// Variances, and if all pairs were given the covariance, of ζ.
        let variances: [Double]
        let covariance: Matrix?
    }

    /// Modes that are not null: eigenvalues and eigenvectors.
    var activeValues: [Double] { Array(spectrum.values[spectrum.nullCount...]) }
    var activeVectors: Matrix { spectrum.vectors.trailingColumns(spectrum.rank) }
    /// F, P × rank.
    var factor: Matrix {
        var f = activeVectors
        f.scaleColumns(by: activeValues.map { $0.squareRoot() })
        return f
    }

    func conditioned(cross: Matrix, test: PointKernel) throws(GaussianProcessError) -> Conditioned {
        precondition(
            cross.columns == spectrum.order && cross.rows == test.count,
            "cross kernel \(cross.rows)×\(cross.columns) for \(test.count) test and \(spectrum.order) training points")
        var loadings = cross * activeVectors
        loadings.scaleColumns(by: activeValues.map { 1 / $0.squareRoot() })
        let explained = loadings.rowSquares
        var variances = [Double](repeating: 0, count: cross.rows)
        for i in variances.indices {
            let rest = test.variance(i) - explained[i]
            // The null modes and the rounding of loadings of nearly null ones, each of the order of the threshold.
            let rounding = 8 * max(spectrum.threshold, .ulpOfOne * test.variance(i))
            if !(rest >= -rounding) {
                throw .inconsistent(point: i, variance: test.variance(i), explained: explained[i])
            }
            variances[i] = max(rest, 0)
        }
        var covariance: Matrix?
        if case .covariance(var matrix) = test {
            matrix.add(.plain(loadings), loadings.ᵀ, scale: -1)
            for i in variances.indices { matrix[i, i] = variances[i] }
            covariance = matrix
        }
        return Conditioned(loadings: loadings, variances: variances, covariance: covariance)
    }
}

/// Kernels that do not belong to one Gaussian process.
public enum GaussianProcessError: Error, Equatable, CustomStringConvertible {
    /// The training points explain more variance than a test point has.
    case inconsistent(point: Int, variance: Double, explained: Double)

    public var description: String {
        switch self {
        case .inconsistent(let point, let variance, let explained):
            """
            the kernels are inconsistent: test point \(point) has variance \(variance), but the training points explain \
            \(explained) of it; check that all kernels belong to one network and one set of points
            """
        }
    }
}

extension Matrix {
    /// Σ_j a_ij² of each row.
    var rowSquares: [Double] {
        var sums = [Double](repeating: 0, count: rows)
        for j in 0..<columns { for i in 0..<rows { sums[i] += self[i, j] * self[i, j] } }
        return sums
    }
}
