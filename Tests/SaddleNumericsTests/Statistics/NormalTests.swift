// The normal tail and its inverse, against tables (mpmath 1.3.0), from certain events to one in 10¹⁰⁰.
import SaddleNumerics
import TestSupport
import Testing

@Suite struct NormalTests {
    static let table: [(x: Double, tail: Double)] = [
        (0.12566134685507402, 0.9),
        (0.6744897501960817, 0.5),
        (1.0, 0.3173105078629141),
        (1.9599639845400543, 0.049999999999999996),
        (2.575829303548901, 0.009999999999999998),
        (3.290526731491895, 0.0009999999999999996),
        (4.89163847569859, 1.0000000000000008e-06),
        (5.73072886823629, 9.999999999999979e-09),
        (8.02685888253454, 1.0000000000000042e-15),
        (14.979477571624335, 1.0000000000000105e-50),
        (21.30594006935153, 9.999999999999749e-101),
    ]

    @Test(arguments: table)
    func quantileInvertsTail(x: Double, tail: Double) {
        expectClose(normalQuantile(twoSided: tail), x, within: 1e-9)
        expectClose(normalTail(twoSided: x) / tail, 1, within: 1e-12)
        #expect(normalTail(twoSided: -x) == normalTail(twoSided: x))
    }

    @Test func certainEvents() {
        expectClose(normalQuantile(twoSided: 1), 0, within: 1e-9)
        #expect(normalTail(twoSided: 0) == 1)
    }
}
