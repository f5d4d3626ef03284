import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How fine a grid and how many terms the Hermite series of an activation need up to a given variance.
struct HermiteResolution: Sendable, Equatable {
    let spacing: Double
    /// Terms of the series, at least 2.
    let terms: Int

    /// Squares of omitted coefficients, relative to all: what the series aims at, and what it must reach.
    static let aim = 1e-13, requirement = 1e-10
    private static let finest = 0x1p-8, mostOrders = 8192

    /// Whether the terms are all that count; without a grid they are the first of many.
    var isComplete: Bool { spacing > 0 }

    static func coarsest(_ a: HermiteResolution, _ b: HermiteResolution) -> HermiteResolution {
        HermiteResolution(spacing: min(a.spacing, b.spacing), terms: max(a.terms, b.terms))
    }

    /// A number of terms, from panels that are not on a grid.
    init(terms: Int) { self.init(spacing: 0, terms: terms) }

    private init(spacing: Double, terms: Int) {
        self.spacing = spacing
        self.terms = terms
    }

    /// Doubles the grid until the coefficients of φ′ no longer change, and the orders until Parseval's sum is complete, on the
    /// whole line without use of symmetry.
    init(_ activation: Activation, _ shape: HermiteShape, variance: Double) throws(KernelError) {
        var spacing = 0.25, orders = 64
        var coarse = try Expansion(activation, variance, spacing, orders)
        while true {
            let fine = try Expansion(activation, variance, spacing / 2, orders)
            let change = fine.distance(to: coarse)
            let missing = fine.missing(shape), last = missing.last ?? .infinity
            if !(change <= 2e-14) {
                spacing /= 2
                coarse = fine
                if spacing < Self.finest {
                    throw .seriesNotConverged(activation: activation.name, variance: variance, error: change)
                }
            } else if last <= Self.aim || 2 * orders > Self.mostOrders {
                guard last <= Self.requirement else {
                    throw .seriesNotConverged(activation: activation.name, variance: variance, error: last)
                }
                let aim = max(last, Self.aim)
                self.init(spacing: spacing, terms: 2 + missing.prefix { $0 > aim }.count)
                return
            } else {
                orders *= 2
                coarse = try Expansion(activation, variance, spacing, orders)
            }
        }
    }
}

/// The Hermite coefficients of φ′(√q u), the mean of φ and both mean squares.
private struct Expansion {
    let variance: Double
    let mean: Double
    let coefficients: [Double]
    let square: Double
    let slopeSquare: Double

    init(_ activation: Activation, _ variance: Double, _ spacing: Double, _ orders: Int) throws(KernelError) {
        let grid = HermiteGrid(spacing: spacing, isHalved: false)
        let root = variance.squareRoot()
        let x = Matrix(rows: grid.nodes.count, columns: 1) { i, _ in root * grid.nodes[i] }
        let (value, slope) = activation.valueAndDerivative(x)
        func average(_ f: (Int) -> Double) -> Double { grid.nodes.indices.reduce(0) { $0 + grid.weights[$1] * f($1) } }
        self.variance = variance
        mean = average { value[$0, 0] }
        square = average { value[$0, 0] * value[$0, 0] }
        slopeSquare = average { slope[$0, 0] * slope[$0, 0] }
        var polynomials = WeightedHermite(grid)
        coefficients = (0..<orders).map { n in
            if n > 0 { polynomials.advance() }
            return polynomials.average(slope.elements)
        }
        // A mean square that is still growing at the ends of the grid does not exist.
        let ends = [0, grid.nodes.count - 1].map { k in
            grid.weights[k]
                * max(value[k, 0] * value[k, 0] / max(square, 1e-300), slope[k, 0] * slope[k, 0] / max(slopeSquare, 1e-300))
        }
        guard square.isFinite && slopeSquare.isFinite && ends.allSatisfy({ $0 <= 1e-16 }) else {
            throw .unboundedMoment(activation: activation.name, variance: variance)
        }
    }

    func distance(to other: Expansion) -> Double {
        let scale = max(slopeSquare.squareRoot(), .leastNormalMagnitude)
        let slopes = zip(coefficients, other.coefficients).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale
        let size = max(square.squareRoot(), .leastNormalMagnitude)
        return max(slopes, abs(mean - other.mean) / size, abs(slopeSquare - other.slopeSquare) / (scale * scale))
    }

    /// 1 − Parseval's sum, of φ or φ′ whichever is larger, with 2, 3, … terms of that shape.
    func missing(_ shape: HermiteShape) -> [Double] {
        var (value, slope) = (mean * mean, 0.0)
        var result: [Double] = []
        for term in 1..<shape.terms(upTo: coefficients.count) {
            let n = shape.order(term), d = coefficients[n - 1]
            slope += d * d
            value += variance / Double(n) * d * d
            result.append(max(square > 0 ? 1 - value / square : 0, slopeSquare > 0 ? 1 - slope / slopeSquare : 0))
        }
        return result
    }
}
