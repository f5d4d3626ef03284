#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The Fréchet (Karcher) mean: the point with the least sum of squared distances to others.
public struct PositiveDefiniteMean: Sendable {
    /// M
    public let point: PositiveDefinite
    /// ‖Σ wᵢ log M^{−½}AᵢM^{−½}‖_F at the mean, where it is 0 without rounding.
    public let gradient: Double
    /// What the gradient had to fall below.
    public let tolerance: Double
    /// Steps that were taken.
    public let steps: Int
}

extension PositiveDefinite {
    /// The mean M with Σ wᵢ log M^{−½}AᵢM^{−½} = 0, unique on this manifold.
    ///
    ///     M ← M^{½} exp(θ Σ wᵢ log M^{−½}AᵢM^{−½}) M^{½},   θ = 2/(1 + Σ wᵢ hᵢ),   hᵢ = (ln cᵢ)/2 · coth((ln cᵢ)/2)
    ///
    /// with cᵢ the condition number of M^{−½}AᵢM^{−½}: the Hessian of the objective has eigenvalues between 1 and Σ wᵢ hᵢ, so this step is the
    /// best for what is known of it. Begins with exp(Σ wᵢ log Aᵢ), which is the mean of matrices that commute.
    /// Source: Bini and Iannazzo, "Computing the Karcher mean of symmetric positive definite matrices" (2013), section 3.
    ///
    /// - Parameters:
    ///   - weights: not negative; equal if nil. Divided by their sum.
    ///   - tolerance: converged where the gradient is below √n · max(tolerance, 16 ε κ), κ the largest condition number: what rounding allows.
    /// - Throws: ``PositiveDefiniteError/meanDidNotConverge(gradient:tolerance:steps:)``.
    public static func mean(
        _ points: [PositiveDefinite], weights: [Double]? = nil, tolerance: Double = 1e-12, maximalSteps: Int = 200
    ) throws(PositiveDefiniteError) -> PositiveDefiniteMean {
        let weights = weights ?? [Double](repeating: 1, count: points.count), total = weights.reduce(0, +)
        precondition(
            !points.isEmpty && weights.count == points.count && total > 0, "\(weights.count) weights of \(points.count) points")
        precondition(points.allSatisfy { $0.order == points[0].order }, "matrices of different orders")
        let n = points[0].order, shares = weights.map { $0 / total }
        var start = Matrix(rows: n, columns: n)
        for (point, share) in zip(points, shares) { start.add(point.mapping { log($0) }, scale: share) }
        var mean = try PositiveDefinite(logarithm: start)
        let worst = points.map(\.conditionNumber).max()!
        let limit = Double(n).squareRoot() * max(tolerance, 16 * .ulpOfOne * worst)
        var gradient = Double.infinity
        for step in 0...maximalSteps {
            let current = mean
            let parts = try Threads.map(points.count) { (i: Int) throws(PositiveDefiniteError) -> (log: Matrix, bound: Double) in
                let vector = try current.whitenedLogarithm(of: points[i])
                let values = try vector.checkedEigen().values
                let half = (values.last! - values[0]) / 2
                return (vector, half > 1e-8 ? half / tanh(half) : 1)
            }
            var direction = Matrix(rows: n, columns: n), curvature = 0.0
            for (part, share) in zip(parts, shares) {
                direction.add(part.log, scale: share)
                curvature += share * part.bound
            }
            gradient = direction.frobeniusNorm
            if gradient <= limit { return PositiveDefiniteMean(point: mean, gradient: gradient, tolerance: limit, steps: step) }
            direction.scale(by: 2 / (1 + curvature))
            mean = try mean.exponential(mean.colouring(direction))
        }
        throw .meanDidNotConverge(gradient: gradient, tolerance: limit, steps: maximalSteps)
    }

    /// exp of a symmetric matrix.
    public init(logarithm: Matrix) throws(PositiveDefiniteError) {
        let (values, vectors) = try logarithm.checkedEigen()
        var scaled = vectors
        scaled.scaleColumns(by: values.map { exp($0) })
        try self.init(Matrix.product(.plain(scaled), vectors.ᵀ).symmetrized)
    }

    /// The entries of a symmetric matrix on and above the diagonal, those above times √2: the Euclidean norm is the Frobenius norm.
    public static func coordinates(_ tangent: Matrix) -> [Double] {
        (0..<tangent.columns).flatMap { j in (0...j).map { i in i == j ? tangent[i, j] : 2.0.squareRoot() * tangent[i, j] } }
    }
}
