/// Why the mean-field theory could not be solved.
public enum MeanFieldError: Error, Equatable, CustomStringConvertible {
    /// A layer needs more orthogonal noise vectors than it has sites.
    case tooFewSites(layer: Int, needed: Int, sites: Int, step: Int)
    /// A field that is to be normalised is the same at all sites.
    case constantField(layer: Int, step: Int)
    /// Outputs or fields grew beyond all bounds.
    case diverged(step: Int, learningRate: Double)
    /// Networks of this width diverge, the limit does not.
    case networksDiverged(width: Int)
    /// The adjoint was asked for something it cannot give.
    case adjointUnavailable(reason: String)
    /// Only networks tell the limit of this training, and an accuracy lets them.
    case needsNetworks
    /// The caller asked to stop.
    case stopped

    public var description: String {
        switch self {
        case .tooFewSites(let layer, let needed, let sites, let step):
            """
            predict.sites: layer \(layer) needs \(needed) independent noise vectors at step \(step) but has only \(sites) sites; \
            raise 'sites' (about \(3 * needed) would do so far) or raise 'tolerance'
            """
        case .constantField(let layer, let step):
            "all units of population \(layer) are equal at step \(step), so layer_norm divides by 0; "
                + (step == 0
                    ? "expected inputs without samples or windows of zeros, 'bias_scale' above 0, or layer_norm: all"
                    : "lower 'learning_rate', or leave hidden layers as they are")
        case .diverged(step: 0, _):
            """
            outputs at initialisation exceed a million times the labels or are not finite; lower 'weight_scale', raise \
            'richness', or check the inputs
            """
        case .diverged(let step, let learningRate):
            """
            training diverges at infinite width: outputs exceed a million times the labels at step \(step) with learning rate \
            \(learningRate); lower 'learning_rate' or add a warm-up
            """
        case .networksDiverged(let width):
            """
            training converges at infinite width, but some networks of width \(width) diverge, so there are no corrections in 1/N; \
            lower 'learning_rate', or set predict.directions to 0 for the limit alone
            """
        case .adjointUnavailable(let reason): "predict.method: adjoint is not possible here: \(reason); use resolve or auto"
        case .needsNetworks:
            """
            an optimiser that acts on entries, coupled weight decay with another optimiser than descent, and centred networks on streams \
            have a limit that is found by networks: set predict.accuracy, and neither 'sites', 'directions' nor 'record_two_time'
            """
        case .stopped: "stopped before the theory was complete"
        }
    }
}
