import SaddleModels
import SaddleTheory

extension Study {
    /// The recursion of one input's kernel is that of fully connected layers.
    func checkPropagates() throws {
        try checkTraits(within: [], "; the recursion is that of fully connected layers")
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
