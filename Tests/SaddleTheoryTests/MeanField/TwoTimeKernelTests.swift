import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

/// Feature kernels between two times. Deep linear networks are in ``DeepLinearTests``; here equal times against the kernels of the layout,
/// also where training points are followed after the sweep, and finite networks. Catches exchanged times or samples, layers, and
/// times that are shifted.
@Suite struct TwoTimeKernelTests {
    private static func settings(sites: Int, replicas: Int) -> MeanFieldSettings {
        MeanFieldSettings(sites: sites, tolerance: 1e-4, directions: 0, replicas: replicas, recordsTwoTime: true)
    }

    @Test(arguments: [(1, nil), (1, 2), (3, nil)] as [(Int, Int?)]) func equalTimes(outputs: Int, batch: Int?) throws {
        var experiment = AdjointTests.smallExperiment(steps: 6, recorded: [0, 2, 5, 6])
        experiment.training.batchSize = batch
        if outputs > 1 {
            experiment.training.loss = .crossEntropy
            let labels = Matrix(rows: 3, columns: 3) { $0 == $1 ? 1 : 0 }
            experiment.data = Dataset(
                trainInputs: experiment.data.trainInputs, trainLabels: labels, testInputs: experiment.data.testInputs,
                testLabels: labels)
        }
        let prediction = try MeanFieldSolver(experiment, settings: Self.settings(sites: 200, replicas: 3)).predict()
        let kernels = try #require(prediction.twoTimeKernels)
        #expect(kernels.shape == [4, 4, 3, 3] && kernels.layers == 2)
        for layer in 1...2 {
            let (mean, error, truncation) = kernels.kernel(layer)
            let entry = try #require(prediction.layout[.kernel(.feature, layer: layer)])
            for t in 0..<4 {
                for (i, j) in (0..<3).flatMap({ i in (0..<3).map { (i, $0) } }) {
                    let place = entry.range(at: t).lowerBound + 3 * i + j
                    expectClose(mean[t, t, i, j], prediction.mean[place], within: 1e-12)
                    expectClose(error[t, t, i, j], prediction.meanTotalError(at: place), within: 1e-10)
                    expectClose(truncation[t, t, i, j], prediction.meanTruncation[place], within: 1e-10)
                    for s in 0..<t { #expect(mean[t, s, i, j] == mean[s, t, j, i]) }
                }
            }
        }
        #expect(
            try MeanFieldSolver(experiment, settings: MeanFieldSettings(sites: 50, directions: 0)).predict().twoTimeKernels == nil
        )
    }

    /// Means over networks of widths 64 and 256, whose difference from the limit is b/N + O(1/N²), give the limit as (4 m₂₅₆ − m₆₄)/3.
    @Test func againstFiniteNetworks() throws {
        let steps = [0, 6, 14]
        var experiment = AdjointTests.smallExperiment(steps: 14, recorded: steps)
        experiment.network.richness = 2
        let kernels = try #require(
            MeanFieldSolver(experiment, settings: Self.settings(sites: 1000, replicas: 8)).predict().twoTimeKernels)
        let ensembles = try [64, 256].map { try Self.kernels(experiment, steps, width: $0, networks: 500) }
        let mean = zip(ensembles[0].mean, ensembles[1].mean).map { (4 * $1 - $0) / 3 }
        let error = zip(ensembles[0].meanError, ensembles[1].meanError).map { (16 * $1 * $1 + $0 * $0).squareRoot() / 3 }

        /// The largest score where the predicted kernel at (t, s, i, j) is read elsewhere.
        func score(_ place: (_ t: Int, _ s: Int, _ i: Int, _ j: Int) -> (Int, Int, Int, Int)) -> Double {
            var largest = 0.0, index = 0
            for layer in 1...2 {
                let (value, own, _) = kernels.kernel(layer)
                for (t, s) in (0..<3).flatMap({ t in (0..<3).map { (t, $0) } }) {
                    for (i, j) in (0..<3).flatMap({ i in (0..<3).map { (i, $0) } }) {
                        let (a, b, c, d) = place(t, s, i, j)
                        let e = (error[index] * error[index] + own[a, b, c, d] * own[a, b, c, d]).squareRoot()
                        largest = max(largest, abs(value[a, b, c, d] - mean[index]) / e)
                        index += 1
                    }
                }
            }
            return largest
        }
        // 162 numbers, at most 81 of them different: a normal score beyond 5.5 has a probability of 3e-6 in all.
        #expect(score { ($0, $1, $2, $3) } < 5.5)
        #expect(error.max()! < 0.02)
        // Negative controls: times exchanged, and one time later.
        #expect(score { ($1, $0, $2, $3) } > 10)
        #expect(score { (min($0 + 1, 2), $1, $2, $3) } > 10)
    }

    /// φ(hˡ(t))·φ(hˡ(t′))/N of networks trained for t steps, in the order of the theory's numbers.
    private static func kernels(_ experiment: Experiment, _ steps: [Int], width: Int, networks: Int) throws -> StreamingMoments {
        let x = experiment.data.trainInputs, (p, n) = (x.rows, Double(width))
        var moments = StreamingMoments(dimension: 2 * steps.count * steps.count * p * p)
        for index in 0..<networks {
            var layers: [[Matrix]] = [[], []]
            for step in steps {
                var training = experiment.training
                training.steps = step
                let until = Experiment(
                    network: experiment.network, data: experiment.data, training: training, recordedSteps: [step])
                let trainer = Trainer(until, width: width, recordsKernels: false)
                var network = trainer.initialNetwork(seed: 7, index: index)
                _ = try trainer.train(&network)
                let first = experiment.network.activation.valueAndDerivative(
                    .product(.plain(network.weights[0]), x.ᵀ, scale: 1 / Double(x.columns).squareRoot())
                ).value
                let second = experiment.network.activation.valueAndDerivative(
                    .product(.plain(network.weights[1]), .plain(first), scale: 1 / n.squareRoot())
                ).value
                layers[0].append(first)
                layers[1].append(second)
            }
            var values: [Double] = []
            for fields in layers {
                for (t, s) in steps.indices.flatMap({ t in steps.indices.map { (t, $0) } }) {
                    let kernel = Matrix.product(fields[t].ᵀ, .plain(fields[s]), scale: 1 / n)
                    for i in 0..<p { for j in 0..<p { values.append(kernel[i, j]) } }
                }
            }
            moments.add(values)
        }
        return moments
    }
}

/// N·covariance of outputs. At initialisation outputs f = w·φ/(γ₀N) have exactly N·Cov = Φᴸ/γ₀²; catches wrong factors and places.
@Suite struct OutputCovarianceTests {
    @Test func atInitialization() throws {
        var experiment = AdjointTests.smallExperiment(steps: 2, recorded: [0])
        (experiment.network.richness, experiment.network.activation, experiment.network.hiddenLayers) = (0.7, .linear, 1)
        let prediction = try MeanFieldSolver(
            experiment, settings: MeanFieldSettings(sites: 200, tolerance: 1e-4, directions: 400, replicas: 2)
        ).predict()
        let covariance = try #require(prediction.outputCovariance())
        let x = experiment.data.testInputs
        let exact = Matrix.product(.plain(x), x.ᵀ, scale: 1 / Double(x.columns) / 0.49)
        let range = try #require(prediction.layout[.output(.test)]).range
        #expect(covariance.observable == .output(.test) && covariance.values.rows == 3)
        for i in 0..<3 {
            expectClose(covariance.values[i, i], prediction.variance[range.lowerBound + i], within: 1e-9 * exact[i, i])
            for j in 0..<3 {
                #expect(covariance.values[i, j] == covariance.values[j, i])
                let size = (exact[i, i] * exact[j, j]).squareRoot()
                let estimate = Estimate(mean: covariance.values[i, j], standardError: covariance.error[i, j], count: 800)
                expectConsistent(estimate, with: exact[i, j], seeing: .absolute(0.4 * size), falseAlarm: 1e-6)
            }
        }
        // Negative control: the correlations differ from none, and from those of other places.
        let errors = covariance.error
        #expect((0..<3).contains { i in (0..<i).contains { abs(exact[i, $0]) > 6 * errors[i, $0] } })
        #expect((0..<3).contains { i in (0..<i).contains { abs(covariance.values[i, $0] - exact[i, i]) > 6 * errors[i, $0] } })
        // Only the first sample.
        #expect(prediction.outputCovariance(atMost: 1)?.values.rows == 1)
    }
}
