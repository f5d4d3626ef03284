import SaddleModels
import SaddleNetworks
import SaddleNumerics
import TestSupport
import Testing

// Streams against the same batches taken from a fixed set one after another, which records everything. It would catch a batch that is learnt before it is
// judged, one that is skipped, and outputs at initialisation of other samples subtracted.
@Suite struct StreamTests {
    static func experiment(isStream: Bool, isCentered: Bool, order: BatchOrder) -> Experiment {
        var training = Training(steps: 5, learningRate: LearningRate(base: 0.2), momentum: 0.5, batchSize: 3, batchSeed: 2)
        (training.isStream, training.order) = (isStream, order)
        return Experiment(
            network: Network(hiddenLayers: 2, activation: .tanh, isCentered: isCentered),
            data: randomData(samples: 18, test: 4, dimension: 3, outputs: 1), training: training, recordedSteps: [0, 2, 3, 5])
    }

    @Test(arguments: [false, true], BatchOrder.allCases) func streamsAreBatchesTakenOnce(isCentered: Bool, order: BatchOrder)
        throws
    {
        func trained(_ isStream: Bool) throws -> (layout: ObservableLayout, values: [Double], weights: [Matrix]) {
            let trainer = Trainer(
                Self.experiment(isStream: isStream, isCentered: isCentered, order: order), width: 8, recordsKernels: isStream)
            var network = trainer.initialNetwork(seed: 1, index: 0)
            let values = try trainer.train(&network)
            return (trainer.layout, values, network.weights)
        }
        let (layout, values, weights) = try trained(true), (fixed, all, sameWeights) = try trained(false)
        #expect(layout.entries.map(\.observable) == [.output(.test), .loss(.train), .loss(.test)])
        for (a, b) in zip(weights, sameWeights) { #expect(a.largestDifference(from: b) < 1e-12) }
        #expect(layout.tensor(.output(.test), of: values) == fixed.tensor(.output(.test), of: all))
        let losses = layout.tensor(.loss(.train), of: values)!, outputs = fixed.tensor(.output(.train), of: all)!
        let experiment = Self.experiment(isStream: true, isCentered: isCentered, order: order)
        for (time, step) in experiment.recordedSteps.enumerated() {
            // Of the batch that comes at that step; after the last one nobody learns.
            let samples = try #require(experiment.training.batch(at: step, of: 18))
            let mean = samples.reduce(0) { sum, i in
                let error = outputs[time, i] - experiment.data.trainLabels[i, 0]
                return sum + error * error / 2
            }
            expectClose(losses.elements[time], mean / 3, within: 1e-12, "step \(step)")
        }
    }

    /// An ensemble of networks that share a workspace.
    @Test func workspacesServeOneNetworkAfterAnother() throws {
        let experiment = Self.experiment(isStream: true, isCentered: true, order: .sequential)
        let ensemble = Ensemble(experiment, EnsembleSettings(width: 8, networks: 3, seed: 1, recordsKernels: false))
        let result = try ensemble.train()
        let trainer = Trainer(experiment, width: 8, recordsKernels: false)
        var sum = [Double](repeating: 0, count: result.mean.count)
        for index in 0..<3 {
            var network = trainer.initialNetwork(seed: 1, index: index)
            for (k, value) in try trainer.train(&network).enumerated() { sum[k] += value / 3 }
        }
        for (a, b) in zip(result.mean, sum) { expectClose(a, b, within: 1e-12) }
    }
}
