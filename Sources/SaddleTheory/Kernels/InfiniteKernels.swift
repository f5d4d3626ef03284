import SaddleModels
import SaddleNumerics

/// The kernels of infinite width on a dataset, as matrices.
///
/// Fully connected networks by ``NetworkKernel``, convolutional ones by ``ConvolutionalKernel`` (inputs arranged as images).
public struct InfiniteKernels: Sendable {
    /// P × P, Q × P and Q.
    public struct Kernel: Sendable {
        /// K(train, train), P × P, and K(test, train), Q × P.
        public let train, cross: Matrix
        /// K(x, x) of each test point.
        public let testDiagonal: [Double]
    }

    /// Covariance of outputs at initialisation, and tangent kernel.
    public let nngp, ntk: Kernel
    /// Relative accuracy of the entries.
    public let accuracy: Double

    /// - Parameter width: for parameterisations whose tangent kernel depends on it.
    public init(_ network: Network, _ data: Dataset, width: Int?, progress: ProgressHandler? = nil) throws {
        if network.convolution == nil {
            let kernel = try NetworkKernel(network, inputDimension: data.inputDimension, width: width)
            let train = try kernel.prepare(data.trainInputs), test = try kernel.prepare(data.testInputs)
            let square = kernel.within(train).matrices(), cross = kernel.between(test, train).matrices()
            nngp = .init(train: square.nngp, cross: cross.nngp, testDiagonal: test.diagonal(.nngp))
            ntk = .init(train: square.ntk, cross: cross.ntk, testDiagonal: test.diagonal(.ntk))
            accuracy = kernel.accuracy
            return
        }
        let kernel = try ConvolutionalKernel(network)
        let train = try kernel.prepare(data.trainInputs), test = try kernel.prepare(data.testInputs)
        let pairs = Double(train.count * train.count) / 2, all = pairs + Double(train.count * test.count)
        let square = try kernel.within(train, progress: { progress?(pairs * $0 / $1, all) })
        let cross = try kernel.between(test, train, progress: { progress?(pairs + (all - pairs) * $0 / $1, all) })
        let diagonals = try kernel.diagonals(test)
        nngp = .init(train: square.nngp, cross: cross.nngp, testDiagonal: diagonals.nngp)
        ntk = .init(train: square.ntk, cross: cross.ntk, testDiagonal: diagonals.ntk)
        accuracy = kernel.accuracy
    }

    /// Either kernel by its kind.
    public subscript(kind: KernelKind) -> Kernel { kind == .nngp ? nngp : ntk }

    /// A training kernel row by row, samples sorted by class.
    package func orderedByClass(_ kind: KernelKind, _ data: Dataset) -> [Double] {
        let kernel = self[kind].train, classes = data.trainClasses
        let order = (0..<data.trainCount).sorted { classes.isEmpty ? $0 < $1 : (classes[$0], $0) < (classes[$1], $1) }
        // Symmetric: columns, which are contiguous, are rows.
        return kernel.selectingColumns(order).selectingRows(order).elements
    }
}
