import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The Hermite coefficients of an activation at many variances.
///
///     aₙ(q) = E φ(√q u) heₙ(u) = √(q/n) dₙ₋₁(q),   dₙ(q) = E φ′(√q u) heₙ(u)
///     E φ(u)φ(v) = Σₙ aₙ(q) aₙ(q′) cⁿ,   E φ′(u)φ′(v) its derivative by the covariance     (Mehler; Price)
///
/// All dₙ come from one matrix product. They are taken of φ′, since aₙ of φ would lose φ′ at small variances beside φ(0).
struct HermiteSeries: Sendable {
    let shape: HermiteShape
    let resolution: HermiteResolution
    /// Points × terms.
    let coefficients: Matrix
    /// E φ² and E φ′², by Parseval.
    let values: [Double]
    let slopes: [Double]
    /// Largest relative sum of squares of the terms m, m + 1, …, over all points: of φ and of φ′. The last is what all terms leave
    /// out, zero up to rounding unless there are kinks.
    let valueTails: [Double]
    let slopeTails: [Double]
    /// Where Parseval's sum of φ′ lacks most of the mean square, and how much.
    let worst: (variance: Double, error: Double)?

    /// Variances below this are taken for zero: aₙ(q)/√q then are the limits.
    static let smallestVariance = 1e-200

    init(
        _ activation: Activation, _ shape: HermiteShape, variances: [Double], resolution: HermiteResolution
    ) throws(KernelError) {
        self.init(unchecked: activation, shape, variances: variances, resolution: resolution)
        if let worst, !(worst.error <= HermiteResolution.requirement) {
            throw .seriesNotConverged(activation: activation.name, variance: worst.variance, error: worst.error)
        }
    }

    init(
        shape: HermiteShape, resolution: HermiteResolution, coefficients: Matrix, values: [Double], slopes: [Double],
        valueTails: [Double], slopeTails: [Double]
    ) {
        self.shape = shape
        self.resolution = resolution
        self.coefficients = coefficients
        self.values = values
        self.slopes = slopes
        self.valueTails = valueTails
        self.slopeTails = slopeTails
        worst = nil
    }

    private init(
        unchecked activation: Activation, _ shape: HermiteShape, variances: [Double], resolution: HermiteResolution
    ) {
        self.shape = shape
        self.resolution = resolution
        let terms = resolution.terms
        let orders = (1..<terms).map { shape.order($0) - 1 }
        let grid = HermiteGrid(spacing: resolution.spacing, isHalved: shape.isHalved), basis = grid.basis(orders: orders)
        let chunk = 256, chunks = (variances.count + chunk - 1) / chunk
        let parts = Threads.map(chunks) { c in
            Part(activation, shape, variances[c * chunk..<min((c + 1) * chunk, variances.count)], grid, basis)
        }
        var coefficients = Matrix(rows: variances.count, columns: terms)
        for (c, part) in parts.enumerated() {
            for term in 0..<terms {
                let start = term * variances.count + c * chunk
                let source = part.coefficients
                coefficients.elements.replaceSubrange(
                    start..<start + source.rows, with: source.elements[term * source.rows..<(term + 1) * source.rows])
            }
        }
        self.coefficients = coefficients
        values = parts.flatMap(\.values)
        slopes = parts.flatMap(\.slopes)
        func largest(_ tails: (Part) -> [Double]) -> [Double] {
            parts.reduce([Double](repeating: 0, count: terms + 1)) { zip($0, tails($1)).map { max($0, $1) } }
        }
        // The first of those that are not even numbers, else the largest.
        worst = parts.compactMap(\.worst).reduce(nil) { worst, next in
            guard let worst else { return next }
            return worst.error.isNaN || next.error <= worst.error ? worst : next
        }
        valueTails = largest(\.valueTails)
        slopeTails = largest(\.slopeTails)
    }

    /// The same at a resolution that serves both.
    func matching(_ other: HermiteSeries, _ activation: Activation, variances: [Double]) -> HermiteSeries {
        let common = HermiteResolution.coarsest(resolution, other.resolution)
        // A finer resolution than one that served needs no check.
        return common == resolution
            ? self : HermiteSeries(unchecked: activation, shape, variances: variances, resolution: common)
    }

    /// `reach[m]`: the largest |c| at which the first m terms leave out less than `tolerance` of √(E φ² E φ²) and √(E φ′² E φ′²).
    func reaches(with other: HermiteSeries, tolerance: Double) -> [Double] {
        (0...resolution.terms).map { m in
            if m == resolution.terms && resolution.isComplete { return .infinity }
            if m < 2 { return -1 }
            let order = Double(shape.order(m))
            let value = (valueTails[m] * other.valueTails[m]).squareRoot()
            let slope = (slopeTails[m] * other.slopeTails[m]).squareRoot()
            return min(pow(tolerance / value, 1 / order), pow(tolerance / slope, 1 / (order - 1)))
        }
    }
}

/// The coefficients of some of the points.
private struct Part: Sendable {
    let coefficients: Matrix
    private(set) var values: [Double]
    private(set) var slopes: [Double]
    private(set) var valueTails: [Double]
    private(set) var slopeTails: [Double]
    /// Where Parseval's sum of φ′ is least complete, and what it lacks.
    let worst: (variance: Double, error: Double)?

    init(_ activation: Activation, _ shape: HermiteShape, _ variances: ArraySlice<Double>, _ grid: HermiteGrid, _ basis: Matrix) {
        let q = variances.map { max($0, HermiteSeries.smallestVariance) }, roots = q.map { $0.squareRoot() }
        let terms = basis.columns + 1, count = q.count
        let x = Matrix(rows: count, columns: grid.nodes.count) { roots[$0] * grid.nodes[$1] }
        var (value, slope) = activation.valueAndDerivative(x)
        let linear = shape.linearPart
        if linear != 0 {
            value.add(x, scale: -linear)
            for k in slope.elements.indices { slope.elements[k] -= linear }
        }
        let weights = Matrix(rows: grid.weights.count, columns: 1, elements: grid.weights)
        var a = shape.isOddBesideConstant ? Matrix(rows: count, columns: 1, repeating: shape.valueAtZero) : value * weights
        for (i, variance) in variances.enumerated() where variance == 0 { a[i, 0] = shape.valueAtZero }
        a.appendColumns(of: slope * basis)
        if shape.isEvenBesideLinear { for i in 0..<count { a[i, 1] = linear } }
        values = a.elements[..<count].map { $0 * $0 }
        slopes = [Double](repeating: 0, count: count)
        for term in 1..<terms {
            let n = Double(shape.order(term))
            for i in 0..<count {
                slopes[i] += a[i, term] * a[i, term]
                a[i, term] *= roots[i] / n.squareRoot()
                values[i] += a[i, term] * a[i, term]
            }
        }
        for (i, variance) in variances.enumerated() where variance == 0 { values[i] = shape.valueAtZero * shape.valueAtZero }
        coefficients = a

        let slopeSquares = slope.elements.map { $0 * $0 }
        let squares = (Matrix(rows: count, columns: grid.nodes.count, elements: slopeSquares) * weights).elements
        worst = zip(variances, zip(squares, slopes)).map { variance, sums in
            let square = sums.0 + linear * linear
            return (variance: variance, error: square > 0 ? abs(1 - sums.1 / square) : 0)
        }.max { $0.error < $1.error }

        (valueTails, slopeTails) = ([Double](repeating: 0, count: terms + 1), [Double](repeating: 0, count: terms + 1))
        var (valueSums, slopeSums) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
        for term in (1..<terms).reversed() {
            let n = Double(shape.order(term))
            for i in 0..<count {
                let square = a[i, term] * a[i, term]
                valueSums[i] += square
                slopeSums[i] += n / q[i] * square
                if values[i] > 0 { valueTails[term] = max(valueTails[term], valueSums[i] / values[i]) }
                if slopes[i] > 0 { slopeTails[term] = max(slopeTails[term], slopeSums[i] / slopes[i]) }
            }
        }
    }
}
