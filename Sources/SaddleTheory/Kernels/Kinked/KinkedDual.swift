#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleModels
import SaddleNumerics

/// Averages of an activation with kinks over pairs of Gaussians, by quadrature.
struct KinkedDual: Sendable {
    let activation: Activation
    let rule: KinkedQuadrature

    /// F, Ḟ and the signed defect of the features, one pair.
    ///
    /// The defect is ½E(φ(u)/r ∓ φ(v)/r′)², r² = E φ(u)²: nothing cancels however close the points are.
    ///
    /// - Parameters:
    ///   - roots: √q and √p.
    ///   - features: r and r′.
    func pair(
        _ roots: (Double, Double), _ features: (Double, Double), defect: Double
    ) -> (value: Double, slope: Double, defect: Double) {
        let (r, s) = (features.0 > 0 ? 1 / features.0 : 0, features.1 > 0 ? 1 / features.1 : 0)
        var (value, slope, apart, opposed) = (0.0, 0.0, 0.0, 0.0)
        // A variance of zero is one too small to see, so that φ′ at a kink at 0 is the mean of both sides.
        rule.pair(max(roots.0, 1e-100), max(roots.1, 1e-100), defect: defect) { u, v, weights in
            let (a, b) = (jet(u), jet(v))
            for i in weights.indices {
                let (x, y, w) = (a.value[i], b.value[i], weights[i])
                value += w * x * y
                slope += w * a.slope[i] * b.slope[i]
                let (minus, plus) = (r * x - s * y, r * x + s * y)
                apart += w * minus * minus
                opposed += w * plus * plus
            }
        }
        if r == 0 || s == 0 { return (value, slope, 1) }
        return (value, slope, value >= 0 ? apart / 2 : -opposed / 2)
    }

    private func jet(_ x: [Double]) -> (value: [Double], slope: [Double]) {
        let φ = activation.valueAndDerivative(Matrix(rows: x.count, columns: 1, elements: x))
        return (φ.value.elements, φ.derivative.elements)
    }

    // MARK: - Derivatives

    /// The jumps of φ′ at the kinks.
    private var slopeJumps: [(place: Double, jump: Double)] {
        activation.kinks.map { t in
            let step = 1e-12 * max(1, abs(t))
            let sides = activation.derivative(Matrix(rows: 2, columns: 1, elements: [t - step, t + step]))
            let jump = sides[1, 0] - sides[0, 0]
            return (t, abs(jump) <= 1e-9 * max(abs(sides[0, 0]), abs(sides[1, 0])) ? 0 : jump)
        }.filter { $0.jump != 0 }
    }

    /// The derivatives of a pair at variances q and p and covariance k, by k and by q, and by k and by p.
    ///
    /// With φ″ = r + Σ J δ(x − t), jumps J of φ′: averages with a δ-function are over one Gaussian given the other, those of two the
    /// density of the pair. E φ‴(u)φ′(v) = (E[uφ″(u)φ′(v)] − k E φ″φ″)/q moves the third derivative to the density.
    func derivatives(_ q: Double, _ p: Double, _ k: Double) -> (byRow: PairDerivatives, byColumn: PairDerivatives) {
        if q == 0 || p == 0 { return (.zero, .zero) }
        let s = (q * p).squareRoot(), t = min(max((s - abs(k)) / s, 0), 1)
        var (slopes, curvatures) = (0.0, 0.0)
        // E φ″(u)φ(v) and E uφ″(u)φ′(v), and the same with u and v exchanged.
        var row = (value: 0.0, slope: 0.0), column = (value: 0.0, slope: 0.0)
        rule.pair(q.squareRoot(), p.squareRoot(), defect: k < 0 ? -t : t) { u, v, weights in
            let (a, b) = (Jets(activation, u), Jets(activation, v))
            for i in weights.indices {
                let w = weights[i]
                slopes += w * a.slope[i] * b.slope[i]
                curvatures += w * a.curvature[i] * b.curvature[i]
                row.value += w * a.curvature[i] * b.value[i]
                row.slope += w * u[i] * a.curvature[i] * b.slope[i]
                column.value += w * b.curvature[i] * a.value[i]
                column.slope += w * v[i] * b.curvature[i] * a.slope[i]
            }
        }
        let jumps = slopeJumps, rest = t * (2 - t)
        for (place, jump) in jumps {
            for isRow in [true, false] {
                let (mine, other) = isRow ? (q, p) : (p, q), density = jump * normal(place, variance: mine)
                let given = average(mean: k * place / mine, deviation: (other * rest).squareRoot())
                curvatures += density * given.curvature
                if isRow {
                    row = (row.value + density * given.value, row.slope + density * place * given.slope)
                } else {
                    column = (column.value + density * given.value, column.slope + density * place * given.slope)
                }
            }
            for (other, otherJump) in jumps {
                let (x, y) = (place / q.squareRoot(), other / p.squareRoot()), c = k < 0 ? t - 1 : 1 - t
                let apart = x - c * y
                // At correlation one the density of the pair is infinite on the diagonal and zero beside it.
                if rest == 0 && apart != 0 { continue }
                let exponent = -0.5 * (y * y + (apart == 0 ? 0 : apart * apart / rest))
                curvatures += jump * otherJump * exp(exponent) / (2 * Double.pi * (q * p * rest).squareRoot())
            }
        }
        func derivatives(_ averages: (value: Double, slope: Double), _ q: Double) -> PairDerivatives {
            PairDerivatives(
                valueByCovariance: slopes, valueByVariance: 0.5 * averages.value, slopeByCovariance: curvatures,
                slopeByVariance: 0.5 * (k == 0 ? averages.slope : averages.slope - k * curvatures) / q)
        }
        return (derivatives(row, q), derivatives(column, p))
    }

    private func average(mean: Double, deviation: Double) -> (value: Double, slope: Double, curvature: Double) {
        let (x, weights) = rule.single(mean: mean, deviation: deviation), jets = Jets(activation, x)
        func total(_ f: [Double]) -> Double { zip(weights, f).reduce(0) { $0 + $1.0 * $1.1 } }
        return (total(jets.value), total(jets.slope), total(jets.curvature))
    }

    private func normal(_ x: Double, variance: Double) -> Double {
        exp(-0.5 * x * x / variance) / (2 * Double.pi * variance).squareRoot()
    }
}

/// φ, φ′ and φ″ without its δ-functions.
private struct Jets {
    let value, slope, curvature: [Double]

    init(_ activation: Activation, _ x: [Double]) {
        let points = Matrix(rows: x.count, columns: 1, elements: x)
        let first = activation.valueAndDerivative(points)
        (value, slope) = (first.value.elements, first.derivative.elements)
        curvature = activation.secondDerivative(points).elements
    }
}
