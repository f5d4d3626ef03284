import SaddleNumerics
import TestSupport
import Testing

/// Moments of degree up to 2n − 1 are exact, and the next one is not. It would catch a node at the wrong root or weights of another n.
@Test(arguments: [1, 2, 3, 16, 64])
func gaussLegendreIsExactToItsDegree(_ count: Int) {
    let rule = GaussLegendre(count)
    func moment(_ degree: Int) -> Double {
        zip(rule.nodes, rule.weights).reduce(0) { $0 + $1.1 * power($1.0, degree) }
    }
    func power(_ x: Double, _ n: Int) -> Double { (0..<n).reduce(1) { p, _ in p * x } }
    for degree in 0..<2 * count {
        expectClose(
            moment(degree), degree % 2 == 0 ? 2 / Double(degree + 1) : 0, within: 2e-15 * Double(count + 4), "degree \(degree)")
    }
    if count < 16 { #expect(abs(moment(2 * count) - 2 / Double(2 * count + 1)) > 1e-6) }
    #expect(rule.nodes == rule.nodes.sorted())
}
