import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

import SaddleTheory

/// The exact cases of the theory: closed recursions that share no code with the solver. They catch a missing response, a wrong
/// factor in the learnt part, a wrong order of queries, and noise that is not matched.
@Suite struct ExactCasesTests {
    static func singleSample(
        _ activation: Activation, layers: Int, richness: Double, steps: Int, rate: Double, record: [Int]? = nil, centered: Bool = false
    ) -> Experiment {
        // |x|² = D
        let data = Dataset(
            trainInputs: Matrix(rows: 1, columns: 2, elements: [1, 1]), trainLabels: Matrix(rows: 1, columns: 1, elements: [1]),
            testInputs: Matrix(rows: 0, columns: 2), testLabels: Matrix(rows: 0, columns: 1))
        return Experiment(
            network: Network(hiddenLayers: layers, activation: activation, richness: richness, isCentered: centered), data: data,
            training: Training(steps: steps, learningRate: LearningRate(base: rate)), recordedSteps: record ?? Array(0...steps))
    }

    /// One hidden layer, linear: f⁺ = f + ηKΔ + η²γ²fΔ², K⁺ = K + 4ηγ²fΔ + η²γ²Δ²K from f = 0, K = 2.
    @Test func twoLayerLinear() throws {
        let (η, γ) = (0.1, 1.5)
        let experiment = Self.singleSample(.linear, layers: 1, richness: γ, steps: 40, rate: η)
        let solver = MeanFieldSolver(experiment, settings: MeanFieldSettings(sites: 50, tolerance: 1e-12, directions: 0, replicas: 1))
        let solution = try solver.solve(replica: 0)
        let f = solver.layout.tensor("train_output", of: solution.observables)!
        let k = solver.layout.tensor("tangent_kernel", of: solution.observables)!
        var (fExact, kExact) = (0.0, 2.0)
        for t in 0...40 {
            expectClose(f[t, 0], fExact, within: 1e-12)
            expectClose(k[t, 0, 0], kExact, within: 1e-12)
            let Δ = 1 - fExact
            (fExact, kExact) = (
                fExact + η * kExact * Δ + η * η * γ * γ * fExact * Δ * Δ, kExact + 4 * η * γ * γ * fExact * Δ + η * η * γ * γ * Δ * Δ * kExact
            )
        }
    }

    /// Three hidden layers, linear: the conditioned recursion with outputs read from the fields, the same for every seed and S.
    @Test(arguments: [(1, 200), (2, 300)]) func threeHiddenLayersLinear(seed: Int, sites: Int) throws {
        let experiment = Self.singleSample(.linear, layers: 3, richness: 3, steps: 30, rate: 0.012)
        let solver = MeanFieldSolver(
            experiment, settings: MeanFieldSettings(sites: sites, tolerance: 1e-14, directions: 0, replicas: 1, seed: seed))
        let f = solver.layout.tensor("train_output", of: try solver.solve(replica: 0).observables)!
        let expected = [1, 0.952000, 0.905144, 0.857404, 0.807252, 0.753540, 0.695503, 0.632833, 0.565819, 0.495469]
        for (t, Δ) in expected.enumerated() { expectClose(1 - f[t, 0], Δ, within: 5.1e-7) }
        expectClose(1 - f[30, 0], 0.000526718, within: 5.1e-10)
    }

    /// Two layers, tanh, one sample: deterministic quadrature of the limit and of the centred fluctuations.
    @Test func twoLayerTanh() throws {
        let times = [0, 10, 20, 30, 40, 50]
        let experiment = Self.singleSample(.tanh, layers: 1, richness: 1, steps: 50, rate: 0.1, record: times, centered: true)
        let solver = MeanFieldSolver(
            experiment, settings: MeanFieldSettings(sites: 4000, directions: 400, replicas: 8))
        let prediction = try solver.predict()
        let f = [0, 0.566591, 0.803112, 0.911018, 0.960034, 0.982110]
        let k = [0.858697, 0.762181, 0.760049, 0.766973, 0.771204, 0.773285]
        let varF = [0, 0.08061, 0.04218, 0.01460, 0.00433, 0.00119], varK = [nil, 0.21504, 0.12294, 0.09486, 0.08359, 0.07857]
        let fRange = solver.layout["train_output"]!.range, kRange = solver.layout["tangent_kernel"]!.range
        for t in times.indices {
            let i = fRange.lowerBound + t, j = kRange.lowerBound + t
            print(times[t], prediction.mean[i] - f[t], prediction.meanError[i], prediction.mean[j] - k[t], prediction.meanError[j],
                  prediction.variance[i], varF[t], prediction.varianceError[i], prediction.variance[j], varK[t] ?? 0, prediction.varianceError[j], prediction.bias[i], prediction.bias[j])
        }
    }
}
