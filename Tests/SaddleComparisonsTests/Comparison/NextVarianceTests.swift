import Foundation
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory
import Testing

@testable import SaddleComparisons

/// The next term of N·variance of losses, in comparisons: with it theory and networks agree where a loss is nearly learnt, without it they do not, and a
/// wrong variance is found all the same. Catches a term that is left out on one of the two ways in which variances are compared, an error of it that
/// excuses everything, and arrays that are not read again.
@Suite struct NextVarianceTests {
    /// N·variance of a loss four times as large at width 64 as in the limit, and 1.75 times at 256; the same with a term that halves it.
    @Test(arguments: [3.0 * 64, -32], 0..<3) func madeUpLosses(term: Double, seed: Int) {
        var study = MadeUpStudy()
        study.nextVariance = term
        let ensembles = [64, 256].map { study.ensemble(width: $0, networks: 800, seed: seed) }
        let right = study.prediction(seed: seed)
        let result = study.compare(right, ensembles)
        #expect(
            result.widths.allSatisfy { $0.verdict == .agrees } && result.verdict == .agrees, "\(result.widths.map(\.reasons))")
        var without = right
        without.nextVariances = []
        let missed = study.compare(without, ensembles)
        #expect(missed.widths[0].verdict == .outsideRegime || term < 0, "\(missed.widths.map(\.reasons))")
        // Negative control: a limit that is wrong by a factor, and a term of the other sign.
        var wrong = right
        for i in right.layout[.loss(.test)]!.range {
            wrong.variance[i] *= 5
            wrong.varianceError[i] *= 5
        }
        let scales = ObservablePanel(right.layout).values(of: zip(wrong.variance, right.variance).map { ($0 / $1).squareRoot() })
        wrong.panels.halves = right.panels.halves.map { zip($0, scales).map(*) }
        let found = study.compare(wrong, ensembles)
        #expect(found.verdict == .disagrees, "\(found.summary)")
    }

    /// Six digits, three layers of relu, fifteen steps: most of what the training loss of a network of width 64 varies by is of second order.
    @Test func nearlyLearnt() throws {
        let source = DataSource(source: "digits", classes: [0, 1], train: 6, test: 0)
        let experiment = Experiment(
            network: Network(hiddenLayers: 3, activation: .relu, richness: 1), data: try source.load(loss: .squared).dataset,
            training: Training(steps: 15, learningRate: LearningRate(base: 0.3)), recordedSteps: [0, 3, 7, 11, 15])
        let settings = MeanFieldSettings(accuracy: 0.1, sites: nil, tolerance: 1e-4, replicas: 4, recordsKernels: false)
        let solved = try MeanFieldSolver(experiment, settings: settings).predict()
        let path = NSTemporaryDirectory() + "next-variance-\(UUID().uuidString).npz"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try TheoryFile.write(solved, steps: experiment.recordedSteps, to: path)
        let prediction = try TheoryFile.read(path)
        #expect(prediction.nextVariances == solved.nextVariances && solved.nextVariances.count == 5)

        let ensembles = try [64, 256].map { width in
            EnsembleStatistics(
                width: width,
                try Ensemble(experiment, EnsembleSettings(width: width, networks: 400, seed: 3, recordsKernels: false)).train()
                    .state)
        }
        func compare(_ prediction: MeanFieldPrediction) -> Comparison {
            .make(prediction: prediction, steps: experiment.recordedSteps, ensembles: ensembles)
        }
        let result = compare(prediction)
        #expect(
            result.verdict == .agrees && result.widths.allSatisfy { $0.verdict == .agrees }, "\(result.widths.map(\.reasons))")
        var without = prediction
        without.nextVariances = []
        #expect(compare(without).widths[0].verdict != .agrees, "\(compare(without).widths[0].reasons)")
        // Negative control: all variances five times too large.
        var wrong = prediction
        for path in [\MeanFieldPrediction.variance, \.varianceError, \.varianceTruncation] {
            wrong[keyPath: path] = wrong[keyPath: path].map { 5 * $0 }
        }
        wrong.nextVariances = wrong.nextVariances.map { .init(place: $0.place, value: 5 * $0.value, error: 5 * $0.error) }
        wrong.panels.halves = wrong.panels.halves.map { $0.map { 5.0.squareRoot() * $0 } }
        #expect(compare(wrong).verdict == .disagrees, "\(compare(wrong).summary)")
    }
}
