/// A closed form of the averages of an activation over a pair of centred Gaussian preactivations u and v.
///
///     F = E φ(u)φ(v),   Ḟ = E φ′(u)φ′(v),   Var u = q, Var v = q′, Cov(u, v) = k
///
/// It belongs to the activation, which states it (``Activation/dual``); names mean nothing to kernels. An activation of one's own may
/// state one of these forms and gains their speed and accuracy; without one its kernels are Hermite series. `ActivationLaws` in
/// SaddleLaws compares a stated form with quadrature.
///
/// Sources: φ = ax + b|x| Cho & Saul 2009 (arc-cosine kernel of order 1), sign the same (order 0), erf Williams 1997, gelu Tsuchida
/// et al. 2021, sine, cosine and exponentials from E e^{u} = e^{q/2}, rbf Rahimi & Recht 2007.
public indirect enum GaussianDual: Sendable, Equatable {
    /// φ(x) = odd·x + even·|x|
    case homogeneous(odd: Double, even: Double)
    /// φ(x) = sign x
    case sign
    /// φ(x) = erf x
    case erf
    /// φ(x) = x·Φ(x)
    case gelu
    /// φ(x) = sin x
    case sin
    /// φ(x) = cos x
    case cos
    /// F = exp(variance·(q + q′) + covariance·k), and Ḟ is `covariance` times that: φ = eˣ has ½ and 1, φ = √2 sin(√2x + π/4) −1 and 2.
    case exponential(variance: Double, covariance: Double)
    /// φ(x) = output·ψ(input·x) with a ψ of one of the forms above, not homogeneous.
    case scaled(GaussianDual, input: Double, output: Double)

    /// φ(x) = x
    public static let linear = GaussianDual.homogeneous(odd: 1, even: 0)
}
