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
}
