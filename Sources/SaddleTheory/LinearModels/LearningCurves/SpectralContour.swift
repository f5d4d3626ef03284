import Numerics
import SaddleNumerics

/// A rule for integrals (1/2πi)∮ f(z) dz around the spectrum [0, λ₊], for f with f(z̄) the conjugate of f(z).
///
/// Goals, in order: the last digits for filters of all times at once; few nodes; stability, by staying where filters do not grow.
///
/// Half a lens over the real axis: straight rays at 60° from −δ and from a point beyond λ₊, below a given height. It is cut into
/// Gauss–Legendre panels no longer than their distance to [0, λ₊], which grow in proportion to the distance from the ends: a filter e^{−zt} with
/// any t ≤ 1/δ varies on the scale 1/t, where panels have this size. The number of nodes grows as log(λ₊/δ). A circle would need
/// √(λ₊/δ), a hyperbola a new one for each time.
struct SpectralContour: Sendable {
    /// z in the upper half-plane, from the left to the right.
    let nodes: [Complex<Double>]
    /// dz/2πi
    let weights: [Complex<Double>]

    static let mostNodes = 20_000

    private static let rule = GaussLegendre(16)
    private static let slope = 3.0.squareRoot()

    /// - Parameters:
    ///   - left: δ > 0
    ///   - edge: λ₊
    ///   - right: where the contour crosses the axis beyond λ₊.
    ///   - height: how far above x > 0 it may be.
    /// - Returns: Nil if it would take more than ``mostNodes``.
    init?(left δ: Double, edge: Double, right: Double, height: (Double) -> Double) {
        let middle = (right - δ) / 2
        func profile(_ x: Double) -> Double {
            let ray = Self.slope * min(x + δ, right - x)
            return x <= 0 ? ray : min(ray, height(x))
        }
        func distance(_ z: Complex<Double>) -> Double { Double.hypot(max(-z.real, z.real - edge, 0), z.imaginary) }
        /// Corners from an end to the middle.
        func corners(from start: Double, towards direction: Double) -> [Complex<Double>] {
            var points = [Complex(start, 0)]
            while points.last!.real != middle {
                let here = points.last!
                var step = distance(here)
                var next = here
                repeat {
                    let x = here.real + direction * step
                    let isPast = direction > 0 ? x >= middle : x <= middle
                    next = isPast ? Complex(middle, profile(middle)) : Complex(x, profile(x))
                    step /= 2
                } while (next - here).length > 1.05 * min(distance(here), distance(next))
                points.append(next)
                if points.count > Self.mostNodes / Self.rule.nodes.count { break }
            }
            return points
        }
        let points = corners(from: -δ, towards: 1) + corners(from: right, towards: -1).dropLast().reversed()
        if (points.count - 1) * Self.rule.nodes.count > Self.mostNodes { return nil }
        var (nodes, weights): ([Complex<Double>], [Complex<Double>]) = ([], [])
        for (a, b) in zip(points, points.dropFirst()) {
            let (centre, half) = ((a + b) / 2, (b - a) / 2)
            for (node, weight) in zip(Self.rule.nodes, Self.rule.weights) {
                nodes.append(centre + half.multiplied(by: node))
                // The upper half runs from the right to the left in the positive sense.
                weights.append(half.multiplied(by: -weight) / Complex(0, 2 * .pi))
            }
        }
        (self.nodes, self.weights) = (nodes, weights)
    }

    /// Both halves: 2 Re Σ w f
    func integral(_ values: [Complex<Double>]) -> Double {
        2 * zip(weights, values).reduce(0) { $0 + ($1.0 * $1.1).real }
    }
}
