import SaddleModels
import SaddleNumerics

/// Kernels of many networks of one width at initialisation, on the same inputs.
///
/// Of each network its output covariance σ_w²Φᴸ + σ_b² (the NNGP kernel at this width) and its tangent kernel Θ of one output, in
/// the units of ``TangentFields``. Networks enter in the order of their index: the result does not depend on the number of threads.
public struct KernelEnsemble: Sendable {
    /// Means and variances over networks of one kernel, samples × samples.
    public struct Statistics: Sendable {
        /// Over networks, with standard errors.
        public let mean, meanError: Matrix
        /// Unbiased, for one network.
        public let variance, varianceError: Matrix
        /// Effective degrees of freedom of the variance of every entry (``EffectiveFreedom``).
        public let freedom: Matrix
        /// The mean of the diagonal over samples, over networks.
        public let diagonal: Estimate
        /// Of the error of `diagonal`.
        public let diagonalFreedom: Double
    }

    /// N
    public let width: Int
    /// Number of networks.
    public let networks: Int
    /// σ_w²Φᴸ + σ_b², the NNGP kernel at this width.
    public let outputCovariance: Statistics
    /// Θ of one output.
    public let tangent: Statistics

    /// - Parameters:
    ///   - inputs: one sample a row.
    ///   - shouldStop: asked before every network, from any thread.
    /// - Throws: `CancellationError` when stopped; `NetworkError` and ``EnsembleError/width(_:expected:)`` for an architecture that cannot
    ///   be built; ``Divergence`` where a field cannot be normalised.
    public init(
        _ network: Network, inputs: Matrix, width: Int, networks: Int, seed: Int, progress: ProgressHandler? = nil,
        shouldStop: @Sendable () -> Bool = { false }
    ) throws {
        precondition(networks >= 2, "\(networks) networks have no variance")
        let graph = try network.graph(inputDimension: inputs.columns)
        try graph.check(width: width)
        let (p, done) = (inputs.rows, Counter())
        let moments = try Threads.reduceInOrder(0..<networks, into: StreamingMoments(dimension: 2 * (p * p + 1))) { index in
            if shouldStop() { throw CancellationError() }
            let fields = TangentFields(
                FiniteNetwork(network, graph, outputCount: 1, width: width, seed: seed, index: index), inputs)
            if let flat = fields.flat {
                throw Divergence(network: index, width: width, step: 0, learningRate: 0, flat: flat)
            }
            let kernels = fields.ownKernels()
            return [kernels.outputCovariance, kernels.tangent].flatMap { kernel in
                kernel.elements + [(0..<p).reduce(0) { $0 + kernel[$1, $1] } / Double(p)]
            }
        } commit: { moments, _, values in
            moments.add(try values.get())
            progress?(Double(done.increment()), Double(networks))
            return true
        }
        func statistics(_ number: Int) -> Statistics {
            let start = number * (p * p + 1)
            func matrix(_ values: [Double]) -> Matrix {
                Matrix(rows: p, columns: p, elements: Array(values[start..<start + p * p]))
            }
            let last = start + p * p
            // Numbers on the diagonal are positive.
            let excess = moments.pooledExcess(start..<last)
            var freedom = Matrix(rows: p, columns: p)
            for i in 0..<p {
                for j in 0..<p {
                    freedom[i, j] = moments.freedom(start + i * p + j, pooledExcess: excess, isPositive: i == j)
                }
            }
            return Statistics(
                mean: matrix(moments.mean), meanError: matrix(moments.meanError), variance: matrix(moments.variance),
                varianceError: matrix(moments.varianceError), freedom: freedom,
                diagonal: Estimate(mean: moments.mean[last], standardError: moments.meanError[last], count: networks),
                diagonalFreedom: moments.freedom(last, pooledExcess: excess, isPositive: true))
        }
        self.width = width
        self.networks = networks
        outputCovariance = statistics(0)
        tangent = statistics(1)
    }
}
