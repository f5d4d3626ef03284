import SaddleModels
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

/// The adjoint against central differences of the weighted re-solve, along random directions of site weights: two routes to the
/// same derivative that share only the forward recursion. Catches any missing or wrong term of the reverse pass.
@Suite struct AdjointTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var layers = 2
        var activation = Activation.tanh
        var outputs = 1
        var centered = false
        var training = Training(steps: 7, learningRate: LearningRate(base: 0.3))
        var testDescription: String { name }
    }

    static let cases: [Case] = {
        var momentum = Training(steps: 7, learningRate: LearningRate(base: 0.2, warmup: 3), momentum: 0.6, weightDecay: 0.1)
        var nesterov = momentum
        nesterov.usesNesterov = true
        let batches = Training(steps: 7, learningRate: LearningRate(base: 0.3), momentum: 0.3, loss: .crossEntropy, batchSize: 2)
        let softmax = Training(steps: 7, learningRate: LearningRate(base: 0.3), loss: .crossEntropy)
        return [
            Case(name: "one layer", layers: 1), Case(name: "two layers"), Case(name: "three layers", layers: 3),
            Case(name: "momentum and decay", training: momentum), Case(name: "Nesterov", training: nesterov),
            Case(name: "batches, binary cross-entropy", training: batches),
            Case(name: "three outputs, softmax", layers: 3, outputs: 3, training: softmax),
            Case(name: "three outputs, centred", outputs: 3, centered: true), Case(name: "centred", centered: true),
            Case(name: "centred batches", centered: true, training: batches),
        ]
    }()

    @Test(arguments: cases) func againstDifferences(_ c: Case) throws {
        var stream = RandomStream(seed: 3, .test)
        let inputs = stream.normals(rows: 7, columns: 3)  // more training points than dimensions, test points inside the span
        let labels = Matrix(rows: 7, columns: c.outputs) { i, k in
            c.outputs == 1 ? (i % 2 == 0 ? 1 : -1) : (i % c.outputs == k ? 1 : 0)
        }
        let wide = stream.normals(rows: 7, columns: 9)  // test points outside the span
        for x in [inputs, wide] {
            let data = Dataset(
                trainInputs: x.selectingRows([0, 1, 2, 3]), trainLabels: labels.selectingRows([0, 1, 2, 3]),
                testInputs: x.selectingRows([4, 5, 6]), testLabels: labels.selectingRows([4, 5, 6]))
            let experiment = Experiment(
                network: Network(hiddenLayers: c.layers, activation: c.activation, richness: 0.8, isCentered: c.centered), data: data,
                training: c.training, recordedSteps: [0, 3, 7])
            let solver = MeanFieldSolver(
                experiment, settings: MeanFieldSettings(sites: 300, tolerance: 1e-3, directions: 0, replicas: 1, recordsKernels: false))
            let base = try solver.solve(replica: 0)
            let last = c.outputs - 1
            let scalars: [ScalarObservable] = [
                .testLoss(time: 2), .trainLoss(time: 1), .testOutput(time: 2, sample: 1, output: last),
                .trainOutput(time: 2, sample: 2, output: last), .testOutput(time: 1, sample: 0, output: 0),
            ]
            let influence = try solver.influence(on: scalars, replica: 0)
            let ε = 1e-4
            let shifts = (0..<c.layers).map { _ in
                let z = stream.normals(300)
                let mean = z.reduce(0, +) / 300
                return z.map { ε * ($0 - mean) }
            }
            let up = try solver.resolve(base, shifts: shifts), down = try solver.resolve(base, shifts: shifts.map { $0.map { -$0 } })
            for (k, scalar) in scalars.enumerated() {
                let i = index(of: scalar, solver.layout, outputs: c.outputs)
                let difference = (up[i] - down[i]) / 2
                let derivative = zip(influence[k], shifts).reduce(0.0) { sum, layer in
                    sum + zip(layer.0, layer.1).reduce(0) { $0 + $1.0 * $1.1 } / 300
                }
                // Central differences leave a relative error of order ε² = 1e-8 and rounding of order 1e-16/ε.
                expectClose(derivative, difference, within: 1e-6 * max(abs(difference), ε * 0.01), "\(scalar)")
            }
        }
    }

    func index(of scalar: ScalarObservable, _ layout: ObservableLayout, outputs: Int) -> Int {
        func place(_ name: String, _ time: Int, _ offset: Int) -> Int {
            layout[name]!.range.lowerBound + time * layout[name]!.stride + offset
        }
        return switch scalar {
        case .testLoss(let t): place("test_loss", t, 0)
        case .trainLoss(let t): place("train_loss", t, 0)
        case .testOutput(let t, let s, let o): place("test_output", t, s * outputs + o)
        case .trainOutput(let t, let s, let o): place("train_output", t, s * outputs + o)
        case .testProbe(let t, _): place("test_loss", t, 0)
        }
    }
}
