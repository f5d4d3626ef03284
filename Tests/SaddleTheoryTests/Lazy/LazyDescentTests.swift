import SaddleModels
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Stepping through training in the lazy limit. Oracles: a linear model in the space of its parameters, for any loss and weight decay; and
/// the mean-field solver at γ₀ = 0.01, which knows no tangent kernel. Catches decay that leaves the gradients at their initial
/// size, or acts on initial and learnt weights alike.
@Suite struct LazyDescentTests {
    static let cases: [(Training, String)] = {
        var result: [(Training, String)] = []
        for loss in Loss.allCases {
            for (momentum, nesterov, decay) in [(0.0, false, 0.0), (0.7, false, 0.05), (0.7, true, 0.05), (0, false, 0.1)] {
                result.append(
                    (
                        Training(
                            steps: 300, learningRate: LearningRate(base: 0.3, warmup: 5), momentum: momentum,
                            usesNesterov: nesterov, weightDecay: decay, loss: loss),
                        "\(loss) β=\(momentum) Nesterov \(nesterov) λ=\(decay)"
                    ))
            }
        }
        return result
    }()

    /// f = Xθ: gradients do not depend on the weights (degree 0), and f₀(a) = aXθ₀.
    @Test(arguments: cases.indices) func followsALinearModel(_ index: Int) throws {
        let (training, name) = Self.cases[index]
        let (x, test, random, start) = LazyTrainingTests.linearModel()
        let labels = training.loss == .squared ? random : Matrix(rows: 6, columns: 2) { ($0 % 2 == $1) ? 1 : 0 }
        let descent = try LazyDescent(
            family: HomogeneousTangent(kernel: x * x.ᵀ, cross: test * x.ᵀ, degree: 0), labels: labels, training: training)
        let recorded = LazyTrainingTests.recorded
        let predictions = try descent.predictions(atSteps: recorded) { scale in
            var theta = start
            theta.scale(by: scale)
            return (x * theta, test * theta)
        }
        let train = LazyTrainingTests.descend(training, x, labels, from: start, probing: x)
        let tested = LazyTrainingTests.descend(training, x, labels, from: start, probing: test)
        for (i, prediction) in predictions.enumerated() {
            #expect(prediction.time == .step(recorded[i]))
            #expect(largest(prediction.trainOutputs, train[i]) < 1e-12, "\(name)")
            #expect(largest(prediction.testOutputs, tested[i]) < 1e-12, "\(name)")
        }
    }

    /// Centred networks of two hidden layers with weight decay 0.2 and momentum: a falls to 0.4, so that kernels of gradients frozen at
    /// their initial size would be wrong by a factor of 40 in the end.
    @Test(arguments: [(true, false), (false, false), (false, true)])
    func decayAgreesWithTheMeanFieldSolver(isRelu: Bool, nesterov: Bool) throws {
        var stream = RandomStream(seed: 18, .test)
        let x = stream.normals(rows: 5, columns: 4)
        let y = Matrix(rows: 5, columns: 1) { i, _ in i % 2 == 0 ? 1 : -1 }
        let data = Dataset(
            trainInputs: x.selectingRows([0, 1, 2]), trainLabels: y.selectingRows([0, 1, 2]),
            testInputs: x.selectingRows([3, 4]),
            testLabels: y.selectingRows([3, 4]))
        let training = Training(
            steps: 24, learningRate: LearningRate(base: 0.15), momentum: 0.4, usesNesterov: nesterov, weightDecay: 0.2)
        let times = [0, 4, 12, 24]
        /// Outputs that the solver learns from y, from one draw. As a falls, the initial outputs of a sample of sites do not stay zero when
        /// they are divided by γ₀; half the difference between labels y and −y is free of them, since training is linear in y.
        func learnt(seed: Int) throws -> (layout: ObservableLayout, values: [Double]) {
            let pair = try [1.0, -1].map { sign in
                var signed = data
                signed.trainLabels.scale(by: sign)
                let experiment = Experiment(
                    network: Network(hiddenLayers: 2, activation: isRelu ? .relu : .erf, richness: 0.01, isCentered: true),
                    data: signed, training: training, recordedSteps: times)
                let settings = MeanFieldSettings(
                    sites: 2000, tolerance: 1e-4, directions: 0, replicas: 1, seed: seed, recordsKernels: false)
                return try MeanFieldSolver(experiment, settings: settings).predict()
            }
            return (pair[0].layout, zip(pair[0].mean, pair[1].mean).map { ($0 - $1) / 2 })
        }
        let draws = try (0..<12).map(learnt)

        func kernels(_ a: Double, _ b: Double) -> (train: Matrix, cross: Matrix) {
            let all = Self.kernel(x, a, b, isRelu: isRelu)
            let train = all.leading(rows: 3, columns: 3)
            return (train, Matrix(rows: 2, columns: 3) { all[3 + $0, $1] })
        }
        let family: any TangentFamily
        if isRelu {
            let k = kernels(1, 1)
            family = HomogeneousTangent(kernel: k.train, cross: k.cross, degree: 2)
        } else {
            let interpolated = try InterpolatedTangent(training: training, nodes: 10, kernels: kernels)
            #expect(interpolated.interpolationError < 1e-5)
            family = interpolated
        }
        let lazy = try LazyDescent(family: family, labels: data.trainLabels, training: training).predictions(atSteps: times)
        for (t, prediction) in lazy.enumerated() {
            for (name, outputs) in [("train_output", prediction.trainOutputs), ("test_output", prediction.testOutputs)] {
                let entry = draws[0].layout[name]!
                for i in 0..<outputs.rows {
                    let at = entry.range.lowerBound + t * entry.stride + i
                    let estimate = Estimate(draws.map { $0.values[at] })
                    // Feature learning moves the outputs by a relative O(γ₀²) = 1e-4, a few times over.
                    expectConsistent(estimate, with: outputs[i, 0], falseAlarm: 1e-9, allowance: 5e-4)
                    #expect(estimate.standardError < 0.01)
                }
            }
        }
        #expect(training.initialWeightScales.last! < 0.45 && abs(lazy[2].trainOutputs[0, 0]) > 0.1)
    }

    /// K(a, a′) of two hidden layers: Φ¹ = aa′xxᵀ/D …, K ← Φ + aa′Φ̇⊙K with E[φφ] and E[φ′φ′] of erf (Williams 1997) and relu (Cho and Saul 2009).
    static func kernel(_ x: Matrix, _ a: Double, _ b: Double, isRelu: Bool) -> Matrix {
        func layer(_ p: Double, _ c: Double, _ q: Double) -> (value: Double, slope: Double) {
            if isRelu {
                let cosine = min(1, max(-1, c / (p * q).squareRoot())), angle = acos(cosine)
                return ((p * q).squareRoot() / (2 * .pi) * (sin(angle) + (.pi - angle) * cosine), (.pi - angle) / (2 * .pi))
            }
            let scale = (1 + 2 * p) * (1 + 2 * q)
            return (2 / .pi * asin(2 * c / scale.squareRoot()), 4 / .pi / (scale - 4 * c * c).squareRoot())
        }
        return Matrix(rows: x.rows, columns: x.rows) { i, j in
            func input(_ i: Int, _ j: Int) -> Double {
                (0..<x.columns).reduce(0) { $0 + x[i, $1] * x[j, $1] } / Double(x.columns)
            }
            var (p, c, q) = (input(i, i), input(i, j), input(j, j))
            var tangent = c
            for _ in 0..<2 {
                (p, c, q) = (a * a * p, a * b * c, b * b * q)
                let cross = layer(p, c, q)
                tangent = cross.value + a * b * cross.slope * tangent
                (p, c, q) = (layer(p, p, p).value, cross.value, layer(q, q, q).value)
            }
            return tangent
        }
    }

    @Test func divergenceNamesTheLimit() throws {
        let (x, _, labels, _) = LazyTrainingTests.linearModel()
        var training = Training(steps: 2000, learningRate: LearningRate(base: 0.3), momentum: 0.5, weightDecay: 0.1)
        func descent() throws -> LazyDescent {
            try LazyDescent(family: HomogeneousTangent(kernel: x * x.ᵀ, degree: 0), labels: labels, training: training)
        }
        let maximum = try descent().maximumStableLearningRate()
        let largest = try SemidefiniteSpectrum(x * x.ᵀ).largest
        expectClose(maximum, 3 / (largest / 6 + 0.1), within: 1e-9)
        training.learningRate = LearningRate(base: 0.99 * maximum)
        _ = try descent().predictions(atSteps: [2000])
        training.learningRate = LearningRate(base: 1.05 * maximum)
        let text = errorText { _ = try descent().predictions(atSteps: [2000]) }
        #expect(text?.contains("diverges") == true && text?.contains("stable below") == true)
        #expect(throws: LazyError.stopped) { try descent().predictions(atSteps: [3], shouldStop: { true }) }
    }
}
