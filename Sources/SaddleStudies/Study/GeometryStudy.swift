import SaddleMeasures
import SaddleNumerics

/// The section `geometry`: distances that heat sees between samples.
public struct GeometryStudy: Settings, Equatable {
    public var settings = NeighbourhoodGeometry.Settings()
    public var path = FunctionSpacePath.Distance.values

    public init() {}

    static let keys: [Key<Self>] = [
        Key(
            "neighbours", \.settings.neighbours, .integer(atLeast: 1, atMost: 1000),
            "Nearest neighbours that a sample is linked with."),
        Key(
            "bandwidth", \.settings.bandwidth, .optional(.number(above: 0)),
            "σ of the weights exp(−d²/2σ²) of links; by the distance to the middle neighbour of each end unless given."),
        Key(
            "dimension", \.settings.dimension, .optional(.number(above: 0)),
            "Of the manifold of the samples, which is the unit of time; from the neighbourhoods unless given."),
        Key("laplacian", \.settings.normalization, .choice, "D − W, or 1 − D^(−½)·W·D^(−½)."),
        Key("density", \.settings.correctsDensity, .flag, "Whether how densely samples lie is divided out of the weights."),
        Key(
            "time", \.settings.time, .optional(.number(above: 0)),
            "t, a squared length; a hundredth of the square of the longest of the shortest ways unless given."),
        Key(
            "metric", \.settings.metric, .choice,
            "Heat geodesics, or their relatives: diffusion maps, the potential of PHATE, affinities to neighbours as in SNE."),
        Key("volume", \.settings.volume, .number(0...1), "σ of the volume term of heat geodesics: 1 takes it away whole."),
        Key(
            "kernel", \.settings.method, .choice,
            "How heat is found: by the series of the walk, a Chebyshev expansion, or all eigenvectors."),
        Key("tolerance", \.settings.tolerance, .number(above: 0), "Of truncation."),
        Key(
            "landmarks", \.settings.landmarks, .integer(atLeast: 3, atMost: 5000),
            "Distances are between at most so many samples."),
        Key(
            "scaling", \.settings.scaling, .choice,
            "How the picture is found: by classical scaling, or by making its stress small."),
        Key(
            "path", \.path, .choice,
            "Distance of steps of a training: of the features of samples, or the angle between their kernels."),
        Key("seed", \.settings.seed, .seed, "Of the choice of landmarks."),
    ]
}
