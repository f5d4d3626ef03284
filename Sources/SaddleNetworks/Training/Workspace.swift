import SaddleModels
import SaddleNumerics
import Synchronization

/// What the training of networks of one width needs beside their parameters: data in its precision, and buffers that serve one
/// step after another and one network after another. Nothing in them is read before it is written.
struct Workspace<Number: NetworkNumber>: Sendable {
    /// Of all training samples.
    var all: Pass<Number>
    /// Of the mini-batch of a step; nil without.
    var batch: Pass<Number>?
    private var batches: Batches?
    /// Inputs in batches, D × at most `testBatch`, and buffers by the number of their samples.
    private let testInputs: [NetworkMatrix<Number>]
    private var testFields: [Int: Fields<Number>] = [:]
    /// f on the test samples, and what a normalisation could not scale there.
    private(set) var testOutputs: Matrix
    private(set) var testFlat: FlatField?

    init(_ trainer: Trainer) {
        let experiment = trainer.experiment, data = experiment.data
        func fields(_ samples: Int, isForwardOnly: Bool = false) -> Fields<Number> {
            Fields(
                trainer.graph, width: trainer.width, outputCount: data.outputCount, samples: samples,
                isForwardOnly: isForwardOnly)
        }
        let inputs = trainer.graph.entering(NetworkMatrix<Number>(trainer.trainColumns))
        all = Pass(fields(data.trainCount), inputs: inputs, labels: data.trainLabels)
        batches = Batches(experiment.training, of: data.trainCount)
        batch = batches.map {
            Pass(
                fields($0.size), inputs: NetworkMatrix(rows: inputs.rows, columns: $0.size * trainer.graph.enteringPositions),
                labels: Matrix(rows: $0.size, columns: data.outputCount))
        }
        testInputs = trainer.testColumns.map { NetworkMatrix($0) }
        for x in testInputs where testFields[x.columns] == nil { testFields[x.columns] = fields(x.columns, isForwardOnly: true) }
        testOutputs = Matrix(rows: data.testCount, columns: data.outputCount)
    }

    /// Puts the samples of that step into ``batch``, if there are mini-batches.
    mutating func selectBatch(at step: Int) {
        if let samples = batches?.batch(at: step) { batch?.select(samples, of: all) }
    }

    /// Fills ``testOutputs``, batch after batch.
    mutating func test(_ parameters: Parameters<Number>) {
        var first = 0
        testFlat = nil
        for x in testInputs {
            testFields[x.columns]!.forward(parameters, all.fields.graph.entering(x))
            testFlat = testFlat ?? testFields[x.columns]!.flat
            let outputs = testFields[x.columns]!.outputs.doubles
            for c in 0..<outputs.columns { for i in 0..<outputs.rows { testOutputs[first + i, c] = outputs[i, c] } }
            first += outputs.rows
        }
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
