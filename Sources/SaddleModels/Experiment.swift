/// Network, data and training together with the steps at which observables are recorded: all that theory and simulation share.
public struct Experiment: Sendable {
    /// What is trained. Setting it builds its graph anew.
    public var network: Network { didSet { graph = network.builtGraph(inputDimension: data.inputDimension) } }
    /// The samples that are learnt and judged.
    public var data: Dataset
    /// The network as a graph over these inputs.
    public private(set) var graph: NetworkGraph
    /// Steps, learning rate, optimiser, loss and batches.
    public var training: Training
    /// Recorded steps, ascending, within 0 … `training.steps`.
    public var recordedSteps: [Int]

    /// - Precondition: the network can be built (``Network/graph(inputDimension:)``).
    public init(network: Network, data: Dataset, training: Training, recordedSteps: [Int]) {
        precondition(
            !recordedSteps.isEmpty && zip(recordedSteps, recordedSteps.dropFirst()).allSatisfy { $0 < $1 }
                && recordedSteps[0] >= 0 && recordedSteps.last! <= training.steps,
            "recorded steps \(recordedSteps) of \(training.steps)")
        self.network = network
        graph = network.builtGraph(inputDimension: data.inputDimension)
        self.data = data
        self.training = training
        self.recordedSteps = recordedSteps
    }

    /// Its first few steps, recorded at the last of them: what a longer training costs is told by these.
    ///
    /// - Returns: the experiment, and how many times longer the whole is.
    package var beginning: (experiment: Experiment, share: Double) {
        let last = recordedSteps.last!, steps = min(last, 4)
        var short = self
        short.training.steps = steps
        short.recordedSteps = [steps]
        return (short, Double(last + 1) / Double(steps + 1))
    }
}
