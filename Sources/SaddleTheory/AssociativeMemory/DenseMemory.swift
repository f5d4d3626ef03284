import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// N spins that store K random patterns by interactions of P spins, for N → ∞, by replica symmetry.
///
///     E = −Σ_μ e_P(ξ^μ_jσ_j)/C,   hᵢ = Σ_μ ξᵢ^μ e_{P−1}(ξ^μ_jσ_j, j ≠ i)/C,   C = binom(N − 1, P − 1)
///     m = E tanh h/T,   q = E tanh² h/T,   h = m^{P−1} + σz,   σ² = α̃q^{P−1}   (P ≥ 3),   σ² = αq/(1 − χ)², χ = (1 − q)/T   (P = 2)
///
/// with e_k the elementary symmetric polynomials (products of different spins only) and the load α̃ = K/C: the variance of what the other
/// patterns put on a spin, in units of the squared signal; K = αN^{P−1} is α̃ = α(P − 1)!. P = 2 is the Hopfield model, with its
/// reaction of the patterns; for P ≥ 3 the other patterns are a glass of P-spin couplings, E E² = Nα̃/P.
///
/// At fixed T the equations are solved backwards: every overlap m allows one σ, and with it one load. The load as a function of m on
/// (m₋, m₊) falls to 0 at m₊ from its maximum, the spinodal; retrieval states are those in between.
/// Sources: Amit, Gutfreund, Sompolinsky 1987; Gardner 1987; Albanese, Alemanno, Alessandrelli, Barra 2021 (2111.12997).
public struct DenseMemory: Sendable {
    /// P
    public let order: Int
    /// T, in units of the field of a perfectly recalled pattern.
    public let temperature: Double
    /// Overlaps without other patterns: the unstable and the stable one, m = tanh(m^{P−1}/T); nil if it is too hot for them.
    public let range: (low: Double, high: Double)?

    /// - Parameters:
    ///   - order: P ≥ 2.
    ///   - temperature: T ≥ 0.
    public init(order: Int, temperature: Double) {
        precondition(order >= 2 && temperature >= 0, "order \(order), temperature \(temperature)")
        (self.order, self.temperature) = (order, temperature)
        if temperature == 0 {
            range = (0, 1)
            return
        }
        let power = Double(order - 1)
        func temperatureOf(_ m: Double) -> Double { m == 0 ? (order == 2 ? 1 : 0) : m == 1 ? 0 : pow(m, power) / atanh(m) }
        let peak = order == 2 ? 0 : minimum(of: { -temperatureOf($0) }, from: 0, to: 1, tolerance: 1e-12)
        guard temperature < temperatureOf(peak) else {
            range = nil
            return
        }
        let high = bracketedRoot(peak, 1) { temperatureOf($0) - temperature }
        range = (order == 2 ? 0 : bracketedRoot(0, peak) { temperatureOf($0) - temperature }, high)
    }

    /// The highest temperature at which a single pattern is a state: 1 for P = 2, the largest m^{P−1}/artanh m beyond.
    public static func highestTemperature(order: Int) -> Double {
        if order == 2 { return 1 }
        let m = minimum(of: { -pow($0, Double(order - 1)) / atanh($0) }, from: 1e-9, to: 1 - 1e-15, tolerance: 1e-12)
        return pow(m, Double(order - 1)) / atanh(m)
    }

    /// The state with the overlap m in (m₋, m₊), at the load that it belongs to.
    public func state(overlap m: Double) throws(QuadratureError) -> MemoryState {
        precondition(range.map { m > $0.low && m <= $0.high } ?? false, "overlap \(m) outside \(String(describing: range))")
        let a = pow(m, Double(order - 1))
        let coldest = a / normalScore(logUpperTail: log((1 - m) / 2))
        if temperature == 0 { return try state(field: a, deviation: coldest) }
        // tanh ≤ sign: at T = 0 a given overlap stands more noise.
        let σ = try bracketedRoot(0, coldest) { σ throws(QuadratureError) in
            try SpinAverages(field: a, deviation: σ, temperature: temperature).magnetization - m
        }
        return try state(field: a, deviation: σ)
    }

    private func state(field a: Double, deviation σ: Double) throws(QuadratureError) -> MemoryState {
        let spin = try SpinAverages(field: a, deviation: σ, temperature: temperature)
        let q = spin.overlap, reaction = 1 - spin.susceptibility
        let load = order == 2 ? σ * σ * reaction * reaction / q : σ * σ / pow(q, Double(order - 1))
        return MemoryState(order: order, temperature: temperature, load: load, field: a, deviation: σ, spin)
    }

    /// The state at the largest load at which patterns are states; nil if the temperature is too high for any.
    public func spinodal() throws(QuadratureError) -> MemoryState? {
        guard let (low, high) = range else { return nil }
        // From m₊ down to the first maximum: far below there may be others, of states that are glassy already.
        func overlap(_ k: Int) -> Double { high - (high - low) * Double(k * k) / Double(Self.scan * Self.scan) }
        var k = 1, before = 0.0, here = try state(overlap: overlap(1)).load
        while k + 1 < Self.scan, here >= before {
            k += 1
            (before, here) = (here, try state(overlap: overlap(k)).load)
        }
        let m = try minimum(
            of: { m throws(QuadratureError) in -(try state(overlap: m).load) }, from: overlap(k),
            to: k > 2 ? overlap(k - 2) : high - 1e-9 * (high - low), tolerance: 1e-8)
        return try state(overlap: m)
    }

    private static let scan = 200

    /// The retrieval state at a load α̃ > 0; nil beyond the spinodal.
    ///
    /// - Parameter spinodal: if it is known already.
    public func retrieval(load: Double, spinodal: MemoryState? = nil) throws(QuadratureError) -> MemoryState? {
        precondition(load > 0, "load \(load)")
        guard let (_, high) = range else { return nil }
        let known = if let spinodal { spinodal } else { try self.spinodal() }
        guard let last = known, load <= last.load else { return nil }
        // At the maximum itself to rounding.
        if try state(overlap: last.overlap).load <= load { return last }
        let near = high - 1e-5 * (high - last.overlap)
        if try state(overlap: near).load < load {
            let m = try bracketedRoot(last.overlap, near) { m throws(QuadratureError) in try state(overlap: m).load - load }
            return try state(overlap: m)
        }
        // So close to m₊ that m has no digits left to be solved for, iteration converges at once.
        var (a, σ) = (pow(high, Double(order - 1)), load.squareRoot())
        for _ in 0..<10_000 {
            let spin = try SpinAverages(field: a, deviation: σ, temperature: temperature)
            let next = pow(spin.magnetization, Double(order - 1)), q = spin.overlap
            let noise =
                (order == 2 ? load * q : load * pow(q, Double(order - 1))).squareRoot()
                / (order == 2 ? 1 - spin.susceptibility : 1)
            let isSettled = abs(next - a) <= 1e-15 && abs(noise - σ) <= 1e-15
            (a, σ) = (next, noise)
            if isSettled { break }
        }
        return try state(field: a, deviation: σ)
    }

    /// The retrieval state on the line of de Almeida and Thouless: beyond its load replica symmetry is unstable. Nil if it holds up to the spinodal,
    /// or if T = 0, where it never does.
    public func instability(spinodal: MemoryState) throws(QuadratureError) -> MemoryState? {
        guard temperature > 0, let (_, high) = range, spinodal.replicon > 1 else { return nil }
        let m = try bracketedRoot(spinodal.overlap, high - 1e-9 * (high - spinodal.overlap)) { m throws(QuadratureError) in
            try state(overlap: m).replicon - 1
        }
        return try state(overlap: m)
    }

    /// The retrieval state whose free energy equals that of the glass, or of the paramagnet: at smaller loads it is the ground state.
    ///
    /// Nil if no retrieval state is; the spinodal if all are.
    public func transition(spinodal: MemoryState, glass: SpinGlass) throws(QuadratureError) -> MemoryState? {
        guard let (_, high) = range else { return nil }
        func gap(_ state: MemoryState) throws(QuadratureError) -> Double {
            state.freeEnergy - (try glass.state(load: state.load, temperature: temperature).freeEnergy)
        }
        if try gap(spinodal) <= 0 { return spinodal }
        let last = high - 1e-9 * (high - spinodal.overlap)
        if try gap(state(overlap: last)) >= 0 { return nil }
        let m = try bracketedRoot(spinodal.overlap, last) { m throws(QuadratureError) in try gap(state(overlap: m)) }
        return try state(overlap: m)
    }

    /// The overlap after all spins have made one step at once, from an overlap m₀ that knows nothing of the other patterns: E tanh (m₀^{P−1} + √α̃ z)/T.
    public func step(from start: Double, load: Double) throws(QuadratureError) -> Double {
        try SpinAverages(field: pow(start, Double(order - 1)), deviation: load.squareRoot(), temperature: temperature)
            .magnetization
    }

    /// The load at which one step from a stored pattern of N bits makes one wrong bit on average: N·½erfc(1/√(2α̃)) = 1, about 1/(2 log N).
    ///
    /// With powers of the whole overlap, E = −Σ_μ(ξ^μ·σ)^P, repeated spins add noise: there α̃ = α(2P − 3)!! in place of α(P − 1)!.
    public static func errorFreeLoad(size: Int) -> Double {
        let x = normalScore(logUpperTail: -log(Double(size)))
        return 1 / (x * x)
    }
}
