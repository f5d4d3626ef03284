#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Stiff equations dy/dt = F(t, y) by an L-stable method of order 3 with an estimate of order 2: ESDIRK3(2) with four stages (the implicit part of ARK3(2)4L[2]SA, Kennedy and Carpenter 2003).
///
///     k_i = F(t + c_i h, y + h Σ_{j≤i} a_ij k_j),   a_ii = γ,   y⁺ = the last stage
///
/// Every stage is found by Newton's iteration with one inverse of 1 − hγJ a step; J comes from differences of F. Components that decay fast are damped in one step, whatever h is.
/// For tens of variables: a step costs n evaluations for J and n³ for the inverse.
public struct ImplicitIntegrator: Sendable {
    /// Error of a step allowed relative to a component.
    public var relative: Double
    /// Error of a step allowed whatever a component is.
    public var absolute: Double
    /// Steps at most, those that were repeated included.
    public var mostSteps: Int

    /// An integrator with these tolerances, both above 0.
    public init(relative: Double = 1e-6, absolute: Double = 1e-9, mostSteps: Int = 100_000) {
        precondition(relative > 0 && absolute > 0 && mostSteps > 0, "tolerances \(relative), \(absolute)")
        (self.relative, self.absolute, self.mostSteps) = (relative, absolute, mostSteps)
    }

    static let gamma = 1767732205903.0 / 4055673282236
    static let stages: [[Double]] = [
        [], [gamma], [2746238789719.0 / 10658868560708, -640167445237.0 / 6845629431997],
        [1471266399579.0 / 7840856788654, -4482444167858.0 / 7529755066697, 11266239266428.0 / 11593286722821],
    ]
    static let nodes: [Double] = [0, 2 * gamma, 3.0 / 5, 1]
    static let errors: [Double] = [
        stages[3][0] - 2756255671327.0 / 12835298489170, stages[3][1] + 10771552573575.0 / 22201958757719,
        stages[3][2] - 9247589265047.0 / 10645013368117, gamma - 2193209047091.0 / 5459859503100,
    ]

    /// The state at each of the ascending times, the first of which is where it starts.
    ///
    /// - Throws: ``IntegrationError``.
    public func solve(
        from start: [Double], at times: [Double], shouldStop: () -> Bool = { false }, _ rate: RateFunction
    ) throws -> AdaptiveIntegrator.Solution {
        precondition(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 } && !times.isEmpty, "times must ascend")
        var solution = AdaptiveIntegrator.Solution(times: [times[0]], states: [start])
        var (t, y) = (times[0], start)
        func f(_ t: Double, _ y: [Double]) -> [Double] {
            solution.evaluations += 1
            return [Double](unsafeUninitializedCapacity: y.count) { out, count in
                y.withUnsafeBufferPointer { rate(t, $0.baseAddress!, out.baseAddress!) }
                count = y.count
            }
        }
        let end = times.last!
        var h = min(1e-4 * (end - t), 1e-2)
        for time in times.dropFirst() {
            while t < time {
                if solution.steps + solution.rejected >= mostSteps {
                    throw IntegrationError(kind: .tooManySteps(mostSteps), time: t, solution: solution)
                }
                if shouldStop() { throw CancellationError() }
                let step = min(h, time - t)
                let k0 = f(t, y)
                guard let (new, error) = self.step(t, step, y, k0, f), error.isFinite, error <= 1 else {
                    solution.rejected += 1
                    h = step / 3
                    if h < 1e-14 * max(abs(t), 1e-3 * end) { throw IntegrationError(kind: .blowUp, time: t, solution: solution) }
                    continue
                }
                solution.steps += 1
                t = step == time - t ? time : t + step
                y = new
                h = step * min(max(0.9 * pow(max(error, 1e-10), -1.0 / 3), 0.2), 5)
            }
            solution.times.append(time)
            solution.states.append(y)
        }
        return solution
    }

    /// One step; nil where Newton's iteration does not converge.
    func step(
        _ t: Double, _ h: Double, _ y: [Double], _ k0: [Double], _ f: (Double, [Double]) -> [Double]
    ) -> (state: [Double], error: Double)? {
        let n = y.count, γ = Self.gamma
        var matrix = Matrix.identity(n)
        for j in 0..<n {
            let δ = 1e-7 * max(abs(y[j]), absolute / relative, 1e-12)
            var moved = y
            moved[j] += δ
            let column = f(t, moved)
            for i in 0..<n { matrix[i, j] -= h * γ * (column[i] - k0[i]) / (moved[j] - y[j]) }
        }
        guard let inverse = try? matrix.inverse() else { return nil }
        func solve(_ b: [Double]) -> [Double] { (inverse * Matrix(rows: n, columns: 1, elements: b)).elements }
        func scale(_ i: Int) -> Double { absolute + relative * abs(y[i]) }
        var slopes = [k0], state = y
        for s in 1..<4 {
            let base = (0..<n).map { i in y[i] + h * (0..<s).reduce(0.0) { $0 + Self.stages[s][$1] * slopes[$1][i] } }
            var k = slopes[s - 1], isConverged = false, last = Double.infinity
            for _ in 0..<12 {
                state = (0..<n).map { base[$0] + h * γ * k[$0] }
                let value = f(t + Self.nodes[s] * h, state)
                let change = solve((0..<n).map { value[$0] - k[$0] })
                for i in 0..<n { k[i] += change[i] }
                let size = ((0..<n).reduce(0.0) { $0 + pow(h * γ * change[$1] / scale($1), 2) } / Double(n)).squareRoot()
                if !size.isFinite || size > 2 * last { return nil }
                last = size
                if size < 1e-3 {
                    isConverged = true
                    break
                }
            }
            if !isConverged { return nil }
            state = (0..<n).map { base[$0] + h * γ * k[$0] }
            slopes.append(k)
        }
        // Damped as the method damps: the raw estimate would be large for components that have decayed.
        let raw = (0..<n).map { i in h * (0..<4).reduce(0.0) { $0 + Self.errors[$1] * slopes[$1][i] } }
        let error = solve(raw)
        return (state, ((0..<n).reduce(0.0) { $0 + pow(error[$1] / scale($1), 2) } / Double(n)).squareRoot())
    }
}
