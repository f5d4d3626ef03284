import SaddleModels
import SaddleNumerics
import Synchronization

/// What the training of networks of one width needs beside their parameters: data in its precision, and buffers that serve one
/// step after another and one network after another. Nothing in them is read before it is written.
struct Workspace<Number: NetworkNumber>: Sendable {
    let inputs: NetworkMatrix<Number>
    let testInputs: [NetworkMatrix<Number>]
    /// Of all training samples.
    var all: Pass<Number>
    /// Of mini-batches; nil without.
    var batch: Pass<Number>?
    /// Of test samples, by their number.
    private var tests: [Int: Fields<Number>] = [:]
    /// f on the test samples.
    private(set) var testOutputs: Matrix

    init(_ trainer: Trainer) {
        let experiment = trainer.experiment, data = experiment.data
        func fields(_ samples: Int, isForwardOnly: Bool = false) -> Fields<Number> {
            Fields(
                experiment.network, width: trainer.width, outputCount: data.outputCount, samples: samples,
                isForwardOnly: isForwardOnly)
        }
        inputs = NetworkMatrix(trainer.trainColumns)
        testInputs = trainer.testColumns.map { NetworkMatrix($0) }
        all = Pass(fields(data.trainCount), labels: data.trainLabels)
        if let size = experiment.training.batchSize, size < data.trainCount {
            batch = Pass(fields(size), labels: Matrix(rows: size, columns: data.outputCount))
        }
        for x in testInputs where tests[x.columns] == nil { tests[x.columns] = fields(x.columns, isForwardOnly: true) }
        testOutputs = Matrix(rows: data.testCount, columns: data.outputCount)
    }

    /// Fills ``testOutputs``, batch after batch.
    mutating func test(_ parameters: Parameters<Number>) {
        var first = 0
        for x in testInputs {
            tests[x.columns]!.forward(parameters, x)
            let outputs = tests[x.columns]!.outputs.doubles
            for c in 0..<outputs.columns { for i in 0..<outputs.rows { testOutputs[first + i, c] = outputs[i, c] } }
            first += outputs.rows
        }
    }
}

/// One pass forward and backward over a set of samples. Outputs, labels and errors are in double precision.
struct Pass<Number: NetworkNumber>: Sendable {
    var fields: Fields<Number>
    var labels: Matrix
    /// As the loss and the reader see them.
    private(set) var outputs: Matrix
    private(set) var errors: NetworkMatrix<Number>
    private var exactErrors: Matrix

    init(_ fields: Fields<Number>, labels: Matrix) {
        self.fields = fields
        self.labels = labels
        outputs = Matrix(rows: labels.rows, columns: labels.columns)
        exactErrors = outputs
        errors = NetworkMatrix(outputs)
    }

    /// - Parameter initial: outputs at initialisation, which are subtracted.
    mutating func forward(_ parameters: Parameters<Number>, _ x: NetworkMatrix<Number>, minus initial: Matrix?) {
        fields.forward(parameters, x, withSlopes: true)
        fields.outputs.copy(into: &outputs)
        if let initial { outputs.add(initial, scale: -1) }
    }

    mutating func backward(_ parameters: Parameters<Number>, _ loss: Loss) {
        loss.errors(outputs: outputs, labels: labels, into: &exactErrors)
        errors.copy(exactErrors)
        fields.backward(parameters, errors)
    }
}

/// Workspaces that are not in use.
final class Workspaces<Number: NetworkNumber>: Sendable {
    private let trainer: Trainer
    private let idle = Mutex<[Workspace<Number>]>([])

    init(_ trainer: Trainer) { self.trainer = trainer }

    /// Calls `body` with a workspace; after an error it is not used again, since it may hold what is not a number.
    func with<Result>(_ body: (inout Workspace<Number>) throws -> Result) rethrows -> Result {
        var workspace = idle.withLock { $0.popLast() } ?? Workspace(trainer)
        let result = try body(&workspace)
        idle.withLock { $0.append(workspace) }
        return result
    }
}
