import SaddleModels
import SaddleNumerics

/// The recorded observables of one network while it is trained.
struct Record {
    private let trainer: Trainer
    /// Outputs at initialisation, subtracted from all others if the network is centred; else nil.
    private let initialTrain, initialTest: Matrix?
    /// max |f(0)| over the training samples.
    let largestInitialOutput: Double
    /// How many of the recorded steps are done.
    private var time = 0
    private(set) var values: [Double]

    init(_ trainer: Trainer, _ network: FiniteNetwork) {
        self.trainer = trainer
        values = [Double](repeating: 0, count: trainer.layout.count)
        let train = network.outputs(columns: trainer.trainColumns)
        largestInitialOutput = train.elements.reduce(0) { max($0, abs($1)) }
        let isCentered = trainer.experiment.network.isCentered
        initialTrain = isCentered ? train : nil
        initialTest = isCentered ? Self.testOutputs(trainer, network) : nil
    }

    func isDue(at step: Int) -> Bool {
        time < trainer.experiment.recordedSteps.count && trainer.experiment.recordedSteps[time] == step
    }

    /// Outputs on training samples (all, or the given ones) as the loss and the reader see them.
    func centred(_ outputs: Matrix, samples: [Int]? = nil) -> Matrix {
        guard let initialTrain else { return outputs }
        var result = outputs
        result.add(samples.map { initialTrain.selectingRows($0) } ?? initialTrain, scale: -1)
        return result
    }

    /// Records one time and returns whether all its numbers are finite.
    ///
    /// - Parameters:
    ///   - fields: the forward fields of all training samples, with slopes; backward fields are overwritten.
    ///   - train: the outputs that belong to them, centred if need be.
    mutating func take(_ network: FiniteNetwork, _ fields: inout Fields, _ train: Matrix) -> Bool {
        let (data, loss) = (trainer.experiment.data, trainer.experiment.training.loss)
        var isFinite = true
        func store(_ value: Matrix, _ observable: Observable) {
            trainer.layout.store(value, as: observable, time: time, into: &values)
            isFinite = isFinite && value.elements.allSatisfy(\.isFinite)
        }
        func store(_ value: Double, _ observable: Observable) { store(Matrix(rows: 1, columns: 1, repeating: value), observable) }

        store(train, .output(.train))
        store(loss.mean(outputs: train, labels: data.trainLabels), .loss(.train))
        if data.testCount > 0 {
            var test = Self.testOutputs(trainer, network)
            if let initialTest { test.add(initialTest, scale: -1) }
            store(test, .output(.test))
            if data.hasTestLabels { store(loss.mean(outputs: test, labels: data.testLabels), .loss(.test)) }
        }
        if trainer.recordsKernels {
            let kernels = fields.kernels(network, inputKernel: trainer.inputKernel)
            for layer in 1...kernels.features.count {
                store(kernels.features[layer - 1], .kernel(.feature, layer: layer))
                store(kernels.gradients[layer - 1], .kernel(.gradient, layer: layer))
            }
            store(kernels.tangent, .tangentKernel)
        }
        time += 1
        return isFinite
    }

    /// f on the test samples, batch after batch.
    private static func testOutputs(_ trainer: Trainer, _ network: FiniteNetwork) -> Matrix {
        var result = Matrix(rows: trainer.experiment.data.testCount, columns: network.outputCount)
        var first = 0
        for x in trainer.testColumns {
            let outputs = network.outputs(columns: x)
            for c in 0..<outputs.columns { for i in 0..<outputs.rows { result[first + i, c] = outputs[i, c] } }
            first += outputs.rows
        }
        return result
    }
}
