import SaddleModels

/// The section `hessian`: curvature of the training loss of one network, and of ensembles.
public struct HessianStudy: Settings, Equatable {
    /// Nil: the largest of `simulate`, or 64.
    public var width: Int?
    /// Number of the network in its ensemble.
    public var network = 0
    /// Up to so many parameters all eigenvalues are found.
    public var exact = 600
    public var probes = 4
    public var lanczosSteps = 60
    public var top = 10

    public init() {}

    static let keys: [Key<Self>] = [
        Key(
            "width", \.width, .optional(.integer(atLeast: 1)),
            "Width of the network whose Hessian is measured; the largest of 'simulate', or 64, unless given."),
        Key("network", \.network, .integer(atLeast: 0), "Its number in the ensemble of that width."),
        Key("exact", \.exact, .integer(atLeast: 0, atMost: 20_000), "Up to so many parameters all eigenvalues are found."),
        Key("probes", \.probes, .integer(atLeast: 1), "Random starts of Lanczos beyond that, whose scatter is the error."),
        Key("lanczos_steps", \.lanczosSteps, .integer(atLeast: 2), "Products with the Hessian for each start."),
        Key("top", \.top, .integer(atLeast: 1), "How many of the largest and lowest eigenvalues are listed."),
    ]
}

/// The section `barrier`: the loss on the line between two networks.
public struct BarrierStudy: Settings, Equatable {
    public var pairs = 4
    public var points = 21

    public init() {}

    static let keys: [Key<Self>] = [
        Key("pairs", \.pairs, .integer(atLeast: 2), "Pairs of networks of each width."),
        Key("points", \.points, .integer(atLeast: 3), "Points on the line between two, the ends among them."),
    ]
}
