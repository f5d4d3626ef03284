import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a ``DenseMemory`` is without a pattern: paramagnet or glass of the couplings that all patterns make together.
///
/// For P ≥ 3 it is the Ising glass of P-spin couplings with E E² = Nα̃/P, by one step of replica-symmetry breaking: states have the overlap q₁,
/// different ones 0, and θ is the breakpoint. With v² = α̃q₁^{P−1}/T², averages over the field vz weighted by (2cosh vz)^θ,
///
///     q₁ = ⟨tanh²⟩,   0 = Σ = θ²(P − 1)/(2P)·v²q₁ + log E(2cosh vz)^θ − θ⟨log 2cosh⟩
///
/// Σ is the complexity. At θ = 1 the weight shifts the Gaussian: q₁ = E tanh²(v² + vz). States appear at T_d, the largest T on that line,
/// and the lowest dominate below T_K, where Σ = 0. For P → ∞ this is the random energy model: q₁ = 1, θ = T/T_K, T_K = √(α̃/(2P log 2)).
/// For P = 2: replica symmetry, frozen below T = 1 + √α. Sources: Gross and Mézard 1984; Gardner 1985; Kirkpatrick and Thirumalai 1987.
public struct SpinGlass: Sendable {
    /// P
    public let order: Int
    /// T_d/√α̃, below which there are exponentially many states; nil for P = 2.
    public let dynamicalRatio: Double?
    /// T_K/√α̃, below which few have all the weight; nil for P = 2.
    public let condensationRatio: Double?
    /// v at T_K
    private let condensed: Double

    /// The equilibrium at a load and a temperature.
    public struct State: Sendable {
        /// q₁; 0 in the paramagnet.
        public let overlap: Double
        /// θ; 1 down to T_K.
        public let breakpoint: Double
        /// f, per spin.
        public let freeEnergy: Double
        /// ⟨(1 − tanh²)²⟩ times the response of the noise, within a state: below 1 the one step is stable (Gardner).
        public let replicon: Double

        /// Whether it is a glass, not a paramagnet.
        public var isFrozen: Bool { overlap > 0 }
    }

    /// Finds T_d and T_K of P ≥ 3, which scale with √α̃.
    public init(order: Int) throws(QuadratureError) {
        precondition(order >= 2, "order \(order)")
        self.order = order
        if order == 2 {
            (dynamicalRatio, condensationRatio, condensed) = (nil, nil, 0)
            return
        }
        func ratio(_ v: Double) throws(QuadratureError) -> Double {
            pow(try Weighted(order: order, deviation: v, breakpoint: 1).overlap, Double(order - 1) / 2) / v
        }
        let appears = exp(
            try minimum(
                of: { t throws(QuadratureError) in -(try ratio(exp(t))) }, from: log(0.1), to: log(20 * Double(order)),
                tolerance: 1e-10))
        condensed = try bracketedRoot(appears, 20 * Double(order)) { v throws(QuadratureError) in
            try Weighted(order: order, deviation: v, breakpoint: 1).complexity
        }
        dynamicalRatio = try ratio(appears)
        condensationRatio = try ratio(condensed)
    }

    /// - Parameters:
    ///   - load: α̃ > 0.
    ///   - temperature: T ≥ 0.
    public func state(load: Double, temperature t: Double) throws(QuadratureError) -> State {
        precondition(load > 0 && t >= 0, "load \(load), temperature \(t)")
        if order == 2 { return try symmetric(load: load, temperature: t) }
        let p = Double(order)
        if t >= (1 - 1e-12) * condensationRatio! * load.squareRoot() {
            return State(overlap: 0, breakpoint: 1, freeEnergy: -t * log(2) - load / (2 * p * t), replicon: 0)
        }
        if t == 0 {
            return State(
                overlap: 1, breakpoint: 0, freeEnergy: Self.groundEnergy(order: order) * load.squareRoot(), replicon: .infinity)
        }
        let g = load / (t * t)
        let v = try geometricRoot(condensed, (1 + 1e-12) * g.squareRoot()) { v throws(QuadratureError) in
            v * v - g * pow(try broken(v).overlap, p - 1)
        }
        let weighted = try broken(v), θ = weighted.breakpoint, q = weighted.overlap, within = pow(q, p - 1)
        let energy = load / (2 * p * t) * (1 - p * within + (p - 1) * (1 - θ) * within * q)
        return State(
            overlap: q, breakpoint: θ, freeEnergy: -energy - t * weighted.spin.logWeight / θ,
            replicon: g * (p - 1) * pow(q, p - 2) * weighted.spin.fourth)
    }

    /// The breakpoint that leaves no complexity at v.
    private func broken(_ v: Double) throws(QuadratureError) -> Weighted {
        if v <= condensed { return try Weighted(order: order, deviation: v, breakpoint: 1) }
        let θ = try bracketedRoot(min(1e-3, 0.01 / v), 1) { θ throws(QuadratureError) in
            try Weighted(order: order, deviation: v, breakpoint: θ).complexity / (θ * θ)
        }
        return try Weighted(order: order, deviation: v, breakpoint: θ)
    }

    /// Energy per spin over √α̃ at T = 0, one step: max over x of −x/(2P) − log(1 + erf(x/√2))/x.
    public static func groundEnergy(order: Int) -> Double {
        func energy(_ x: Double) -> Double { -x / Double(2 * order) - log(1 + erf(x / 2.0.squareRoot())) / x }
        return energy(minimum(of: { -energy($0) }, from: 1e-3, to: 20 * Double(order).squareRoot(), tolerance: 1e-10))
    }

    /// P = 2: every deviation σ of the field belongs to one load.
    private func symmetric(load: Double, temperature t: Double) throws(QuadratureError) -> State {
        func spin(_ σ: Double) throws(QuadratureError) -> SpinAverages {
            try SpinAverages(field: 0, deviation: σ, temperature: t)
        }
        let isFrozen = t < 1 + load.squareRoot()
        var σ = 0.0
        if isFrozen {
            // σ²(1 − χ)² = αq ≤ α, and χ < √(2/π)/σ.
            σ = try bracketedRoot(t == 0 ? 0.1 : 1e-6 * t, load.squareRoot() + 1) { σ throws(QuadratureError) in
                let s = try spin(σ)
                return s.susceptibility >= 1 ? -1 : σ * (1 - s.susceptibility) - (load * s.overlap).squareRoot()
            }
        }
        let state = MemoryState(order: 2, temperature: t, load: load, field: 0, deviation: σ, try spin(σ))
        return State(
            overlap: isFrozen ? state.selfOverlap : 0, breakpoint: 1, freeEnergy: state.freeEnergy, replicon: state.replicon)
    }

    /// What is said of fields vz with the weight (2cosh vz)^θ.
    private struct Weighted {
        let breakpoint: Double
        let spin: WeightedSpin
        /// Σ
        let complexity: Double

        init(order: Int, deviation v: Double, breakpoint θ: Double) throws(QuadratureError) {
            let p = Double(order)
            breakpoint = θ
            spin = try WeightedSpin(deviation: v, breakpoint: θ)
            complexity = θ * θ * v * v * ((p - 1) / (2 * p) * spin.square + 0.5) + spin.shiftedLogWeight - θ * spin.potential
        }

        var overlap: Double { spin.square }
    }
}
