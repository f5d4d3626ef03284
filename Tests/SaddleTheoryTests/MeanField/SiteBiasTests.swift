import Foundation
import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleTheory

// The bias of solutions with matched noise, on made-up numbers with a known one. It would catch a bias taken for noise (errors too small),
// noise taken for a bias (errors that never fall), and observables or times that are mixed.

@Suite struct SiteBiasTests {
    @Test func foundWhereItIs() {
        let data = Dataset(
            trainInputs: Matrix(rows: 30, columns: 2), trainLabels: Matrix(rows: 30, columns: 1),
            testInputs: Matrix(rows: 0, columns: 2), testLabels: Matrix(rows: 0, columns: 1))
        let experiment = Experiment(
            network: Network(hiddenLayers: 1, activation: .tanh), data: data,
            training: Training(steps: 4, learningRate: LearningRate(base: 0.1)), recordedSteps: [0, 2, 4])
        let layout = ObservableLayout(experiment, withKernels: true)
        var stream = RandomStream(seed: 5, .test)
        let (e, other, bias) = (0.01, 0.02, 0.05)
        let outputs = layout[.output(.train)]!.range
        let second = outputs.lowerBound + 30..<outputs.lowerBound + 60
        var limit = stream.normals(layout.count).map { $0 * e }
        for i in second { limit[i] += bias }
        let found = SiteBias(
            layout, limit: (limit, [Double](repeating: e, count: layout.count)),
            other: (stream.normals(layout.count).map { $0 * other }, [Double](repeating: other, count: layout.count)))
        // Thirty numbers: β² is known to 2 · 0.022 · 0.05/√30 and 0.022² √(2/30).
        for i in second { expectClose(found.errors[i], bias, within: 0.02) }
        #expect(found.errors[outputs.lowerBound] < 0.025 && found.errors[outputs.upperBound - 1] < 0.025)
        for entry in layout.entries where entry.name.contains("kernel") {
            // 900 numbers at each time: noise leaves at most √(0.022² · 5.5 √(2/900)).
            #expect(entry.range.allSatisfy { found.errors[$0] < 0.012 }, "\(entry.name)")
        }
    }

    /// The halves of a solution with matched noise are solutions with matched noise themselves: the same means as others with so many sites have, and nearly the
    /// noise of the whole.
    @Test func halvesAreSolutions() throws {
        let solver = MeanFieldSolver(
            NarrowNetworksTests.cases[0].experiment,
            settings: MeanFieldSettings(accuracy: 0.5, sites: 120, tolerance: 1e-4, replicas: 4, recordsKernels: false))
        var small = solver
        small.settings.sites = 60
        let range = solver.layout[.output(.test)]!.range.suffix(2), count = solver.layout.count
        var (own, halves, shifts) = (
            StreamingMoments(dimension: count), StreamingMoments(dimension: count), StreamingMoments(dimension: count)
        )
        for replica in 0..<200 {
            own.add(try small.solve(replica: replica).observables)
            let pair = try solver.halve(try solver.solve(replica: replica), isMatched: true, shouldStop: { false })
            halves.add(pair.first)
            shifts.add(pair.shift)
        }
        for i in range {
            let (mean, error) = (own.mean[i] - halves.mean[i], hypot(own.meanError[i], halves.meanError[i]))
            #expect(abs(mean) < 4.5 * error, "\(own.mean[i]), \(halves.mean[i]) ± \(error)")
            let ratio = log(own.variance[i] / halves.variance[i])
            #expect(abs(ratio) < 4.5 * 2 / 200.0.squareRoot() * 2.0.squareRoot(), "\(own.variance[i]), \(halves.variance[i])")
            // Independent ones would have 1.5 times the variance of a half, beside half of that of the whole.
            #expect(shifts.variance[i] < 0.4 * own.variance[i], "\(shifts.variance[i]), \(own.variance[i])")
        }
    }

    /// Ten digits at 500 sites: the test loss is off by more than its sampling error, always to the same side. Over thirty seeds stated errors are those by which it and the
    /// test outputs differ from solutions with 4000 sites.
    @Test func statedErrorsMatchTheScatter() throws {
        let source = DataSource(source: "digits", classes: [0, 1], train: 10, test: 10)
        let experiment = Experiment(
            network: Network(hiddenLayers: 2, activation: .tanh, richness: 1), data: try source.load(loss: .squared).dataset,
            training: Training(steps: 10, learningRate: LearningRate(base: 0.3)), recordedSteps: [0, 10])
        let limit = try MeanFieldSolver(
            experiment,
            settings: MeanFieldSettings(sites: 4000, tolerance: 1e-4, directions: 0, replicas: 6, seed: 99, recordsKernels: false)
        ).predict()
        var loss: [Double] = [], sampled = loss, outputs = loss
        for seed in 1...30 {
            let prediction = try MeanFieldSolver(
                experiment,
                settings: MeanFieldSettings(
                    accuracy: 1, sites: 500, tolerance: 1e-4, replicas: 4, seed: seed, recordsKernels: false)
            ).predict()
            func square(_ i: Int, _ error: Double) -> Double {
                let difference = prediction.mean[i] - limit.mean[i], own = limit.meanError[i]
                return difference * difference / (error * error + own * own)
            }
            let i = prediction.layout[.loss(.test)]!.range.last!
            loss.append(square(i, prediction.meanTotalError(at: i)))
            sampled.append(square(i, prediction.meanError[i]))
            outputs += prediction.layout[.output(.test)]!.range.suffix(10).map { square($0, prediction.meanTotalError(at: $0)) }
        }
        func size(_ squares: [Double]) -> Double { (squares.reduce(0, +) / Double(squares.count)).squareRoot() }
        // Sizes of thirty, of the loss and of ten outputs that move together, are known to 13 %.
        #expect((0.6...1.3).contains(size(loss)) && (0.7...1.4).contains(size(outputs)), "\(size(loss)), \(size(outputs))")
        // Negative control: sampling alone.
        #expect(size(sampled) > 1.4, "\(size(sampled))")
    }

    /// One solution knows no error, and no bias is made of that.
    @Test func oneSolution() {
        let data = Dataset(
            trainInputs: Matrix(rows: 1, columns: 1), trainLabels: Matrix(rows: 1, columns: 1),
            testInputs: Matrix(rows: 0, columns: 1),
            testLabels: Matrix(rows: 0, columns: 1))
        let experiment = Experiment(
            network: Network(hiddenLayers: 1, activation: .tanh), data: data,
            training: Training(steps: 1, learningRate: LearningRate(base: 0.1)), recordedSteps: [0, 1])
        let layout = ObservableLayout(experiment, withKernels: false)
        let ones = [Double](repeating: 1, count: layout.count)
        let found = SiteBias(layout, limit: (ones, ones.map { _ in .infinity }), other: (ones.map { _ in 3 }, ones))
        #expect(found.errors.allSatisfy { $0 == 0 })
    }
}
