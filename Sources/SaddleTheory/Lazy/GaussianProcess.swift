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
    /// Posterior variance at each of the Q points, of every output.
    public let variances: [Double]
    /// Q × Q, if all pairs of test points were given.
    public let covariance: Matrix?
}

/// A Gaussian process known through its kernel at training points: the outputs of infinitely wide networks at initialisation.
///
///     f(X) = Fξ,   f(x) = g(x)·ξ + ζ(x),      F = V√Λ,   g(x) = K(x, X)V/√Λ,      ξ ~ N(0, 1), ζ independent of ξ
///
/// in the modes of K(X, X) = VΛVᵀ that are not null. Posteriors and every variance of ``LazyEnsemble`` are then sums of
/// squares: never negative, and exact where the kernel is singular. Where no mode can be null, F = Rᵀ and g = K(x, X)R⁻¹ with Cholesky's
/// K = RᵀR serve as well.
public struct GaussianProcess: Sendable {
    private enum Root: Sendable {
        case modes(SemidefiniteSpectrum)
        case triangular(Matrix)
    }

    private let root: Root
    /// Number of training points.
    public let order: Int
    /// Below it eigenvalues of K are null, or would be.
    private let threshold: Double

    /// - Parameters:
    ///   - accuracy: relative accuracy of the entries.
    ///   - isNoisy: whether posteriors of labels with errors will be asked for, which take eigenvectors. Without, a kernel whose smallest
    ///     eigenvalue is certainly above the accuracy of its entries (λ_min ≥ 1/tr K⁻¹) is factorised by Cholesky, in a fifth of the time.
    /// - Throws: ``SemidefiniteError``.
    public init(kernel: Matrix, accuracy: Double = .ulpOfOne, isNoisy: Bool = true) throws(SemidefiniteError) {
        order = kernel.rows
        if !isNoisy, let found = try Self.triangular(kernel, accuracy: accuracy) {
            (root, threshold) = (.triangular(found.factor), found.threshold)
            return
        }
        let spectrum = try SemidefiniteSpectrum(kernel, accuracy: accuracy)
        (root, threshold) = (.modes(spectrum), spectrum.threshold)
    }

    /// R, unless a mode might be null.
    private static func triangular(
        _ kernel: Matrix, accuracy: Double
    ) throws(SemidefiniteError) -> (factor: Matrix, threshold: Double)? {
        try SemidefiniteSpectrum.check(kernel, accuracy: accuracy)
        let n = kernel.rows
        var inverse = UpperSymmetric(kernel)
        // λ_max is at most the largest sum of a row.
        let largest = (0..<n).map { j in kernel.elements[j * n..<(j + 1) * n].reduce(0) { $0 + abs($1) } }.max() ?? 0
        let threshold = Double(n) * accuracy * largest
        guard (try? inverse.setInverse(of: kernel, plusDiagonal: [Double](repeating: 0, count: n))) != nil,
            inverse.diagonal.reduce(0, +) * threshold < 1, let factor = try? kernel.cholesky()
        else { return nil }
        return (factor, threshold)
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
        precondition(noiseVariance >= 0 && labels.rows == order, "noise \(noiseVariance), \(labels.rows) labels")
        let points = try conditioned(cross: cross, test: test)
        let known = coordinates(of: labels, noiseVariance: noiseVariance)
        if noiseVariance == 0 {
            return GaussianPosterior(
                mean: points.loadings * known, variances: points.variances, covariance: points.covariance)
        }
        // What of each ξ remains unknown.
        var unknown = points.loadings
        if case .modes(let spectrum) = root {
            unknown.scaleColumns(by: spectrum.activeValues.map { (noiseVariance / ($0 + noiseVariance)).squareRoot() })
        }
        let variances = zip(unknown.rowSquares, points.variances).map { $0 + $1 }
        var covariance = points.covariance
        covariance?.add(.plain(unknown), unknown.ᵀ)
        return GaussianPosterior(mean: points.loadings * known, variances: variances, covariance: covariance)
    }

    /// The posterior mean at the training points themselves, K(K + σ²)⁻¹y.
    public func fitted(labels: Matrix, noiseVariance: Double) -> Matrix {
        switch root {
        case .modes(let spectrum): spectrum.applying(labels) { $0 > 0 ? $0 / ($0 + noiseVariance) : 0 }
        // Without noise a process with no null mode goes through every label.
        case .triangular: labels
        }
    }

    /// The mean of ξ given the labels.
    private func coordinates(of labels: Matrix, noiseVariance: Double) -> Matrix {
        switch root {
        case .modes(let spectrum):
            var modes = spectrum.activeVectors.ᵀ * labels
            modes.scaleRows(by: spectrum.activeValues.map { $0.squareRoot() / ($0 + noiseVariance) })
            return modes
        case .triangular(let factor):
            precondition(noiseVariance == 0, "a process without noise, asked for a posterior with noise \(noiseVariance)")
            var solved = labels
            solved.solveLeftTransposed(upper: factor)
            return solved
        }
    }

    /// g and the law of ζ at test points.
    struct Conditioned: Sendable {
        /// Q × rank
        let loadings: Matrix
        /// Variances, and if all pairs were given the covariance, of ζ.
        let variances: [Double]
        let covariance: Matrix?
    }

    /// F, P × rank.
    var factor: Matrix {
        switch root {
        case .modes(let spectrum):
            var f = spectrum.activeVectors
            f.scaleColumns(by: spectrum.activeValues.map { $0.squareRoot() })
            return f
        case .triangular(let factor): return factor.transposed
        }
    }

    func conditioned(cross: Matrix, test: PointKernel) throws(GaussianProcessError) -> Conditioned {
        precondition(
            cross.columns == order && cross.rows == test.count,
            "cross kernel \(cross.rows)×\(cross.columns) for \(test.count) test and \(order) training points")
        var loadings: Matrix
        switch root {
        case .modes(let spectrum):
            loadings = cross * spectrum.activeVectors
            loadings.scaleColumns(by: spectrum.activeValues.map { 1 / $0.squareRoot() })
        case .triangular(let factor):
            loadings = cross
            loadings.solveRight(upper: factor)
        }
        let explained = loadings.rowSquares
        var variances = [Double](repeating: 0, count: cross.rows)
        for i in variances.indices {
            let rest = test.variance(i) - explained[i]
            // The null modes and the rounding of loadings of nearly null ones, each of the order of the threshold.
            let rounding = 8 * max(threshold, .ulpOfOne * test.variance(i))
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

extension SemidefiniteSpectrum {
    /// Modes that are not null.
    fileprivate var activeValues: [Double] { Array(values[nullCount...]) }
    fileprivate var activeVectors: Matrix { vectors.trailingColumns(rank) }
}

extension Matrix {
    /// Σ_j a_ij² of each row.
    var rowSquares: [Double] {
        var sums = [Double](repeating: 0, count: rows)
        elements.withUnsafeBufferPointer { a in
            for j in 0..<columns { for i in 0..<rows { sums[i] += a[j * rows + i] * a[j * rows + i] } }
        }
        return sums
    }
}
