import SaddleNumerics
import Testing

/// Shows that numbers are printed with the digits that mean something. Catches carries at powers of ten (9.996 → 10.0),
/// errors that round to a longer number, negative zeros and scientific notation where plain digits serve.
@Suite struct NumberTextTests {
    @Test(arguments: [
        (0.0, "0"), (1, "1.00"), (0.12345, "0.123"), (-45.67, "−45.7"), (6780, "6780"), (99_996, "99996"), (0.9996, "1.00"),
        (9.996, "10.0"), (1.234e-6, "1.23·10⁻⁶"), (-2e7, "−2.00·10⁷"), (0.001, "0.00100"), (0.00099951, "0.00100"),
        (0.0009994, "9.99·10⁻⁴"),
        (.infinity, "∞"), (-.infinity, "−∞"), (.nan, "not a number"),
    ])
    func short(_ x: Double, _ text: String) { #expect(NumberText.short(x) == text) }

    @Test(arguments: [
        (0.12341, 0.00052, "0.1234 ± 0.0005"), (0.12341, 0.000123, "0.12341 ± 0.00012"), (12.3, 0.97, "12.3 ± 1.0"),
        (12.34, 0.96, "12.3 ± 1.0"),
        (-3.2, 0.2, "−3.2 ± 0.2"), (0, 0.3, "0.0 ± 0.3"), (2582, 207, "2600 ± 200"), (25_817, 1265, "25800 ± 1300"),
        (1.234e-6, 4e-8, "(1.23 ± 0.04)·10⁻⁶"), (1e-9, 3e-7, "(0 ± 3)·10⁻⁷"), (1.5e8, 2e6, "(1.50 ± 0.02)·10⁸"),
        (0.002976002513380421, 1e-18, "0.002976002513"), (0.25, 0, "0.2500"), (0.25, .infinity, "0.2500"), (0.25, .nan, "0.2500"),
    ])
    func withError(_ x: Double, _ error: Double, _ text: String) {
        #expect(NumberText.withError(x, error) == text)
        #expect(NumberText.withError(Estimate(mean: x, standardError: error, count: 10)) == text)
    }

    @Test(arguments: [
        (0.0, "0 s"), (0.0002, "under 1 ms"), (0.42, "0.42 s"), (1.25, "1.2 s"), (12.4, "12 s"), (59.6, "1 min 0 s"),
        (204, "3 min 24 s"),
        (7500, "2 h 5 min"),
    ])
    func duration(_ seconds: Double, _ text: String) { #expect(NumberText.duration(seconds: seconds) == text) }

    @Test(arguments: [
        (0.0, "0.0 %"), (0.0042, "0.4 %"), (0.0949, "9.5 %"), (0.0994, "9.9 %"), (0.0996, "10 %"), (0.126, "13 %"), (3, "300 %"),
        (-0.05, "-5.0 %"), (1e30, "1.00·10³² %"), (Double.infinity, "∞ %"),
    ])
    func percent(_ fraction: Double, _ text: String) { #expect(NumberText.percent(fraction) == text) }

    @Test func plainParts() {
        #expect(NumberText.fixed(-0.0001, decimals: 2) == "0.00")
        #expect(NumberText.count(1234) == "1234")
        #expect(NumberText.count(1_234_567) == "1\u{202F}234\u{202F}567")
        #expect(NumberText.count(-12_345) == "−12\u{202F}345")
        #expect(NumberText.powerOfTen(-12) == "10⁻¹²")
    }

    @Test func exponents() {
        let cases: [(Double, String)] = [
            (0, "0"), (-0.5, "−0.5"), (1, "1"), (-10, "−10"), (0.25, "0.25"), (1e-12, "0"), (2.0 / 3, "0.6667"),
            (1e14, "100000000000000"),
            (-1e300, "−1.00·10³⁰⁰"),
        ]
        for (x, text) in cases { #expect(NumberText.exponent(x) == text) }
    }
}
