import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory
import Testing

@testable import SaddleComparisons

/// A network on several streams of samples.
@Suite struct StreamComparisonTests {
    private static func experiments(
        _ draws: [Int], noise: Double = 0.5, preprocess: Preprocessing = .none
    ) throws -> [Experiment] {
        let training = Training(steps: 12, learningRate: LearningRate(base: 0.3))
        return try draws.map { draw in
            var (data, own) = (DataSource(source: "gaussian", train: 26, test: 20, preprocess: preprocess), training)
            (own.batchSize, own.isStream, own.order) = (2, true, .sequential)
            (data.dimension, data.teacher, data.noise, data.draw) = (5, .linear, noise, draw)
            return Experiment(
                network: Network(hiddenLayers: 2, activation: .tanh), data: try data.load(loss: .squared).dataset, training: own,
                recordedSteps: [0, 4, 12])
        }
    }

    private static let theory = MeanFieldSettings(accuracy: 0.15, sites: 200, tolerance: 1e-3, replicas: 2)
    private static let ensembles = [32, 96].map { EnsembleSettings(width: $0, networks: 40, recordsKernels: false) }

    /// Test samples and teacher are those of every stream, training samples are its own.
    @Test(arguments: [Preprocessing.none, .centerScale, .standardize]) func drawsHaveOneTask(preprocess: Preprocessing) throws {
        let streams = try Self.experiments([0, 1, 2], noise: 0, preprocess: preprocess)
        for other in streams.dropFirst() {
            #expect(other.data.testInputs == streams[0].data.testInputs && other.data.testLabels == streams[0].data.testLabels)
            #expect(other.data.trainInputs != streams[0].data.trainInputs)
        }
        // One linear teacher labels both: the solution of the samples of one stream labels those of the other.
        let (x, y) = (streams[0].data.trainInputs, streams[0].data.trainLabels)
        let (values, vectors) = try (x.transposed * x).symmetricEigen()
        var part = vectors.transposed * (x.transposed * y)
        for i in 0..<part.rows { part[i, 0] /= values[i] }
        let labels = streams[1].data.trainInputs * (vectors * part)
        for (a, b) in zip(labels.elements, streams[1].data.trainLabels.elements) { #expect(abs(a - b) < 1e-10) }
    }

    /// Theory and networks agree on every stream, and the two variances are those of all networks together.
    @Test func splitsTheVariance() throws {
        let comparison = try StreamComparison(
            Self.experiments([0, 1, 2, 3, 4, 5]), theory: Self.theory, ensembles: Self.ensembles)
        #expect(comparison.check.verdict == .agrees, "\(comparison.check.reason)")
        let last = try #require(comparison.rows.last)
        // Noise of the labels moves the mean of every stream: by far more than widths of a hundred do.
        #expect(last.streams.mean > 2 * last.streams.standardError)
        for (measured, width) in zip(last.measured, comparison.widths) {
            let initial = Double(width) * measured.within.mean / last.initial.mean
            #expect((0.5...2).contains(initial), "width \(width): \(initial)")
            #expect((0.3...3).contains(measured.between.mean / last.streams.mean))
        }
        let width = try #require(comparison.evenWidth(last))
        #expect(abs(width.mean - last.initial.mean / last.streams.mean) < 1e-9 * width.mean)
    }

    /// Networks that saw the streams in another order are told from those of the theory.
    @Test func otherStreamsAreNoticed() throws {
        let comparison = try StreamComparison(
            Self.experiments([0, 1, 2, 3]), theory: Self.theory, ensembles: Self.ensembles,
            simulating: Self.experiments([1, 2, 3, 0]))
        #expect(comparison.check.verdict == .disagrees, "\(comparison.check.reason)")
    }
}
