/// Network, data and training together with the steps at which observables are recorded: all that theory and simulation share.
public struct Experiment: Sendable {
    public var network: Network
    public var data: Dataset
    public var training: Training
    /// Recorded steps, ascending, within 0 … `training.steps`.
    public var recordedSteps: [Int]

    public init(network: Network, data: Dataset, training: Training, recordedSteps: [Int]) {
        precondition(
            !recordedSteps.isEmpty && zip(recordedSteps, recordedSteps.dropFirst()).allSatisfy { $0 < $1 }
                && recordedSteps[0] >= 0 && recordedSteps.last! <= training.steps,
            "recorded steps \(recordedSteps) of \(training.steps)")
        self.network = network
        self.data = data
        self.training = training
        self.recordedSteps = recordedSteps
    }

    /// The graph of its network.
    ///
    /// - Precondition: there is one (`Network.graph(inputDimension:)` does not throw).
    public var graph: NetworkGraph { network.builtGraph(inputDimension: data.inputDimension) }

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
