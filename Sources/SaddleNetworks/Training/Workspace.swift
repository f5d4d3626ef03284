import SaddleModels
import SaddleNumerics
import Synchronization

/// What the training of networks of one width needs beside their parameters: data in its precision, and buffers that serve one
/// step after another and one network after another. Nothing in them is read before it is written.
struct Workspace<Number: NetworkNumber>: Sendable {
    /// Of all training samples; of a stream of the batch of a step.
    var all: Pass<Number>
    /// All samples of a stream, without fields; nil otherwise.
    private var stream: Pass<Number>?
    /// Of the mini-batch of a step; nil without.
    var batch: Pass<Number>?
    private var batches: Batches?
    private let lastBatch: Int
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
        func empty(_ samples: Int) -> Pass<Number> {
            Pass(
                fields(samples), inputs: NetworkMatrix(rows: inputs.rows, columns: samples * trainer.graph.enteringPositions),
                labels: Matrix(rows: samples, columns: data.outputCount))
        }
        lastBatch = experiment.training.steps
        all = Pass(
            fields(experiment.training.isStream ? 0 : data.trainCount), inputs: inputs, labels: data.trainLabels)
        batches = Batches(experiment.training, of: data.trainCount)
        let isStream = experiment.training.isStream
        if isStream {
            stream = all
            all = empty(batches!.size)
        }
        batch = isStream ? nil : batches.map { empty($0.size) }
        testInputs = trainer.testColumns.map { NetworkMatrix($0) }
        for x in testInputs where testFields[x.columns] == nil { testFields[x.columns] = fields(x.columns, isForwardOnly: true) }
        testOutputs = Matrix(rows: data.testCount, columns: data.outputCount)
    }

    /// The forward pass of an untrained network over all training samples. If it is centred, its outputs are subtracted from then on.
    mutating func begin(_ parameters: Parameters<Number>, isCentered: Bool) {
        guard stream != nil else { return all.begin(parameters, isCentered: isCentered) }
        for step in stride(from: isCentered ? lastBatch : 0, through: 0, by: -1) {
            let samples = batches!.batch(at: step)
            all.select(samples, of: stream!)
            all.begin(parameters, isCentered: isCentered)
            stream!.keepInitial(of: all, samples)
        }
    }

    /// Puts the samples of that step into ``batch``, if there are mini-batches, or those of a stream into ``all``.
    mutating func selectBatch(at step: Int) {
        if let stream {
            all.select(batches!.batch(at: step), of: stream)
        } else if let samples = batches?.batch(at: step) {
            batch?.select(samples, of: all)
        }
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
