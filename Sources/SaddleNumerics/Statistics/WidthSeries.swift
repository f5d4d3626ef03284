/// A number of networks of width N as a series in 1/N, with the covariance of its coefficients:
///
///     q(N) = Σ_k c_k u^k,      u = N₀/N
///
/// fitted to numbers measured at several widths by least squares with their errors, or known from theory.
public struct WidthSeries: Sendable {
    /// N₀
    public let scale: Double
    /// The power of 1/N of each coefficient, ascending.
    public let powers: [Int]
    /// c_k, of each of ``powers``.
    public let coefficients: [Double]
    /// Of the coefficients.
    public let covariance: Matrix
    /// How far the fitted numbers lie from the series, as a standard normal value; nil where nothing is left to tell.
    public let misfit: Double?

    /// A series that is known from theory; the covariance is that of its coefficients.
    public init(scale: Double = 1, powers: [Int], coefficients: [Double], covariance: Matrix) {
        precondition(powers.count == coefficients.count && covariance.rows == powers.count, "\(powers), \(coefficients)")
        (self.scale, self.powers, self.coefficients, self.covariance, misfit) = (scale, powers, coefficients, covariance, nil)
    }

    /// - Parameters:
    ///   - values: at widths, with known positive errors; as many as powers or one more.
    /// - Returns: nil for fewer different widths than powers.
    public init?(fitting values: [Estimate], widths: [Int], powers: [Int]) {
        precondition(values.count == widths.count && values.count >= powers.count, "\(values.count) values, powers \(powers)")
        let scale = Double(widths.min()!)
        let rows = zip(values, widths).map { value, width in
            powers.map { power in (0..<power).reduce(1) { product, _ in product * scale / Double(width) } / value.standardError }
        }
        guard let fit = LinearFit(rows: rows, values.map { $0.mean / $0.standardError }) else { return nil }
        (self.scale, self.powers, coefficients) = (scale, powers, fit.coefficients)
        covariance = Matrix(rows: powers.count, columns: powers.count) { fit.covariance[$0][$1] }
        // With one number left over the sum of squares is the square of a normal value.
        misfit = widths.count == powers.count + 1 ? fit.sumOfSquares.squareRoot() : nil
    }

    private func gradient(at width: Double) -> [Double] {
        powers.map { power in (0..<power).reduce(1) { product, _ in product * scale / width } }
    }

    private func error(_ gradient: [Double]) -> Double {
        var square = 0.0
        for i in gradient.indices { for j in gradient.indices { square += gradient[i] * covariance[i, j] * gradient[j] } }
        return max(square, 0).squareRoot()
    }

    /// q(N) with its standard error.
    public func value(at width: Double) -> (value: Double, error: Double) {
        let slopes = gradient(at: width)
        return (zip(slopes, coefficients).reduce(0) { $0 + $1.0 * $1.1 }, error(slopes))
    }

    /// (q(N) − q(∞))/q(∞) with its standard error.
    public func relativeExcess(at width: Double) -> (value: Double, error: Double) {
        precondition(powers.first == 0, "a series without a limit")
        var slopes = gradient(at: width)
        let limit = coefficients[0], excess = zip(slopes, coefficients).dropFirst().reduce(0) { $0 + $1.0 * $1.1 }
        slopes = slopes.map { $0 / limit }
        slopes[0] = -excess / (limit * limit)
        return (excess / limit, error(slopes))
    }

    /// q(N) − q(M) with its standard error.
    public func difference(_ n: Double, _ m: Double) -> (value: Double, error: Double) {
        let slopes = zip(gradient(at: n), gradient(at: m)).map { $0 - $1 }
        return (zip(slopes, coefficients).reduce(0) { $0 + $1.0 * $1.1 }, error(slopes))
    }

    /// The width below which the last term is more than a share of the one before: c_k u/c_{k−1} = share; with its standard error.
    public func width(whereLastTermIs share: Double) -> (value: Double, error: Double)? {
        guard powers.count >= 2, let last = coefficients.last else { return nil }
        let k = powers.count - 1, before = coefficients[k - 1]
        guard before != 0 else { return nil }
        let ratio = last / before
        // Relative errors of both, with what they share.
        let square = covariance[k, k] - 2 * ratio * covariance[k - 1, k] + ratio * ratio * covariance[k - 1, k - 1]
        return (scale * abs(ratio) / share, scale * max(square, 0).squareRoot() / abs(before) / share)
    }
}

/// The smallest width from which on a quantity stays at or below a level, between two widths; nil if it does not at the largest.
public func widthFromWhere(
    _ quantity: (Double) -> Double, staysWithin level: Double, from low: Double, to high: Double, points: Int = 400
) -> Double? {
    let grid = logSpaced(from: low, to: high, count: points)
    guard quantity(high) <= level else { return nil }
    guard let last = grid.indices.last(where: { quantity(grid[$0]) > level }) else { return low }
    var (below, above) = (grid[last], grid[last + 1])
    for _ in 0..<60 {
        let middle = (below * above).squareRoot()
        if quantity(middle) > level { below = middle } else { above = middle }
    }
    return above
}
