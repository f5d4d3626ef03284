import SaddleModels
import SaddleNumerics

/// Kernels of one input in networks at initialisation, over an ensemble of networks of one width: no training, no theory.
///
/// The input has |x|²/D = `inputKernel`; at initialisation nothing else about it matters. Feature kernels are those of networks with
/// L hidden layers, tangent kernels those of networks with the given numbers of hidden layers, with one output. Networks are
/// functions of (seed, width, index), and statistics are taken in the order of the index.
public struct InitialEnsemble: Sendable {
    /// Description of every network; its L is the largest depth.
    public let network: Network
    /// N
    public let width: Int
    /// Number of networks.
    public let networks: Int
    /// Of the weights.
    public let seed: Int
    /// |x|²/D of the input.
    public let inputKernel: Double
    /// Numbers of hidden layers at which the tangent kernel is measured.
    public let depths: [Int]

    /// Nothing is drawn yet.
    ///
    /// - Precondition: fully connected or plain residual layers of equal width; `depths` are from 1 to L.
    public init(_ network: Network, width: Int, networks: Int, seed: Int, inputKernel: Double = 1, depths: [Int]) {
        precondition(networks >= 1 && width >= 1, "\(networks) networks of width \(width)")
        precondition(network.trait(beyond: [.plainResidual]) == nil, "only fully connected layers can be cut off at any depth")
        precondition(depths.allSatisfy { (1...network.hiddenLayers).contains($0) }, "depths \(depths)")
        self.network = network
        self.width = width
        self.networks = networks
        self.seed = seed
        self.inputKernel = inputKernel
        self.depths = depths
    }

    /// Moments over networks of Φ¹ … Φᴸ, then of the tangent kernels at ``depths``.
    ///
    /// - Parameters:
    ///   - progress: called with networks done and all networks, from any thread.
    ///   - shouldStop: asked before every network, from any thread.
    /// - Throws: `CancellationError` when stopped.
    public func moments(
        progress: ProgressHandler? = nil, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> StreamingMoments {
        let dimension = network.hiddenLayers + depths.count
        return try Threads.reduceInOrder(0..<networks, into: StreamingMoments(dimension: dimension)) { index in
            if shouldStop() { throw CancellationError() }
            return kernels(ofNetwork: index)
        } commit: { moments, index, values in
            moments.add(try values.get())
            progress?(Double(index + 1), Double(networks))
            return true
        }
    }

    private func kernels(ofNetwork index: Int) -> [Double] {
        let input = Matrix(rows: 1, columns: 1, elements: [inputKernel.squareRoot()])
        func kernels(_ depth: Int) -> NetworkKernels {
            var description = network
            description.hiddenLayers = depth
            return FiniteNetwork(description, inputDimension: 1, outputCount: 1, width: width, seed: seed, index: index)
                .kernels(for: input)
        }
        let whole = kernels(network.hiddenLayers)
        return whole.features.map { $0[0, 0] }
            + depths.map { ($0 == network.hiddenLayers ? whole : kernels($0)).tangent[0, 0] }
    }
}
