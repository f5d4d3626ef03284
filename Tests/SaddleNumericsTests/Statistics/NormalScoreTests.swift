import Foundation
import SaddleNumerics
import TestSupport
import Testing

// The translation of t and F values to normal scores, against closed forms and printed quantiles. It would catch a tail
// that is one-sided instead of two-sided, swapped degrees of freedom, and underflow far out.

@Suite struct NormalScoreTests {
    /// Quantiles of Student's law from printed tables (NIST/SEMATECH e-Handbook, 1.3.6.7.2), with those of the normal law.
    @Test(arguments: [
        (3.0, 3.182, 1.9600), (10, 2.228, 1.9600), (30, 2.042, 1.9600), (3, 5.841, 2.5758), (10, 3.169, 2.5758),
        (100, 2.626, 2.5758), (3, 10.215, 3.0902), (10, 4.144, 3.0902), (100, 3.174, 3.0902),
    ])
    func studentQuantilesOfTables(ν: Double, t: Double, z: Double) {
        // Both tables are rounded to their last digit.
        expectClose(normalScore(t: t, degreesOfFreedom: ν), z, within: 6e-4)
        expectClose(normalScore(t: -t, degreesOfFreedom: ν), -z, within: 6e-4)
    }

    @Test(arguments: [0.7, 2, 4.5, 8], [1.0, 2.5, 9, 200, 1e7]) func studentValues(z: Double, ν: Double) {
        let t = studentValue(normalScore: z, degreesOfFreedom: ν)
        expectClose(normalScore(t: t, degreesOfFreedom: ν), z, within: 1e-6)
        #expect(t >= z)
    }

    /// ν = 1: P(|t| > x) = (2/π) atan(1/x); ν = 2: P = 1 − x/√(2 + x²) = 2/(√(2+x²)(√(2+x²)+x)).
    @Test(arguments: [1e-6, 0.1, 0.5, 1, 2, 10, 1e3, 1e6])
    func closedForms(t: Double) {
        let root = (2 + t * t).squareRoot()
        let tails = [(1.0, 2 / Double.pi * atan(1 / t)), (2.0, 2 / (root * (root + t)))]
        for (ν, tail) in tails {
            let z = normalScore(t: t, degreesOfFreedom: ν)
            // c = 1e4 units in the last place of a probability, passed through z with slope 1/(z φ/Q) ≤ 1.3.
            expectClose(log(normalTail(twoSided: z)), log(tail), within: 1e-11 * (1 + abs(log(tail))), "ν = \(ν)")
        }
    }

    /// Far out, P(|t_ν| > x) → 2 Γ((ν+1)/2) ν^{ν/2} / (√(πν) Γ(ν/2) ν^{...}) x^{−ν}: doubling t adds ν log 2 to −log P, even
    /// where P itself underflows.
    @Test func farTails() {
        func logTail(_ z: Double) -> Double {
            -z * z / 2 - log(z) - 0.5 * log(2 * .pi) + log1p(-1 / (z * z) + 3 / (z * z * z * z))
        }
        let near = normalScore(t: 1e9, degreesOfFreedom: 100)
        let far = normalScore(t: 2e9, degreesOfFreedom: 100)
        #expect(near > 40 && far > near)
        expectClose(logTail(near) - logTail(far), 100 * log(2), within: 1e-6)
        // An infinite number of degrees of freedom is the normal law itself.
        #expect(normalScore(t: 123.4, degreesOfFreedom: .infinity) == 123.4)
        expectClose(normalScore(t: 5, degreesOfFreedom: 9e5), 5, within: 5 * 5 * 5 / (4 * 9e5) * 1.1 + 1e-9)
    }

    /// F with (2, 2) degrees of freedom has P(F < x) = x/(1+x); with (1, ν) it is a square of Student's t.
    @Test(arguments: [1e-8, 0.01, 0.5, 1, 3, 200, 1e9])
    func varianceRatios(x: Double) {
        let z = normalScore(varianceRatio: x, degreesOfFreedom: 2, 2)
        let tail = x < 1 ? x / (1 + x) : 1 / (1 + x)
        expectClose(log(normalTail(twoSided: z) / 2), log(tail), within: 1e-10 * (1 + abs(log(tail))))
        #expect(x == 1 ? abs(z) < 1e-12 : (z > 0) == (x > 1))
        // Swapping the two estimates changes the sign.
        expectClose(
            normalScore(varianceRatio: x, degreesOfFreedom: 7, 30), -normalScore(varianceRatio: 1 / x, degreesOfFreedom: 30, 7),
            within: 1e-9 * (1 + abs(z)))
        // P(F_{1,ν} > t²) = P(|t_ν| > t)
        if x >= 1 {
            let upper = normalTail(twoSided: normalScore(varianceRatio: x, degreesOfFreedom: 1, 5)) / 2
            let student = normalTail(twoSided: normalScore(t: x.squareRoot(), degreesOfFreedom: 5))
            if student < 0.5 { expectClose(upper / student, 1, within: 1e-9) }
        }
    }
}
