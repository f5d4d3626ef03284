// Goals, in this order: errors that were seen on schedules that the law was not fitted to; few numbers. The law is linear in three of its five numbers; the other two are found on
// a grid and refined, so that no start has to be guessed.

import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The loss under any schedule of the learning rate: what the accumulated rate has brought, plus what the noise of the current rate costs.
///
///     L(t) = E + A (τ + τ₀)^{−p} + k η(t),   τ = Σ η
///
/// Stochastic gradient descent at a small rate follows the gradient flow at time τ, and scatters about it by an amount proportional to η. Sources: Qiu et al. 2025, section 4 (the loss
/// at equal τ differs by the rate's noise); Tissue et al. 2024. Fitted by least squares of relative errors.
public struct ScheduleLaw: Sendable {
    /// E, A, τ₀ (in the units of τ) and p.
    public let floor, amplitude, offset, exponent: Double
    /// k; zero for the law without noise.
    public let noise: Double
    /// Relative, root mean square.
    public let deviation: Double

    struct Record: Sendable { let time, rate, loss: Double }

    /// L at accumulated rate τ and current rate η.
    public func callAsFunction(time: Double, rate: Double) -> Double {
        floor + amplitude * pow(time + offset, -exponent) + noise * rate
    }

    /// τ at each step: rates are taken to change linearly between records.
    static func times(_ run: SizedCurves.Run) -> [Double] {
        var time = run.rates[0] * run.steps[0], times = [time]
        for k in run.steps.indices.dropFirst() {
            time += (run.rates[k] + run.rates[k - 1]) / 2 * (run.steps[k] - run.steps[k - 1])
            times.append(time)
        }
        return times
    }

    /// Records that the law is to hold for: past the warm-up and the first tenth, at most so many of a run.
    static func records(_ run: SizedCurves.Run, atMost most: Int = 120) -> [Record] {
        let times = times(run), top = run.rates.max()!, warm = run.rates.firstIndex { $0 >= 0.999 * top } ?? 0
        let first = 0.1 * run.steps.last!
        let kept = run.steps.indices.filter { run.steps[$0] >= first && $0 >= warm }
        let shown = kept.count <= most ? kept : (0..<most).map { kept[$0 * (kept.count - 1) / (most - 1)] }
        return shown.map { Record(time: times[$0], rate: run.rates[$0], loss: run.losses[$0]) }
    }

    /// - Parameter hasNoise: whether k is fitted.
    /// - Returns: nil if rates vary too little for the law to be had.
    init?(_ records: [Record], hasNoise: Bool) {
        guard records.count >= 8, let longest = records.map(\.time).max(), longest > 0 else { return nil }
        func fit(_ p: Double, _ offset: Double) -> (c: [Double], sum: Double)? {
            let count = hasNoise ? 3 : 2, scale = records.map(\.rate).max()!
            let design = records.map { record -> [Double] in
                let all = [1, pow((record.time + offset) / (longest + offset), -p), record.rate / scale]
                return all.prefix(count).map { $0 / record.loss }
            }
            let normal = Matrix(rows: count, columns: count) { i, j in design.reduce(0) { $0 + $1[i] * $1[j] } }
            let right = Matrix(rows: count, columns: 1) { i, _ in design.reduce(0) { $0 + $1[i] } }
            guard let values = try? normal.symmetricEigenvalues(), values[0] > 1e-12 * values[count - 1],
                let solution = try? normal.solving(right)
            else { return nil }
            let c = solution.elements
            let sum = design.reduce(0.0) { sum, row in
                let miss = 1 - zip(row, c).reduce(0) { $0 + $1.0 * $1.1 }
                return sum + miss * miss
            }
            return ([c[0], c[1] * pow(longest + offset, p), count == 3 ? c[2] / scale : 0], sum)
        }
        var best: (p: Double, u: Double, sum: Double)?
        func look(_ p: Double, _ u: Double) {
            guard let found = fit(p, longest * exp(u)), best.map({ found.sum < $0.sum }) ?? true else { return }
            best = (p, u, found.sum)
        }
        for p in [0.1, 0.2, 0.35, 0.5, 0.7, 1, 1.4, 2] { for u in stride(from: -9.0, through: 0, by: 1.5) { look(p, u) } }
        var (stepP, stepU) = (0.2, 0.75)
        for _ in 0..<28 {
            guard let start = best else { return nil }
            for (a, b) in [(1.0, 0.0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)] {
                let p = start.p * exp(a * stepP), u = min(start.u + b * stepU, 2)
                if p > 0.02, p < 6, u > -14 { look(p, u) }
            }
            if best!.sum >= start.sum { (stepP, stepU) = (stepP / 2, stepU / 2) }
        }
        guard let best, let found = fit(best.p, longest * exp(best.u)) else { return nil }
        (floor, amplitude, noise) = (found.c[0], found.c[1], found.c[2])
        (offset, exponent) = (longest * exp(best.u), best.p)
        deviation = (found.sum / Double(max(records.count - (hasNoise ? 5 : 4), 1))).squareRoot()
    }
}

/// Curves of one size under several schedules: the law of all, and how well each is predicted from the others.
public struct SchedulePrediction: Sendable {
    /// Whether the noise term helps to predict schedules that were held out.
    public enum Verdict: String, Sendable {
        /// It does for more than half of them.
        case predicts
        /// It helps for half of them or fewer.
        case doesNotPredict = "does_not_predict"
        /// None could be held out.
        case cannotTell = "cannot_tell"
    }

    /// A schedule, as the law fitted to the others predicts it.
    public struct HeldOut: Sendable {
        /// As the table has it, or its number.
        public let name: String
        /// Runs under this schedule.
        public let runs: Int
        /// Root mean square, and at the end, relative; of the law without noise likewise.
        public let deviation, end, deviationWithoutNoise: Double
        /// Mean over the last third of its records.
        let bias: Double
        /// Of its first run: all recorded steps, losses and predictions of them.
        public let steps, measured, predicted: [Double]
    }

    /// A schedule that nothing was measured under.
    public struct Asked: Sendable {
        /// As the table has it, or its number.
        public let name: String
        /// Steps of the table, and the loss of the law fitted to all schedules.
        public let steps, loss: [Double]
        /// Relative half-width of 95 % for a single record, from the schedules that were held out.
        public let error: Double
    }

    /// Of the networks, the same in all runs.
    public let size: Double
    /// Different schedules: by name, or where they have none by their rates and last step.
    public let schedules: Int
    /// Fitted to all runs; nil if rates vary too little.
    public let law: ScheduleLaw?
    /// One for each schedule whose others allow a fit; empty with fewer than two schedules.
    public let heldOut: [HeldOut]
    /// Predictions for the schedules that were asked about; empty without a law or with one schedule.
    public let asked: [Asked]
    /// Why nothing can be said.
    public let remark: String?

    /// By the held-out schedules whose deviation the noise term makes smaller.
    public var verdict: Verdict {
        if heldOut.isEmpty { return .cannotTell }
        return heldOut.count { $0.deviation < $0.deviationWithoutNoise } * 2 > heldOut.count ? .predicts : .doesNotPredict
    }

    /// - Parameter runs: of one size, with learning rates.
    public init(_ runs: [SizedCurves.Run], asked: [SizedCurves.Run] = []) {
        size = runs[0].size
        // Of one schedule: equal names, or equal rates.
        func key(_ run: SizedCurves.Run) -> String {
            run.schedule.isEmpty
                ? (0...16).map { k in NumberText.short(run.rates[k * (run.rates.count - 1) / 16]) }.joined(separator: " ")
                    + " \(run.steps.last!)" : run.schedule
        }
        let groups = Dictionary(grouping: runs.indices) { key(runs[$0]) }.values.sorted { $0[0] < $1[0] }
        schedules = groups.count
        let records = runs.map { ScheduleLaw.records($0) }
        let law = ScheduleLaw(records.flatMap { $0 }, hasNoise: true)
        self.law = law
        guard groups.count >= 2 else {
            (heldOut, self.asked) = ([], [])
            remark =
                "all curves of size \(NumberText.short(runs[0].size)) have one schedule; expected two or more, better three, that end at different rates"
            return
        }
        var held: [HeldOut] = []
        for (number, group) in groups.enumerated() {
            let others = runs.indices.filter { !group.contains($0) }.flatMap { records[$0] }
            guard let law = ScheduleLaw(others, hasNoise: true), let plain = ScheduleLaw(others, hasNoise: false) else {
                continue
            }
            func misses(_ law: ScheduleLaw) -> [Double] {
                group.flatMap { records[$0] }.map { law(time: $0.time, rate: $0.rate) / $0.loss - 1 }
            }
            func size(_ misses: [Double]) -> Double { (misses.reduce(0) { $0 + $1 * $1 } / Double(misses.count)).squareRoot() }
            let first = runs[group[0]], times = ScheduleLaw.times(first)
            let late = group.flatMap { records[$0].suffix(max(records[$0].count / 3, 1)) }.map {
                law(time: $0.time, rate: $0.rate) / $0.loss - 1
            }
            let ends = group.map { i in records[i].last.map { law(time: $0.time, rate: $0.rate) / $0.loss - 1 } ?? 0 }
            held.append(
                HeldOut(
                    name: first.schedule.isEmpty ? "schedule \(number + 1)" : first.schedule, runs: group.count,
                    deviation: size(misses(law)), end: ends.reduce(0, +) / Double(ends.count),
                    deviationWithoutNoise: size(misses(plain)), bias: late.reduce(0, +) / Double(late.count), steps: first.steps,
                    measured: first.losses,
                    predicted: times.indices.map { law(time: times[$0], rate: first.rates[$0]) }))
        }
        heldOut = held
        remark =
            held.isEmpty
            ? "without one schedule the others do not vary enough for the law; expected more, that end at different rates" : nil
        // What a whole schedule is off by is seen once for each schedule, what single records scatter by many times.
        let whole = held.reduce(0) { $0 + $1.bias * $1.bias } / Double(max(held.count, 1))
        let single = held.reduce(0) { $0 + max($1.deviation * $1.deviation - $1.bias * $1.bias, 0) } / Double(max(held.count, 1))
        let t = held.count > 1 ? studentQuantile(twoSided: 0.05, degreesOfFreedom: Double(held.count - 1)) : .infinity
        let error = held.count > 1 ? (t * t * whole + 1.96 * 1.96 * single).squareRoot() : .infinity
        self.asked =
            law.map { law in
                asked.enumerated().map { number, run in
                    let times = ScheduleLaw.times(run)
                    return Asked(
                        name: run.schedule.isEmpty ? "asked \(number + 1)" : run.schedule, steps: run.steps,
                        loss: times.indices.map { law(time: times[$0], rate: run.rates[$0]) }, error: error)
                }
            } ?? []
    }
}
