// Estimates: mean and standard error of known samples, and printing to the digit that the error resolves.
import SaddleNumerics
import TestSupport
import Testing

@Suite struct EstimateTests {
    /// 1, 2, 3, 4: mean 5/2, unbiased variance 5/3, standard error √(5/12).
    @Test func fromSamples() {
        let e = Estimate([1, 2, 3, 4])
        #expect(e.mean == 2.5 && e.count == 4)
        expectClose(e.standardError, (5.0 / 12).squareRoot(), within: 2 * .ulpOfOne)
        #expect(Estimate([3]).standardError == .infinity)
        #expect(Estimate([]).count == 0)
    }

    /// A mean far larger than the spread loses no digits of the spread.
    @Test func largeOffset() {
        let e = Estimate([1, 2, 3, 4].map { $0 + 1e9 })
        expectClose(e.standardError, (5.0 / 12).squareRoot(), within: 1e-12)
    }

    @Test(arguments: [
        (0.123456, 0.00123, "0.1235 ± 0.0012"), (0.123456, 0.0097, "0.123 ± 0.01"), (12.3456, 0.5, "12.35 ± 0.5"),
        (-3.14159, 0.02, "-3.142 ± 0.02"), (1234.5, 12.3, "1235.0 ± 12.0"), (2.5e-7, 3e-9, "2.5e-07 ± 3e-09"),
        (1.5, 0, "1.5"), (1.5, .infinity, "1.5"),
    ])
    func printsToItsError(mean: Double, error: Double, text: String) {
        #expect("\(Estimate(mean: mean, standardError: error, count: 10))" == text)
    }
}
