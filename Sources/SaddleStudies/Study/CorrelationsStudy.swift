import SaddleMeasures
import SaddleNumerics

/// The section `correlations`: correlations of images and series, and clones that share some of them.
public struct CorrelationsStudy: Settings, Equatable {
    public var longest = 12
    /// Rows and columns of an image, where the file does not say.
    public var shape: [Int]?
    /// Of one long series: numbers of a piece.
    public var piece = 256
    public var clone: Clones?
    /// Where clones are written; nil: NAME-gaussian.npz.
    public var cloneFile: String?
    public var seed = 1

    public init() {}

    static let keys: [Key<Self>] = [
        Key("longest", \.longest, .integer(atLeast: 1, atMost: 1000), "The largest distance of points, in pixels."),
        Key(
            "shape", \.shape,
            .optional(
                .list(
                    "one to three whole numbers, such as [28, 28] or [3, 32, 32]", of: .integer(atLeast: 1),
                    where: { $0.count <= 3 })),
            "Axes of a sample, where the file does not tell them."),
        Key("piece", \.piece, .integer(atLeast: 4), "Of one long series: numbers of each piece that counts as a sample."),
        Key(
            "clone", \.clone, .optional(.choice),
            "Writes clones: gaussian (mean and covariance of each class), or phase (random phases)."),
        Key(
            "clone_file", \.cloneFile, .optional(.path("the path of an .npz file")),
            "Where; NAME-gaussian.npz or NAME-phase.npz unless given."),
        Key("seed", \.seed, .seed, "Of the clones."),
    ]
}
