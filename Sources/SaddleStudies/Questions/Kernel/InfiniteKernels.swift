import SaddleModels
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// The kernels of infinite width on the data of a study, as matrices.
struct InfiniteKernels: Sendable {
    /// P × P, Q × P and Q.
    struct Kernel: Sendable {
        let train, cross: Matrix
        let testDiagonal: [Double]
    }

    let nngp, ntk: Kernel
    /// Relative accuracy of the entries.
    let accuracy: Double

    subscript(kind: KernelKind) -> Kernel { kind == .nngp ? nngp : ntk }

    /// A training kernel row by row, samples sorted by class.
    func orderedByClass(_ kind: KernelKind, _ data: Dataset) -> [Double] {
        let kernel = self[kind].train, classes = data.trainClasses
        let order = (0..<data.trainCount).sorted { classes.isEmpty ? $0 < $1 : (classes[$0], $0) < (classes[$1], $1) }
        return order.flatMap { i in order.map { kernel[i, $0] } }
    }
}

extension Study {
    /// Kernels of this study's network on its data, which ``loadData()`` has arranged for a convolution.
    ///
    /// - Parameter width: for parameterisations whose tangent kernel depends on it.
    /// - Throws: `StudyFileError` at the line that is to blame.
    func infiniteKernels(_ data: Dataset, width: Int?, progress: ProgressHandler? = nil) throws -> InfiniteKernels {
        if network.convolution == nil {
            let kernel = try networkKernel(inputDimension: data.inputDimension, width: width)
            return try blamingNetwork {
                let train = try kernel.prepare(data.trainInputs), test = try kernel.prepare(data.testInputs)
                let square = kernel.within(train).matrices(), cross = kernel.between(test, train).matrices()
                return InfiniteKernels(
                    nngp: .init(train: square.nngp, cross: cross.nngp, testDiagonal: test.diagonal(.nngp)),
                    ntk: .init(train: square.ntk, cross: cross.ntk, testDiagonal: test.diagonal(.ntk)),
                    accuracy: kernel.accuracy)
            }
        }
        return try blamingNetwork {
            let kernel = try ConvolutionalKernel(network)
            let train = try kernel.prepare(data.trainInputs), test = try kernel.prepare(data.testInputs)
            let pairs = Double(train.count * train.count) / 2, all = pairs + Double(train.count * test.count)
            let square = try kernel.within(train, progress: { progress?(pairs * $0 / $1, all) })
            let cross = try kernel.between(test, train, progress: { progress?(pairs + (all - pairs) * $0 / $1, all) })
            let diagonals = try kernel.diagonals(test)
            return InfiniteKernels(
                nngp: .init(train: square.nngp, cross: cross.nngp, testDiagonal: diagonals.nngp),
                ntk: .init(train: square.ntk, cross: cross.ntk, testDiagonal: diagonals.ntk), accuracy: kernel.accuracy)
        }
    }

    /// The kernels of a fully connected network.
    ///
    /// - Throws: `StudyFileError`.
    func networkKernel(inputDimension: Int, width: Int?) throws -> NetworkKernel {
        try blamingNetwork { try NetworkKernel(network, inputDimension: inputDimension, width: width) }
    }

    /// Errors of kernels are those of the network's description or of what enters it.
    private func blamingNetwork<Result>(_ body: () throws -> Result) throws -> Result {
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
        let layers = network.hiddenLayers == 1 ? "1 hidden layer" : "\(network.hiddenLayers) hidden layers"
        let kind = (network.convolution == nil ? "" : " (convolutional)") + (network.isResidual ? ", residual" : "")
        let biases = network.biasScale == 0 ? "no biases" : "σ_b = \(NumberText.short(network.biasScale))"
        return "\(layers)\(kind), \(network.activation.name), σ_w = \(NumberText.short(network.weightScale)), \(biases), "
            + "\(network.parameterization.text) parameterisation"
    }
}
