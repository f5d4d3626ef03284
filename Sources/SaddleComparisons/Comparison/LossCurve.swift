#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A loss against time, and when it first comes to a level.
struct LossCurve {
    private let steps, values, errors: [Double]
    private let spread: [Double]?
    /// At each time, those of Fritsch and Carlson: harmonic means of neighbouring secants where these agree in sign, else 0.
    private let slopes: [Double]

    init(_ steps: [Int], _ values: [Double], errors: [Double], spread: [Double]? = nil) {
        let t = steps.map(Double.init)
        (self.steps, self.values, self.errors, self.spread) = (t, values, errors, spread)
        let secants = t.indices.dropLast().map { (values[$0 + 1] - values[$0]) / (t[$0 + 1] - t[$0]) }
        slopes = t.indices.map { i in
            guard i > 0, i < secants.count else { return secants.isEmpty ? 0 : secants[min(i, secants.count - 1)] }
            let (a, b) = (secants[i - 1], secants[i]), (h, k) = (t[i] - t[i - 1], t[i + 1] - t[i])
            return a * b > 0 ? 3 * (h + k) / ((2 * k + h) / a + (k + 2 * h) / b) : 0
        }
    }

    /// - Parameters:
    ///   - error: of the level.
    ///   - start: from which steps are counted.
    func delay(to level: Double, error: Double, from start: Double) -> StepsLost.Delay {
        guard let i = values.firstIndex(where: { $0 <= level }) else { return .init() }
        if i == 0 { return .init(steps: -start) }
        let k = i - 1, length = steps[i] - steps[k], fall = values[k] - values[i]
        var low = 0.0, high = 1.0
        while high - low > 1e-12 {
            let middle = 0.5 * (low + high)
            if cubic(k, middle) > level { low = middle } else { high = middle }
        }
        let straight = (values[k] - level) / fall
        func between(_ numbers: [Double]) -> Double { numbers[k] + high * (numbers[i] - numbers[k]) }
        let whole = hypot(hypot(error, between(errors)) * length / fall, (high - straight) * length)
        return .init(
            steps: steps[k] + high * length - start, error: whole.isFinite ? whole : nil,
            spread: spread.map { between($0) * length / fall }.flatMap { $0.isFinite ? $0 : nil })
    }

    /// Between times k and k + 1, at a fraction of the way.
    private func cubic(_ k: Int, _ x: Double) -> Double {
        let h = steps[k + 1] - steps[k], y = 1 - x
        return values[k] * (1 + 2 * x) * y * y + values[k + 1] * (3 - 2 * x) * x * x
            + h * (slopes[k] * x * y * y - slopes[k + 1] * x * x * y)
    }
}
