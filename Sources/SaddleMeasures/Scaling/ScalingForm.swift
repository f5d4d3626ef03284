import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A law for the loss against a size x.
public enum ScalingForm: String, Sendable, CaseIterable {
    /// A x^{−α}
    case power
    /// L∞ + A x^{−α}
    case powerWithLimit = "power_with_limit"
    /// L∞ + A/x: what every quantity does that has a limit of which it is a smooth function of 1/x.
    case inverse
    /// A (x/x₀)^{−α} up to x₀, A (x/x₀)^{−β} beyond.
    case broken

    public var parameters: Int {
        switch self {
        case .power, .inverse: 2
        case .powerWithLimit: 3
        case .broken: 4
        }
    }
}

/// One form fitted to one table.
public struct ScalingLaw: Sendable, Equatable {
    public let form: ScalingForm
    /// α; beyond the crossover of a broken law `lateExponent`.
    public let exponent: Double
    /// A
    public let amplitude: Double
    /// L∞; 0 for forms without one.
    public let limit: Double
    public let crossover: Double?
    public let lateExponent: Double?
    /// Σ w (L − law)²
    public let residual: Double

    public func callAsFunction(_ x: Double) -> Double {
        if let crossover, let lateExponent {
            return amplitude * pow(x / crossover, x < crossover ? -exponent : -lateExponent)
        }
        return limit + amplitude * pow(x, -exponent)
    }

    /// Least squares with weights w = 1/(error)², or 1/L² (equal relative errors) if errors are unknown.
    ///
    /// Laws are linear in A and L∞ for a given exponent, so that only the exponent is searched for: on a grid from 0.01 to 8,
    /// then by golden sections. The pure power law is fitted in the same way, not to logarithms.
    public init(_ form: ScalingForm, sizes: [Double], losses: [Double], weights: [Double]) {
        self.form = form
        let data = WeightedLosses(sizes: sizes, losses: losses, weights: weights)
        switch form {
        case .power, .powerWithLimit:
            let hasLimit = form == .powerWithLimit
            exponent = Self.search(from: 0.01, to: 8, isGeometric: true) { data.fit(exponent: $0, hasLimit: hasLimit).residual }
            (amplitude, limit, residual) = data.fit(exponent: exponent, hasLimit: hasLimit)
            (crossover, lateExponent) = (nil, nil)
        case .inverse:
            exponent = 1
            (amplitude, limit, residual) = data.fit(exponent: 1, hasLimit: true)
            (crossover, lateExponent) = (nil, nil)
        case .broken:
            // Two sizes at least on each side.
            let (low, high) = (log(sizes[1]), log(sizes[sizes.count - 2]))
            let place = exp(
                Self.search(from: low, to: max(high, low + 1e-9), isGeometric: false) { data.broken(at: exp($0)).residual })
            let found = data.broken(at: place)
            (exponent, lateExponent, amplitude, residual) = (found.early, found.late, found.amplitude, found.residual)
            (crossover, limit) = (place, 0)
        }
    }

    private static func search(
        from low: Double, to high: Double, isGeometric: Bool, _ residual: (Double) -> Double
    ) -> Double {
        let count = 60
        func place(_ k: Int) -> Double {
            let share = Double(k) / Double(count)
            return isGeometric ? low * pow(high / low, share) : low + (high - low) * share
        }
        let best = (0...count).min { residual(place($0)) < residual(place($1)) }!
        return minimum(of: residual, from: place(max(best - 1, 0)), to: place(min(best + 1, count)), tolerance: 1e-7)
    }
}

/// The sums behind a fit.
private struct WeightedLosses {
    let sizes, losses, weights: [Double]

    func fit(exponent: Double, hasLimit: Bool) -> (amplitude: Double, limit: Double, residual: Double) {
        // In units of the geometric middle of the sizes, so that sums stay of one order.
        let unit = (sizes.first! * sizes.last!).squareRoot()
        var (w, f, ff, l, fl) = (0.0, 0.0, 0.0, 0.0, 0.0)
        let powers = sizes.map { pow($0 / unit, -exponent) }
        for i in sizes.indices {
            w += weights[i]
            f += weights[i] * powers[i]
            ff += weights[i] * powers[i] * powers[i]
            l += weights[i] * losses[i]
            fl += weights[i] * powers[i] * losses[i]
        }
        let determinant = w * ff - f * f
        let scaled = hasLimit ? (w * fl - f * l) / determinant : fl / ff
        let limit = hasLimit ? (l - scaled * f) / w : 0
        let residual = sizes.indices.reduce(0.0) {
            let miss = losses[$1] - limit - scaled * powers[$1]
            return $0 + weights[$1] * miss * miss
        }
        return (scaled * pow(unit, exponent), limit, residual)
    }

    /// A continuous line with a bend in log L against log x, by weights of relative errors.
    func broken(at crossover: Double) -> (early: Double, late: Double, amplitude: Double, residual: Double) {
        var normal = Matrix(rows: 3, columns: 3)
        var right = [0.0, 0, 0]
        func row(_ i: Int) -> [Double] {
            let u = log(sizes[i] / crossover)
            return [1, min(u, 0), max(u, 0)]
        }
        for i in sizes.indices {
            let (terms, weight) = (row(i), weights[i] * losses[i] * losses[i])
            for a in 0..<3 {
                right[a] += weight * terms[a] * log(losses[i])
                for b in 0..<3 { normal[a, b] += weight * terms[a] * terms[b] }
            }
        }
        guard let factor = try? normal.cholesky() else { return (0, 0, 1, .infinity) }
        var solution = Matrix(rows: 1, columns: 3, elements: right)
        solution.solveRight(upper: factor)
        solution.solveRight(upperTransposed: factor)
        let c = solution.elements
        let residual = sizes.indices.reduce(0.0) { sum, i in
            let terms = row(i)
            let miss = log(losses[i]) - c[0] - c[1] * terms[1] - c[2] * terms[2]
            return sum + weights[i] * losses[i] * losses[i] * miss * miss
        }
        return (-c[1], -c[2], exp(c[0]), residual)
    }
}
