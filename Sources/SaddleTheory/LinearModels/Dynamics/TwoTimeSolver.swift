import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Correlation and response of linear dynamics at all pairs of times, with coefficients that may depend on time.
///
///     dx/dt = −λ(t)x + σ(t)Jx + ξ(t),   E ξ(t)ξ(t′)ᵀ = 2T(t) δ(t − t′)
///
/// What J does to different times commutes, so with Λ(t) = ∫λ and θ(t) = ∫σ the propagator is e^{−Λ(t) + Λ(s)} e^{(θ(t) − θ(s))K} of
/// the ``KrylovChain``. The initial condition contributes q₀ Σₙ gₙ(θ)gₙ(θ′) e^{−Λ − Λ′}. The noise has a covariance of amplitudes
///
///     dG/dt = (σK − λ)G + G(σK − λ)ᵀ + 2T e₀e₀ᵀ,   C(t, t′) = e^{−Λ(t) + Λ(t′)} Σₙ gₙ₊₁(θ(t) − θ(t′)) Dₙ(t′),   Dₙ = tr pₙ(K)G
///
/// for t ≥ t′. G is integrated by the classical Runge–Kutta method; Λ and θ by Simpson's rule. Discretising the equations of motion of C and R with
/// their memory integrals instead would cost the cube of the number of steps; the tests do so.
///
/// - Note: Order four in the step; long steps are divided (``resolution``), for an estimated error below 1e-4. Exact to rounding (about 1e-13) for constant coefficients without noise.
/// - Complexity: O(L·steps²), and O(L²·steps) with noise, for the chain's length L of about 3∫σ dt + 30.
public struct TwoTimeSolver: Sendable {
    /// A function of the time, finite and not negative.
    public typealias Coefficient = @Sendable (_ time: Double) -> Double

    /// τ, from −1 to 1.
    public var symmetry: Double
    /// λ(t), the rate of decay.
    public var decay: Coefficient
    /// σ(t), the gain of the couplings.
    public var gain: Coefficient
    /// Nil: none.
    public var noise: Coefficient?
    /// q₀, the variance of each x at time 0.
    public var initialVariance: Double
    /// Least number of steps of the integrator in the time in which G moves, 1/(2λ + 2σ(1 + |τ|)): steps of a coarse grid are divided.
    public var resolution = 4.0

    /// Coefficients of the equation above; ``resolution`` is to be changed afterwards.
    public init(
        symmetry: Double, decay: @escaping Coefficient, gain: @escaping Coefficient, noise: Coefficient? = nil,
        initialVariance: Double
    ) {
        precondition(abs(symmetry) <= 1 && initialVariance >= 0, "symmetry \(symmetry), initial variance \(initialVariance)")
        self.symmetry = symmetry
        self.decay = decay
        self.gain = gain
        self.noise = noise
        self.initialVariance = initialVariance
    }

    /// With the constant coefficients of a model.
    ///
    /// - Throws: ``DynamicsError/notLinear(activation:)``
    public init(_ model: RandomDynamics) throws(DynamicsError) {
        guard model.isLinear else { throw .notLinear(activation: model.activation.name) }
        func constant(_ value: Double) -> Coefficient { { _ in value } }
        self.init(
            symmetry: model.symmetry, decay: constant(model.decay), gain: constant(model.gain),
            noise: model.noise > 0 ? constant(model.noise) : nil, initialVariance: model.initialVariance)
    }

    /// Largest ∫σ dt: beyond, the chain has thousands of links.
    public static let longestReach = 1000.0

    /// - Returns: values at 0, h, …, duration with h = duration/steps.
    /// - Throws: ``DynamicsError/badCoefficient(name:time:value:)``, ``DynamicsError/chainTooLong(reach:)``,
    ///   ``DynamicsError/overflow(exponent:)``; `CancellationError` when stopped.
    public func solve(
        duration: Double, steps: Int, progress: ProgressHandler? = nil, shouldStop: () -> Bool = { false }
    ) throws -> TwoTime {
        precondition(duration > 0 && duration.isFinite && steps >= 1, "\(steps) steps of a duration of \(duration)")
        let h = duration / Double(steps), times = (0...steps).map { h * Double($0) }
        let decay = try Samples("decay", self.decay, h, steps), gain = try Samples("gain", self.gain, h, steps)
        if let noise { _ = try Samples("noise", noise, h, steps) }
        let (Λ, θ) = (decay.integral, gain.integral)
        if !(θ[steps] <= Self.longestReach) { throw DynamicsError.chainTooLong(reach: θ[steps]) }
        // Logarithms of what the scaled amplitudes leave out.
        let exponents = zip(θ, Λ).map { (1 + symmetry) * $0 - $1 }
        var (lowest, worst) = (0.0, 0.0)
        for exponent in exponents {
            lowest = min(lowest, exponent)
            worst = max(worst, 2 * (exponent - lowest))
        }
        if worst > 600 { throw DynamicsError.overflow(exponent: worst) }
        let chain = KrylovChain(symmetry: symmetry, reach: θ[steps])

        var amplitudes = Matrix(rows: chain.length, columns: 0)
        for i in 0...steps {
            let factor = exp(exponents[i])
            amplitudes.appendColumns(
                of: Matrix(rows: chain.length, columns: 1, elements: chain.amplitudes(θ[i]).map { factor * $0 }))
        }
        var correlation = amplitudes.gram(scale: initialVariance)
        var response = Matrix(rows: steps + 1, columns: steps + 1)
        // Of the noise only what the dynamics still remember, e⁻⁴⁰, needs links.
        let memory = KrylovChain(symmetry: symmetry, reach: Self.reach(θ, exponents))
        var covariance = try noise.map { noise throws(DynamicsError) in try NoiseCovariance(memory, self, noise, h, decay, gain) }
        for j in 0...steps {
            if shouldStop() { throw CancellationError() }
            let moments = covariance.map { memory.moments($0.matrix) } ?? []
            for i in j...steps {
                let g = memory.amplitudes(θ[i] - θ[j]), factor = exp(exponents[i] - exponents[j])
                response[i, j] = factor * g[0]
                if covariance == nil { continue }
                correlation[i, j] += factor * zip(g, moments).reduce(0) { $0 + $1.0 * $1.1 }
                correlation[j, i] = correlation[i, j]
            }
            if j < steps { covariance?.advance(j) }
            progress?(Double(j + 1), Double(steps + 1))
        }
        return TwoTime(times: times, correlation: correlation, response: response)
    }

    /// Largest θ(t) − θ(t′) at which the propagator from t′ to t exceeds e⁻⁴⁰.
    private static func reach(_ θ: [Double], _ exponents: [Double]) -> Double {
        var largest = 0.0
        for i in θ.indices {
            for j in 0...i where exponents[i] - exponents[j] > -40 { largest = max(largest, θ[i] - θ[j]) }
        }
        return largest
    }
}

/// A coefficient at the steps and half way between them.
private struct Samples: Sendable {
    let largest: Double
    /// ∫₀^t at the steps.
    let integral: [Double]

    init(_ name: String, _ function: TwoTimeSolver.Coefficient, _ h: Double, _ steps: Int) throws(DynamicsError) {
        let values = (0...2 * steps).map { function(h / 2 * Double($0)) }
        if let bad = values.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
            throw .badCoefficient(name: name, time: h / 2 * Double(bad), value: values[bad])
        }
        largest = values.max()!
        var sums = [0.0]
        for i in 0..<steps { sums.append(sums[i] + h / 6 * (values[2 * i] + 4 * values[2 * i + 1] + values[2 * i + 2])) }
        integral = sums
    }
}

/// G(t) of the noise.
private struct NoiseCovariance {
    private(set) var matrix: Matrix
    let chain: KrylovChain
    let solver: TwoTimeSolver
    let noise: TwoTimeSolver.Coefficient
    let h: Double
    /// Steps of the integrator in one of the grid.
    let parts: Int

    init(
        _ chain: KrylovChain, _ solver: TwoTimeSolver, _ noise: @escaping TwoTimeSolver.Coefficient, _ h: Double,
        _ decay: Samples, _ gain: Samples
    ) throws(DynamicsError) {
        (self.chain, self.solver, self.noise, self.h) = (chain, solver, noise, h)
        let ratio = 2 * h * (decay.largest + gain.largest * (1 + abs(solver.symmetry)))
        if !(ratio <= 1000) { throw .stepTooLong(ratio: ratio) }
        parts = max(1, Int((solver.resolution * ratio).rounded(.up)))
        matrix = Matrix(rows: chain.length, columns: chain.length)
    }

    /// From step i of the grid to i + 1.
    mutating func advance(_ i: Int) {
        let step = h / Double(parts)
        for part in 0..<parts {
            let t = h * Double(i) + step * Double(part)
            let k1 = slope(matrix, t)
            let k2 = slope(matrix.adding(k1, step / 2), t + step / 2)
            let k3 = slope(matrix.adding(k2, step / 2), t + step / 2)
            let k4 = slope(matrix.adding(k3, step), t + step)
            for (k, weight) in [(k1, step / 6), (k2, step / 3), (k3, step / 3), (k4, step / 6)] { matrix.add(k, scale: weight) }
        }
    }

    /// (σK − λ)G + G(σK − λ)ᵀ + 2T e₀e₀ᵀ with (KG)ᵢⱼ = Gᵢ₋₁ⱼ + τGᵢ₊₁ⱼ.
    private func slope(_ g: Matrix, _ t: Double) -> Matrix {
        let (λ, σ, τ, size) = (solver.decay(t), solver.gain(t), chain.symmetry, chain.length)
        var result = Matrix(rows: size, columns: size)
        g.elements.withUnsafeBufferPointer { g in
            result.elements.withUnsafeMutableBufferPointer { out in
                for j in 0..<size {
                    for i in 0..<size {
                        let p = j * size + i
                        let left = (i > 0 ? g[p - 1] : 0) + (i + 1 < size ? τ * g[p + 1] : 0)
                        let right = (j > 0 ? g[p - size] : 0) + (j + 1 < size ? τ * g[p + size] : 0)
                        out[p] = σ * (left + right) - 2 * λ * g[p]
                    }
                }
            }
        }
        result[0, 0] += 2 * noise(t)
        return result
    }
}

extension Matrix {
    fileprivate func adding(_ other: Matrix, _ scale: Double) -> Matrix {
        var sum = self
        sum.add(other, scale: scale)
        return sum
    }
}
