/// Ordinary differential equations dy/dt = F(y) by the pair of Dormand and Prince of orders 5 and 4, with steps as long as the tolerance allows.
///
/// - Note: Each step errs by less than `tolerance` of the largest component's size; errors of an unstable flow grow with it.
public struct DormandPrince: Sendable {
    public var tolerance: Double
    /// More steps than this mean that the flow cannot be followed.
    public var mostSteps: Int

    public init(tolerance: Double = 1e-10, mostSteps: Int = 1_000_000) {
        precondition(tolerance > 0 && mostSteps > 0, "tolerance \(tolerance), \(mostSteps) steps")
        (self.tolerance, self.mostSteps) = (tolerance, mostSteps)
    }

    /// The state at each of the ascending times, the first of which is where it starts.
    ///
    /// - Returns: fewer states than times if the flow left the range of numbers or took too many steps.
    public func states(from start: [Double], at times: [Double], _ rate: ([Double]) -> [Double]) -> [[Double]] {
        precondition(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 }, "times descend")
        var y = start, states = times.isEmpty ? [] : [start], slope = rate(start)
        var h = Double.infinity, steps = 0
        for (begin, end) in zip(times, times.dropFirst()) {
            var t = begin
            while t < end {
                let rest = end - t, size = y.reduce(0) { max($0, abs($1)) }, fastest = slope.reduce(0) { max($0, abs($1)) }
                if h == .infinity { h = fastest > 0 ? 1e-3 * max(size, 1e-300) / fastest : rest }
                let step = min(h, rest), trial = Self.step(y, slope, step, rate)
                let scale = max(size, trial.state.reduce(0) { max($0, abs($1)) })
                let error = scale > 0 ? trial.error / (tolerance * scale) : 0
                steps += 1
                guard error.isFinite, trial.state.allSatisfy(\.isFinite), steps < mostSteps else { return states }
                if error <= 1 {
                    (y, slope) = (trial.state, trial.slope)
                    t = step == rest ? end : t + step
                }
                let factor = error > 0 ? 0.9 * Self.fifthRoot(1 / error) : 5
                if error > 1 || step == h { h = step * min(max(factor, 0.2), 5) }
            }
            states.append(y)
        }
        return states
    }

    private static func fifthRoot(_ x: Double) -> Double {
        var root = 1.0
        // Newton's iteration; a few digits are enough to choose a step.
        for _ in 0..<60 { root = (4 * root + x / (root * root * root * root)) / 5 }
        return root
    }

    private static let stages: [[Double]] = [
        [1.0 / 5], [3.0 / 40, 9.0 / 40], [44.0 / 45, -56.0 / 15, 32.0 / 9],
        [19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729],
        [9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656],
        [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84],
    ]
    /// Fifth order minus fourth.
    private static let differences: [Double] = [
        71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40,
    ]

    private static func step(
        _ y: [Double], _ slope: [Double], _ h: Double, _ rate: ([Double]) -> [Double]
    ) -> (state: [Double], slope: [Double], error: Double) {
        var slopes = [slope], state = y
        for weights in stages {
            state = y.indices.map { i in y[i] + h * zip(weights, slopes).reduce(0) { $0 + $1.0 * $1.1[i] } }
            slopes.append(rate(state))
        }
        let error = y.indices.reduce(0) { largest, i in
            max(largest, abs(h * zip(differences, slopes).reduce(0) { $0 + $1.0 * $1.1[i] }))
        }
        return (state, slopes[6], error)
    }
}
