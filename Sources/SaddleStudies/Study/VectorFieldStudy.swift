import SaddleMeasures
import SaddleNumerics

/// The section `vector_field`: vectors on samples, continued to where they were not observed.
public struct VectorFieldStudy: Settings, Equatable {
    public var points: String?
    public var vectors: String?
    public var settings = FieldReconstruction.Settings()

    public init() {}

    static let keys: [Key<Self>] = [
        Key(
            "points", \.points, .optional(.text("the name of an array")),
            "The array with the points; the first of two unless given."),
        Key(
            "vectors", \.vectors, .optional(.text("the name of an array")),
            "The array with their vectors; the second of two unless given."),
        Key(
            "neighbours", \.settings.neighbours, .integer(atLeast: 1, atMost: 1000),
            "Nearest neighbours that a point is linked with."),
        Key(
            "bandwidth", \.settings.bandwidth, .optional(.number(above: 0)),
            "σ of the weights exp(−d²/2σ²) of links; by the distance to the middle neighbour of each end unless given."),
        Key(
            "dimension", \.settings.dimension, .optional(.integer(atLeast: 1)),
            "Of the tangent spaces; from the neighbourhoods unless given."),
        Key(
            "modes", \.settings.modes, .optional(.integer(atLeast: 1, atMost: 2000)),
            "Eigenfields of the connection Laplacian that fields are made of; 40 for each dimension unless given."),
        Key("smoothness", \.settings.smoothness, .number(above: 0), "ν of the Matérn spectrum."),
        Key(
            "task", \.settings.task, .choice,
            "Which vectors are held out: a random part (superresolution), or those around a point (inpainting)."),
        Key(
            "held_out", \.settings.heldOut, .number("a number above 0 and below 1") { $0 > 0 && $0 < 1 },
            "The share of vectors that is held out."),
        Key(
            "level", \.settings.level, .number("a number above 0 and below 1") { $0 > 0 && $0 < 1 },
            "Of the intervals whose coverage is measured."),
        Key("seed", \.settings.seed, .seed, "Of what is held out."),
    ]
}
