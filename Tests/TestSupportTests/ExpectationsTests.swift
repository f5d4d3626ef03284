import SaddleNumerics
import TestSupport
import Testing

// The expectation that statistical tests rely on, with a known truth. It would catch a false-alarm rate that few samples do not keep, an effect
// that is said to be seen and is not, and an expectation that passes because it could not fail.

@Suite struct ExpectationsTests {
    private func rejections(samples: Int, studies: Int, shift: Double, falseAlarm: Double, seeing effect: Effect = 1e9) -> Int {
        var stream = RandomStream(seed: samples, .test)
        return (0..<studies).count { _ in
            let estimate = Estimate(stream.normals(samples).map { 5 + $0 })
            return inconsistency(estimate, with: 5 + shift, seeing: effect, falseAlarm: falseAlarm) != nil
        }
    }

    /// 1 % of 5000 right values are rejected: 50, and 50 + 6 √50 = 93 is exceeded once in 10⁷. A normal law would reject 290 with 3 samples.
    @Test(arguments: [2, 3, 10, 100]) func keepsItsRate(samples: Int) {
        let found = rejections(samples: samples, studies: 5000, shift: 0, falseAlarm: 0.01)
        #expect(found > 15 && found < 93, "\(found)")
    }

    /// An effect of (t + 1.28) standard errors is noticed nine times in ten.
    @Test func noticesTheEffect() {
        let samples = 100, error = 0.1
        let errors = studentValue(normalScore: normalQuantile(twoSided: 0.001), degreesOfFreedom: 99) + 1.2815515655446004
        let found = rejections(samples: samples, studies: 2000, shift: errors * error, falseAlarm: 0.001)
        // 1800 ± 13, and half of it is hardly noticed.
        #expect(abs(found - 1800) < 90, "\(found)")
        #expect(rejections(samples: samples, studies: 2000, shift: errors * error / 2, falseAlarm: 0.001) < 500)
    }

    /// Negative controls: what could not be seen fails, whatever the value; so does a wrong value.
    @Test func failsWhereItMust() {
        let good = Estimate(mean: 1, standardError: 0.01, count: 100)
        let vague = Estimate(mean: 1, standardError: 1, count: 100)
        #expect(inconsistency(good, with: 1, seeing: .relative(0.1)) == nil)
        #expect(inconsistency(vague, with: 1, seeing: .relative(0.1))?.contains("can see a mistake of") == true)
        #expect(inconsistency(good, with: 1, seeing: .relative(0.05))?.contains("can see a mistake of") == true)
        #expect(inconsistency(good, with: 1, seeing: 0.1, allowance: 0.05)?.contains("can see a mistake of") == true)
        #expect(inconsistency(good, with: 1.1, seeing: 0.1)?.contains("standard errors") == true)
        #expect(inconsistency(good, with: 0, seeing: .relative(0.1)) != nil, "nothing is relative to 0")
        for broken in [Estimate(mean: .nan, standardError: 0.01, count: 9), Estimate(mean: 1, standardError: .nan, count: 9)] {
            #expect(inconsistency(broken, with: 1, seeing: 10) != nil)
        }
        withKnownIssue { expectConsistent(good, with: 1.1, seeing: 0.2) }
        withKnownIssue { expectConsistent(vague, with: 1, seeing: .relative(0.1)) }
        withKnownIssue { expectClose(1, 1.1, within: 0.05) }
        withKnownIssue { expectClose(.nan, 1, within: 0.05) }
    }
}
