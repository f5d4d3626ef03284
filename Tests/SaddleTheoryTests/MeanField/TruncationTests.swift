import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

@testable import SaddleTheory  // solutions at two tolerances of the same random matrices

/// Stated truncation errors against what really changes until convergence (tolerance 1e-11, the same random matrices), and whole
/// errors against independent converged solutions. Would catch errors that a tolerance makes and no bar contains, and solutions at
/// two tolerances that differ by chance. Documentation/Errors.md has the table over all tolerances.
@Suite struct TruncationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let network: Network
        let training: Training
        var outputs = 1
        var testDescription: String { name }

        var experiment: Experiment {
            var stream = RandomStream(seed: 31, .test)
            let x = stream.normals(rows: 7, columns: 5)
            let y = Matrix(rows: 7, columns: outputs) { i, c in outputs == 1 ? (i % 2 == 0 ? 1 : -1) : (i % outputs == c ? 1 : 0)
            }
            let data = Dataset(
                trainInputs: x.selectingRows([0, 1, 2, 3]), trainLabels: y.selectingRows([0, 1, 2, 3]),
                testInputs: x.selectingRows([4, 5, 6]), testLabels: y.selectingRows([4, 5, 6]))
            let steps = training.steps
            return Experiment(
                network: network, data: data, training: training, recordedSteps: [0, steps / 4, steps / 2, steps])
        }
    }

    static let cases: [Case] = {
        func training(_ rate: Double, _ change: (inout Training) -> Void = { _ in }) -> Training {
            var training = Training(steps: 20, learningRate: LearningRate(base: rate))
            change(&training)
            return training
        }
        return [
            Case(name: "linear, L = 3", network: Network(hiddenLayers: 3, activation: .linear), training: training(0.1)),
            Case(name: "tanh, L = 2", network: Network(hiddenLayers: 2, activation: .tanh), training: training(0.2)),
            Case(name: "relu, L = 3", network: Network(hiddenLayers: 3, activation: .relu), training: training(0.2)),
            Case(
                name: "erf, L = 3, γ₀ = 0.1", network: Network(hiddenLayers: 3, activation: .erf, richness: 0.1),
                training: training(0.3)),
            Case(
                name: "gelu, γ₀ = 2, momentum, weight decay", network: Network(hiddenLayers: 2, activation: .gelu, richness: 2),
                training: training(0.05) { ($0.momentum, $0.weightDecay) = (0.6, 0.05) }),
            Case(
                name: "tanh, softmax, batches", network: Network(hiddenLayers: 2, activation: .tanh),
                training: training(0.3) { ($0.loss, $0.batchSize) = (.crossEntropy, 2) }, outputs: 3),
        ]
    }()

    static func solver(_ experiment: Experiment, tolerance: Double, replicas: Int = 4, seed: Int = 1) -> MeanFieldSolver {
        MeanFieldSolver(
            experiment,
            settings: MeanFieldSettings(sites: 600, tolerance: tolerance, directions: 0, replicas: replicas, seed: seed))
    }

    /// How the first solution at `solver`'s tolerance changes until it has converged.
    static func truth(_ solver: MeanFieldSolver) throws -> [Double] {
        var first = try solver.freshSweep(replica: 0, remembersQueries: true)
        try first.run()
        var converged = solver
        converged.settings.tolerance = 1e-11
        let last = try converged.follow(first) { false }
        return zip(last.observables, first.observables).map { $0 - $1 }
    }

    /// Outputs and kernels; losses are made of mean outputs, not of those of one solution.
    static func places(_ layout: ObservableLayout) -> [Int] {
        layout.entries.flatMap { $0.name.hasSuffix("loss") ? [] : Array($0.range) }
    }

    @Test(arguments: cases, [1e-2, 1e-4]) func statedErrorsCoverWhatWasLeftOut(_ c: Case, tolerance: Double) throws {
        let solver = Self.solver(c.experiment, tolerance: tolerance)
        let prediction = try solver.predict(), truth = try Self.truth(solver)
        let places = Self.places(prediction.layout)
        func covered(_ factor: Double, scale: Double = 1) -> Double {
            let inside = places.count { abs(truth[$0]) <= factor * scale * prediction.meanTruncation[$0] + 1e-13 }
            return Double(inside) / Double(places.count)
        }
        #expect(covered(1) > 0.6, "\(covered(1)) within the stated error")
        #expect(covered(2.5) > 0.95, "\(covered(2.5)) within 2.5 stated errors")
        // An error bar a tenth of that size would not do, so the stated one is not idle.
        withKnownIssue { #expect(covered(2.5, scale: 0.1) > 0.95) }
    }

    /// N·variance of the outputs: the error stated from two pairs against the change of many until convergence.
    @Test(arguments: [cases[0], cases[1]]) func variancesToo(_ c: Case) throws {
        let settings = MeanFieldSettings(sites: 200, tolerance: 1e-2, directions: 2, replicas: 2, recordsKernels: false)
        let solver = MeanFieldSolver(c.experiment, settings: settings)
        let prediction = try solver.predict()
        var converged = solver
        converged.settings.tolerance = 1e-10
        let layout = prediction.layout
        var (coarse, fine) = ([Double](repeating: 0, count: layout.count), [Double](repeating: 0, count: layout.count))
        for direction in 0..<12 {
            let streams = (1...c.network.hiddenLayers).map { RandomStream(seed: 9, .direction, direction, $0) }
            var whole = try solver.sweep(
                sites: 200,
                Realization(sites: streams.map { _ in 200 }, scale: 1, isMatched: false, streams: streams, remembersQueries: true)
            )
            try whole.run()
            let own = try solver.halve(whole) { false }.difference
            let last = try converged.halve(try converged.follow(whole) { false }) { false }.difference
            for i in own.indices { (coarse[i], fine[i]) = (coarse[i] + own[i] * own[i], fine[i] + last[i] * last[i]) }
        }
        for observable in [Observable.output(.train), .output(.test)] {
            let entry = layout[observable]!
            for time in 1..<4 {
                let range = (0..<entry.stride).map { entry.range.lowerBound + time * entry.stride + $0 }
                func sum(_ values: [Double]) -> Double { range.reduce(0) { $0 + values[$1] } }
                let change = sum(fine) / sum(coarse) - 1
                let stated = prediction.varianceTruncation[range[0]] / prediction.variance[range[0]]
                #expect(abs(change) < 2.5 * stated && stated < 1, "\(observable.name), time \(time): \(change) against \(stated)")
            }
        }
    }

    /// Dynamics that amplify what is left out: said in words, and contained in the error bars.
    @Test func sensitiveDynamicsAreNoticed() throws {
        let x = Matrix(rows: 4, columns: 5) { i, j in 2.0.squareRoot() * cos(1 + 3 * Double(i) + 5 * Double(j) + Double(i * j)) }
        let data = Dataset(
            trainInputs: x, trainLabels: Matrix(rows: 4, columns: 1) { i, _ in i % 2 == 0 ? 1 : -1 },
            testInputs: Matrix(rows: 0, columns: 5), testLabels: Matrix(rows: 0, columns: 1))
        let experiment = Experiment(
            network: Network(hiddenLayers: 3, activation: .linear, richness: 2), data: data,
            training: Training(steps: 40, learningRate: LearningRate(base: 0.3)), recordedSteps: [0, 10, 20, 40])
        let prediction = try Self.solver(experiment, tolerance: 1e-4).predict()
        let exact = try Self.solver(experiment, tolerance: 1e-16, seed: 5).predict()
        let off = prediction.mean.indices.map { abs(prediction.mean[$0] - exact.mean[$0]) }
        let outputs = Array(prediction.layout[.output(.train)]!.range)
        #expect(outputs.contains { off[$0] > 0.1 }, "the largest deviation of an output is \(outputs.map { off[$0] }.max()!)")
        let errors = prediction.meanTotalError
        #expect(off.indices.allSatisfy { off[$0] < 3 * errors[$0] + 1e-12 })
        #expect(prediction.warnings.contains { $0.contains("not converged in 'tolerance'") && $0.contains("learning_rate") })
        let calm = try Self.solver(Self.cases[1].experiment, tolerance: 1e-5).predict()
        #expect(calm.warnings.isEmpty, "\(calm.warnings)")
    }
}
