import SaddleNumerics

/// How much memory each way to predict lazy training takes at its peak, in bytes, known before anything is computed.
public struct LazyMemory: Sendable {
    /// P, Q, C and the number of times.
    public var trainCount, testCount, outputCount, times: Int

    /// P, Q, C and the number of times, in this order.
    public init(trainCount: Int, testCount: Int, outputCount: Int, times: Int) {
        self.trainCount = trainCount
        self.testCount = testCount
        self.outputCount = outputCount
        self.times = times
    }

    private var p: Double { Double(trainCount) }
    private var q: Double { Double(testCount) }
    private var outputs: Double { (p + q) * Double(outputCount) }
    /// Outputs at all times, and their errors.
    private var results: Double { 8 * outputs * Double(2 * times + 4) }

    /// Kernels as matrices, with their eigenvectors: the kernel, a copy that becomes the eigenvectors and 2P² numbers of LAPACK; with the spread
    /// over initialisations two kernels more, with its own eigenvectors and products of the two.
    public func dense(withSpread: Bool) -> Double {
        8 * (withSpread ? 8 * p * p + 5 * p * q : 4 * p * p + 2 * p * q) + results
    }

    /// Products by tiles: Krylov spaces of the given dimension for every output, tiles in work, nothing kept.
    public func matrixFree(dimensions: Int, tile: Int = 512, threads: Int = Threads.count) -> Double {
        let tiles = 8 * Double(4 * threads) * Double(tile * tile)
        return 8 * p * Double(outputCount) * Double(dimensions + 6) + tiles + results
    }

    /// Conjugate gradients with a preconditioner of the given rank.
    public func conjugateGradients(rank: Int, tile: Int = 512, threads: Int = Threads.count) -> Double {
        8 * (p * Double(rank) + 10 * outputs) + 8 * Double(4 * threads) * Double(tile * tile)
    }

    /// All tiles of the kernel, so that later products evaluate nothing.
    public func keptKernel(_ precision: TilePrecision, tile: Int = 512) -> Double {
        Double(precision.bytes) * p * (p + Double(tile)) / 2
    }

    /// Refuses what the machine does not have.
    ///
    /// - Throws: ``LazyError/tooMuchMemory(what:bytes:present:advice:)``.
    public static func check(_ bytes: Double, for what: String, advice: String, present: Double = Machine.availableMemory)
        throws(LazyError)
    {
        if bytes > present { throw .tooMuchMemory(what: what, bytes: bytes, present: present, advice: advice) }
    }
}
