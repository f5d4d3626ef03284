import SaddleNumerics
import SaddleTheory

/// Where a loss of networks of width N is lowest in a key of the study, by theory at order 1/N:
///
///     L_N(x) = L∞(x) + b(x)/N,      x*_N = x* + s/N,   s = −b′(x*)/L∞″(x*)
///
/// with x the logarithm of the key. Parabolas are fitted to L∞ and b around the lowest L∞; errors are those of a parametric bootstrap, with the
/// errors of theory at different x taken as independent.
public struct OptimumShift: Sendable {
    /// x* and s, with standard errors.
    public let optimum, slope: (value: Double, error: Double)

    /// Places on each side of the lowest one that parabolas are fitted to.
    static let reach = 2

    /// - Parameters:
    ///   - x: ascending, with L∞ and b at each and their standard errors.
    /// - Returns: nil where the lowest L∞ is not between others, or cannot be told from its neighbours' noise.
    public init?(
        x: [Double], limits: [(value: Double, error: Double)], excesses: [(value: Double, error: Double)], seed: Int = 1,
        draws: Int = 400
    ) {
        precondition(
            x.count == limits.count && x.count == excesses.count, "\(x.count), \(limits.count), \(excesses.count) numbers")
        guard let best = x.indices.min(by: { limits[$0].value < limits[$1].value }), best > 0, best < x.count - 1 else {
            return nil
        }
        let window = Array(max(best - Self.reach, 0)...min(best + Self.reach, x.count - 1))
        let centre = x[best], u = window.map { x[$0] - centre }
        func parabola(_ values: [Double], _ errors: [Double]) -> [Double]? {
            let rows = u.indices.map { i in [1, u[i], u[i] * u[i]].map { $0 / errors[i] } }
            return LinearFit(rows: rows, zip(values, errors).map { $0 / $1 })?.coefficients
        }
        let (limitErrors, excessErrors) = (
            window.map { max(limits[$0].error, 1e-300) }, window.map { max(excesses[$0].error, 1e-300) }
        )
        func solution(_ limit: [Double], _ excess: [Double]) -> (x: Double, s: Double)? {
            guard let l = parabola(limit, limitErrors), let b = parabola(excess, excessErrors), l[2] > 0 else { return nil }
            let place = -l[1] / (2 * l[2])
            guard place >= u.first!, place <= u.last! else { return nil }
            return (place, -(b[1] + 2 * b[2] * place) / (2 * l[2]))
        }
        let (limit, excess) = (window.map { limits[$0].value }, window.map { excesses[$0].value })
        guard let found = solution(limit, excess) else { return nil }
        var stream = RandomStream(seed: seed, .bootstrap, 2)
        let samples = (0..<draws).compactMap { _ in
            solution(
                limit.indices.map { limit[$0] + limitErrors[$0] * stream.normal() },
                excess.indices.map { excess[$0] + excessErrors[$0] * stream.normal() })
        }
        // Where many draws have no minimum, noise is as large as the bend.
        guard samples.count > draws * 9 / 10 else { return nil }
        func deviation(_ values: [Double], _ centre: Double) -> Double {
            (values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / Double(values.count)).squareRoot()
        }
        optimum = (centre + found.x, deviation(samples.map(\.x), found.x))
        slope = (found.s, deviation(samples.map(\.s), found.s))
    }

    /// x*_N with its standard error.
    public func optimum(width: Double) -> (value: Double, error: Double) {
        (optimum.value + slope.value / width, hypotenuse(optimum.error, slope.error / width))
    }
}
