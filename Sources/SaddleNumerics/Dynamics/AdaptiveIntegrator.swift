#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Ordinary differential equations dy/dt = F(t, y) by an explicit pair, with steps as long as the tolerance allows.
///
///     h⁺ = h · 0.9 · err_n^{−0.7/p} err_{n−1}^{0.4/p},   err = rms_i |error_i|/(absolute + relative · max(|y_i|, |y⁺_i|))
///
/// with p the lower order plus one (PI control, Gustafsson 1991), steps repeated where err > 1. Steps end at the times that are asked for, unless ``isDense``: then states between steps are cubic
/// polynomials through both ends and their slopes, of third order, by which events are found too.
public struct AdaptiveIntegrator: Sendable {
    /// The pair that makes steps and their errors.
    public var method: RungeKutta
    /// Error of a step allowed relative to a component.
    public var relative: Double
    /// Error of a step allowed whatever a component is.
    public var absolute: Double
    /// Steps at most, those that were repeated included.
    public var mostSteps: Int
    /// Whether steps pass over the times that are asked for, whose states are then interpolated.
    public var isDense = false

    /// An integrator that ends steps at the times asked for.
    ///
    /// - Precondition: `relative` > 0, `absolute` ≥ 0, `mostSteps` > 0.
    public init(_ method: RungeKutta = .tsit5, relative: Double = 1e-8, absolute: Double = 1e-10, mostSteps: Int = 1_000_000) {
        precondition(relative > 0 && absolute >= 0 && mostSteps > 0, "tolerances \(relative), \(absolute)")
        (self.method, self.relative, self.absolute, self.mostSteps) = (method, relative, absolute, mostSteps)
    }

    /// Something that happens where a function of time and state changes its sign.
    public struct Event: Sendable {
        /// Of time and state; the event happens where it changes its sign.
        public var function: @Sendable (Double, [Double]) -> Double
        /// +1: only from below, −1: only from above, 0: both.
        public var direction: Int
        /// Whether the integration ends there.
        public var isFinal: Bool

        /// An event at the zeros of a function of time and state.
        public init(direction: Int = 0, isFinal: Bool = false, _ function: @escaping @Sendable (Double, [Double]) -> Double) {
            (self.function, self.direction, self.isFinal) = (function, direction, isFinal)
        }
    }

    /// What an integration reached, and what it cost.
    public struct Solution: Sendable {
        /// Those that were reached, and the states there.
        public var times: [Double] = []
        /// The state at each of `times`.
        public var states: [[Double]] = []
        /// Where events happened: which, when, and the state.
        public var events: [(event: Int, time: Double, state: [Double])] = []
        /// Steps that were taken.
        public var steps = 0
        /// Steps that were repeated with a shorter one.
        public var rejected = 0
        /// Calls of F.
        public var evaluations = 0
    }

    /// The state at each of the ascending times, the first of which is where it starts.
    ///
    /// - Throws: ``IntegrationError``, which holds what was reached.
    public func solve(
        from start: [Double], at times: [Double], events: [Event] = [], shouldStop: () -> Bool = { false }, _ rate: RateFunction
    ) throws -> Solution {
        precondition(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 } && !times.isEmpty, "times must ascend")
        var solution = Solution(times: [times[0]], states: [start])
        var (t, y, next) = (times[0], start, 1)
        let end = times.last!, n = start.count, power = Double(method.lowerOrder + 1)
        while next < times.count, times[next] == t {
            solution.times.append(t)
            solution.states.append(y)
            next += 1
        }
        if next == times.count || n == 0 { return solution }
        var work = RungeKuttaWorkspace(method, dimension: n), lastError = 1.0, stiffSteps = 0
        work.begin(t, y, rate)
        solution.evaluations += 1
        var h = firstStep(y, work.slopes, upTo: end - t), signs = events.map { $0.function(t, y) }
        func failure(_ kind: IntegrationError.Kind) -> IntegrationError {
            IntegrationError(kind: kind, time: t, solution: solution)
        }
        while t < end {
            if solution.steps + solution.rejected >= mostSteps { throw failure(.tooManySteps(mostSteps)) }
            if shouldStop() { throw CancellationError() }
            let target = isDense ? end : times[next], step = min(h, target - t)
            let before = Array(work.slopes.prefix(n))
            work.step(t, step, y, rate)
            solution.evaluations += method.stages.count
            var squares = 0.0
            for i in 0..<n {
                let scale = absolute + relative * max(abs(y[i]), abs(work.trial[i]))
                let e = step * work.error(i)
                squares += scale > 0 ? e / scale * (e / scale) : (e == 0 ? 0 : .infinity)
            }
            let error = (squares / Double(n)).squareRoot()
            guard error.isFinite, error <= 1 else {
                solution.rejected += 1
                h = step * (error.isFinite ? max(0.9 * pow(error, -1 / power), 0.2) : 0.1)
                if h < 1e-14 * max(abs(t), end * 1e-3) { throw failure(.blowUp) }
                continue
            }
            let newTime = step == target - t ? target : t + step, newState = work.trial
            guard newTime > t, newState.allSatisfy(\.isFinite) else { throw failure(.blowUp) }
            if method.isFirstSameAsLast {
                stiffSteps = isStiff(work, step) ? stiffSteps + 1 : 0
                if stiffSteps >= 200 { throw failure(.stiff(method.name)) }
                work.shift()
            } else {
                work.begin(newTime, newState, rate)
                solution.evaluations += 1
            }
            let piece = CubicPiece(t, step, y, newState, before, Array(work.slopes.prefix(n)))
            for (k, event) in events.enumerated() {
                let value = event.function(newTime, newState), old = signs[k]
                signs[k] = value
                guard old != 0, (old < 0) != (value < 0), event.direction == 0 || (event.direction > 0) == (old < 0) else {
                    continue
                }
                let found = bracketedRoot(t, newTime) { event.function($0, piece.state(at: $0)) }
                solution.events.append((k, found, piece.state(at: found)))
                if event.isFinal {
                    while next < times.count, times[next] <= found {
                        solution.times.append(times[next])
                        solution.states.append(piece.state(at: times[next]))
                        next += 1
                    }
                    return solution
                }
            }
            solution.steps += 1
            (t, y) = (newTime, newState)
            while next < times.count, times[next] <= t {
                solution.times.append(times[next])
                solution.states.append(times[next] == t ? y : piece.state(at: times[next]))
                next += 1
            }
            let factor = 0.9 * pow(max(error, 1e-10), -0.7 / power) * pow(max(lastError, 1e-10), 0.4 / power)
            // A step that was cut short says little of the next.
            h = max(step * min(max(factor, 0.2), 5), step < h ? h : 0)
            lastError = error
        }
        return solution
    }

    /// The states of ``solve(from:at:events:shouldStop:_:)``, or fewer than times where the solution could not be followed to its end.
    public func states(from start: [Double], at times: [Double], _ rate: RateFunction) -> [[Double]] {
        if times.isEmpty { return [] }
        do {
            return try solve(from: start, at: times, rate).states
        } catch {
            return (error as? IntegrationError)?.solution.states ?? [start]
        }
    }

    private func firstStep(_ y: [Double], _ slope: [Double], upTo rest: Double) -> Double {
        var (size, speed) = (0.0, 0.0)
        for i in y.indices {
            let scale = max(absolute + relative * abs(y[i]), .leastNormalMagnitude)
            size += y[i] / scale * (y[i] / scale)
            speed += slope[i] / scale * (slope[i] / scale)
        }
        let guess = speed > 0 && size > 0 ? 0.01 * (size / speed).squareRoot() : 1e-6 * rest
        return min(max(guess, 1e-12 * rest), rest)
    }

    /// Whether h|λ| is at the border of stability, from the last two stages, both at the end of the step.
    private func isStiff(_ work: RungeKuttaWorkspace, _ h: Double) -> Bool {
        let n = work.dimension, last = work.method.stages.count
        guard last >= 2, work.method.nodes[last - 1] == 1 else { return false }
        var (above, below) = (0.0, 0.0)
        let a = work.method.stages[last - 1], b = work.method.stages[last - 2]
        for i in 0..<n {
            let d = work.slopes[last * n + i] - work.slopes[(last - 1) * n + i]
            above += d * d
            var g = 0.0
            for j in 0..<a.count { g += (a[j] - (j < b.count ? b[j] : 0)) * work.slopes[j * n + i] }
            below += h * g * (h * g)
        }
        return below > 0 && h * (above / below).squareRoot() > 3.25
    }
}

/// A cubic polynomial through both ends of a step and their slopes.
struct CubicPiece {
    let start, length: Double
    let first, last, firstSlope, lastSlope: [Double]

    init(_ start: Double, _ length: Double, _ first: [Double], _ last: [Double], _ firstSlope: [Double], _ lastSlope: [Double]) {
        (self.start, self.length, self.first, self.last) = (start, length, first, last)
        (self.firstSlope, self.lastSlope) = (firstSlope, lastSlope)
    }

    func state(at t: Double) -> [Double] {
        let s = (t - start) / length
        let (h00, h10) = ((1 + 2 * s) * (1 - s) * (1 - s), s * (1 - s) * (1 - s))
        let (h01, h11) = (s * s * (3 - 2 * s), s * s * (s - 1))
        return first.indices.map { i in
            h00 * first[i] + h01 * last[i] + length * (h10 * firstSlope[i] + h11 * lastSlope[i])
        }
    }
}

/// Why a differential equation was not followed to its end.
public struct IntegrationError: Error, CustomStringConvertible {
    /// What went wrong.
    public enum Kind: Sendable, Equatable {
        /// The state leaves the range of numbers, or no step is short enough.
        case blowUp
        /// Steps stay at the border of stability of the method of that name.
        case stiff(String)
        /// So many steps did not suffice.
        case tooManySteps(Int)
    }
    /// What went wrong.
    public let kind: Kind
    /// Where it went wrong.
    public let time: Double
    /// What was reached.
    public let solution: AdaptiveIntegrator.Solution

    public var description: String {
        switch kind {
        case .blowUp: "the solution blows up at time \(time): no step is short enough there"
        case .stiff(let method):
            "stiff at time \(time): the steps of \(method) are limited by stability, not by accuracy; expected method esdirk3, which is implicit"
        case .tooManySteps(let count):
            "not at its end after \(count) steps, at time \(time); a larger tolerance, a shorter time, or method esdirk3 where it is stiff"
        }
    }
}
