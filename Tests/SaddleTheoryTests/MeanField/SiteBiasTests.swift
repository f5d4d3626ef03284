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
