import SaddleLaws
import SaddleModels
import SaddleNetworks
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
    struct Decayed {
        var data: Dataset
        var training: Training
        static let times = [0, 4, 12, 24]

        init(nesterov: Bool) {
            var stream = RandomStream(seed: 18, .test)
            let x = stream.normals(rows: 5, columns: 4)
            let y = Matrix(rows: 5, columns: 1) { i, _ in i % 2 == 0 ? 1 : -1 }
            data = Dataset(
                trainInputs: x.selectingRows([0, 1, 2]), trainLabels: y.selectingRows([0, 1, 2]),
                testInputs: x.selectingRows([3, 4]),
                testLabels: y.selectingRows([3, 4]))
            training = Training(
                steps: 24, learningRate: LearningRate(base: 0.15), momentum: 0.4, usesNesterov: nesterov, weightDecay: 0.2)
        }

        func experiment(isRelu: Bool, richness: Double, sign: Double = 1) -> Experiment {
            var signed = data
            signed.trainLabels.scale(by: sign)
            return Experiment(
                network: Network(hiddenLayers: 2, activation: isRelu ? .relu : .erf, richness: richness, isCentered: true),
                data: signed, training: training, recordedSteps: Self.times)
        }

        func predictions(isRelu: Bool) throws -> [LazyPrediction] {
            let x = data.trainInputs.appendingRows(of: data.testInputs)
            func kernels(_ a: Double, _ b: Double) -> (train: Matrix, cross: Matrix) {
                let all = LazyDescentTests.kernel(x, a, b, isRelu: isRelu)
                return (all.leading(rows: 3, columns: 3), Matrix(rows: 2, columns: 3) { all[3 + $0, $1] })
            }
            let family: any TangentFamily
            if isRelu {
                let k = kernels(1, 1)
                family = HomogeneousTangent(kernel: k.train, cross: k.cross, degree: 2)
            } else {
                let errors = try [4, 8, 12].map { try InterpolatedTangent(training: training, nodes: $0, kernels: kernels) }
                #expect(errors[2].interpolationError < 1e-6)
                for (coarse, fine) in zip(errors, errors.dropFirst()) {
                    #expect(fine.interpolationError < 0.1 * coarse.interpolationError, "the error falls geometrically")
                }
                family = errors[2]
            }
            #expect(TangentFamilyLaws(scales: [1, 0.8, 0.5]).violations(family) == [])
            return try LazyDescent(family: family, labels: data.trainLabels, training: training).predictions(atSteps: Self.times)
        }

        /// At the end of the same training without decay.
        func undecayedPrediction(isRelu: Bool) throws -> LazyPrediction {
            var plain = training
            plain.weightDecay = 0
            let kernel = LazyDescentTests.kernel(data.trainInputs, 1, 1, isRelu: isRelu)
            return try LazyDescent(
                family: HomogeneousTangent(kernel: kernel, degree: 0), labels: data.trainLabels, training: plain
            ).predictions(atSteps: [Self.times.last!])[0]
        }

        func compare(_ draws: [[Double]], _ layout: ObservableLayout, isRelu: Bool, largestError: Double, allowance: Double)
            throws
        {
            let lazy = try predictions(isRelu: isRelu), undecayed = try undecayedPrediction(isRelu: isRelu)
            for (t, prediction) in lazy.enumerated() {
                for (set, outputs) in [(SampleSet.train, prediction.trainOutputs), (.test, prediction.testOutputs)] {
                    let entry = layout[.output(set)]!
                    for i in 0..<outputs.rows {
                        let at = entry.range.lowerBound + t * entry.stride + i
                        let estimate = Estimate(draws.map { $0[at] })
                        expectConsistent(
                            estimate, with: outputs[i, 0], seeing: .absolute(allowance + 12 * largestError), falseAlarm: 1e-9,
                            allowance: allowance)
                        #expect(estimate.standardError < largestError)
                        // Negative control: training without decay.
                        if t == lazy.count - 1, set == .train {
                            withKnownIssue {
                                expectConsistent(
                                    estimate, with: undecayed.trainOutputs[i, 0], seeing: .relative(1), falseAlarm: 1e-9,
                                    allowance: allowance)
                            }
                        }
                    }
                }
            }
            #expect(training.initialWeightScales.last! < 0.45 && lazy[1].trainOutputs.elements.map(abs).max()! > 0.1)
        }
    }

    /// Pairs of networks that learn y and −y from the same weights: half the difference is free of the initial outputs, which do not stay
    /// zero as the weights shrink, since training is linear in y. At width 512 the kernel's 1/N bias is about 1 %.
    @Test(arguments: [(true, false), (false, false), (false, true)])
    func decayAgreesWithWideNetworks(isRelu: Bool, nesterov: Bool) throws {
        let problem = Decayed(nesterov: nesterov)
        let trainers = [1.0, -1].map {
            Trainer(problem.experiment(isRelu: isRelu, richness: 1e-3, sign: $0), width: 512, recordsKernels: false)
        }
        let draws = try Threads.map(24) { index in
            let pair = try trainers.map { trainer in
                var network = trainer.initialNetwork(seed: 3, index: index)
                return try trainer.train(&network)
            }
            return zip(pair[0], pair[1]).map { ($0 - $1) / 2 }
        }
        try problem.compare(draws, trainers[0].layout, isRelu: isRelu, largestError: 0.03, allowance: 0.01)
    }

    /// The solver's outputs carry its sampling error of the initial outputs divided by γ₀, so γ₀ = 0.1; features move outputs by O(γ₀²) = 0.01.
    @Test(arguments: [true, false]) func decayAgreesWithTheMeanFieldSolver(isRelu: Bool) throws {
        let problem = Decayed(nesterov: false)
        let draws = try Threads.map(16) { seed in
            let solver = MeanFieldSolver(
                problem.experiment(isRelu: isRelu, richness: 0.1),
                settings: MeanFieldSettings(
                    sites: 2000, tolerance: 1e-4, directions: 0, replicas: 1, seed: seed, recordsKernels: false))
            let prediction = try solver.predict()
            return (prediction.layout, prediction.mean)
        }
        try problem.compare(draws.map(\.1), draws[0].0, isRelu: isRelu, largestError: 0.02, allowance: 0.01)
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
