import Foundation
import Numerics
import SaddleComparisons
import SaddleMeasures
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import Testing

/// A network that is linear in what it learns is a linear system in its residuals: decomposition must return 1 − ηλ/P of its kernel.
@Suite struct ResidualSeriesTests {
    private func experiment(_ network: Network, rate: Double, steps: Int, change: (inout Training) -> Void = { _ in })
        -> Experiment
    {
        var stream = RandomStream(seed: 5, .test)
        let inputs = stream.normals(rows: 4, columns: 3)
        let data = Dataset(
            trainInputs: inputs, trainLabels: Matrix(rows: 4, columns: 1) { i, _ in [1.0, -0.7, 0.4, -1.2][i] },
            testInputs: Matrix(rows: 0, columns: 3), testLabels: Matrix(rows: 0, columns: 1))
        var training = Training(steps: steps, learningRate: LearningRate(base: rate))
        change(&training)
        return Experiment(network: network, data: data, training: training, recordedSteps: [steps])
    }

    /// Layers below the readout do not move: exactly linear, by the product's own training. The kernel is the features'.
    @Test func readoutAlone() throws {
        let rate = 1.5
        let experiment = experiment(Network(hiddenLayers: 1, activation: .tanh), rate: rate, steps: 60) {
            $0.layerRates = LayerRates(input: 0, hidden: 0)
        }
        let found = try ResidualSeries(experiment, width: 40, seed: 1, index: 0)
        #expect(found.multipliers == nil && found.reason!.contains("one learning rate"))
        let network = Trainer(experiment, width: 40, recordsKernels: false).initialNetwork(seed: 1, index: 0)
        let kernel = TangentFields(network, experiment.data.trainInputs).featureKernel(1)
        let expected = try kernel.symmetricEigenvalues().map { 1 - rate * $0 / 4 }.sorted()
        var settings = KoopmanMeasurement.Settings()
        (settings.heldOut, settings.rank) = (0, .tolerance(1e-13))
        let modes = try KoopmanMeasurement(KoopmanSeries(found.residuals), settings).modes
        #expect(modes.count == 4)
        for (mode, value) in zip(modes.sorted { $0.value.real < $1.value.real }, expected) {
            #expect((mode.value - Complex(value)).length < 1e-8 && mode.residual < 1e-8, "\(mode) \(value)")
        }
    }

    /// All layers learn, but features hardly move: the eigenvalues are those of the tangent kernel up to O(γ₀). Where features move they are not.
    @Test func lazyTraining() throws {
        func largest(richness: Double) throws -> Double {
            let network = Network(hiddenLayers: 1, activation: .tanh, richness: richness, isCentered: true)
            let found = try ResidualSeries(experiment(network, rate: 0.7, steps: 60), width: 200, seed: 1, index: 0)
            let multipliers = try #require(found.multipliers)
            var settings = KoopmanMeasurement.Settings()
            (settings.heldOut, settings.rank) = (0, .tolerance(1e-5))
            return try KoopmanMeasurement(KoopmanSeries(found.residuals), settings).modes.filter { $0.amplitude > 0.05 }.map {
                mode in
                multipliers.map { (mode.value - Complex($0)).length }.min()!
            }.max()!
        }
        let (lazy, rich) = (try largest(richness: 1e-4), try largest(richness: 2))
        #expect(lazy < 1e-3 && rich > 10 * lazy, "\(lazy) \(rich)")
    }
}
