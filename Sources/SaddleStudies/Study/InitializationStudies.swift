import SaddleModels

/// The section `depth`: networks at initialisation, layer by layer.
public struct DepthStudy: Settings, Equatable {
    /// |x|²/D of the input; 1 after the usual scaling of inputs.
    public var inputKernel = 1.0
    /// Ascending; nil: those of `simulate`, or what the question takes where there is no such section.
    public var widths: [Int]?
    public var networks = 2000

    public init() {}

    static let keys: [Key<Self>] = [
        Key("input_kernel", \.inputKernel, .number(atLeast: 0), "|x|²/D of the input: 1 after the usual scaling of inputs."),
        Key("widths", \.widths, .optional(.integers(atLeast: 1)), "Widths; those of 'simulate' unless given."),
        Key("networks", \.networks, .integer(atLeast: 2), "Networks drawn for each width."),
    ]
}

/// The section `coordinates`: networks of several widths that take a few steps.
public struct CoordinatesStudy: Settings, Equatable {
    /// Nil: those of `simulate`, or powers of two from 64 to 2048.
    public var widths: [Int]?
    /// Numbers of hidden layers: slopes are those against the number of residual branches, at one width; nil: against the width.
    public var depths: [Int]?
    public var depthRates = DepthRates.fixed
    public var networks = 12
    public var steps = 4
    /// The batch: so many of the first training samples.
    public var samples = 32
    /// The parameterisation whose exponents are expected; nil: that of the study.
    public var against: Parameterization?

    /// Learning rates of hidden weights at several depths.
    public enum DepthRates: String, Sendable, CaseIterable {
        /// Those of the study at every depth.
        case fixed
        /// Those of the study at the smallest depth, and ε, times the powers of the depth with which updates are maximal.
        case maximal
    }

    public init() {}

    static let keys: [Key<Self>] = [
        Key(
            "widths", \.widths,
            .optional(
                .integers(atLeast: 1).satisfying("a list of two different widths or more, such as [64, 256]") { $0.count > 1 }),
            "Widths; those of 'simulate', or 64, 128, … 2048, unless given."),
        Key(
            "depths", \.depths,
            .optional(
                .integers(atLeast: 2, example: "[9, 17, 33]").satisfying(
                    "a list of two different numbers of hidden layers or more, each at least 2, such as [9, 17, 33]"
                ) { $0.count > 1 }),
            "Slopes against the number of residual branches instead, in networks of so many hidden layers and of the largest width "
                + "(of 256 units where no widths are given)."),
        Key(
            "depth_rates", \.depthRates, .choice,
            "With depths: learning rates of hidden weights as they are, or with the power of the depth that makes updates maximal."
        ),
        Key("networks", \.networks, .integer(atLeast: 2), "Networks of each width or depth."),
        Key("steps", \.steps, .integer(atLeast: 1), "Steps of training."),
        Key("samples", \.samples, .integer(atLeast: 1), "The batch: so many of the first training samples."),
        Key(
            "against", \.against, .optional(.named(Parameterization.named.map(\.name), { Parameterization(named: $0) }, \.name)),
            "Expect the exponents of this parameterisation in place of the study's."),
    ]
}

/// The section `kernel`: kernels of finite networks at initialisation.
public struct KernelStudy: Settings, Equatable {
    /// At most so many of the first training samples.
    public var samples = 64

    public init() {}

    static let keys: [Key<Self>] = [
        Key("samples", \.samples, .integer(atLeast: 1), "So many of the first training samples.")
    ]
}

/// The section `depth_limit`: residual networks of several depths.
public struct DepthLimitStudy: Settings, Equatable {
    /// Numbers of hidden layers.
    public var depths = [5, 9, 17]

    public init() {}

    static let keys: [Key<Self>] = [
        Key(
            "depths", \.depths,
            .integers(atLeast: 2, example: "[5, 9, 17]").satisfying(
                "a list of two different numbers of hidden layers or more, each at least 2, such as [5, 9, 17]"
            ) { $0.count > 1 },
            "Numbers of hidden layers of the networks that are solved, from which L → ∞ is extrapolated.")
    ]
}
