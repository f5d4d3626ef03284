import SaddleTheory

/// The section `lazy`: how training with the tangent kernel is solved.
public typealias LazyStudy = LazySettings

extension LazySettings: Settings {
    static let keys: [Key<Self>] = [
        Key("method", \.method, .choice, "Kernels as matrices, or products tile by tile; auto: matrices while they fit."),
        Key("flow", \.isFlow, .flag, "Gradient flow in place of steps: step t stands for the time learning_rate · t."),
        Key(
            "fluctuations", \.computesFluctuations, .flag,
            "Compute N × variance of the outputs (from fluctuations of the kernel) however long it takes."),
        Key("noise", \.noiseVariance, .number(atLeast: 0), "Variance of the errors of labels, for the posterior."),
        Key(
            "tolerance", \.tolerance, .number("a number between 0 and 1") { $0 > 0 && $0 < 1 },
            "Accuracy of outputs without matrices, relative to the labels."),
        Key(
            "keep", \.keep, .optional(.number(atLeast: 0)), unit: "GB",
            "Memory for tiles of the kernel that are kept between products; half of all unless given."),
        Key("single", \.keepsSingle, .flag, "Keep tiles in single precision: half the memory, entries within 6e-8."),
        Key(
            "width", \.width, .optional(.integer(atLeast: 1)),
            "For parameterisations whose tangent kernel depends on it (standard)."),
    ]
}
