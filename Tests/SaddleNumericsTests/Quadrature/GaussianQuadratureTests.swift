import SaddleNumerics
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Averages with closed forms: powers, kinks and jumps at 0, functions on scales from 1e-8 to 1e8, fast oscillations. Catches a
/// weight that is off, a range that ends too early, and a rule that stops before it has converged.
@Suite struct GaussianQuadratureTests {
    private func average(_ f: (Double) -> Double) throws -> Double {
        try GaussianQuadrature.averages(of: 1) { u, values in for j in u.indices { values[j] = f(u[j]) } }[0]
    }

    @Test func powers() throws {
        var moment = 1.0
        for k in 0...20 {
            expectClose(try average { pow($0, Double(2 * k)) }, moment, within: 1e-14 * moment)
            #expect(try average { pow($0, Double(2 * k + 1)) } == 0)
            moment *= Double(2 * k + 1)
        }
        // ⟨|u|⟩ = √(2/π), ⟨u > 0⟩ = ½, ⟨√|u|⟩ = 2^¼ Γ(¾)/√π
        expectClose(try average { abs($0) }, (2 / Double.pi).squareRoot(), within: 1e-15)
        expectClose(try average { $0 > 0 ? 1 : 0 }, 0.5, within: 1e-15)
        expectClose(try average { abs($0).squareRoot() }, pow(2, 0.25) * tgamma(0.75) / Double.pi.squareRoot(), within: 1e-15)
    }

    /// ⟨e^{−a²u²/2}⟩ = 1/√(1 + a²), ⟨1 − e^{−a²u²/2}⟩ with its own digits at small a.
    @Test(arguments: [1e-8, 1e-3, 1, 1e3, 1e8]) func scales(a: Double) throws {
        let exact = 1 / (1 + a * a).squareRoot()
        expectClose(try average { exp(-a * a * $0 * $0 / 2) }, exact, within: 1e-14 * exact)
        let rest = a * a / (1 + a * a + (1 + a * a).squareRoot())
        expectClose(try average { -expm1(-a * a * $0 * $0 / 2) }, rest, within: 1e-14 * rest)
    }

    /// ⟨cos au⟩ = e^{−a²/2}, ⟨cos² au⟩ = (1 + e^{−2a²})/2, ⟨e^{au}⟩ = e^{a²/2}.
    @Test(arguments: [0.1, 1, 10, 300, 2000]) func oscillations(a: Double) throws {
        expectClose(try average { cos(a * $0) }, exp(-a * a / 2), within: 1e-14)
        expectClose(try average { pow(cos(a * $0), 2) }, (1 + exp(-2 * a * a)) / 2, within: 1e-14)
        if a <= 20 { expectClose(try average { exp(a * $0) }, exp(a * a / 2), within: 1e-13 * exp(a * a / 2)) }
    }

    @Test func errorsNameTheFunction() {
        func failure(_ second: (Double) -> Double) -> QuadratureError? {
            do {
                _ = try GaussianQuadrature.averages(of: 2) { u, values in
                    for j in u.indices { (values[j], values[u.count + j]) = (1, second(u[j])) }
                }
            } catch { return error }
            return nil
        }
        #expect(failure { exp($0 * $0) } == .notFinite(function: 1))
        #expect(failure { $0 > 1 ? .nan : 1 } == .notFinite(function: 1))
        guard case .notConverged(function: 1, _)? = failure({ $0 > 0.3 ? 1 : 0 }) else {
            Issue.record("a jump at 0.3 was not noticed")
            return
        }
    }
}

/// Roots of functions that are easy and hard for interpolation. Catches a bracket that is lost and a stop before the last bits.
@Suite struct RootFindingTests {
    @Test func roots() {
        for (f, low, high, root) in [
            ({ $0 * $0 - 2 }, 0.0, 2.0, 2.0.squareRoot()), ({ pow($0, 9) }, -1.0, 0.7, 0.0),
            ({ exp($0) - 1e6 }, 0, 100, log(1e6)),
            ({ $0 < 0.3 ? -1 : 1e-9 }, 0, 1, 0.3), ({ 1 / ($0 - 3) }, 2.5, 4, 3), ({ $0 - 1 }, 1, 5, 1),
        ] as [((Double) -> Double, Double, Double, Double)] {
            var calls = 0
            let x = bracketedRoot(low, high) { x in
                calls += 1
                return f(x)
            }
            // x⁹ is below the smallest number for |x| < 1e-36
            expectClose(x, root, within: root == 0 ? 1e-35 : 4.5e-16 * root)
            #expect(calls < 140, "\(calls) calls to find \(root)")
        }
    }
}
