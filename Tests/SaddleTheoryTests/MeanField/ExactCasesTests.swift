import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

import SaddleTheory

/// The exact cases of the theory: closed recursions that share no code with the solver. They catch a missing response, a wrong
/// factor in the learnt part, a wrong order of queries, and noise that is not matched.
@Suite struct ExactCasesTests {
    static func singleSample(
        _ activation: Activation, layers: Int, richness: Double, steps: Int, rate: Double, record: [Int]? = nil,
        centered: Bool = false
    ) -> Experiment {
        // |x|² = D
        let data = Dataset(
            trainInputs: Matrix(rows: 1, columns: 2, elements: [1, 1]), trainLabels: Matrix(rows: 1, columns: 1, elements: [1]),
            testInputs: Matrix(rows: 0, columns: 2), testLabels: Matrix(rows: 0, columns: 1))
        return Experiment(
            network: Network(hiddenLayers: layers, activation: activation, richness: richness, isCentered: centered), data: data,
            training: Training(steps: steps, learningRate: LearningRate(base: rate)), recordedSteps: record ?? Array(0...steps))
    }

    /// One hidden layer, linear: f⁺ = f + ηKΔ + η²γ²fΔ², K⁺ = K + 4ηγ²fΔ + η²γ²Δ²K from f = 0, K = 2. The last rate lies beyond
    /// the catapult threshold K = 2/η: the loss rises before the kernel shrinks.
    @Test(arguments: [(0.1, 1.5), (0.9, 0.3), (1.2, 0.3)]) func twoLayerLinear(η: Double, γ: Double) throws {
        let experiment = Self.singleSample(.linear, layers: 1, richness: γ, steps: 60, rate: η)
        let solver = MeanFieldSolver(
            experiment, settings: MeanFieldSettings(sites: 50, tolerance: 1e-12, directions: 0, replicas: 1))
        let solution = try solver.solve(replica: 0)
        let f = solver.layout.tensor(.output(.train), of: solution.observables)!
        let k = solver.layout.tensor(.tangentKernel, of: solution.observables)!
        var (fExact, kExact, largest) = (0.0, 2.0, 0.0)
        for t in 0...60 {
            expectClose(f[t, 0], fExact, within: 1e-10 * max(1, abs(fExact)))
            expectClose(k[t, 0, 0], kExact, within: 1e-10 * max(1, kExact))
            let Δ = 1 - fExact
            largest = max(largest, abs(Δ))
            (fExact, kExact) = (
                fExact + η * kExact * Δ + η * η * γ * γ * fExact * Δ * Δ,
                kExact + 4 * η * γ * γ * fExact * Δ + η * η * γ * γ * Δ * Δ * kExact
            )
        }
        #expect((largest > 1) == (2 > 2 / η), "catapult at η = \(η): largest error \(largest)")
    }

    /// Three hidden layers, linear: the conditioned recursion with outputs read from the fields, the same for every seed and S.
    @Test(arguments: [(1, 200), (2, 300)]) func threeHiddenLayersLinear(seed: Int, sites: Int) throws {
        let experiment = Self.singleSample(.linear, layers: 3, richness: 3, steps: 30, rate: 0.012)
        let solver = MeanFieldSolver(
            experiment, settings: MeanFieldSettings(sites: sites, tolerance: 1e-14, directions: 0, replicas: 1, seed: seed))
        let f = solver.layout.tensor(.output(.train), of: try solver.solve(replica: 0).observables)!
        let expected = [1, 0.952000, 0.905144, 0.857404, 0.807252, 0.753540, 0.695503, 0.632833, 0.565819, 0.495469]
        for (t, Δ) in expected.enumerated() { expectClose(1 - f[t, 0], Δ, within: 5.1e-7) }
        expectClose(1 - f[30, 0], 0.000526718, within: 5.1e-10)
    }

    /// Two layers, tanh, one sample: deterministic quadrature of the limit and of the centred fluctuations.
    @Test func twoLayerTanh() throws {
        let times = [0, 10, 20, 30, 40, 50]
        let experiment = Self.singleSample(.tanh, layers: 1, richness: 1, steps: 50, rate: 0.1, record: times, centered: true)
        let solver = MeanFieldSolver(experiment, settings: MeanFieldSettings(sites: 4000, directions: 400, replicas: 16))
        let prediction = try solver.predict()
        let f = [0, 0.566591, 0.803112, 0.911018, 0.960034, 0.982110]
        let k = [0.858697, 0.762181, 0.760049, 0.766973, 0.771204, 0.773285]
        let varF = [0, 0.08061, 0.04218, 0.01460, 0.00433, 0.00119]
        let varK = [nil, 0.21504, 0.12294, 0.09486, 0.08359, 0.07857]
        let fStart = solver.layout[.output(.train)]!.range.lowerBound, kStart = solver.layout[.tangentKernel]!.range.lowerBound
        for t in times.indices {
            func estimate(_ mean: [Double], _ error: [Double], _ i: Int, _ count: Int) -> Estimate {
                Estimate(mean: mean[i], standardError: error[i], count: count)
            }
            expectConsistent(
                estimate(prediction.mean, prediction.meanError, fStart + t, 16), with: f[t], seeing: 0.05, allowance: 1e-6)
            expectConsistent(
                estimate(prediction.mean, prediction.meanError, kStart + t, 16), with: k[t], seeing: 0.05, allowance: 1e-6)
            expectConsistent(
                estimate(prediction.variance, prediction.varianceError, fStart + t, 400), with: varF[t], seeing: 0.05,
                allowance: 1e-5)
            if let expected = varK[t] {
                expectConsistent(
                    estimate(prediction.variance, prediction.varianceError, kStart + t, 400), with: expected, seeing: 0.1,
                    allowance: 1e-5)
            }
        }
        // A response that counted half would change the variance of f at step 10 by 30 %; these errors are 7 %.
        #expect(prediction.varianceError[fStart + 1] < 0.1 * prediction.variance[fStart + 1])

        // The adjoint of the same theory, exact given the sites.
        let settings = MeanFieldSettings(
            sites: 4000, replicas: 16, recordsKernels: false, method: .adjoint, observables: ["train_output[0]"])
        let byAdjoint = try MeanFieldSolver(experiment, settings: settings).predict().scalars[0].variance
        for (t, estimate) in zip(1..<6, byAdjoint[1...]) {
            expectConsistent(estimate, with: varF[t], seeing: .relative(0.2), allowance: 1e-5)
            #expect(estimate.standardError < 0.02 * varF[t])
            // Negative control: a response that counted half changes the variance by 30 %.
            withKnownIssue { expectConsistent(estimate, with: 1.3 * varF[t], seeing: .relative(0.2), allowance: 1e-5) }
        }
    }

    /// At initialisation N·Cov(Φˡ, Φˡ)/K² = V·l with V = 2 (linear) and 5 (ReLU at its critical scale √2).
    @Test(arguments: [("linear", 1.0, 2.0), ("relu", 2.0.squareRoot(), 5.0)])
    func initialKernelVariance(name: String, scale: Double, constant: Double) throws {
        var experiment = Self.singleSample(Activation(named: name)!, layers: 4, richness: 1, steps: 0, rate: 0.1)
        experiment.network.weightScale = scale
        let prediction = try MeanFieldSolver(experiment, settings: MeanFieldSettings(sites: 1000, directions: 1000, replicas: 8))
            .predict()
        for layer in 1...4 {
            let i = prediction.layout[.kernel(.feature, layer: layer)]!.range.lowerBound
            // Finite S: the sampled fourth moments of 1000 sites, averaged over the solutions, are good to 2 %.
            expectConsistent(
                Estimate(mean: prediction.variance[i], standardError: prediction.varianceError[i], count: 1000),
                with: constant * Double(layer), seeing: .relative(0.4), allowance: 0.02 * constant * Double(layer))
            #expect(prediction.varianceError[i] < 0.06 * prediction.variance[i])
            // Negative control: the constant of the other activation, or a layer too many among two.
            withKnownIssue {
                expectConsistent(
                    Estimate(mean: prediction.variance[i], standardError: prediction.varianceError[i], count: 1000),
                    with: (7 - constant) * Double(layer), seeing: .relative(0.4), allowance: 0.02 * constant * Double(layer))
            }
        }
    }

    /// Lazy limit, one sample, two layers: N·VarΔ(t) = 4t²e^{−4t} for linear and 12t²e^{−4t} for √2·ReLU units, t the flow time.
    @Test(arguments: [false, true]) func lazyFluctuations(rectified: Bool) throws {
        let root = 2.0.squareRoot()
        let unit = Activation(name: "√2 relu", isSmooth: false) { x in
            (value: root * max(x, 0), slope: x > 0 ? root : 0, curvature: 0)
        }
        let η = 0.002
        let experiment = Self.singleSample(
            rectified ? unit : .linear, layers: 1, richness: 1e-3, steps: 500, rate: η, record: [0, 125, 250, 500], centered: true
        )
        let prediction = try MeanFieldSolver(experiment, settings: MeanFieldSettings(sites: 1000, directions: 300, replicas: 8))
            .predict()
        let i = prediction.layout[.output(.train)]!.range.lowerBound
        for (k, steps) in [125.0, 250, 500].enumerated() {
            let t = η * steps
            let expected = (rectified ? 12 : 4) * t * t * exp(-4 * t)
            // Discrete steps: (1 − ηK)^n against e^{−Kt} is off by K²ηt/2, at most 0.4 %, twice that in the variance.
            expectConsistent(
                Estimate(mean: prediction.variance[i + k + 1], standardError: prediction.varianceError[i + k + 1], count: 300),
                with: expected, seeing: .relative(0.6), allowance: 0.01 * expected)
            // Negative control: the factor of the other activation.
            withKnownIssue {
                expectConsistent(
                    Estimate(
                        mean: prediction.variance[i + k + 1], standardError: prediction.varianceError[i + k + 1], count: 300),
                    with: (rectified ? 1 / 3.0 : 3) * expected, seeing: .relative(0.6), allowance: 0.01 * expected)
            }
        }
    }
}
