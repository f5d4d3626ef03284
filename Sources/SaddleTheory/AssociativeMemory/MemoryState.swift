#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A stationary state of a ``DenseMemory`` by replica symmetry: of retrieval, or (m = 0) of the glass of the other patterns at P = 2.
///
///     −f/T = −m²/2T + B − ½q̂(1 − q) + E log 2cosh h/T    (P = 2),   B = −(α/2)[log(1 − χ) − (q/T)/(1 − χ) + 1/T],  q̂ = σ²/T²
///     −f/T = −(1 − 1/P)m^P/T + (α̃/2PT²)(1 − q^P) − ½q̂(1 − q) + E log 2cosh h/T    (P ≥ 3)
public struct MemoryState: Sendable {
    /// P
    public let order: Int
    /// T, in units of the field of a perfectly recalled pattern.
    public let temperature: Double
    /// α̃, patterns over binom(N − 1, P − 1).
    public let load: Double
    /// m, with the pattern.
    public let overlap: Double
    /// q, of two copies in the same state.
    public let selfOverlap: Double
    /// (1 − q)/T
    public let susceptibility: Double
    /// σ of the field that the other patterns make.
    public let deviation: Double
    /// f and energy, per spin.
    public let freeEnergy: Double, energy: Double
    /// Replica symmetry is stable while it is below 1: (σ-th response)² of a spin times that of the noise (de Almeida and Thouless). Infinite at T = 0.
    public let replicon: Double

    /// Whether replica symmetry is stable, by ``replicon``.
    public var isStable: Bool { replicon < 1 }

    init(order: Int, temperature T: Double, load: Double, field a: Double, deviation σ: Double, _ spin: SpinAverages) {
        let p = Double(order), q = spin.overlap, χ = spin.susceptibility
        (self.order, temperature, self.load, deviation) = (order, T, load, σ)
        overlap = a == 0 ? 0 : spin.magnetization
        (selfOverlap, susceptibility) = (q, χ)
        let aligned = a == 0 ? 0 : pow(overlap, p)
        let slope: Double
        if order == 2 {
            let reaction = 1 - χ, r = q / (reaction * reaction)
            energy = -aligned / 2 - load / 2 * (T * χ / reaction + r - 1)
            freeEnergy =
                aligned / 2 + load / 2 * ((T == 0 ? 0 : T * log(reaction)) - q / reaction + 1) + σ * σ * χ / 2 - spin.potential
            slope = load / (reaction * reaction)
        } else {
            // (1 − q^P)/T without its cancellation.
            let missing = T == 0 ? p * χ : -expm1(p * log1p(-T * χ)) / T
            energy = -aligned / p - load / p * missing
            freeEnergy = (1 - 1 / p) * aligned - load / (2 * p) * missing + σ * σ * χ / 2 - spin.potential
            slope = load * (p - 1) * pow(q, p - 2)
        }
        replicon = T == 0 ? (spin.fourth > 0 ? .infinity : 0) : slope * spin.fourth / T
    }
}
