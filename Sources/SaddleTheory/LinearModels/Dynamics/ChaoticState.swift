import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The stationary state of the autonomous random recurrent network, for odd activations and τ = 0, T = 0.
///
/// Up to the gain σ_c = λ/φ′(0) the only one is x = 0. Beyond it the autocorrelation Δ(u) = C(t, t + u) decays from Δ₀ to 0 as a particle
/// that falls down a potential,
///
///     Δ″ = −∂V/∂Δ,   V(Δ; Δ₀) = −½λ²Δ² + σ² ∫₀^Δ E φφ,   V(Δ₀; Δ₀) = 0        (Crisanti and Sompolinsky 2018, section III)
///
/// where the last equation, conservation of energy, determines Δ₀. With Hermite coefficients E φφ = Σ aₙ²cⁿ, c = Δ/Δ₀, n odd, all of it is
/// polynomial in c: λ²Δ₀ = 2σ² Σ aₙ²/(n + 1), and with c = 1/cosh y
///
///     dy/du = s(c),   s² = (2σ²/Δ₀) Σₖ pₖc²ᵏ,   pₖ = Σ_{n ≥ 2k + 3} aₙ²/(n + 1)                                                (1)
///
/// which has no cancellation and is not at the separatrix that makes Δ″ unstable to integrate. s(0) is the rate of the last decay.
/// Close to the transition of tanh with λ = 1, σ = 1 + ε: Δ₀ = ε + (7/6)ε² + …, Δ = Δ₀/cosh(Δ₀u/√3).
///
/// - Note: s(0) = √(λ² − σ²(E φ′)²) holds to 1e-9 and Δ″ = −∂V/∂Δ to 3e-6 of Δ₀ (by differences) for tanh, erf and sin, gains 1.3 to 4.
public struct ChaoticState: Sendable {
    /// τ = 0, no noise, an odd activation.
    public let model: RandomDynamics
    /// Δ₀; 0 up to the transition.
    public let variance: Double
    /// aₙ² for n = 1, 3, 5, …; empty up to the transition.
    let squares: [Double]
    /// pₖ
    private let potential: [Double]

    /// σ_c = λ/s, the gain above which small activity grows; nil if φ(0) ≠ 0, so that x = 0 is no solution; ∞ if φ has no linear part.
    ///
    /// Small activity sees the slopes a and b of φ on the two sides of 0: E φ² = s²C with s² = (a² + b²)/2, and C(t, t) grows as
    /// e^{2(σs − λ)t}. s = |φ′(0)| for smooth φ; 1/√2 for relu, whose σ_c = √2λ. Where φ is a straight line on each side (relu, leaky_relu,
    /// abs) that holds for activity of any size; otherwise (gelu, silu, square) large activity may grow at lower gains.
    public static func transition(_ model: RandomDynamics) -> Double? {
        guard HermiteShape(model.activation).valueAtZero == 0 else { return nil }
        return model.decay == 0 ? 0 : model.decay / slope(model.activation)
    }

    /// s
    private static func slope(_ activation: Activation) -> Double {
        let sides = activation.derivative(Matrix(rows: 2, columns: 1, elements: [1e-200, -1e-200]))
        return ((sides[0, 0] * sides[0, 0] + sides[1, 0] * sides[1, 0]) / 2).squareRoot()
    }

    /// - Throws: ``DynamicsError``; `KernelError` if the series of the activation does not converge (tanh: gains above about 9).
    public init(_ model: RandomDynamics) throws {
        let shape = HermiteShape(model.activation)
        guard model.symmetry == 0 else {
            throw DynamicsError.nonlinearWithSymmetry(activation: model.activation.name, symmetry: model.symmetry)
        }
        guard model.noise == 0 else { throw DynamicsError.noStationaryTheory(reason: "with white noise") }
        guard shape.isOddBesideConstant, shape.valueAtZero == 0 else {
            throw DynamicsError.noStationaryTheory(
                reason:
                    "for the activation '\(model.activation.name)', which is not odd; expected an odd one, such as tanh or erf")
        }
        guard shape.slopeAtZero != 0 else {
            throw DynamicsError.noStationaryTheory(reason: "for the activation '\(model.activation.name)', whose slope at 0 is 0")
        }
        self.model = model
        if model.gain * Self.slope(model.activation) <= model.decay {
            (variance, squares, potential) = (0, [], [])
            return
        }
        guard model.decay > 0 else {
            throw DynamicsError.noStationaryTheory(
                reason: "without decay, where nothing bounds the variance; expected 'decay' above 0")
        }
        let dual = DualActivation.series(model.activation)
        func hermiteSquares(_ q: Double) throws(KernelError) -> [Double] {
            let coefficients = try dual.prepare([q]).series?.coefficients ?? Matrix(rows: 1, columns: 1)
            return (1..<coefficients.columns).map { coefficients[0, $0] * coefficients[0, $0] }
        }
        // λ² − 2σ² Σ aₙ²/(n + 1)/Δ₀: negative below Δ₀, since beyond the transition small variances grow.
        func balance(_ q: Double) throws(KernelError) -> Double {
            let sum = try hermiteSquares(q).enumerated().reduce(0) { $0 + $1.element / Double(2 * $1.offset + 2) }
            return model.decay * model.decay - 2 * model.gain * model.gain * sum / q
        }
        var high = 1e-3
        while try balance(high) < 0 {
            high *= 2
            if high > 1e4 { throw DynamicsError.unbounded(activation: model.activation.name, gain: model.gain) }
        }
        var low = high / 2
        while try balance(low) >= 0 { low /= 2 }
        variance = try bracketedRoot(low, high, balance)
        squares = try hermiteSquares(variance)
        var sums: [Double] = [], sum = 0.0
        for (k, square) in squares.enumerated().dropFirst().reversed() {
            sum += square / Double(2 * k + 2)
            sums.append(sum)
        }
        potential = sums.reversed()
    }

    /// s(0): Δ falls as e^{−s(0)u} at last; 0 up to the transition.
    public var decayRate: Double { rate(0) }

    /// s(c) of (1).
    private func rate(_ c: Double) -> Double {
        if variance == 0 { return 0 }
        let sum = potential.reversed().reduce(0) { $0 * c * c + $1 }
        return (2 * model.gain * model.gain / variance * sum).squareRoot()
    }

    /// Δ at the lags 0, spacing, …, (count − 1)·spacing. Fourth-order Runge–Kutta for y in steps of at most 0.02.
    public func autocorrelation(spacing: Double, count: Int) -> [Double] {
        if variance == 0 { return [Double](repeating: 0, count: count) }
        let parts = max(1, Int((spacing * rate(1) / 0.02).rounded(.up))), h = spacing / Double(parts)
        func slope(_ y: Double) -> Double { rate(1 / cosh(y)) }
        var y = 0.0
        return (0..<count).map { k in
            for _ in 0..<(k == 0 ? 0 : parts) {
                let k1 = slope(y), k2 = slope(y + h / 2 * k1), k3 = slope(y + h / 2 * k2), k4 = slope(y + h * k3)
                y += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
            }
            return variance / cosh(y)
        }
    }

    /// The largest Lyapunov exponent.
    ///
    /// A perturbation e^{Λ(t + t′)}ψ(t − t′) of equation (2) of ``RecurrentDynamics`` obeys −ψ″ + W(u)ψ = E₀ψ with W = λ² − σ²E φ′φ′ and
    /// (λ + Λ)² = λ² − E₀; the ground state grows fastest. Close to the transition of tanh W is a Pöschl–Teller well and Λ = ε²/2. At x = 0,
    /// Λ = σ|φ′(0)| − λ. Source: Sompolinsky, Crisanti and Sommers 1988, equations 12–14.
    ///
    /// By Numerov's method on `points` steps of a half line. The recurrence for an even solution has as many sign changes as there are even
    /// states below E (Sturm), so the ground state is found by bisection. Δ′ is an odd state with E = 0, hence E₀ < 0.
    ///
    /// - Note: Half the points change it by less than 1.6e-8 for tanh up to a gain of 6: about 1e-9 by the order, four. Within 1e-8 of a dense
    ///   spectral grid at gain 1.5.
    public func lyapunovExponent(points: Int = 6000) -> Double {
        let λ = model.decay
        if variance == 0 { return model.gain * Self.slope(model.activation) - λ }
        let h = 24 / decayRate / Double(points)
        let well = autocorrelation(spacing: h, count: points + 1).map { lag in
            let c = lag / variance
            let sum = squares.enumerated().reversed().reduce(0) { $0 * c * c + Double(2 * $1.offset + 1) * $1.element }
            return λ * λ - model.gain * model.gain * sum / variance
        }
        func hasState(below e: Double) -> Bool {
            func f(_ k: Int) -> Double { h * h / 12 * (well[k] - e) }
            // ψₖ₊₁/ψₖ
            var ratio = (1 + 5 * f(0)) / (1 - f(1))
            for k in 1..<points {
                if ratio <= 0 { return true }
                ratio = (2 + 10 * f(k) - (1 - f(k - 1)) / ratio) / (1 - f(k + 1))
            }
            return ratio <= 0
        }
        var (low, high) = (well[0], 0.0)
        while high - low > 4 * Double.ulpOfOne * λ * λ {
            let middle = (low + high) / 2
            if middle <= low || middle >= high { break }
            if hasState(below: middle) { high = middle } else { low = middle }
        }
        return (λ * λ - low).squareRoot() - λ
    }
}
