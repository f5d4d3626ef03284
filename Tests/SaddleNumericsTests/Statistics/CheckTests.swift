import Foundation
import SaddleNumerics
import TestSupport
import Testing

// The one rule by which predictions are judged, on made-up measurements whose truth is known. It would catch a false-alarm rate that
// is not kept with few samples, a mistake that is not seen, and an "agrees" that tested nothing.

@Suite struct CheckTests {
    /// Twenty means and twenty variances of `samples` normal numbers; means and variances are off by the given amounts.
    private func check(_ stream: inout RandomStream, samples: Int, shift: Double = 0, factor: Double = 1, rate: Double) -> Check {
        var check = Check(falseAlarmRate: rate)
        for i in 0..<20 {
            let values = stream.normals(samples).map { 10 + $0 }
            let estimate = Estimate(values)
            check.add(
                .mean("mean", at: "\(i)", predicted: 10 + shift, measured: estimate.mean, uncertainties: [Uncertainty(estimate)]))
            let variance = estimate.standardError * estimate.standardError * Double(samples)
            check.add(.variance("variance", at: "\(i)", predicted: factor, measured: variance, freedom: Double(samples - 1)))
        }
        return check
    }

    /// At three, five and fifty samples a correct prediction alarms as often as stated: 0.05, 400 times. 20 expected; 20 + 5.5 √19 = 44
    /// is exceeded with probability 1e-6.
    @Test(arguments: [3, 5, 50]) func keepsItsRate(samples: Int) {
        var stream = RandomStream(seed: samples, .test)
        let alarms = (0..<400).count { _ in check(&stream, samples: samples, rate: 0.05).verdict == .disagrees }
        #expect(alarms <= 44 && alarms >= 3, "\(alarms) alarms in 400")
    }

    /// The effect that a check says it would have seen nine times in ten is seen that often, and half of it is not.
    @Test func seesWhatItSays() {
        var stream = RandomStream(seed: 5, .test)
        let samples = 50
        let visible = check(&stream, samples: samples, rate: 1e-3).visible
        #expect(visible.map(\.quantity) == ["mean", "variance"])
        func found(shift: Double, factor: Double) -> Int {
            (0..<100).count { _ in
                let result = check(&stream, samples: samples, shift: shift, factor: factor, rate: 1e-3)
                return result.verdict == .disagrees
            }
        }
        // All twenty are off, each seen nine times in ten.
        #expect(found(shift: 10 * visible[0].effect, factor: 1) >= 99)
        #expect(found(shift: 0, factor: 1 + 2 * visible[1].effect) >= 99)
        #expect(found(shift: 2 * visible[0].effect, factor: 1) < 60)
    }

    /// Few samples often have a small spread by chance; what they could have seen is reckoned with Student's law, and half of the numbers must see it.
    @Test func fewSamplesAreNoTest() {
        var stream = RandomStream(seed: 6, .test)
        for _ in 0..<50 {
            let check = Check(
                (0..<30).map { i in
                    CheckedNumber.mean("a", at: "\(i)", predicted: 10, samples: stream.normals(3).map { 10 + $0 })
                })
            #expect(check.verdict == .cannotTell)
        }
        // t₂ = √(2/p(2 − p)) (1 − p) for two-sided p; Student's law with one degree of freedom is Cauchy's.
        let p = 1e-4
        expectClose(
            studentValue(normalScore: normalQuantile(twoSided: p), degreesOfFreedom: 2), (2 / p / (2 - p)).squareRoot() * (1 - p),
            within: 1e-5)
        expectClose(
            studentValue(normalScore: normalQuantile(twoSided: p), degreesOfFreedom: 1), 1 / tan(.pi * p / 2), within: 1e-2)
    }

    /// Sample cumulants of an exponential law, κ_q = (q − 1)!: their spread over 4000 ensembles of 400 samples beside the formula. A spread of
    /// 4000 numbers is known to 2 %, for heavier tails to 5 %; seven errors.
    @Test func spreadOfCumulants() {
        var stream = RandomStream(seed: 3, .test)
        let n = 400
        var moments = StreamingMoments(dimension: 3)
        for _ in 0..<4000 {
            // Half the sum of two squares of normal numbers.
            let z = stream.normals(2 * n)
            let samples = (0..<n).map { i -> Double in
                let (a, b) = (z[2 * i], z[2 * i + 1])
                return (a * a + b * b) / 2
            }
            moments.add(BatchedCumulants.estimates([Array(samples[..<200]), Array(samples[200...])]).prefix(3).map(\.mean))
        }
        let exact = BatchedCumulants.samplingVariances([1, 1, 2, 6, 24, 120, 720, 5040])
        // 1, 8, and 120 + 54 + 36 + 6 = 216.
        #expect(exact[0] == 1 && exact[1] == 8 && exact[2] == 216)
        for q in 0..<3 { expectClose(Double(n) * moments.variance[q] / exact[q], 1, within: [0.15, 0.2, 0.4][q], "κ\(q + 1)") }
    }

    @Test func verdicts() {
        let good = CheckedNumber.mean("a", predicted: 1, measured: 1.01, uncertainties: [Uncertainty(error: 0.02)])
        let vague = CheckedNumber.mean("b", predicted: 1, measured: 1.3, uncertainties: [Uncertainty(error: 0.4)])
        let bad = CheckedNumber.mean("c", predicted: 1, measured: 1.3, uncertainties: [Uncertainty(error: 0.02)])
        #expect(Check([good, vague]).verdict == .agrees && Check([vague]).verdict == .cannotTell)
        #expect(Check([good, vague, bad]).verdict == .disagrees && Check([good, vague, bad]).reason.contains("Worst: c"))
        #expect(Check().verdict == .cannotTell)
        // One size cannot tell a term in 1/N from an error; two can.
        let values = [Estimate(mean: 1.3, standardError: 0.02, count: 50), Estimate(mean: 1.28, standardError: 0.02, count: 50)]
        let one = CheckedNumber.mean("d", predicted: 1, measured: [values[0]], line: SizeExtrapolation(sizes: [32]))
        let two = CheckedNumber.mean("d", predicted: 1, measured: values, line: SizeExtrapolation(sizes: [32, 128]))
        #expect(Check([one]).verdict == .cannotTell && Check([one]).reason.contains("add another"))
        #expect(Check([two]).verdict == .disagrees)
        // No spread where theory has some, and the other way round; none on both sides is nothing to compare.
        #expect(Check([.variance("v", predicted: 1, measured: 0, freedom: 9)]).verdict == .disagrees)
        #expect(Check([.variance("v", predicted: 0, measured: 1e-9, freedom: 9)]).verdict == .disagrees)
        #expect(Check([.variance("v", predicted: 0, measured: 0, freedom: 9)]).compared == 0)
        #expect(Check([good, .exact("e", predicted: 2, measured: 2.1, tolerance: 0.01)]).verdict == .disagrees)
    }

    /// A limit reached along 1 + x + x² is found from two sizes; a limit that is wrong by 5 % is not excused by the curvature.
    @Test func extrapolatedLimits() {
        var stream = RandomStream(seed: 12, .test)
        let sizes = [64, 256], line = SizeExtrapolation(sizes: sizes)
        func number(_ predicted: Double) -> CheckedNumber {
            let measured = sizes.map { size -> Estimate in
                let x = 4 / Double(size)
                return Estimate(stream.normals(200).map { 1 + x + x * x + 0.05 * $0 })
            }
            return .mean("q", predicted: predicted, measured: measured, line: line)
        }
        #expect(Check((0..<50).map { _ in number(1) }).verdict == .agrees)
        #expect(Check((0..<50).map { _ in number(1.05) }).verdict == .disagrees)
    }
}
