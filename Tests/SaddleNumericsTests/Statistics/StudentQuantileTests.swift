import SaddleNumerics
import TestSupport
import Testing

/// Tables of Student's law, ν = 1 in closed form (t = tan π(½ − p/2)); would catch a tail taken for two.
@Suite struct StudentQuantileTests {
    @Test(arguments: [
        (0.05, 1.0, 12.7062047364), (0.05, 4.0, 2.7764451052), (0.01, 8.0, 3.3553873313), (0.05, .infinity, 1.9599639845),
    ])
    func quantiles(probability: Double, freedom: Double, t: Double) {
        let found = studentQuantile(twoSided: probability, degreesOfFreedom: freedom)
        expectClose(found, t, within: 1e-8 * t)
        expectClose(studentTail(twoSided: found, degreesOfFreedom: freedom), probability, within: 1e-8 * probability)
    }
}
