/// Why a kernel of infinite width could not be computed.
public enum KernelError: Error, Equatable, CustomStringConvertible {
    /// An input is infinite or not a number.
    case inputNotFinite(sample: Int)
    /// The Gaussian second moment of an activation or of its derivative is infinite, or too large for a double.
    case unboundedMoment(activation: String, variance: Double)
    /// The Hermite series of an activation did not reach 1e-10 of the kernel.
    case seriesNotConverged(activation: String, variance: Double, error: Double)
    /// Layer norm of an input whose components are all equal.
    case constantInput(sample: Int)
    /// The tangent kernel of this parameterisation grows or falls with the width.
    case needsWidth(parameterization: String)
    /// What the theory does not serve, as a sentence with what is served.
    case unsupported(String)

    public var description: String {
        switch self {
        case .inputNotFinite(let sample):
            "input \(sample + 1) is not finite or its square is too large for a double; kernels need finite inputs"
        case .constantInput(let sample):
            "input \(sample + 1) has all components equal, which layer norm would divide by 0; leave it out, or set 'layer_norm: false'"
        case .needsWidth(let parameterization):
            "the tangent kernel of the parameterisation '\(parameterization)' depends on the width; state one"
        case .unsupported(let reason): reason
        case .unboundedMoment(let activation, let variance):
            """
            the mean square of '\(activation)' or of its derivative is not finite for a preactivation of variance \(variance); \
            lower 'weight_scale', the inputs' size or 'hidden_layers'
            """
        case .seriesNotConverged(let activation, let variance, let error):
            """
            the Hermite series of '\(activation)' reaches a relative error of \(error) only, at variance \(variance), where 1e-10 \
            is needed; it serves smooth activations at moderate variances: smooth the kink, lower 'weight_scale', or use an \
            activation with a closed form
            """
        }
    }
}
