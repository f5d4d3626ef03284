import Foundation
import SaddleMeasures
import SaddleNumerics
import TestSupport
import Testing

// Curves that are one curve by construction, curves that are not, and curves under schedules of a known law. They would catch a collapse claimed without seeds, one that is seen in
// curves that differ, and a law of schedules that is judged on what it was fitted to.

@Suite struct CurveCollapseTests {
    /// L = E + c_N (s + (1 − s) x^{−β}): one curve above E, whatever c_N is; s depends on the size where they shall not collapse.
    private static func runs(
        sizes: Int = 4, seeds: Int = 3, differing: Double = 0, common: Double = 0.02, local: Double = 0.002, seed: Int = 1
    ) -> [SizedCurves.Run] {
        (0..<sizes).flatMap { k in
            (0..<seeds).map { j in
                var stream = RandomStream(seed: seed, .test, k, j)
                let level = 1.5 * pow(4, -0.2 * Double(k)) * exp(common * stream.normal())
                let share = 0.5 + differing * Double(k), steps = (1...100).map { Double($0) * 10 * pow(2, Double(k)) }
                return SizedCurves.Run(
                    size: 1e7 * pow(4, Double(k)), seed: "\(j)", steps: steps,
                    losses: steps.map { step in
                        let x = step / steps.last!
                        return 1.7 + level * (share + (1 - share) * pow(x, -0.35)) * exp(local * stream.normal())
                    })
            }
        }
    }

    @Test func curvesOfOneLawCollapse() {
        // One table in twenty is said not to: of ten, eight or more are right, but for one in ninety tries.
        func count(_ make: (Int) -> CurveCollapse, _ word: CurveCollapse.Verdict) -> Int {
            (0..<10).count { make($0).verdict.0 == word }
        }
        #expect(count({ CurveCollapse(Self.runs(seed: 10 + $0), floor: 1.7) }, .supercollapse) >= 8)
        #expect(CurveCollapse(Self.runs(), floor: 1.7).ratio!.value < 0.4)
        // The floor at which sizes differ least is the true one, nearly.
        expectClose(CurveCollapse(Self.runs()).floor, 1.7, within: 0.06)
        #expect(count({ CurveCollapse(Self.runs(seed: 10 + $0)) }, .noCollapse) <= 2)
        // Seeds that do not differ by a common factor: dividing by the end gains nothing.
        #expect(count({ CurveCollapse(Self.runs(common: 0, local: 0.02, seed: 10 + $0), floor: 1.7) }, .collapse) >= 8)
    }

    @Test func curvesThatDifferAreNamed() {
        let found = CurveCollapse(Self.runs(differing: 0.05), floor: 1.7)
        #expect(found.verdict.0 == .noCollapse && found.departures.contains { $0.start != nil }, "\(found.verdict)")
        #expect(found.verdict.1[0].contains("from"))
    }

    @Test func nothingIsDecidedWithoutSeeds() {
        #expect(CurveCollapse(Self.runs(seeds: 1), floor: 1.7).verdict.0 == .undecided)
        #expect(CurveCollapse(Self.runs(sizes: 1), floor: 1.7).verdict.0 == .undecided)
        #expect(CurveCollapse(Self.runs(sizes: 2, seeds: 2), floor: 1.7).verdict.1[0].contains("three or more seeds"))
    }

    /// Of curves that collapse, one table in twenty is said not to.
    @Test func falseAlarms() {
        let alarms = (0..<60).count { k in CurveCollapse(Self.runs(seed: 10 + k), floor: 1.7).verdict.0 == .noCollapse }
        // More than 9 of 60 at 5 %: one in 500.
        #expect(alarms <= 9, "\(alarms) of 60")
    }

    @Test func tablesAreRead() throws {
        let runs = Self.runs(sizes: 2, seeds: 2)
        let long =
            "step,params,seed,loss\n"
            + runs.flatMap { run in run.steps.indices.map { "\(run.steps[$0]),\(run.size),\(run.seed),\(run.losses[$0])\n" } }
            .joined()
        let read = try SizedCurves(CSV(Array(long.utf8), file: "t.csv", TableFormat()), .init())
        #expect(read.runs == runs)
        // A run that diverged is named and left out, whole.
        let first = runs[0]
        let lost = long.replacing(
            "\(first.steps.last!),\(first.size),\(first.seed),\(first.losses.last!)\n",
            with: "\(first.steps.last!),\(first.size),\(first.seed),inf\n")
        let fewer = try SizedCurves(CSV(Array(lost.utf8), file: "t.csv", TableFormat()), .init())
        #expect(lost != long && fewer.runs == Array(runs.dropFirst()))
        #expect(
            fewer.remarks.contains { $0.contains("1 run of t.csv diverges and is left out: '\(first.size), \(first.seed)'") },
            "\(fewer.remarks)")
        let wide =
            "step,10M - loss,40M_seed1,40M_seed2\n"
            + (1...12).map { "\($0),\(3.0 / Double($0)),\(2.0 / Double($0)),\(2.1 / Double($0))\n" }.joined()
        let columns = try SizedCurves(CSV(Array(wide.utf8), file: "t.csv", TableFormat()), .init())
        #expect(columns.runs.map(\.size) == [1e7, 4e7, 4e7])
        #expect(
            errorText { _ = try SizedCurves(CSV(Array("step,a\n1,2\n".utf8), file: "t.csv", TableFormat()), .init()) }?.contains(
                "named after sizes") == true)
    }

    // MARK: Schedules

    private static let law: @Sendable (Double, Double) -> Double = { time, rate in 2 + 3 * pow(time + 0.5, -0.4) + 40 * rate }

    private static func scheduled(_ names: [String], noise: Double = 0.001, seed: Int = 2, noiseOfRate: Double = 1)
        -> [SizedCurves.Run]
    {
        names.enumerated().map { k, name in
            var stream = RandomStream(seed: seed, .test, k)
            let steps = (0...200).map { Double($0) * 50 }, top = 0.004
            let rates = steps.map { step -> Double in
                let x = step / 10_000
                switch name {
                case "constant": return top
                case "linear": return top * (1 - x)
                case "cosine": return top * (0.55 + 0.45 * cos(.pi * x))
                case "late": return x < 0.8 ? top : top * (1 - 4.5 * (x - 0.8))
                default: return top / 2
                }
            }
            let bare = SizedCurves.Run(size: 1e7, schedule: name, steps: steps, losses: [], rates: rates)
            var time = 0.0, losses: [Double] = []
            for k in steps.indices {
                if k > 0 { time += (rates[k] + rates[k - 1]) / 2 * 50 }
                losses.append((2 + 3 * pow(time + 0.5, -0.4) + 40 * noiseOfRate * rates[k]) * exp(noise * stream.normal()))
            }
            return SizedCurves.Run(size: 1e7, schedule: bare.schedule, steps: steps, losses: losses, rates: rates)
        }
    }

    @Test func schedulesPredictEachOther() throws {
        let found = SchedulePrediction(Self.scheduled(["constant", "linear", "cosine", "late"]))
        #expect(found.verdict == .predicts && found.heldOut.count == 4)
        #expect(
            found.heldOut.allSatisfy { $0.deviation < 0.004 && $0.deviationWithoutNoise > 0.005 },
            "\(found.heldOut.map { ($0.name, $0.deviation, $0.deviationWithoutNoise) })")
        let law = try #require(found.law)
        expectClose(law.noise, 40, within: 2)
        expectClose(law.floor, 2, within: 0.1)
        // Without noise of the rate, the term has nothing to gain.
        let quiet = SchedulePrediction(Self.scheduled(["constant", "linear", "cosine"], noiseOfRate: 0))
        expectClose(try #require(quiet.law).noise, 0, within: 2)
        #expect(SchedulePrediction(Self.scheduled(["cosine"])).verdict == .cannotTell)
    }

    /// A last record of a schedule that was never run, within its interval in most of 40 tables.
    @Test func askedSchedules() {
        let asked = Self.scheduled(["late"], noise: 0)[0]
        let held = (0..<40).count { k in
            let found = SchedulePrediction(
                Self.scheduled(["constant", "linear", "cosine", "half"], noise: 0.004, seed: 50 + k),
                asked: [.init(size: 1e7, schedule: "late", steps: asked.steps, losses: [], rates: asked.rates)])
            let end = found.asked[0]
            var stream = RandomStream(seed: k, .test, 3)
            let measured = asked.losses.last! * exp(0.004 * stream.normal())
            return abs(end.loss.last! / measured - 1) < end.error
        }
        #expect(held >= 34, "\(held) of 40")
    }
}
