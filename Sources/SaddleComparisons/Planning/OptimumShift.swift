import SaddleMeasures
import SaddleNumerics
import SaddleTheory

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Where a loss of networks of width N is lowest in a key of the study, by theory at order 1/N:
///
///     y_N(x) = y∞(x) + r(x)/N,   y = ln L,  r = b/L∞;      x*_N = x* + s/N,   s = −r′(x*)/y∞″(x*)
///
/// with x the logarithm of the key and L_N = L∞ + b/N. Around the lowest L∞ a cubic is fitted to y∞, as to losses of networks (``TransferFit``), and a
/// parabola to r; where L∞ is not positive, to L∞ and b themselves. Errors are those of a parametric bootstrap, with the errors of theory at different x
/// taken as independent.
public struct OptimumShift: Sendable {
    /// x* and s, with standard errors.
    public let optimum, slope: (value: Double, error: Double)

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
        let isLogarithmic = limits.allSatisfy { $0.value > 0 }
        let y = limits.map { isLogarithmic ? log($0.value) : $0.value }
        let window = Self.window(y, best, isLogarithmic), u = window.map { x[$0] - x[best] }
        let scale = window.map { isLogarithmic ? limits[$0].value : 1 }
        func known(_ error: Double, _ scale: Double) -> Double { max(error / scale, 1e-300) }
        let limit = window.map { y[$0] }, excess = zip(window, scale).map { excesses[$0].value / $1 }
        let limitErrors = zip(window, scale).map { known(limits[$0].error, $1) }
        let excessErrors = zip(window, scale).map { known(excesses[$0].error, $1) }
        func polynomial(_ values: [Double], _ errors: [Double], degree: Int) -> [Double]? {
            let powers = min(degree, u.count - 1)
            let rows = u.indices.map { i in (0...powers).map { pow(u[i], Double($0)) / errors[i] } }
            return LinearFit(rows: rows, zip(values, errors).map { $0 / $1 }).map {
                $0.coefficients + [Double](repeating: 0, count: 3 - powers)
            }
        }
        func solution(_ limit: [Double], _ excess: [Double]) -> (x: Double, s: Double, bend: Double)? {
            guard let l = polynomial(limit, limitErrors, degree: 3), let r = polynomial(excess, excessErrors, degree: 2),
                let place = CubicShape.minimum(l, (u.first!, u.last!))
            else { return nil }
            let bend = 2 * l[2] + 6 * l[3] * place
            return (place, -(r[1] + 2 * r[2] * place) / bend, bend)
        }
        guard let found = solution(limit, excess) else { return nil }
        var stream = RandomStream(seed: seed, .bootstrap, 2)
        let samples = (0..<draws).compactMap { _ in
            solution(
                limit.indices.map { limit[$0] + limitErrors[$0] * stream.normal() },
                excess.indices.map { excess[$0] + excessErrors[$0] * stream.normal() })
        }
        func deviation(_ values: [Double], _ centre: Double) -> Double {
            (values.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / Double(values.count)).squareRoot()
        }
        // Where many draws have no minimum, or quite another bend, that is noise.
        guard samples.count > draws * 9 / 10, found.bend > 3 * deviation(samples.map(\.bend), found.bend) else { return nil }
        optimum = (x[best] + found.x, deviation(samples.map(\.x), found.x))
        slope = (found.s, deviation(samples.map(\.s), found.s))
    }

    /// Places around the lowest that shapes are fitted to: those of a curve of networks.
    private static func window(_ y: [Double], _ best: Int, _ isLogarithmic: Bool) -> [Int] {
        (max(best - RateCurve.reach, 0)...min(best + RateCurve.reach, y.count - 1)).filter {
            abs($0 - best) <= 1 || !isLogarithmic || y[$0] - y[best] <= RateCurve.near
        }
    }

    /// x*_N with its standard error.
    public func optimum(width: Double) -> (value: Double, error: Double) {
        (optimum.value + slope.value / width, hypotenuse(optimum.error, slope.error / width))
    }
}
