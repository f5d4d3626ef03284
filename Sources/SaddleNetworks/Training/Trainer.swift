import SaddleModels
import SaddleNumerics

/// Trains networks of one width on one experiment and records what its layout asks for.
///
/// Holds what all networks share: inputs with one sample a column, as the first layer sees them, and the input kernel Φ⁰.
public struct Trainer: Sendable {
    /// What is trained, on what, and what is recorded.
    public let experiment: Experiment
    /// The network of the experiment as a graph.
    public let graph: NetworkGraph
    /// N
    public let width: Int
    /// The order of the recorded numbers.
    public let layout: ObservableLayout
    /// Numbers in which networks are trained.
    public let precision: Precision
    let recordsKernels: Bool
    /// Training inputs, D × P, and test inputs in batches, D × at most `testBatch`.
    let trainColumns: Matrix
    let testColumns: [Matrix]
    /// Φ⁰ = xxᵀ/D; empty unless kernels are recorded.
    let inputKernel: Matrix
    /// max |y|, the scale against which divergence is judged.
    let largestLabel: Double

    private static let testBatch = 256

    /// Prepares training on the inputs of an experiment.
    ///
    /// - Parameters:
    ///   - recordsKernels: whether kernels are recorded too; of a stream they never are.
    /// - Precondition: N ≥ 1, and there are training samples.
    public init(_ experiment: Experiment, width: Int, recordsKernels: Bool, precision: Precision = .double) {
        let data = experiment.data
        precondition(width >= 1 && data.trainCount >= 1, "width \(width), \(data.trainCount) training samples")
        self.experiment = experiment
        graph = experiment.graph
        self.width = width
        // There are none of a stream's samples.
        let recordsKernels = recordsKernels && !experiment.training.isStream
        self.recordsKernels = recordsKernels
        self.precision = precision
        layout = ObservableLayout(experiment, withKernels: recordsKernels)
        trainColumns = experiment.network.entering(data.trainInputs).transposed
        let test = experiment.network.entering(data.testInputs).transposed
        testColumns = stride(from: 0, to: data.testCount, by: Self.testBatch).map {
            test.selectingColumns($0..<min($0 + Self.testBatch, data.testCount))
        }
        inputKernel =
            recordsKernels ? trainColumns.gram(scale: 1 / Double(data.inputDimension)) : Matrix(rows: 0, columns: 0)
        largestLabel = data.trainLabels.elements.reduce(0) { max($0, abs($1)) }
    }

    /// The untrained network number `index` of the ensemble with that seed.
    public func initialNetwork(seed: Int, index: Int) -> FiniteNetwork {
        FiniteNetwork(
            experiment.network, graph, outputCount: experiment.data.outputCount, width: width, seed: seed, index: index)
    }

    /// Trains the network and returns the recorded observables, laid out as `layout` says.
    ///
    /// The record of step t holds what was before update t: 0 is initialisation, `training.steps` is after the last update.
    ///
    /// - Parameters:
    ///   - index: number of the network, for messages.
    ///   - beforeStep: called with every step t = 0 … `training.steps`; what it throws ends the training.
    /// - Throws: ``Divergence`` when an output of a step or any recorded number is not finite, an output exceeds
    ///   10⁶ (1 + max |y| + max |f(0)|), or a field cannot be normalised.
    public func train(
        _ network: inout FiniteNetwork, index: Int = 0, beforeStep: (Int) throws -> Void = { _ in }
    ) throws -> [Double] {
        precondition(
            network.width == width && network.inputDimension == trainColumns.rows
                && network.outputCount == experiment.data.outputCount,
            "a \(network.inputDimension)-\(network.width)-\(network.outputCount) network for width \(width) and "
                + "\(trainColumns.rows)-\(experiment.data.outputCount) data")
        func trained<Number: NetworkNumber>(_: Number.Type) throws -> [Double] {
            var parameters = Parameters<Number>(network), workspace = Workspace<Number>(self)
            defer { parameters.store(in: &network) }
            return try train(&parameters, index, &workspace) { step, _ in try beforeStep(step) }
        }
        switch precision {
        case .double: return try trained(Double.self)
        case .single: return try trained(Float.self)
        }
    }

    /// Trains the network and returns what it is before each of those steps, in double precision; step `training.steps` is after the last update.
    ///
    /// - Throws: as ``train(_:index:beforeStep:)``, and what `beforeStep` throws.
    public func snapshots(
        of network: FiniteNetwork, at steps: [Int], index: Int = 0, beforeStep: (Int) throws -> Void = { _ in }
    ) throws -> [FiniteNetwork] {
        var parameters = Parameters<Double>(network), workspace = Workspace<Double>(self), taken = [FiniteNetwork]()
        _ = try train(&parameters, index, &workspace) { step, parameters in
            try beforeStep(step)
            guard steps.contains(step) else { return }
            var copy = network
            parameters.store(in: &copy)
            taken.append(copy)
        }
        return taken
    }

    func train<Number: NetworkNumber>(
        _ parameters: inout Parameters<Number>, _ index: Int, _ workspace: inout Workspace<Number>,
        _ beforeStep: (Int, Parameters<Number>) throws -> Void
    ) throws -> [Double] {
        let training = experiment.training
        var descent = Descent(training, of: parameters)
        var record = Record(self, parameters, &workspace)
        let bound = 1e6 * (1 + largestLabel + record.largestInitialOutput)

        for step in 0...training.steps {
            try beforeStep(step, parameters)
            func require(_ isSound: Bool, _ flat: FlatField?) throws {
                if isSound && flat == nil { return }
                throw Divergence(
                    network: index, width: width, step: step, learningRate: training.rate(at: max(step - 1, 0)), flat: flat)
            }
            if step == 0 { try require(true, workspace.all.fields.flat ?? workspace.testFlat) }
            func forward(_ pass: inout Pass<Number>) throws {
                pass.forward(parameters)
                try require(pass.outputs.elements.allSatisfy { abs($0) <= bound }, pass.fields.flat)
            }
            func descend(_ pass: inout Pass<Number>) throws {
                pass.backward(parameters, training.loss)
                try descent.step(&parameters, along: pass, rate: training.rate(at: step))
            }
            if training.isStream { workspace.selectBatch(at: step) }
            // With full batches, and on streams, the forward pass of the record is that of the update.
            let isLast = step == training.steps, hasBatches = workspace.batch != nil, isRecorded = record.isDue(at: step)
            if isRecorded || !(hasBatches || isLast) {
                try forward(&workspace.all)
                if isRecorded { try require(record.take(parameters, &workspace), workspace.testFlat) }
            }
            if isLast { break }
            if hasBatches {
                workspace.selectBatch(at: step)
                try forward(&workspace.batch!)
                try descend(&workspace.batch!)
            } else {
                try descend(&workspace.all)
            }
        }
        return record.values
    }
}
