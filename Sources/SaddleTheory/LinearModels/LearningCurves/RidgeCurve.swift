import Numerics
import SaddleModels
import SaddleNumerics

/// Losses of ridge regression, in closed form: the diagonal of the two-point functions.
///
/// The loss that is minimised is half the mean of squares plus ridge·|w − w₀|²/2, with w₀ the initial weights; a ridge of 0 is the limit, where
/// gradient flow ends. Infinite at the peak of double descent, N = P < rank or a rank equal to P with label noise.
///
/// Source: Atanasov, Zavatone-Veth, Pehlevan 2024, section V; for isotropic Σ the integrals of Advani and Saxe 2017.
public struct RidgeCurve: Sendable {
    public let task: RegressionTask
    private let equivalent: RegressionEquivalent

    public init(_ task: RegressionTask) throws {
        self.task = task
        equivalent = try RegressionEquivalent(task)
    }

    public func losses(ridge: Double) throws -> RegressionLosses {
        guard ridge.isFinite, ridge >= 0 else { throw RegressionError.badRidge(value: ridge) }
        let κ₂ = try equivalent.map.solve(ridge)
        let (samples, width, rank) = (task.samples, task.width, task.spectrum.rank)
        if κ₂ == 0 {
            // Every direction is known exactly but for label noise, which fills rank/P of the samples.
            let share = rank / samples
            var averages = [Double](repeating: 0, count: PairAverages.Values.count)
            (averages[4], averages[5]) = (share / (1 - share), share / (1 - share))
            return RegressionLosses(
                train: (1 - share) * task.noise,
                sources: LossSources(averages, noise: task.noise, initialVariance: task.initialVariance))
        }
        let node = equivalent.node(
            inner: Complex(κ₂), ridge: Complex(ridge), degrees: ridge == 0 ? min(samples, width) : nil)
        let (d, dSlope) = (node.degrees.real, -node.degreesDecline.real)
        let (κ, κSlope) = (
            ridge == 0 && width <= samples ? 0 : ridge == 0 ? κ₂ * (1 - d / width) : node.outer.real, node.outerSlope.real
        )
        let (o, oSlope) = (node.objective.real, node.objectiveSlope.real)
        // d and O by κ
        let (dByOuter, oByOuter) = (dSlope / κSlope, oSlope / κSlope)
        let γ = (d + κ * dByOuter) / samples
        let ζ = (d + κ₂ * dSlope) / samples
        let bias = κ₂ * κ₂ * node.resolventDecline.real
        let perFeatures = o - κ * oByOuter
        let initial = -κ * κ * dByOuter
        let averages = [
            bias, perFeatures, bias / (1 - ζ), perFeatures / (1 - γ), ζ / (1 - ζ), γ / (1 - γ), initial, initial / (1 - γ),
        ]
        // T − λ dT/dλ
        let (σ², σ₀²) = (task.noise, task.initialVariance)
        let free = 1 - d / samples
        let whole = free * (σ² + o) + ridge * d * σ₀²
        let ridgeSlope = κSlope * free - κ * dSlope / samples
        let slope =
            -dSlope / samples * (σ² + o) + free * oSlope + (ridgeSlope * d + ridge * dSlope) * σ₀²
        return RegressionLosses(
            train: ridge == 0 ? whole : whole - ridge * slope / ridgeSlope,
            sources: LossSources(averages, noise: σ², initialVariance: σ₀²))
    }
}
