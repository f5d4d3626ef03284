import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

// The code of Documentation/Extending/AddLayer.md.

extension Layer {
    /// h + scale · W₂ φ(W₁ φ(h)) with `ratio`·N units in between.
    static func bottleneck(ratio: Double, scale: Double) -> Layer {
        .residual([.activation, .linear(ratio: ratio), .activation, .linear(ratio: 1)], scale: scale)
    }
}

struct AddLayer {
    static let network = Network(
        hiddenLayers: 1, activation: .tanh, layers: [.linear(ratio: 1), .bottleneck(ratio: 0.25, scale: 0.5), .activation])

    static let experiment = Experiment(
        network: network,
        data: Dataset(
            trainInputs: ExamplePoints.circle(4), trainLabels: Matrix(rows: 4, columns: 1) { i, _ in i % 2 == 0 ? 1 : -1 },
            testInputs: Matrix(rows: 0, columns: 2), testLabels: Matrix(rows: 0, columns: 1)),
        training: Training(steps: 10, learningRate: LearningRate(base: 0.3)), recordedSteps: [0, 10])

    /// What the new layer does in one network: the graph has its weights, and the outputs are those of plain loops.
    @Test func actsAsWritten() throws {
        let net = FiniteNetwork(Self.network, inputDimension: 2, outputCount: 1, width: 8, seed: 1, index: 0)
        let x = ExamplePoints.circle(3), w = net.weights
        #expect(w.map(\.rows) == [8, 2, 8, 8])
        let f = net.outputs(for: x)
        for sample in 0..<3 {
            func product(_ w: Matrix, _ v: [Double]) -> [Double] {
                (0..<w.rows).map { i in v.indices.reduce(0) { $0 + w[i, $1] * v[$1] } / Double(v.count).squareRoot() }
            }
            func φ(_ v: [Double]) -> [Double] {
                Activation.tanh(Matrix(rows: v.count, columns: 1, elements: v)).elements
            }
            var h = product(w[0], [x[sample, 0], x[sample, 1]])
            let branch = product(w[2], φ(product(w[1], φ(h))))
            h = zip(h, branch).map { $0 + 0.5 * $1 }
            expectClose(f[sample, 0], zip(φ(h), w[3].elements).reduce(0) { $0 + $1.0 * $1.1 } / 8, within: 1e-13)
        }
    }

    /// Theory follows it: losses after ten steps, against ensembles of two widths, extrapolated in 1/N.
    @Test func theoryAgreesWithNetworks() throws {
        let settings = MeanFieldSettings(sites: 400, tolerance: 1e-5, directions: 0, replicas: 16, recordsKernels: false)
        let theory = try MeanFieldSolver(Self.experiment, settings: settings).predict()
        let last = theory.layout[.loss(.train)]!.range.upperBound - 1
        let ensembles = try [64, 128].map {
            try Ensemble(Self.experiment, EnsembleSettings(width: $0, networks: 1000, recordsKernels: false)).train()
        }
        let limit = 2 * ensembles[1].mean[last] - ensembles[0].mean[last]
        let error = hypotenuse(hypotenuse(2 * ensembles[1].meanError[last], ensembles[0].meanError[last]), theory.meanError[last])
        // Five standard errors are a false alarm in 1.7 million; what 1/N² leaves is a few per mille of the loss.
        #expect(
            abs(limit - theory.mean[last]) < 5 * error + 0.005 * theory.mean[last], "\(limit), \(theory.mean[last]) ± \(error)")
        withKnownIssue { #expect(abs(limit - 1.2 * theory.mean[last]) < 5 * error + 0.005 * theory.mean[last]) }
    }
}
