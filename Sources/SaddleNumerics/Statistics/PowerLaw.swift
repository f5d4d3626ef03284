#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// y = A xᵉ fitted to positive numbers with errors: least squares of log y on log x, all points with equal weight.
///
/// The standard error of e follows from those of the points alone, which must be independent; how well a power law fits does not
/// enter it. To first order in the relative errors.
public struct PowerLaw: Sendable, Equatable {
    /// e, with the smallest number of samples behind any point.
    public let exponent: Estimate
    /// A
    public let amplitude: Double

    /// The law through points with positive coordinates, at two different x or more.
    public init(x: [Double], y: [Estimate]) {
        precondition(x.count == y.count && Set(x).count >= 2, "\(y.count) points at \(Set(x).count) abscissas")
        precondition(x.allSatisfy { $0 > 0 } && y.allSatisfy { $0.mean > 0 }, "a power law of numbers that are not positive")
        let (u, v) = (x.map { log($0) }, y.map { log($0.mean) })
        let (centre, level) = (u.reduce(0, +) / Double(u.count), v.reduce(0, +) / Double(v.count))
        let spread = u.reduce(0) { $0 + ($1 - centre) * ($1 - centre) }
        let slope = zip(u, v).reduce(0) { $0 + ($1.0 - centre) * $1.1 } / spread
        let variance = zip(u, y).reduce(0) { sum, point in
            let influence = (point.0 - centre) / spread * point.1.standardError / point.1.mean
            return sum + influence * influence
        }
        exponent = Estimate(mean: slope, standardError: variance.squareRoot(), count: y.map(\.count).min()!)
        amplitude = exp(level - slope * centre)
    }

    /// A xᵉ
    public func callAsFunction(_ x: Double) -> Double { amplitude * pow(x, exponent.mean) }
}
