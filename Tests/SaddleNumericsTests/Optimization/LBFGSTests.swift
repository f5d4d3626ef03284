import SaddleNumerics
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// Minima that are known in closed form. It would catch a wrong two-loop recursion (slow), a line search that accepts a
// rise, and one that steps over the edge of the domain.

@Suite struct LBFGSTests {
    /// Rosenbrock's valley in 10 variables: the minimum is (1, …, 1).
    @Test func rosenbrock() throws {
        let start = (0..<10).map { $0 % 2 == 0 ? -1.2 : 1.0 }
        var settings = LBFGS()
        settings.valueTolerance = 0
        let end = try #require(
            settings.minimize(from: start) { x in
                var (value, gradient) = (0.0, [Double](repeating: 0, count: 10))
                for i in 0..<9 {
                    let (a, b) = (x[i + 1] - x[i] * x[i], 1 - x[i])
                    value += 100 * a * a + b * b
                    gradient[i] += -400 * a * x[i] - 2 * b
                    gradient[i + 1] += 200 * a
                }
                return (value, gradient)
            })
        #expect(end.ending == .gradientIsSmall)
        // The smallest curvature at the minimum is about 0.5, so that a gradient of 1e-6 leaves errors of a few 1e-6.
        for x in end.point { expectClose(x, 1, within: 1e-5) }
        #expect(end.evaluations < 250, "\(end.evaluations) evaluations; steepest descent needs thousands")
    }

    /// x − a log x is defined for x > 0 only; its minimum a lies at the edge of what the first steps reach.
    @Test func domainWithAnEdge() throws {
        let a = [1e-3, 2.0, 50.0]
        var settings = LBFGS()
        settings.gradientTolerance = 1e-9
        let end = try #require(
            settings.minimize(from: [5, 5, 5]) { x in
                if x.contains(where: { $0 <= 0 }) { return nil }
                return (
                    value: zip(x, a).reduce(0) { $0 + $1.0 - $1.1 * log($1.0) }, gradient: zip(x, a).map { 1 - $1 / $0 }
                )
            })
        for (x, a) in zip(end.point, a) { expectClose(x, a, within: 1e-6 * a) }
        #expect(settings.minimize(from: [-1]) { _ in nil } == nil)
    }

    /// With a gradient that is not the value's it says so instead of rising.
    @Test func wrongGradientIsNoticed() throws {
        let end = try #require(LBFGS().minimize(from: [3]) { x in (value: x[0] * x[0], gradient: [-2 * x[0]]) })
        #expect(end.ending == .noDescent && end.value == 9)
    }
}
