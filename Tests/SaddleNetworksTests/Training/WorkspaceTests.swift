import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleNetworks

/// Buffers of training. Catches a hidden copy in a step, and what one network leaves behind for the next.
@Suite struct WorkspaceTests {
    /// Between them every operation: products, windows, pooling, attention, normalisation, sums.
    static let networks = [
        Network(hiddenLayers: 2, activation: .tanh),
        Network(
            hiddenLayers: 2, activation: .tanh, biasScale: 0.3,
            convolution: Convolution(shape: [6], pooling: 2, readout: .flatten)),
        Network(
            hiddenLayers: 2, activation: .tanh, normalizesHidden: true,
            transformer: Transformer(tokens: 3, attention: Attention(keyDimension: 2), feedForward: 1)),
    ]

    static func trainer(_ network: Network, batch: Int?, isCentered: Bool) -> Trainer {
        var network = network
        network.isCentered = isCentered
        let data = randomData(samples: 6, test: 3, dimension: 6, outputs: 2)
        let training = Training(steps: 9, learningRate: LearningRate(base: 0.2), momentum: 0.5, batchSize: batch)
        return Trainer(
            Experiment(network: network, data: data, training: training, recordedSteps: [0, 4, 9]), width: 8, recordsKernels: true
        )
    }

    static func places<Number>(_ workspace: Workspace<Number>) -> [UnsafeRawPointer?] {
        var result: [UnsafeRawPointer?] = []
        func note<Element>(_ elements: [Element]) {
            if !elements.isEmpty { result.append(elements.withUnsafeBytes { $0.baseAddress }) }
        }
        for pass in [workspace.all, workspace.batch].compactMap({ $0 }) {
            let fields = pass.fields
            for layers in [fields.values, fields.slopes, fields.gradients, fields.aside, fields.patches, fields.returned] {
                for field in layers { note(field.elements) }
            }
            for matrix in [fields.outputs, pass.inputs, pass.errors] { note(matrix.elements) }
            note(pass.outputs.elements)
        }
        return result
    }

    static func check<Number: NetworkNumber>(_: Number.Type, _ network: Network, batch: Int?, isCentered: Bool) throws {
        let trainer = trainer(network, batch: batch, isCentered: isCentered)
        var workspace = Workspace<Number>(trainer)
        func train(_ index: Int, _ workspace: inout Workspace<Number>) throws -> [Double] {
            var parameters = Parameters<Number>(trainer.initialNetwork(seed: 3, index: index))
            return try trainer.train(&parameters, index, &workspace) { _, _ in }
        }
        _ = try train(0, &workspace)
        let before = places(workspace)
        let used = try train(1, &workspace)
        #expect(places(workspace) == before && Set(before).count == before.count)
        var fresh = Workspace<Number>(trainer)
        #expect(try train(1, &fresh) == used)
    }

    @Test(arguments: [nil, 4], [false, true]) func buffersStayAndNothingIsLeftInThem(batch: Int?, isCentered: Bool) throws {
        for network in Self.networks {
            try Self.check(Double.self, network, batch: batch, isCentered: isCentered)
            try Self.check(Float.self, network, batch: batch, isCentered: isCentered)
        }
    }
}
