/// Why training in the lazy limit could not be predicted.
public enum LazyError: Error, Equatable, CustomStringConvertible {
    /// The learning rate is beyond the limit of stability: the largest mode grows without bounds.
    case unstable(learningRate: Double, maximum: Double)
    /// Outputs grew beyond a million times the labels and the initial outputs.
    case diverged(step: Int, learningRate: Double, maximum: Double)
    /// What was asked for exists for another loss, or without weight decay, or with full batches only.
    case unsupported(String)
    /// The kernel changes with the weights' decay in a way that is not known.
    case weightDecay(Double, String)
    /// More bytes than the machine has are needed for what is named; `advice` says what would take less.
    case tooMuchMemory(what: String, bytes: Double, present: Double, advice: String)
    /// The caller asked to stop.
    case stopped

    public var description: String {
        switch self {
        case .unstable(let learningRate, let maximum):
            """
            learning rate \(learningRate) is unstable for this kernel and momentum: training diverges above \(maximum); \
            lower 'learning_rate'
            """
        case .diverged(let step, let learningRate, let maximum):
            """
            training diverges in the lazy limit: outputs exceed a million times the labels at step \(step) with learning rate \
            \(learningRate); it is stable below \(maximum)
            """
        case .unsupported(let reason): reason
        case .weightDecay(let value, let reason):
            "'training.weight_decay' is \(value), which changes the kernel; \(reason)"
        case .tooMuchMemory(let what, let bytes, let present, let advice):
            """
            \(what) would need \(Self.gigabytes(bytes)) of memory, and this machine has \(Self.gigabytes(present)); \(advice)
            """
        case .stopped: "stopped before the prediction was complete"
        }
    }

    private static func gigabytes(_ bytes: Double) -> String { "\((bytes / 1e7).rounded() / 100) GB" }
}
