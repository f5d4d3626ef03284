import SaddleModels

/// What stops the training of one network.
public struct Divergence: Error, Equatable, CustomStringConvertible {
    /// Number of the network in its ensemble, from 0.
    public let network: Int
    /// N of the ensemble.
    public let width: Int
    /// The first step at which something had left every reasonable bound.
    public let step: Int
    /// The learning rate of the update before that step.
    public let learningRate: Double
    /// What could not be normalised, where that is the reason.
    public let flat: FlatField?

    init(network: Int, width: Int, step: Int, learningRate: Double, flat: FlatField? = nil) {
        (self.network, self.width, self.step, self.learningRate, self.flat) = (network, width, step, learningRate, flat)
    }

    public var description: String {
        if let flat { return "network \(network) of width \(width) at step \(step): \(flat)" }
        if step == 0 {
            return """
                outputs or losses of network \(network) of width \(width) are not finite or beyond all bounds at initialisation; \
                lower the weight scale, raise the richness, or scale inputs and labels to about 1
                """
        }
        return """
            network \(network) of width \(width) diverged at step \(step) with learning rate \(learningRate); \
            lower the learning rate or the momentum, or add warm-up steps
            """
    }
}

/// Why an ensemble has no result.
public enum EnsembleError: Error, Equatable, CustomStringConvertible {
    /// Of the first `trained` networks, `diverged` did; `first` is the one of smallest index.
    case networksDiverged(diverged: Int, trained: Int, first: Divergence)
    /// The state to continue from belongs to something else.
    case stateHasOtherDimension(state: Int, experiment: Int)
    /// More networks are trained than were asked for.
    case stateHasMoreNetworks(state: Int, wanted: Int)
    /// The architecture cannot have that width; what it could have.
    case width(Int, expected: String)

    public var description: String {
        switch self {
        case .networksDiverged(let diverged, let trained, let first):
            "\(diverged) of \(trained) trained networks \(first.flat == nil ? "diverged" : "failed"): \(first)"
        case .stateHasOtherDimension(let state, let experiment):
            """
            the stored state of the ensemble holds \(state) numbers, this experiment records \(experiment): \
            it belongs to another study; delete it to start again
            """
        case .stateHasMoreNetworks(let state, let wanted):
            "the stored state of the ensemble holds \(state) networks, only \(wanted) are wanted; delete it to start again"
        case .width(let width, let expected): "width \(width) does not fit this network; expected \(expected)"
        }
    }
}

extension NetworkGraph {
    /// Refuses a width that this architecture cannot have.
    func check(width: Int) throws(EnsembleError) {
        if let problem = widthProblem(width) { throw .width(width, expected: problem) }
    }
}
