import SaddleModels
import SaddleNumerics

/// The recorded observables of one network while it is trained.
struct Record {
    private let trainer: Trainer
    /// Outputs on the test samples at initialisation, subtracted from all others if the network is centred; else nil.
    private let initialTest: Matrix?
    /// max |f(0)| over the training samples.
    let largestInitialOutput: Double
    /// How many of the recorded steps are done.
    private var time = 0
    private(set) var values: [Double]

    /// Of a network that is not yet trained; gives the workspace its outputs if it is centred.
    init<Number>(_ trainer: Trainer, _ parameters: Parameters<Number>, _ workspace: inout Workspace<Number>) {
        self.trainer = trainer
        values = [Double](repeating: 0, count: trainer.layout.count)
        let isCentered = trainer.experiment.network.isCentered
        workspace.begin(parameters, isCentered: isCentered)
        largestInitialOutput = workspace.all.outputs.elements.reduce(0) { max($0, abs($1)) }
        if isCentered { workspace.test(parameters) }
        initialTest = isCentered ? workspace.testOutputs : nil
    }

    func isDue(at step: Int) -> Bool {
        time < trainer.experiment.recordedSteps.count && trainer.experiment.recordedSteps[time] == step
    }

    /// Records one time and returns whether all its numbers are finite.
    ///
    /// - Parameter workspace: has the forward pass of all training samples; backward fields are overwritten.
    mutating func take<Number>(_ parameters: Parameters<Number>, _ workspace: inout Workspace<Number>) -> Bool {
        let (data, loss) = (trainer.experiment.data, trainer.experiment.training.loss)
        var isFinite = true
        func store(_ value: Matrix, _ observable: Observable) {
            trainer.layout.store(value, as: observable, time: time, into: &values)
            isFinite = isFinite && value.isFinite
        }
        func store(_ value: Double, _ observable: Observable) { store(Matrix(rows: 1, columns: 1, repeating: value), observable) }

        let train = workspace.all.outputs
        if trainer.layout[.output(.train)] != nil { store(train, .output(.train)) }
        store(loss.mean(outputs: train, labels: workspace.all.labels), .loss(.train))
        if data.testCount > 0 {
            workspace.test(parameters)
            var test = workspace.testOutputs
            if let initialTest { test.add(initialTest, scale: -1) }
            store(test, .output(.test))
            if data.hasTestLabels { store(loss.mean(outputs: test, labels: data.testLabels), .loss(.test)) }
        }
        if trainer.recordsKernels {
            let kernels = workspace.all.fields.kernels(
                parameters, workspace.all.inputs, inputKernel: trainer.inputKernel)
            for layer in kernels.features.indices {
                store(kernels.features[layer], .kernel(.feature, layer: layer + 1))
                store(kernels.gradients[layer], .kernel(.gradient, layer: layer + 1))
            }
            store(kernels.tangent, .tangentKernel)
        }
        time += 1
        return isFinite
    }
}
