#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleModels

extension GaussianDual {
    /// The derivatives of a closed form at variances q and p and covariance k, by k and by q.
    func derivatives(_ q: Double, _ p: Double, _ k: Double) -> PairDerivatives {
        // qp − k², without cancellation where |k| is nearly √(qp).
        let s = (q * p).squareRoot(), gap = max((s - k) * (s + k), 0)
        switch self {
        case .homogeneous(let odd, let even): return homogeneous(odd, even, q, p, k, gap)
        case .sign:
            let byCovariance = q > 0 && p > 0 ? 2 / (.pi * gap.squareRoot()) : 0
            return PairDerivatives(
                valueByCovariance: byCovariance, valueByVariance: q > 0 && k != 0 ? -k / (2 * q) * byCovariance : 0,
                slopeByCovariance: 0, slopeByVariance: 0)
        case .erf:
            let determinant = 1 + 2 * (q + p) + 4 * gap, slope = 4 / (.pi * determinant.squareRoot())
            return PairDerivatives(
                valueByCovariance: slope, valueByVariance: -slope * k / (1 + 2 * q),
                slopeByCovariance: 4 * slope * k / determinant, slopeByVariance: -slope * (1 + 2 * p) / determinant)
        case .gelu: return gelu(q, p, k, gap)
        case .scaled(let form, let a, let b):
            let inner = form.derivatives(a * a * q, a * a * p, a * a * k), first = a * a * b * b, second = a * a * first
            return PairDerivatives(
                valueByCovariance: first * inner.valueByCovariance, valueByVariance: first * inner.valueByVariance,
                slopeByCovariance: second * inner.slopeByCovariance, slopeByVariance: second * inner.slopeByVariance)
        case .sin, .cos:
            let (value, slope) = hyperbolic(q, p, k)
            return PairDerivatives(
                valueByCovariance: slope, valueByVariance: -0.5 * value, slopeByCovariance: value, slopeByVariance: -0.5 * slope)
        case .exponential(let variance, let covariance):
            let value = exp(variance * (q + p) + covariance * k)
            return PairDerivatives(
                valueByCovariance: covariance * value, valueByVariance: variance * value,
                slopeByCovariance: covariance * covariance * value, slopeByVariance: variance * covariance * value)
        }
    }

    /// F is homogeneous of degree one in (q, p, k) and of degree one half in (q, k), Ḟ of degree zero.
    private func homogeneous(
        _ odd: Double, _ even: Double, _ q: Double, _ p: Double, _ k: Double, _ gap: Double
    ) -> PairDerivatives {
        let b = even * even, slope = moments(1).slope
        let angle = atan2(gap.squareRoot(), k)
        let first = slope - 2 * b * angle / .pi
        if b == 0 || q == 0 || p == 0 {
            return PairDerivatives(
                valueByCovariance: b == 0 ? slope : odd * odd, valueByVariance: 0, slopeByCovariance: 0, slopeByVariance: 0)
        }
        let root = gap.squareRoot(), curvature = 2 * b / (.pi * root)
        return PairDerivatives(
            valueByCovariance: first, valueByVariance: b * root / (.pi * q), slopeByCovariance: curvature,
            slopeByVariance: k == 0 ? 0 : -k / (2 * q) * curvature)
    }

    /// With P = 1 + q, Q = 1 + p, D = PQ − k², A = 1/(2π√D): F = kg + AN and Ḟ = g + kAS, N = gap + k²(1/P + 1/Q),
    /// S = 1/P + 1/Q + 1/D.
    private func gelu(_ q: Double, _ p: Double, _ k: Double, _ gap: Double) -> PairDerivatives {
        let (u, v) = (1 / (1 + q), 1 / (1 + p)), d = 1 + q + p + gap, root = d.squareRoot(), a = 1 / (2 * .pi * root)
        let n = gap + k * k * (u + v), s = u + v + 1 / d
        let g = 0.25 + atan2(k, root) / (2 * .pi)
        return PairDerivatives(
            valueByCovariance: g + k * a * s,
            valueByVariance: a * (p - k * k * u * (0.5 + u) - (1 + p) * n / (2 * d)),
            slopeByCovariance: a * (1 + s + k * k * s / d + 2 * k * k / (d * d)),
            slopeByVariance: -k * a * (0.5 * u + (1 + p) * s / (2 * d) + u * u + (1 + p) / (d * d)))
    }

    private func hyperbolic(_ q: Double, _ p: Double, _ k: Double) -> (value: Double, slope: Double) {
        let scale = exp(abs(k) - 0.5 * (q + p)), decay = exp(-2 * abs(k))
        let cosh = 0.5 * scale * (1 + decay), sinh = (k < 0 ? -0.5 : 0.5) * scale * (1 - decay)
        if case .sin = self { return (sinh, cosh) }
        return (cosh, sinh)
    }
}
