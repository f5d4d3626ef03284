import SaddleMeasures

/// The section `spd`: representations as symmetric positive definite matrices.
public struct SpdStudy: Settings, Equatable {
    public enum Input: String, Sendable, CaseIterable {
        case kernel, covariance
        /// Samples are matrices themselves.
        case matrices
        /// Samples are channels × times.
        case series
    }

    public var input = Input.kernel
    public var shrinkage = RepresentationMatrix.Shrinkage.none
    /// Of delay embeddings; nil: from the series.
    public var order: Int?
    public var lag: Int?
    public var largestOrder = 5
    public var folds = 5
    public var seed = 1

    public init() {}

    static let keys: [Key<Self>] = [
        Key(
            "matrix", \.input, .choice,
            "What is compared: kernels of the same samples, covariances of the same features, samples that are matrices, or series (channels × times)."
        ),
        Key(
            "shrinkage", \.shrinkage, shrinkageKind,
            "How far matrices are drawn towards a multiple of the identity; ledoit_wolf estimates it from the points."),
        Key(
            "order", \.order, .optional(.integer(atLeast: 1, atMost: 100)),
            "Of series: delayed copies; from false neighbours unless given."),
        Key(
            "lag", \.lag, .optional(.integer(atLeast: 1)),
            "Of series: times between copies; from mutual information unless given."),
        Key("max_order", \.largestOrder, .integer(atLeast: 1, atMost: 20), "Of series: orders that are tried."),
        Key("folds", \.folds, .integer(atLeast: 2), "Parts of the cross-validation where samples are matrices or series."),
        Key("seed", \.seed, .seed, "Decides the parts."),
    ]

    private static let shrinkageKind = Kind<RepresentationMatrix.Shrinkage>(
        "none, ledoit_wolf, or an intensity from 0 to 1", words: ["none", "ledoit_wolf"],
        read: { node, _ in
            if let number = StudySection.number(node) { return (0...1).contains(number) ? .fixed(number) : nil }
            switch node.scalar?.string {
            case "none": return RepresentationMatrix.Shrinkage.none
            case "ledoit_wolf": return .ledoitWolf
            default: return nil
            }
        },
        write: { shrinkage in
            switch shrinkage {
            case .none: "none"
            case .ledoitWolf: "ledoit_wolf"
            case .fixed(let value): "\(value)"
            }
        })
}
