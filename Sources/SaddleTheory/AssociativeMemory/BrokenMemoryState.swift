import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A retrieval state of a ``DenseMemory`` with P ≥ 3 by one step of replica-symmetry breaking: many states around the pattern.
///
///     h = m^{P−1} + √(α̃q₀^{P−1}) z₀ + √(α̃(q₁^{P−1} − q₀^{P−1})) z₁,   ⟨·⟩ over z₁ with weight (2cosh h/T)^θ,   E over z₀
///     m = E⟨tanh⟩,   q₀ = E⟨tanh⟩²,   q₁ = E⟨tanh²⟩
///     −f/T = −(1 − 1/P)m^P/T + (α̃/2PT²)[1 − Pq₁^{P−1} + (P − 1)((1 − θ)q₁^P + θq₀^P)] + (1/θ)E log E₁(2cosh h/T)^θ
///
/// with θ where f is stationary. Next to the line of de Almeida and Thouless q₁ − q₀ vanishes; equations are divided by the powers of it
/// that they have in common, so that the symmetric solution is none of theirs. Source: 2111.12997; derived in Documentation/Memory.md.
public struct BrokenMemoryState: Sendable {
    /// α̃ and T, as in ``DenseMemory``.
    public let load: Double, temperature: Double
    /// m
    public let overlap: Double
    /// q₀ and q₁: of two copies in different states, and in the same one.
    public let betweenStates: Double, withinState: Double
    /// θ
    public let breakpoint: Double
    /// f, per spin.
    public let freeEnergy: Double
    /// Of one state; beyond 1 further steps are needed.
    public let replicon: Double

    /// - Parameter state: the symmetric one, unstable.
    /// - Returns: nil if no solution was found.
    public init?(from state: MemoryState) {
        precondition(state.order >= 3 && state.temperature > 0, "one step for P = \(state.order) at T = \(state.temperature)")
        guard state.replicon > 1 else { return nil }
        let (q, χ) = (state.selfOverlap, state.temperature * state.susceptibility)
        var sums = Sums(state, state.overlap, q - χ / 2, q + χ / 2, 0.5)
        for _ in 0..<30 { sums = Sums(state, sums.m, sums.q0, sums.q1, 0.5) }
        let δ0 = sums.q1 - sums.q0
        if !(δ0 > 1e-9) { return nil }
        let solution = newtonRoot(from: [sums.m, sums.q0, log(δ0), 0.5], scales: [δ0, δ0, 1, 1]) { x in
            let δ = exp(x[2])
            if !(x[0] > 0 && x[0] < 1 && x[1] > 0 && x[1] + δ < 1 && x[3] > 0.001 && x[3] < 1) { return [.infinity] }
            let s = Sums(state, x[0], x[1], x[1] + δ, x[3])
            return [s.m - x[0], s.q0 - x[1], (s.q1 - s.q0) / δ - 1, s.complexity / (x[3] * δ * δ * δ)]
        }
        guard let x = solution else { return nil }
        let end = Sums(state, x[0], x[1], x[1] + exp(x[2]), x[3])
        (load, temperature) = (state.load, state.temperature)
        (overlap, betweenStates, withinState, breakpoint) = (x[0], x[1], x[1] + exp(x[2]), x[3])
        (freeEnergy, replicon) = (end.freeEnergy, end.replicon)
    }

    /// Right-hand sides at given overlaps.
    struct Sums {
        let m: Double, q0: Double, q1: Double
        /// −θ²∂(−f/T)/∂θ
        let complexity: Double
        let freeEnergy: Double
        let replicon: Double

        init(_ state: MemoryState, _ m: Double, _ q0: Double, _ q1: Double, _ θ: Double) {
            let (p, T, load) = (Double(state.order), state.temperature, state.load)
            let a = pow(m, p - 1) / T, v0 = (load * pow(q0, p - 1)).squareRoot() / T
            let v1 = (load * (pow(q1, p - 1) - pow(q0, p - 1))).squareRoot() / T
            // (2cosh x)^θ is analytic up to x = ±iπ/2, and so are logarithms of its averages.
            let outer = GaussianTrapezoid(strip: Double.pi / (2 * v0))
            let inner = GaussianTrapezoid(strip: Double.pi / (2 * v1), reach: 9 + θ * v1)
            let sites = Threads.compute(outer.nodes.count) { Site(field: a + v0 * outer.nodes[$0], deviation: v1, θ, inner) }
            func mean(_ value: (Site) -> Double) -> Double { zip(outer.weights, sites).reduce(0) { $0 + $1.0 * value($1.1) } }
            self.m = mean(\.magnetization)
            self.q0 = mean { $0.magnetization * $0.magnetization }
            self.q1 = mean(\.square)
            let logWeight = mean(\.logWeight)
            let strength = load / (2 * p * T * T)
            let within = pow(q1, p), between = pow(q0, p)
            complexity = θ * θ * strength * (p - 1) * (within - between) + logWeight - θ * mean(\.potential)
            let mixed: Double = (p - 1) * ((1 - θ) * within + θ * between)
            let noise: Double = 1 - p * within / q1 + mixed
            let potential: Double = strength * noise + logWeight / θ
            freeEnergy = (1 - 1 / p) * pow(m, p) - T * potential
            replicon = load / (T * T) * (p - 1) * pow(q1, p - 2) * mean(\.fourth)
        }
    }
    /// Averages over z₁ with the weight (2cosh x)^θ, x = b + v₁z₁.
    private struct Site {
        let magnetization: Double, square: Double, fourth: Double, potential: Double, logWeight: Double

        init(field b: Double, deviation v: Double, _ θ: Double, _ rule: GaussianTrapezoid) {
            var (weight, tanh, square, fourth, potential) = (0.0, 0.0, 0.0, 0.0, 0.0)
            for (z, p) in zip(rule.nodes, rule.weights) {
                let x = b + v * z, decay = exp(-2 * abs(x)), rest = log1p(decay), t = (1 - decay) / (1 + decay)
                let w = p * exp(θ * (abs(x) - abs(b) + rest)), slope = 1 - t * t
                weight += w
                tanh += x < 0 ? -w * t : w * t
                square += w * t * t
                fourth += w * slope * slope
                potential += w * (abs(x) + rest)
            }
            (magnetization, self.square, self.fourth) = (tanh / weight, square / weight, fourth / weight)
            (self.potential, logWeight) = (potential / weight, θ * abs(b) + log(weight))
        }
    }
}
