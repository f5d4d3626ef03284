/// Exponents of the loss for power-law spectra, λ_k = k^{−a} and u_k² = k^{−b}, 1 < b, 1 < a.
///
/// With s = b − 1 the unlearnt power beyond mode k falls as k^{−s}; κ falls as P^{−a} or N^{−a}, so that about P or N modes are learnt,
/// until the first modes, which are learnt to (κ/λ)² by samples and to κ/λ by width, dominate:
///
///     samples   min(s, 2a)           Σ u²κ²/(λ + κ)²/(1 − γ)
///     width     min(s, a)            Σ u²κ/(λ + κ), random features with unlimited samples and time
///     time      s/a                  Σ u²e^{−2λt}, gradient flow
///     noise     s′/(s′ + 1), s′ = min(s, 2a): samples with noise, at the best ridge (Cui et al. 2021)
///     compute   t = C/N, one pass: the frontier min_N [t^{−s/a} + N^{−w}] has the exponent sw/(s + aw), N ~ C^{s/(s + aw)}
///
/// Sources: Bahri et al. 2102.06701; Bordelon, Atanasov, Pehlevan 2402.01092. The exponent of the width is derived in
/// Documentation/Scaling.md and measured by the tests.
public struct ScalingExponents: Sendable, Equatable {
    /// a: the kernel's eigenvalues.
    public let capacity: Double
    /// b: the target's power.
    public let source: Double

    /// - Precondition: capacity > 1 and source > 1, else sums over modes have no limit.
    public init(capacity: Double, source: Double) {
        precondition(capacity > 1 && source > 1, "capacity \(capacity), source \(source): expected above 1")
        (self.capacity, self.source) = (capacity, source)
    }

    private var tail: Double { source - 1 }

    /// min(s, 2a): loss against samples, without noise and ridge.
    public var samples: Double { min(tail, 2 * capacity) }
    /// min(s, a): loss against the width.
    public var width: Double { min(tail, capacity) }
    /// s/a: loss against time.
    public var time: Double { tail / capacity }
    /// Loss beyond the noise, with the best ridge.
    public var noisySamples: Double { samples / (samples + 1) }
    /// Loss against C = Nt on the frontier.
    public var compute: Double { tail * width / (tail + capacity * width) }
    /// Best width against C.
    public var computeWidth: Double { tail / (tail + capacity * width) }

    /// Smooth targets of inputs on a d-dimensional manifold, learnt by networks that interpolate piecewise linearly: at least 4/d.
    /// Source: Sharma and Kaplan 2020; Bahri et al. 2102.06701.
    public static func manifold(dimension: Double) -> Double { 4 / dimension }
}
