#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleModels

/// How the Gaussian dual of an activation is evaluated: by the closed form that the activation states, or as a Hermite series; with
/// kinks as one where that converges, and by quadrature elsewhere.
enum DualForm: Sendable {
    case closed(GaussianDual)
    case series(HermiteShape)
    case kinked

    init(_ activation: Activation) {
        self = activation.dual.map(Self.closed) ?? (activation.kinks.isEmpty ? .series(HermiteShape(activation)) : .kinked)
    }

    /// Whether the state of a pair is the signed defect of its correlation instead of its covariance.
    var carriesDefects: Bool {
        switch self {
        case .kinked: return true
        case .closed(let dual):
            switch dual.unscaled.form {
            case .homogeneous, .sign: return true
            default: return false
            }
        case .series: return false
        }
    }
}

extension GaussianDual {
    /// A form that is not scaled, with the scales a and b of b·ψ(ax).
    var unscaled: (form: GaussianDual, input: Double, output: Double) {
        if case .scaled(let form, let input, let output) = self { return (form, input, output) }
        return (self, 1, 1)
    }

    /// E φ(u)² and E φ′(u)² for u of variance q.
    func moments(_ q: Double) -> (value: Double, slope: Double) {
        switch self {
        case .homogeneous(let odd, let even): ((odd * odd + even * even) * q, odd * odd + even * even)
        case .sign: (q > 0 ? 1 : 0, 0)
        case .erf: (2 / .pi * atan2(2 * q, (1 + 4 * q).squareRoot()), 4 / .pi / (1 + 4 * q).squareRoot())
        case .gelu: geluMoments(q)
        case .sin: (-0.5 * expm1(-2 * q), 0.5 + 0.5 * exp(-2 * q))
        case .cos: (0.5 + 0.5 * exp(-2 * q), -0.5 * expm1(-2 * q))
        case .exponential(let variance, let covariance):
            (exp((2 * variance + covariance) * q), covariance * exp((2 * variance + covariance) * q))
        case .scaled(let form, let a, let b):
            scaled(form.moments(a * a * q), a, b)
        }
    }

    private func scaled(_ m: (value: Double, slope: Double), _ a: Double, _ b: Double) -> (value: Double, slope: Double) {
        (b * b * m.value, a * a * b * b * m.slope)
    }

    private func geluMoments(_ q: Double) -> (value: Double, slope: Double) {
        let root = (1 + 2 * q).squareRoot(), a = 1 / (2 * .pi * root)
        let g = 0.25 + atan2(q, root) / (2 * .pi)
        return (q * g + 2 * a * q * q / (1 + q), g + q * a * (2 / (1 + q) + 1 / (1 + 2 * q)))
    }
}
