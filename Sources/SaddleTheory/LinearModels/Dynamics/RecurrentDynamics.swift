import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Dynamical mean field theory of the random recurrent network, dx/dt = −λx + σJφ(x) + ξ with independent couplings (τ = 0).
///
/// For N → ∞ each unit is driven by a Gaussian field with the covariance of σφ, so x is Gaussian at all times and its covariance closes:
///
///     (∂_t + λ)(∂_t′ + λ) C(t, t′) = σ² E φ(x)φ(x′) + 2T δ(t − t′),   (x, x′) ~ N(0, [C(t, t), C(t, t′); C(t, t′), C(t′, t′)])     (1)
///     (∂_t + λ)(∂_t′ + λ) P(t, t′) = σ² E φ′(x)φ′(x′) P(t, t′),       P(t, 0) = e^{−λt}                                           (2)
///
/// P(t, t′) = (1/N) Σ δxᵢ(t)δxᵢ(t′) is what becomes of a random perturbation of unit variance at time 0; P(t, t) grows as e^{2Λt} with the
/// largest Lyapunov exponent Λ. The mean response of a unit to a kick is e^{−λ(t − t′)}, since couplings back to it vanish for τ = 0.
/// Source: Sompolinsky, Crisanti and Sommers, "Chaos in random neural networks" (1988), equation 4; (2) from Schuecker, Goedeke and
/// Helias, "Optimal sequence memory in driven random networks" (2018). Omits O(1/N).
///
/// Initial condition and noise are known exactly, C = q₀e^{−λ(t + t′)} + (T/λ)(e^{−λ|t − t′|} − e^{−λ(t + t′)}) + C_φ. Over a cell of
/// the grid the source is interpolated bilinearly and integrated exactly against the decay:
///
///     C_φ(t + h, t′ + h) = q C_φ(t, t′ + h) + q C_φ(t + h, t′) − q² C_φ(t, t′) + σ² Σ wₐw_b Φ_ab,   q = e^{−λh}
///
/// The source at the new row is that of a prediction with Φ extrapolated linearly from the two rows before. An iteration to
/// consistency would change the result by O(h³) and cost twice as much.
///
/// - Note: Order two in the step.
/// - Complexity: O(steps²) evaluations of Gaussian averages: about 1 s for 400 steps of tanh, 0.1 s for erf.
public struct RecurrentDynamics: Sendable {
    /// σ, λ, T, q₀ and the activation, with τ = 0.
    public let model: RandomDynamics

    /// What (1) and (2) give on a grid of times.
    public struct Solution: Sendable {
        /// C and R at all pairs of times of the grid.
        public let twoTime: TwoTime
        /// P(t, t′) of (2).
        public let perturbation: Matrix
    }

    /// - Throws: ``DynamicsError/nonlinearWithSymmetry(activation:symmetry:)``
    public init(_ model: RandomDynamics) throws(DynamicsError) {
        guard model.symmetry == 0 else {
            throw .nonlinearWithSymmetry(activation: model.activation.name, symmetry: model.symmetry)
        }
        self.model = model
    }

    /// - Returns: values at 0, h, …, duration with h = duration/steps.
    /// - Throws: `KernelError` if an average does not exist or cannot be had to 1e-10; `CancellationError` when stopped.
    public func solve(
        duration: Double, steps: Int, progress: ProgressHandler? = nil, shouldStop: () -> Bool = { false }
    ) throws -> Solution {
        precondition(duration > 0 && duration.isFinite && steps >= 1, "\(steps) steps of a duration of \(duration)")
        var grid = RecurrentGrid(model, h: duration / Double(steps), count: steps + 1)
        let dual = DualActivation(model.activation)
        for i in 0...steps {
            if shouldStop() { throw CancellationError() }
            if i > 0 { grid.predictRow(i) }
            let averages = try dual.evaluate(
                covariances: Matrix(rows: i + 1, columns: 1) { j, _ in grid.correlation(i, j) },
                rows: (0...i).map { grid.correlation($0, $0) }, columns: [grid.correlation(i, i)])
            grid.setSources(row: i, averages.value.elements, averages.slope.elements)
            if i > 0 { grid.correctRow(i) }
            progress?(Double((i + 1) * (i + 1)), Double((steps + 1) * (steps + 1)))
        }
        let times = (0...steps).map { grid.h * Double($0) }
        let response = Matrix(rows: steps + 1, columns: steps + 1) { i, j in
            i < j ? 0 : exp(-model.decay * (times[i] - times[j]))
        }
        let correlation = Matrix(rows: steps + 1, columns: steps + 1) { i, j in grid.correlation(i, j) }
        return Solution(
            twoTime: TwoTime(times: times, correlation: correlation, response: response), perturbation: grid.perturbation)
    }
}

/// C_φ, P and the Gaussian averages on the grid of two times.
private struct RecurrentGrid {
    let h: Double
    private(set) var perturbation: Matrix
    /// C_φ; E φφ and E φ′φ′.
    private var driven: Matrix, values: Matrix, slopes: Matrix
    /// What the initial condition and the noise contribute, at sums and at differences of steps.
    private let atSum: [Double], atDifference: [Double]
    /// e^{−λh}; σ∫e^{−λ(h − s)}(1 − s/h) ds and σ∫e^{−λ(h − s)}s/h ds.
    private let q, old, new: Double

    init(_ model: RandomDynamics, h: Double, count: Int) {
        let (λ, σ) = (model.decay, model.gain)
        self.h = h
        q = exp(-λ * h)
        let z = λ * h
        // φ₁ = (1 − e^{−z})/z and φ₂ = (1 − φ₁)/z without cancellation at small z.
        let first = z > 0 ? -expm1(-z) / z : 1
        let second =
            z > 0.1 ? (1 - first) / z : (0..<12).reversed().reduce(0) { (sum, k) in (1 - z * sum) / Double(k + 2) }
        new = σ * h * second
        old = σ * h * (first - second)
        driven = Matrix(rows: count, columns: count)
        (values, slopes) = (driven, driven)
        perturbation = driven
        for i in 0..<count {
            perturbation[i, 0] = exp(-λ * h * Double(i))
            perturbation[0, i] = perturbation[i, 0]
        }
        atSum = (0..<2 * count).map { k in
            let t = h * Double(k)
            return model.initialVariance * exp(-λ * t) + (λ > 0 ? -model.noise / λ * exp(-λ * t) : model.noise * t)
        }
        atDifference = (0..<count).map { k in
            let t = h * Double(k)
            return λ > 0 ? model.noise / λ * exp(-λ * t) : -model.noise * t
        }
    }

    func correlation(_ i: Int, _ j: Int) -> Double { driven[i, j] + atSum[i + j] + atDifference[abs(i - j)] }

    mutating func setSources(row i: Int, _ value: [Double], _ slope: [Double]) {
        for j in 0...i {
            (values[i, j], values[j, i]) = (value[j], value[j])
            (slopes[i, j], slopes[j, i]) = (slope[j], slope[j])
        }
    }

    /// Row i of C_φ with sources extrapolated from the rows before.
    mutating func predictRow(_ i: Int) {
        var extrapolated = (0..<i).map { j in i == 1 ? values[0, j] : 2 * values[i - 1, j] - values[i - 2, j] }
        extrapolated.append(extrapolated[i - 1])
        advance(i, extrapolated)
    }

    /// Row i of C_φ, and of P, with the sources that have been set.
    mutating func correctRow(_ i: Int) {
        advance(i, (0...i).map { values[i, $0] })
        for j in 1...i {
            // The new corner is in its own source: solved for.
            let source =
                new * old * (slopes[i - 1, j] * perturbation[i - 1, j] + slopes[i, j - 1] * perturbation[i, j - 1])
                + old * old * slopes[i - 1, j - 1] * perturbation[i - 1, j - 1]
            let known = q * (perturbation[i - 1, j] + perturbation[i, j - 1] - q * perturbation[i - 1, j - 1])
            // Below the diagonal the row above is known by symmetry; on it both neighbours are the same.
            perturbation[i, j] = (known + source) / (1 - new * new * slopes[i, j])
            perturbation[j, i] = perturbation[i, j]
        }
    }

    private mutating func advance(_ i: Int, _ row: [Double]) {
        for j in 1...i {
            let above = j == i ? row[i - 1] : values[i - 1, j]
            let source = new * new * row[j] + new * old * (above + row[j - 1]) + old * old * values[i - 1, j - 1]
            driven[i, j] = q * (driven[i - 1, j] + driven[i, j - 1] - q * driven[i - 1, j - 1]) + source
            driven[j, i] = driven[i, j]
        }
    }
}
