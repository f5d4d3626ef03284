import Numerics
import SaddleNumerics

/// E f(u)f(v) over two centred Gaussians, in polar coordinates of two independent ones.
///
///     u = √q r cos θ,   v = √p r cos(θ − α),   cos α = c,   E = (1/2π) ∫dθ ∫₀^∞ dr r e^{−r²/2} f(u)f(v)
///
/// The rays on which u or v is zero are ends of the ranges of θ, so that a kink or jump of f at 0 costs no accuracy.
struct PolarAverage {
    private let rays: [(u: Double, v: Double, weight: Double)]
    /// r, and its weight.
    private let radii: [(r: Double, weight: Double)]

    init(rowVariance q: Double, columnVariance p: Double, cosine: Double) {
        let rule = GaussLegendre(40)
        func nodes(_ ends: [Double]) -> [(x: Double, weight: Double)] {
            zip(ends, ends.dropFirst()).flatMap { a, b in
                zip(rule.nodes, rule.weights).map { (x: (a + b) / 2 + (b - a) / 2 * $0, weight: (b - a) / 2 * $1) }
            }
        }
        let α = Double.acos(cosine), π = Double.pi
        let ends = [π / 2, 3 * π / 2, α + π / 2, α + 3 * π / 2].sorted()
        rays = nodes(ends + [ends[0] + 2 * π]).map { θ, weight in
            (q.squareRoot() * Double.cos(θ), p.squareRoot() * Double.cos(θ - α), weight / (2 * π))
        }
        radii = nodes([0, 3, 6, 9, 12]).map { r, weight in (r, weight * r * Double.exp(-r * r / 2)) }
    }

    func average(_ f: (Matrix) -> Matrix) -> Double {
        let u = f(Matrix(rows: radii.count, columns: rays.count) { radii[$0].r * rays[$1].u })
        let v = f(Matrix(rows: radii.count, columns: rays.count) { radii[$0].r * rays[$1].v })
        var sum = 0.0
        for j in rays.indices {
            for i in radii.indices { sum += rays[j].weight * radii[i].weight * u[i, j] * v[i, j] }
        }
        return sum
    }
}
