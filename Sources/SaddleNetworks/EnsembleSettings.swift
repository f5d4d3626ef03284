/// Which ensemble of finite networks is trained.
public struct EnsembleSettings: Sendable {
    /// N
    public var width: Int
    /// How many networks are trained, at least one.
    public var networks: Int
    /// Of the initial weights; a network is a function of seed, width and its number.
    public var seed: Int
    /// Whether kernels of hidden layers and the tangent kernel are recorded beside outputs and losses.
    public var recordsKernels: Bool
    /// Numbers in which networks are trained.
    public var precision: Precision

    /// An ensemble of networks of one width.
    public init(width: Int, networks: Int, seed: Int = 2, recordsKernels: Bool = true, precision: Precision = .double) {
        self.width = width
        self.networks = networks
        self.seed = seed
        self.recordsKernels = recordsKernels
        self.precision = precision
    }
}
