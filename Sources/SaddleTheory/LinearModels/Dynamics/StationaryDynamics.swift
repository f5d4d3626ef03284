import Numerics
import SaddleModels

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The stationary state of linear dynamics under white noise.
///
///     S(ω) = 2T|H|²/(1 − σ²|H|²),   H = H(iω)        (each order of the chain adds a factor σ²|H|²)
///     C(u) = ∫ S(ω)e^{iωu} dω/2π = e^{−λu} Σₙ gₙ₊₁(σu) Dₙ
///
/// For τ = 1 the dynamics are relaxation in a quadratic potential at temperature T, and dC/du = −T R(u) (fluctuation–dissipation theorem); for
/// τ < 1 no temperature relates the two. S(0) diverges at the edge of stability λ = σ(1 + τ), where σH(0) = 1.
///
/// - Note: Relative error about 1e-13, and that of the rounded λ − σ(1 + τ) near the edge.
public struct StationaryDynamics: Sendable {
    /// Stable ones, λ > σ(1 + τ).
    public let dynamics: LinearDynamics
    /// Dₙ for T = 1.
    private let moments: [Double]
    private let largestLag: Double
    private let chain: KrylovChain

    /// - Parameter largestLag: ``correlation(_:)`` serves lags up to this one.
    /// - Throws: ``DynamicsError/unstable(rate:)`` at the edge and beyond, ``DynamicsError/tooCloseToEdge(rate:)``
    public init(_ dynamics: LinearDynamics, largestLag: Double) throws(DynamicsError) {
        let model = dynamics.model
        guard model.growthRate < 0 else { throw .unstable(rate: model.growthRate) }
        self.dynamics = dynamics
        self.largestLag = largestLag
        chain = KrylovChain(symmetry: model.symmetry, reach: model.gain * largestLag)
        var points = 64
        var coarse = Self.moments(model, count: chain.length, points: points)
        while true {
            points *= 2
            let fine = Self.moments(model, count: chain.length, points: points)
            let change = zip(fine, coarse).reduce(0) { max($0, abs($1.0 - $1.1)) }
            coarse = fine
            if change <= 1e-13 * fine[0] { break }
            if points > 100_000 { throw .tooCloseToEdge(rate: model.growthRate) }
        }
        moments = coarse
    }

    /// S(ω)
    public func powerSpectrum(_ ω: Double) -> Double {
        let model = dynamics.model
        let square = dynamics.resolvent(Complex(0, ω)).lengthSquared
        return 2 * model.noise * square / (1 - model.gain * model.gain * square)
    }

    /// C(u) for |u| ≤ largestLag.
    public func correlation(_ u: Double) -> Double {
        let u = abs(u), model = dynamics.model
        precondition(u <= largestLag, "a lag of \(u) beyond \(largestLag)")
        let sum = zip(chain.amplitudes(model.gain * u), moments).reduce(0) { $0 + $1.0 * $1.1 }
        return model.noise * sum * exp(model.growthRate * u)
    }

    /// Dₙ = (2/π) ∫₀^∞ Re Fₙ dω for T = 1, with Fₙ = |H|²/(1 − w) Σₖ τᵏ(σH)ᵏ(σH̄)ⁿ⁻ᵏ and w = σ²|H|² (sums of geometric series in the
    /// formula for Dₙ of ``KrylovChain``).
    ///
    /// With σH = re^{−iφ} the equation of H reads r cos φ = λ′w/(1 + τw) for λ′ = λ/σ, and ω/σ = (1 − τw)/(1 + τw)·√((1 − w/w₀)(1 − τ²w₀w)/w),
    /// where w₀ = σ²H(0)². In ψ with w = w₀ sin²ψ the integrand is analytic and periodic: the trapezoidal rule converges geometrically.
    private static func moments(_ model: RandomDynamics, count: Int, points: Int) -> [Double] {
        let (τ, λ, σ, margin) = (model.symmetry, model.decay, model.gain, -model.growthRate)
        // H(0) and w₀ = σ²H(0)²; nothing is divided by σ, which may be 0. Near the edge 1 − w₀ keeps the digits of λ − σ(1 + τ), by
        // λ² − 4τσ² = b² + m with b = σ(1 − τ).
        let b = σ * (1 - τ), m = margin * (2 * σ * (1 + τ) + margin), root = (b * b + m).squareRoot()
        let start = 2 / (λ + root), w0 = σ * σ * start * start
        let defect = (margin + m / (root + b)) / (λ + root) * (1 + σ * start)
        var moments = [Double](repeating: 0, count: count)
        for k in 0..<points {
            // ψ from 0 to π/2 by symmetry: the middles of intervals.
            let ψ = Double.pi / 2 * (Double(k) + 0.5) / Double(points)
            let w = w0 * sin(ψ) * sin(ψ), factor = (1 - τ * τ * w0 * w).squareRoot()
            let q = (1 - τ * w) / (1 + τ * w) * factor
            let slope = -2 * τ / ((1 + τ * w) * (1 + τ * w)) * factor - (1 - τ * w) / (1 + τ * w) * τ * τ * w0 / (2 * factor)
            let weight = start * (q - 2 * w * slope * cos(ψ) * cos(ψ)) / (defect + w0 * cos(ψ) * cos(ψ)) / Double(points)
            // σH = r e^{−iφ}
            let real = λ * start * sin(ψ) * sin(ψ) * σ * start / (1 + τ * w)
            let h = Complex(real, -max(w - real * real, 0).squareRoot())
            var (term, power) = (Complex<Double>(1), Complex<Double>(1))
            for n in 0..<count {
                moments[n] += weight * term.real
                power *= Complex(τ) * h
                term = h.conjugate * term + power
            }
        }
        return moments
    }
}
