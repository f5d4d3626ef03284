/// A time of training in the lazy limit.
public enum LazyTime: Sendable, Equatable, CustomStringConvertible {
    /// After this many steps of the optimiser.
    case step(Int)
    /// Gradient flow: learning rate times steps, in the limit of small steps (momentum does not exist in it).
    case flow(Double)
    /// The end of training. Modes of the kernel that are null have not moved.
    case infinity

    public var description: String {
        switch self {
        case .step(let step): "step \(step)"
        case .flow(let time): "flow time \(time)"
        case .infinity: "infinite time"
        }
    }
}
