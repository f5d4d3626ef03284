import Foundation
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleTheory

/// What the narrow networks say of losses beyond their linear part, and of single numbers.
extension NarrowNetworksTests {
    /// N·variance of the training loss of 2000 real networks is V + C/N where it is nearly learnt, at widths below and above that of the narrow ones; V alone is
    /// far off.
    @Test func lossesHaveANextTerm() throws {
        let source = DataSource(source: "digits", classes: [0, 1], train: 6, test: 0)
        let experiment = Experiment(
            network: Network(hiddenLayers: 3, activation: .relu, richness: 1), data: try source.load(loss: .squared).dataset,
            training: Training(steps: 15, learningRate: LearningRate(base: 0.3)), recordedSteps: [0, 8, 12, 15])
        let settings = MeanFieldSettings(accuracy: 0.1, sites: nil, tolerance: 1e-4, replicas: 4, recordsKernels: false)
        let limit = try MeanFieldSolver(experiment, settings: settings).predict()
        for width in [48, 64, 128] {
            let prediction = limit.atWidth(width)
            let networks = EnsembleSettings(width: width, networks: 2000, seed: 9, recordsKernels: false)
            let measured = try Ensemble(experiment, networks).train().state.moments
            let n = Double(width), range = prediction.layout[.loss(.train)]!.range
            func score(_ p: MeanFieldPrediction, _ i: Int) -> Double {
                (p.variance[i] - n * measured.variance[i]) / hypot(p.varianceTotalError(at: i), n * measured.varianceError[i])
            }
            for i in range {
                #expect(abs(score(prediction, i)) < 3.5, "\(prediction.variance[i]) against \(n * measured.variance[i])")
            }
            // Negative control.
            #expect(abs(score(limit, range.last!)) > 6, "\(score(limit, range.last!))")
        }
    }

    /// A quarter of a million numbers are put together in time that grows as their count: as its square it would be minutes.
    @Test(.timeLimit(.minutes(1))) func manyNumbers() throws {
        var stream = RandomStream(seed: 7, .test)
        let data = Dataset(
            trainInputs: stream.normals(rows: 160, columns: 3), trainLabels: stream.normals(rows: 160, columns: 1),
            testInputs: Matrix(rows: 0, columns: 3), testLabels: Matrix(rows: 0, columns: 1))
        let experiment = Experiment(
            network: Network(hiddenLayers: 2, activation: .tanh, richness: 1), data: data,
            training: Training(steps: 1, learningRate: LearningRate(base: 0.1)), recordedSteps: [0, 1])
        let settings = MeanFieldSettings(accuracy: 0.3, sites: 60)
        let layout = ObservableLayout(experiment, withKernels: true)
        var state = MeanFieldProgress(experiment, layout)
        let losses = LimitLosses(experiment, layout)
        for _ in 0..<4 {
            state.solutions.add(stream.normals(layout.count))
            state.ranks.add([Double](repeating: 1, count: state.ranks.dimension))
            state.outputs.append(losses.outputs(state.solutions.mean))
            state.panels.solutions.append(state.panel.values(of: state.solutions.mean))
            state.add(stream.normals(layout.count), stream.normals(layout.count), losses)
        }
        #expect(layout.count > 250_000)
        #expect(state.prediction(experiment, layout, settings).variance.count == layout.count)
    }

    /// Samples that are learnt late beside others that are not: a number whose own series differs from that of the total says so. Against
    /// 3000 networks of width 256, root mean square over the samples.
    @Test func singleNumbersHaveTheirOwnErrors() throws {
        let source = DataSource(source: "digits", classes: [0, 1], train: 6, test: 0)
        let experiment = Experiment(
            network: Network(hiddenLayers: 3, activation: .relu, richness: 1), data: try source.load(loss: .squared).dataset,
            training: Training(steps: 15, learningRate: LearningRate(base: 0.3)), recordedSteps: [0, 8, 15])
        let settings = MeanFieldSettings(accuracy: 0.1, sites: nil, tolerance: 1e-4, replicas: 4, recordsKernels: false)
        let prediction = try MeanFieldSolver(experiment, settings: settings).predict()
        let networks = EnsembleSettings(width: 256, networks: 3000, seed: 9, recordsKernels: false)
        let measured = try Ensemble(experiment, networks).train().state.moments
        let range = prediction.layout[.output(.train)]!.range(at: 2)
        let scores = range.map { i in
            (prediction.variance[i] - 256 * measured.variance[i])
                / hypot(prediction.varianceTotalError(at: i), 256 * measured.varianceError[i])
        }
        func size(_ z: [Double]) -> Double { (z.reduce(0) { $0 + $1 * $1 } / Double(z.count)).squareRoot() }
        #expect(size(scores) < 1.7, "\(scores)")
        // Negative control: by sampling alone they would be off.
        let plain = range.map { i in
            (prediction.variance[i] - 256 * measured.variance[i])
                / hypot(prediction.varianceError[i], 256 * measured.varianceError[i])
        }
        #expect(size(plain) > 2, "\(plain)")
    }
}
