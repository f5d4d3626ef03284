#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleModels

/// How the Gaussian dual of an activation is evaluated: a closed form known by the activation's name, or a Hermite series.
///
/// Closed forms: φ = ax + b|x| Cho & Saul 2009 (arc-cosine kernel of order 1), sign the same (order 0), erf Williams 1997,
/// gelu Tsuchida et al. 2021, sine, cosine and exponentials from E e^{u} = e^{q/2}, rbf Rahimi & Recht 2007.
enum DualForm: Sendable {
    /// φ(x) = odd·x + even·|x|
    case homogeneous(odd: Double, even: Double)
    case sign
    case erf
    case gelu
    case sin
    case cos
    /// E φ(u)φ(v) = exp(variance·(q + q′) + covariance·k), and E φ′φ′ is `covariance` times that.
    case exponential(variance: Double, covariance: Double)
    case series(HermiteShape)

    init(_ activation: Activation) {
        switch activation.name {
        case "linear": self = .homogeneous(odd: 1, even: 0)
        case "relu": self = .homogeneous(odd: 0.5, even: 0.5)
        case "leaky_relu": self = .homogeneous(odd: 0.505, even: 0.495)
        case "abs": self = .homogeneous(odd: 0, even: 1)
        case "sign": self = .sign
        case "erf": self = .erf
        case "gelu": self = .gelu
        case "sin": self = .sin
        case "cos": self = .cos
        case "exp": self = .exponential(variance: 0.5, covariance: 1)
        case "rbf": self = .exponential(variance: -1, covariance: 2)
        default: self = .series(HermiteShape(activation))
        }
    }

    /// Whether the state of a pair is the signed defect of its correlation instead of its covariance.
    var carriesDefects: Bool {
        switch self {
        case .homogeneous, .sign: true
        default: false
        }
    }

    /// E φ(u)² and E φ′(u)² for u of variance q; nil for a series.
    func moments(_ q: Double) -> (value: Double, slope: Double)? {
        switch self {
        case .homogeneous(let odd, let even): ((odd * odd + even * even) * q, odd * odd + even * even)
        case .sign: (q > 0 ? 1 : 0, 0)
        case .erf: (2 / .pi * atan2(2 * q, (1 + 4 * q).squareRoot()), 4 / .pi / (1 + 4 * q).squareRoot())
        case .gelu: geluMoments(q)
        case .sin: (-0.5 * expm1(-2 * q), 0.5 + 0.5 * exp(-2 * q))
        case .cos: (0.5 + 0.5 * exp(-2 * q), -0.5 * expm1(-2 * q))
        case .exponential(let variance, let covariance):
            (exp((2 * variance + covariance) * q), covariance * exp((2 * variance + covariance) * q))
        case .series: nil
        }
    }

    private func geluMoments(_ q: Double) -> (value: Double, slope: Double) {
        let root = (1 + 2 * q).squareRoot(), a = 1 / (2 * .pi * root)
        let g = 0.25 + atan2(q, root) / (2 * .pi)
        return (q * g + 2 * a * q * q / (1 + q), g + q * a * (2 / (1 + q) + 1 / (1 + 2 * q)))
    }
}
