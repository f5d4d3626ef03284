import SaddleModels
import SaddleNumerics

/// The section `subspace`: training in random subspaces through the initial weights.
public struct SubspaceStudy: Settings, Equatable {
    public var kind = RandomSubspace.Kind.fastfood
    public var dimensions = [2, 4, 8, 16, 32, 64, 128]
    public var subspaces = 4
    /// Nil: the largest of `simulate`, or 64.
    public var width: Int?
    public var threshold = 0.9

    public init() {}

    static let keys: [Key<Self>] = [
        Key("kind", \.kind, .choice, "How directions are drawn: dense normals, sparse signs, or Fastfood's products."),
        Key(
            "dimensions", \.dimensions,
            .integers(atLeast: 1, example: "[4, 16, 64]").satisfying(
                "a list of two different dimensions or more, such as [4, 16, 64]"
            ) {
                $0.count > 1
            }, "Dimensions of the subspaces."),
        Key("subspaces", \.subspaces, .integer(atLeast: 2), "Subspaces, each with a network of its own, of every dimension."),
        Key(
            "width", \.width, .optional(.integer(atLeast: 1)),
            "Width of the networks; the largest of 'simulate', or 64, unless given."),
        Key(
            "threshold", \.threshold, .number("a number above 0 and below 1") { $0 > 0 && $0 < 1 },
            "Share of what direct training does at which the intrinsic dimension is reached."),
    ]
}
