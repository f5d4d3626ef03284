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
    /// Inputs, teacher, features and noise.
    public let task: RegressionTask
    private let equivalent: RegressionEquivalent

    /// Prepares the equivalent of the task for all ridges.
    public init(_ task: RegressionTask) throws {
        self.task = task
        equivalent = try RegressionEquivalent(task)
    }

    /// Losses at a ridge; 0 is the limit of small ones.
    ///
    /// - Throws: ``RegressionError/badRidge(value:)`` for a ridge that is negative or not finite.
    public func losses(ridge: Double) throws -> RegressionLosses {
        guard ridge.isFinite, ridge >= 0 else { throw RegressionError.badRidge(value: ridge) }
        let κ₂ = try equivalent.map.solve(ridge)
        if κ₂ > 0 { return losses(inner: κ₂, ridge: ridge) }
        // Every direction is known exactly but for label noise, which fills rank/P of the samples.
        let share = equivalent.map.rank / task.samples
        var averages = [Double](repeating: 0, count: PairAverages.Values.count)
        (averages[4], averages[5]) = (share / (1 - share), share / (1 - share))
        return RegressionLosses(
            train: (1 - share) * task.noise,
            sources: LossSources(averages, noise: task.noise, initialVariance: task.initialVariance))
    }

    /// κ₂ > 0 is known to belong to the ridge.
    private func losses(inner κ₂: Double, ridge: Double) -> RegressionLosses {
        let (samples, width) = (task.samples, task.width)
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
        // As many samples as weights leave nothing of the start, also at the peak N = P, where γ = 1.
        let initialSame = initial == 0 ? 0 : initial / (1 - γ)
        let averages = [
            bias, perFeatures, bias / (1 - ζ), perFeatures / (1 - γ), ζ / (1 - ζ), γ / (1 - γ), initial, initialSame,
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

    /// The ridge with the smallest test loss, from 10⁻⁸ of the largest eigenvalue to far above all of them.
    ///
    /// Looked for along κ₂, where no equation is to be solved: λ = κ₂(1 − d/N)(1 − d/P).
    ///
    /// - Note: Ridge to a relative 1e-5, loss to 1e-11.
    public func bestRidge() throws -> LossOptimum {
        let top = equivalent.population.largest
        let high = 1e4 * max(top, equivalent.map.trace / min(task.samples, task.width))
        let map = equivalent.map
        let smallest = map.smallest
        func ridge(_ excess: Double) -> Double { map.ridge(Complex(smallest + excess)).value.real }
        let (from, to) = (try map.solve(1e-8 * top) - smallest, try map.solve(high) - smallest)
        let best = try LossOptimum.find(from: max(from, 1e-13 * to), to: to) { grid in
            grid.map { losses(inner: smallest + $0, ridge: max(ridge($0), 0)).test }
        }
        return LossOptimum(argument: ridge(best.argument), loss: best.loss, place: best.place)
    }
}
