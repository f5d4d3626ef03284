/// Many units coupled by a random matrix.
///
///     dxᵢ/dt = −λxᵢ + σ Σⱼ Jᵢⱼ φ(xⱼ) + ξᵢ(t),   E ξᵢ(t)ξᵢ(t′) = 2T δ(t − t′),   xᵢ(0) ~ N(0, q₀)
///     E Jᵢⱼ = 0,   E Jᵢⱼ² = 1/N,   E JᵢⱼJⱼᵢ = τ/N
///
/// τ = 1 is the Gaussian orthogonal ensemble, 0 independent entries (Ginibre), −1 an antisymmetric matrix. With φ(x) = x the dynamics
/// are linear; with φ = tanh, λ = 1 and τ = 0 they are the random network of Sompolinsky, Crisanti and Sommers (1988).
public struct RandomDynamics: Sendable {
    /// τ, from −1 to 1.
    public var symmetry: Double
    /// λ ≥ 0
    public var decay: Double
    /// σ ≥ 0
    public var gain: Double
    /// T ≥ 0: half the strength of the white noise.
    public var noise: Double
    /// q₀ ≥ 0
    public var initialVariance: Double
    /// φ
    public var activation: Activation

    /// The dynamics with these constants.
    ///
    /// - Precondition: |τ| ≤ 1, and no other constant is negative.
    public init(
        symmetry: Double = 0, decay: Double = 1, gain: Double = 1, noise: Double = 0, initialVariance: Double = 1,
        activation: Activation = .linear
    ) {
        precondition(abs(symmetry) <= 1, "symmetry \(symmetry)")
        precondition(
            decay >= 0 && gain >= 0 && noise >= 0 && initialVariance >= 0,
            "decay \(decay), gain \(gain), noise \(noise), initial variance \(initialVariance)")
        self.symmetry = symmetry
        self.decay = decay
        self.gain = gain
        self.noise = noise
        self.initialVariance = initialVariance
        self.activation = activation
    }

    /// Whether φ(x) = x.
    public var isLinear: Bool { activation.isLinear }

    /// Where the spectrum of σJ ends on the right for N → ∞: σ(1 + τ).
    public var spectralEdge: Double { gain * (1 + symmetry) }

    /// Largest real part of the eigenvalues of σJ − λ: linear dynamics grow if it is positive.
    public var growthRate: Double { spectralEdge - decay }
}
