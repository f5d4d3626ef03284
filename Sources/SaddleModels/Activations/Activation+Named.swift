import CSaddle
import SaddleNumerics

extension Activation {
    /// Every activation that a study file can name.
    public static let named: [Activation] = [
        .linear, .relu, .leakyReLU, .tanh, .erf, .gelu, .silu, .sigmoid, .softplus, .sin, .cos, .abs,
        .sign, .exp, .rbf, .square, .cube, .quickGELU, .elu, .selu, .mish, .hardTanh,
    ]

    /// Other names of some of them.
    public static let aliases = ["swish": "silu"]

    /// The activation of that name, if there is one.
    public init?(named name: String) {
        let name = Self.aliases[name] ?? name
        guard let found = Self.named.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    /// φ(x) = x
    public static let linear = Activation(
        name: "linear", isSmooth: true, dual: .linear, kernel: sd_activation_linear, single: sd_single_activation_linear)

    /// φ(x) = max(x, 0), with φ′(0) = 0.
    public static let relu = Activation(
        name: "relu", isSmooth: false, dual: .homogeneous(odd: 0.5, even: 0.5), kernel: sd_activation_relu,
        single: sd_single_activation_relu)

    /// φ(x) = x for x > 0 and 0.01·x otherwise, with φ′(0) = 0.01.
    public static let leakyReLU = Activation(
        name: "leaky_relu", isSmooth: false, dual: .homogeneous(odd: 0.505, even: 0.495), kernel: sd_activation_leaky_relu,
        single: sd_single_activation_leaky_relu)

    /// φ(x) = x for x > 0 and s·x otherwise.
    public static func leakyReLU(slope s: Double) -> Activation {
        if s == 0.01 { return .leakyReLU }
        return Activation(
            name: "leaky_relu of slope \(s)", isSmooth: s == 1, dual: .homogeneous(odd: 0.5 * (1 + s), even: 0.5 * (1 - s))
        ) { x, count, value, slope, curvature in
            for i in 0..<count {
                let x = x[i]
                value?[i] = x > 0 ? x : s * x
                slope?[i] = x > 0 ? 1 : s
                curvature?[i] = 0
            }
        }
    }

    /// φ(x) = tanh x
    public static let tanh = Activation(
        name: "tanh", isSmooth: true, kernel: sd_activation_tanh, single: sd_single_activation_tanh)

    /// φ(x) = erf x = (2/√π)∫₀ˣ e^{−u²} du, as in the literature on kernels; not erf(x/√2).
    public static let erf = Activation(
        name: "erf", isSmooth: true, dual: .erf, kernel: sd_activation_erf, single: sd_single_activation_erf)

    /// φ(x) = x·Φ(x) with the standard normal distribution Φ: the exact form, not the one with tanh.
    public static let gelu = Activation(
        name: "gelu", isSmooth: true, dual: .gelu, kernel: sd_activation_gelu, single: sd_single_activation_gelu)

    /// φ(x) = x/(1 + e⁻ˣ), also called swish: both names are read.
    public static let silu = Activation(
        name: "silu", isSmooth: true, kernel: sd_activation_silu, single: sd_single_activation_silu)

    /// φ(x) = 1/(1 + e⁻ˣ)
    public static let sigmoid = Activation(
        name: "sigmoid", isSmooth: true, kernel: sd_activation_sigmoid, single: sd_single_activation_sigmoid)

    /// φ(x) = log(1 + eˣ)
    public static let softplus = Activation(
        name: "softplus", isSmooth: true, kernel: sd_activation_softplus, single: sd_single_activation_softplus)

    /// φ(x) = sin x
    public static let sin = Activation(
        name: "sin", isSmooth: true, dual: .sin, kernel: sd_activation_sin, single: sd_single_activation_sin)

    /// φ(x) = cos x
    public static let cos = Activation(
        name: "cos", isSmooth: true, dual: .cos, kernel: sd_activation_cos, single: sd_single_activation_cos)

    /// φ(x) = |x|, with φ′(0) = 0.
    public static let abs = Activation(
        name: "abs", isSmooth: false, dual: .homogeneous(odd: 0, even: 1), kernel: sd_activation_abs,
        single: sd_single_activation_abs)

    /// φ(x) = 1 for x > 0, −1 for x < 0 and 0 at 0. φ′ = 0: the δ-function at the jump is left out, so weights below it get no
    /// gradient.
    public static let sign = Activation(
        name: "sign", isSmooth: false, isContinuous: false, dual: .sign, kernel: sd_activation_sign,
        single: sd_single_activation_sign)

    /// φ(x) = eˣ
    public static let exp = Activation(
        name: "exp", isSmooth: true, dual: .exponential(variance: 0.5, covariance: 1), kernel: sd_activation_exp,
        single: sd_single_activation_exp)

    /// φ(x) = √2 sin(√2x + π/4) = sin √2x + cos √2x, whose covariance E φ(u)φ(v) = exp(−E(u − v)²) is the Gaussian (radial
    /// basis function) kernel: random Fourier features (Rahimi & Recht 2007) with γ = 1, other γ by the scale of the weights.
    public static let rbf = Activation(
        name: "rbf", isSmooth: true, dual: .exponential(variance: -1, covariance: 2), kernel: sd_activation_rbf,
        single: sd_single_activation_rbf)

    /// φ(x) = x²
    public static let square = Activation(
        name: "square", isSmooth: true, kernel: sd_activation_square, single: sd_single_activation_square)

    /// φ(x) = x³
    public static let cube = Activation(
        name: "cube", isSmooth: true, kernel: sd_activation_cube, single: sd_single_activation_cube)

    /// φ(x) = x/(1 + e^{−1.702x}), an approximation of gelu.
    public static let quickGELU = Activation(
        name: "quick_gelu", isSmooth: true, kernel: sd_activation_quick_gelu, single: sd_single_activation_quick_gelu)

    /// φ(x) = x for x > 0 and eˣ − 1 otherwise; φ″ jumps at 0.
    public static let elu = Activation(
        name: "elu", isSmooth: true, kinks: [0], kernel: sd_activation_elu, single: sd_single_activation_elu)

    /// φ(x) = λx for x > 0 and λα(eˣ − 1) otherwise, λ = 1.0507… and α = 1.6733… (Klambauer et al. 2017).
    public static let selu = Activation(
        name: "selu", isSmooth: false, kernel: sd_activation_selu, single: sd_single_activation_selu)

    /// φ(x) = x·tanh log(1 + eˣ)
    public static let mish = Activation(
        name: "mish", isSmooth: true, kernel: sd_activation_mish, single: sd_single_activation_mish)

    /// φ(x) = max(−1, min(x, 1)), with φ′(±1) = 0.
    public static let hardTanh = Activation(
        name: "hard_tanh", isSmooth: false, kinks: [-1, 1], kernel: sd_activation_hard_tanh,
        single: sd_single_activation_hard_tanh)
}
