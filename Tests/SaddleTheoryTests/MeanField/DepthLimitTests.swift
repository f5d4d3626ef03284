#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleLaws
import SaddleModels
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

/// Linear residual networks, of which every depth is known in closed form: with b² = β²/L
///
///     N Var f = κ (1 + b²)ᴸ/γ₀²,    K = κ [2 (1 + b²)ᴸ + β² (1 + b²)ᴸ⁻¹],    and after one small lazy step f = ηKy/P
///
/// for branches that shrink as L^−½: κ e^(β²)/γ₀², κ e^(β²) (2 + β²) at infinite depth. Those that shrink as 1/L leave κ/γ₀² and 2κ.
@Suite struct DepthLimitTests {
    private static let (γ, η, β) = (0.05, 0.05, 0.8)

    private static func solution(exponent: Double) throws -> DepthLimit {
        let data = Dataset(
            trainInputs: Matrix(rows: 1, columns: 3) { _, j in [1.0, 1, 1][j] },
            trainLabels: Matrix(rows: 1, columns: 1) { _, _ in 1 },
            testInputs: Matrix(rows: 0, columns: 3), testLabels: Matrix(rows: 0, columns: 1))
        var network = Network(hiddenLayers: 3, activation: .linear, richness: γ)
        network.residual = Residual(scale: .depth(β, exponent: exponent))
        let experiment = Experiment(
            network: network, data: data, training: Training(steps: 1, learningRate: LearningRate(base: η)),
            recordedSteps: [0, 1])
        return try DepthLimit(
            experiment, depths: [5, 9, 17],
            settings: MeanFieldSettings(accuracy: 0.05, sites: 400, tolerance: 1e-6, replicas: 4, recordsKernels: false))
    }

    @Test(arguments: [0.5, 1]) func goesToTheClosedLimit(exponent: Double) throws {
        let solution = try Self.solution(exponent: exponent), βSquare = Self.β * Self.β
        let outputs = try #require(solution.predictions[0].layout[.output(.train)]).range
        func kernel(_ blocks: Double) -> (start: Double, tangent: Double) {
            let bSquare = βSquare / (exponent == 0.5 ? blocks : blocks * blocks),
                power = { (k: Double) in (0..<Int(k)).reduce(1) { x, _ in x * (1 + bSquare) } }
            return (power(blocks), 2 * power(blocks) + blocks * bSquare * power(blocks - 1))
        }
        let limit = exponent == 0.5 ? (exp(βSquare), exp(βSquare) * (2 + βSquare)) : (1, 2)
        let means = solution.courses(.limit, outputs), variances = solution.courses(.variance, outputs)
        // One step: f = ηK, to γ₀².
        for (value, L) in zip(means[1].values, solution.blocks) {
            #expect(
                abs(value.mean / Self.η - kernel(Double(L)).tangent) < 0.01 * value.mean / Self.η + 4 * value.standardError
                    / Self.η)
        }
        let asked = means[1].limit
        #expect(
            abs(asked.mean / Self.η - limit.1) < 3 * asked.standardError / Self.η + 0.005 * limit.1,
            "\(asked), \(limit.1 * Self.η)")
        // The line sees the limit better than the deepest network does, whose error is what it says that depth adds.
        let deepest = means[1].values.last!.mean
        #expect(abs(asked.mean - limit.1 * Self.η) < 0.4 * abs(deepest - limit.1 * Self.η))
        let added = means[1].correction(blocks: 16)
        #expect(abs(added.mean - (deepest - limit.1 * Self.η)) < 3 * added.standardError + 0.005 * deepest)
        for (value, L) in zip(variances[0].values, solution.blocks) {
            let normal = Estimate(
                mean: Self.γ * Self.γ * value.mean, standardError: Self.γ * Self.γ * value.standardError, count: value.count)
            expectConsistent(normal, with: kernel(Double(L)).start, seeing: .relative(0.5))
        }
        let spread = variances[0].limit
        #expect(abs(Self.γ * Self.γ * spread.mean - limit.0) < 4 * Self.γ * Self.γ * spread.standardError)
        #expect(spread.standardError < 0.2 * spread.mean)
    }
}
