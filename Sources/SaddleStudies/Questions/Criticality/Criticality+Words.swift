import SaddleModels
import SaddleTheory

// How the theory's cases are called in files and on pages.

extension UniversalityClass {
    var key: String {
        switch self {
        case .scaleInvariant: "scale_invariant"
        case .vanishingKernel: "vanishing_kernel"
        case .halfStable: "half_stable"
        case .none: "none"
        }
    }

    var text: String {
        switch self {
        case .scaleInvariant: "Scale-invariant class: every kernel is a fixed point"
        case .vanishingKernel: "Class K* = 0: the kernel decays as 1/ℓ"
        case .halfStable: "Half-stable class: K* > 0 attracts from one side"
        case .none: "No criticality"
        }
    }
}

extension CriticalPoint.Stability {
    var key: String {
        switch self {
        case .neutral: "neutral"
        case .attracting: "attracting"
        case .repelling: "repelling"
        case .halfStable(let fromAbove): fromAbove ? "half_stable_from_above" : "half_stable_from_below"
        }
    }

    var text: String {
        switch self {
        case .neutral: "stay where they are"
        case .attracting: "tend to K*"
        case .repelling: "leave K*"
        case .halfStable(let fromAbove): fromAbove ? "tend to K* from above, leave below" : "tend to K* from below, leave above"
        }
    }
}

extension Phase {
    var remark: String {
        switch self {
        case .ordered: "inputs become alike, gradients vanish"
        case .critical: ""
        case .chaotic: "nearby inputs part, gradients explode"
        case .unbounded: "the kernel grows from layer to layer"
        }
    }
}

extension Study {
    /// The recursion of one input's kernel is that of fully connected layers.
    func checkPropagates() throws {
        if network.isResidual {
            throw problem("network.residual", "'network.residual' is true; expected false: the recursion has no residual layers")
        }
        if network.convolution != nil {
            throw problem(
                "network.convolution", "'network.convolution' is set; expected fully connected layers in the recursion")
        }
        // Squares of kernels of such scales are far from overflow, and averages of activations that oscillate converge.
        if !(1e-3...1e3).contains(network.weightScale) {
            throw problem(
                "network.weight_scale",
                "'network.weight_scale' is \(network.weightScale); expected a number from 0.001 to 1000 here")
        }
        if network.biasScale > 1e3 {
            throw problem(
                "network.bias_scale", "'network.bias_scale' is \(network.biasScale); expected a number from 0 to 1000 here")
        }
    }

    /// Runs theory; what it cannot do with the study's activation or scales is a mistake in the study.
    func propagating<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as CriticalityError {
            switch error {
            case .jump: throw problem("network.activation", "\(error)")
            case .average, .kernelNotPositive: throw problem("network.weight_scale", "\(error)")
            }
        }
    }
}
