import Numerics
import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Linear dynamics in a random environment, dx/dt = −λx + σJx, in the limit N → ∞.
///
///     R(t) = e^{−λt} g₁(σt),   C(t, t′) = q₀ e^{−λ(t + t′)} Σₙ gₙ(σt) gₙ(σt′),   gₙ(θ) = n Iₙ(2√τ θ)/(τ^{n/2} θ)
///
/// for every symmetry τ (``KrylovChain``). With λ = 0, σ = 1: for τ = 1, R = I₁(2t)/t and C(t, t) = I₁(4t)/(2t); for τ = 0, R = 1 and
/// C(t, t′) = I₀(2√(tt′)). White noise adds its own term: ``TwoTimeSolver`` at finite times, ``StationaryDynamics`` for t → ∞.
/// Omits O(1/N). Source of the equations: "Disordered dynamics in high dimensions" (2601.01010).
///
/// - Note: Relative error of C(t, t), and of R for τ ≥ 0, below 1e-13 where compared (σt ≤ 10).
public struct LinearDynamics: Sendable {
    /// σ, λ, τ and q₀, with the linear activation.
    public let model: RandomDynamics

    /// - Throws: ``DynamicsError/notLinear(activation:)``
    public init(_ model: RandomDynamics) throws(DynamicsError) {
        guard model.isLinear else { throw .notLinear(activation: model.activation.name) }
        self.model = model
    }

    /// R(t): the mean diagonal element of e^{(σJ − λ)t}.
    public func response(_ t: Double) -> Double {
        let θ = model.gain * t
        return KrylovChain(symmetry: model.symmetry, reach: 0).amplitudes(θ)[0] * exp(model.spectralEdge * t - model.decay * t)
    }

    /// C(t, t′) that the initial condition leaves, without noise.
    public func correlation(_ t: Double, _ s: Double) -> Double {
        let chain = KrylovChain(symmetry: model.symmetry, reach: model.gain * max(t, s))
        let sum = zip(chain.amplitudes(model.gain * t), chain.amplitudes(model.gain * s)).reduce(0) { $0 + $1.0 * $1.1 }
        return model.initialVariance * sum * exp(model.growthRate * (t + s))
    }

    /// C(t, t′) of normal matrices with the spectrum of J, uniform in the ellipse with half axes a = σ(1 + τ) and b = σ(1 − τ):
    ///
    ///     q₀ e^{−λ(t + t′)} · 2I₁(κ)/κ,   κ² = a²(t + t′)² − b²(t − t′)²       (J₁ for κ² < 0)
    ///
    /// Their response is that of J. What differs between the two at the same spectrum comes from eigenvectors that are not orthogonal.
    public func normalTwin(_ t: Double, _ s: Double) -> Double {
        let (a, b) = (model.spectralEdge * (t + s), model.gain * (1 - model.symmetry) * (t - s))
        let square = (a - b) * (a + b), κ = abs(square).squareRoot()
        let kind = square < 0 ? -1.0 : 1
        let ratio = κ == 0 ? 1 : 2 * scaledBesselSequence(κ / 2, symmetry: kind, count: 2)[1] / κ
        return model.initialVariance * ratio * exp((square < 0 ? 0 : κ) - model.decay * (t + s))
    }

    /// H(z) with z + λ = 1/H + τσ²H, which is ∫₀^∞ R(t)e^{−zt} dt: the mean diagonal element of (z + λ − σJ)⁻¹ outside the spectrum.
    ///
    /// - Parameter z: right of the spectrum, Re z > σ(1 + τ) − λ, or on the imaginary axis of stable dynamics.
    public func resolvent(_ z: Complex<Double>) -> Complex<Double> {
        let shifted = z + Complex(model.decay), τ = model.symmetry * model.gain * model.gain
        var root = Complex.sqrt(shifted * shifted - Complex(4 * τ))
        // The branch with H → 1/z.
        if (root * shifted.conjugate).real < 0 { root = -root }
        return Complex(2) / (shifted + root)
    }

    /// Density of the real parts of the eigenvalues of σJ − λ, a semicircle for every τ; nil for τ = −1, where all are −λ.
    public func realPartDensity(_ x: Double) -> Double? {
        let a = model.spectralEdge
        if a == 0 { return nil }
        let u = (x + model.decay) / a
        return u * u < 1 ? 2 / (.pi * a) * (1 - u * u).squareRoot() : 0
    }
}
