import SaddleModels
import SaddleNumerics
import SaddleTheory

extension Study {
    /// Kernels of this study's network on its data, which ``loadData()`` has arranged for a convolution.
    ///
    /// - Parameter width: for parameterisations whose tangent kernel depends on it.
    /// - Throws: `StudyFileError` at the line that is to blame.
    func infiniteKernels(_ data: Dataset, width: Int?, progress: ProgressHandler? = nil) throws -> InfiniteKernels {
        try blamingNetwork { try InfiniteKernels(network, data, width: width, progress: progress) }
    }

    /// Errors of kernels are those of the network's description or of what enters it.
    func blamingNetwork<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as KernelError {
            if case .needsWidth = error {
                throw problem(
                    "network.parameterization",
                    "\(error) with lazy.width or in 'simulate.widths' (the largest is taken), or use ntk or mean_field")
            }
            throw problem("network", "\(error)")
        }
    }

    var networkText: String {
        let biases = network.biasScale == 0 ? "no biases" : "σ_b = \(NumberText.short(network.biasScale))"
        return "\(network.layersText), \(network.activation.name), σ_w = \(NumberText.short(network.weightScale)), \(biases), "
            + "\(network.parameterization.text) parameterisation"
    }
}
