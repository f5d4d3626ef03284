import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

/// Biases in the mean-field theory: against a closed recursion for linear networks, and against ensembles. Catches a bias that is
/// not trained, decays or starts wrongly, is missing in the test points or the tangent kernel, and an output bias without
/// fluctuations.
@Suite struct BiasTests {
    static func data(samples: Int, test: Int, outputs: Int) -> Dataset {
        var stream = RandomStream(seed: 12, .test)
        return Dataset(
            trainInputs: stream.normals(rows: samples, columns: 3), trainLabels: stream.normals(rows: samples, columns: outputs),
            testInputs: stream.normals(rows: test, columns: 3), testLabels: stream.normals(rows: test, columns: outputs))
    }

    /// One hidden layer, linear: descent multiplies the numbers of each neuron, s = (U, b, w), by the same matrix at each step, so
    /// that their second moments M = ⟨sᵀs⟩ are closed at infinite width (Yang & Hu 2021, section on deep linear networks and
    /// one-hidden-layer examples):
    ///
    ///     f = (M_{Uw}·x/√D + M_{bw})/γ + β,    s ← s T,   T = (1 − ηλ) + (ηγ/P) (B + Bᵀ),   B_{Uw} = Σ x_μ/√D Δ_μ,  B_{bw} = Σ Δ_μ
    ///
    /// in μP and in the mean-field parameterisation alike.
    @Test(arguments: [1, 2], [0, 0.1]) func linearGramRecursion(outputs: Int, decay: Double) throws {
        let (d, p, q, steps) = (3, 4, 2, 25)
        let (σw, σb, γ, η) = (1.2, 0.7, 0.8, 0.15)
        let data = Self.data(samples: p, test: q, outputs: outputs)
        let network = Network(
            hiddenLayers: 1, activation: .linear, weightScale: σw, biasScale: σb, parameterization: .maximalUpdate, richness: γ)
        let experiment = Experiment(
            network: network, data: data,
            training: Training(steps: steps, learningRate: LearningRate(base: η), weightDecay: decay),
            recordedSteps: Array(0...steps))
        let solver = MeanFieldSolver(
            experiment, settings: MeanFieldSettings(sites: 40, tolerance: 1e-12, directions: 0, replicas: 1))
        let solution = try solver.solve(replica: 0)
        let train = solver.layout.tensor(.output(.train), of: solution.observables)!.elements
        let test = solver.layout.tensor(.output(.test), of: solution.observables)!.elements
        let kernel = solver.layout.tensor(.tangentKernel, of: solution.observables)!

        // Rows of the inputs with the constant 1 of the bias: x/√D, 1.
        func extended(_ x: Matrix) -> Matrix {
            Matrix(rows: x.rows, columns: d + 1) { $1 < d ? x[$0, $1] / Double(d).squareRoot() : 1 }
        }
        let (x, xTest) = (extended(data.trainInputs), extended(data.testInputs))
        let size = d + 1 + outputs
        var moments = Matrix(rows: size, columns: size) { i, j in i != j ? 0 : i == d ? σb * σb : σw * σw }
        var β = [Double](repeating: 0, count: outputs)
        func outputsOf(_ x: Matrix) -> Matrix {
            Matrix(rows: x.rows, columns: outputs) { i, c in
                (0...d).reduce(0) { $0 + x[i, $1] * moments[$1, d + 1 + c] } / γ + β[c]
            }
        }
        for t in 0...steps {
            let (f, g) = (outputsOf(x), outputsOf(xTest))
            for i in 0..<p { for c in 0..<outputs { expectClose(train[(t * p + i) * outputs + c], f[i, c], within: 1e-10) } }
            for i in 0..<q { for c in 0..<outputs { expectClose(test[(t * q + i) * outputs + c], g[i, c], within: 1e-10) } }
            // K = Φ¹ + 1 + G¹(Φ⁰ + 1), averaged over outputs
            for i in 0..<p {
                for j in 0..<p {
                    var (feature, input) = (0.0, 0.0)
                    for a in 0...d {
                        input += x[i, a] * x[j, a]
                        for b in 0...d { feature += x[i, a] * moments[a, b] * x[j, b] }
                    }
                    let gradient = (0..<outputs).reduce(0) { $0 + moments[d + 1 + $1, d + 1 + $1] } / Double(outputs)
                    expectClose(kernel[t, i, j], feature + 1 + gradient * input, within: 1e-9)
                }
            }
            var step = Matrix.identity(size)
            step.scale(by: 1 - η * decay)
            for c in 0..<outputs {
                let errors = (0..<p).map { data.trainLabels[$0, c] - f[$0, c] }
                for a in 0...d {
                    let pull = η * γ / Double(p) * (0..<p).reduce(0) { $0 + x[$1, a] * errors[$1] }
                    step[a, d + 1 + c] += pull
                    step[d + 1 + c, a] += pull
                }
                β[c] = (1 - η * decay) * β[c] + η * errors.reduce(0, +) / Double(p)
            }
            moments = step.ᵀ * (moments * step)
        }
        // Biases matter here.
        #expect(β.contains { abs($0) > 0.05 })
    }

    /// Two hidden layers, tanh: means of ensembles at three widths, extrapolated in 1/N, and N·variances, by z-scores.
    @Test func ensemblesWithBiases() throws {
        let experiment = Experiment(
            network: Network(hiddenLayers: 2, activation: .tanh, weightScale: 1.3, biasScale: 0.6, richness: 1.2),
            data: Self.data(samples: 4, test: 2, outputs: 1),
            training: Training(steps: 20, learningRate: LearningRate(base: 0.15), momentum: 0.3), recordedSteps: [0, 10, 20])
        let theory = try MeanFieldSolver(
            experiment,
            settings: MeanFieldSettings(sites: 800, tolerance: 1e-5, directions: 60, replicas: 16, recordsKernels: true)
        ).predict()
        let widths = [64, 128, 256]
        let ensembles = try widths.map {
            try Ensemble(experiment, EnsembleSettings(width: $0, networks: 500, seed: 3, recordsKernels: true)).train()
        }
        var (largest, largestVariance, count) = (0.0, 0.0, 0)
        // Negative controls: limits off by 10 %, and variances without the output's bias, whose share is σ_b²/γ² = 0.25.
        var (largestWrong, largestWrongVariance) = (0.0, 0.0)
        for observable in [
            Observable.output(.train), .output(.test), .kernel(.feature, layer: 2), .kernel(.gradient, layer: 1), .tangentKernel,
        ] {
            for i in theory.layout[observable]!.range {
                // Weighted straight line in 1/N.
                var (s, sx, sxx, sy, sxy) = (0.0, 0.0, 0.0, 0.0, 0.0)
                for e in ensembles {
                    let (x, w) = (1 / Double(e.width), 1 / (e.meanError[i] * e.meanError[i]))
                    (s, sx, sxx, sy, sxy) = (s + w, sx + w * x, sxx + w * x * x, sy + w * e.mean[i], sxy + w * x * e.mean[i])
                }
                let determinant = s * sxx - sx * sx
                let limit = (sxx * sy - sx * sxy) / determinant
                let error = (sxx / determinant + theory.meanError[i] * theory.meanError[i]).squareRoot()
                // The theory's error is known from 16 solutions.
                largest = max(largest, normalScore(t: abs(limit - theory.mean[i]) / error, degreesOfFreedom: 15))
                largestWrong = max(
                    largestWrong, normalScore(t: abs(limit - 1.1 * theory.mean[i]) / error, degreesOfFreedom: 15))
                count += 1

                let wide = ensembles[2], n = Double(wide.width)
                let errors = (n * wide.varianceError[i], theory.varianceError[i])
                let difference = n * wide.variance[i] - theory.variance[i]
                // Terms of order 1/N² at N = 256: a few per cent.
                let excess = max(abs(difference) - 0.05 * theory.variance[i], 0)
                let errorOfBoth = (errors.0 * errors.0 + errors.1 * errors.1).squareRoot()
                largestVariance = max(largestVariance, excess / errorOfBoth)
                if observable.isOutput {
                    let wrongExcess = max(abs(difference + 0.25) - 0.05 * theory.variance[i], 0)
                    largestWrongVariance = max(largestWrongVariance, wrongExcess / errorOfBoth)
                }
            }
        }
        // 200 correlated numbers reach 5.6 with probability below 4e-6.
        #expect(largest < 5.6, "\(largest) standard errors in \(count) numbers")
        #expect(largestVariance < 5.6, "\(largestVariance) standard errors")
        withKnownIssue { #expect(largestWrong < 5.6, "\(largestWrong) standard errors") }
        withKnownIssue { #expect(largestWrongVariance < 5.6, "\(largestWrongVariance) standard errors") }
        // Without the output's bias N·Var f at the start would be lower by σ_b²/γ² = 0.25.
        let first = theory.layout[.output(.train)]!.range.lowerBound
        #expect(theory.variance[first] > 0.6)
    }

    @Test func adjointRefuses() throws {
        var experiment = ExactCasesTests.singleSample(.tanh, layers: 1, richness: 1, steps: 3, rate: 0.1)
        experiment.network.biasScale = 0.5
        var settings = MeanFieldSettings(sites: 50, tolerance: 1e-3, directions: 8, replicas: 2)
        settings.method = .adjoint
        settings.observables = ["train_loss"]
        #expect { try MeanFieldSolver(experiment, settings: settings).predict() } throws: { "\($0)".contains("biases") }
    }
}
