import SaddleNumerics

/// Why the theory of initialisation has no answer.
public enum CriticalityError: Error, Equatable, CustomStringConvertible {
    /// A Gaussian average of the activation at kernel K is infinite, or was not found.
    case average(activation: String, kernel: Double, reason: QuadratureError)
    /// φ jumps, so that gradients do not exist: ⟨φ′²⟩ is infinite.
    case jump(activation: String)
    /// Kernels are variances: K = 0 leaves nothing to propagate.
    case kernelNotPositive(kernel: Double, layer: Int)

    public var description: String {
        switch self {
        case .average(let activation, let kernel, let reason): "activation \(activation) at kernel K = \(kernel): \(reason)"
        case .jump(let activation):
            "activation \(activation) jumps: its gradients are zero or infinite, so that χ_⊥ = C_W⟨φ′²⟩ and tangent kernels do not exist"
        case .kernelNotPositive(let kernel, let layer):
            """
            the kernel of layer \(layer) is K = \(kernel), but it must be a positive number: give a nonzero input, or a positive \
            'bias_scale', and scales at which the kernel neither vanishes nor overflows
            """
        }
    }
}
