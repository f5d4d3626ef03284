/// Which ensemble of finite networks is trained.
public struct EnsembleSettings: Sendable {
    public var width: Int
    public var networks: Int
    public var seed: Int
    public var recordsKernels: Bool
    public var precision: Precision

    public init(width: Int, networks: Int, seed: Int = 2, recordsKernels: Bool = true, precision: Precision = .double) {
        self.width = width
        self.networks = networks
        self.seed = seed
        self.recordsKernels = recordsKernels
        self.precision = precision
    }
}
