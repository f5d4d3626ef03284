import SaddleModels
import SaddleNetworks

/// The section `field`: fields that are sums of cosine neurons.
public struct FieldStudy: Settings, Equatable {
    public var field = NeuronField()
    /// λ
    public var coupling = 0.05
    /// N, ascending.
    public var neurons = [2, 4, 8, 16]
    public var draws = 100_000
    public var seed = 1

    public init() {}

    static let keys: [Key<Self>] = [
        Key("dimension", \.field.dimension, .integer(atLeast: 0, atMost: 2), "d of space."),
        Key("mass", \.field.mass, .number(1e-3...1e3), "m of the free field."),
        Key("cutoff", \.field.cutoff, .number(1e-3...1e4), "Λ, the largest momentum."),
        Key(
            "weighting", \.field.weighting, .choice,
            "Where the propagator is: in the law of momenta, in the amplitudes, or half in both."),
        Key("amplitude", \.field.amplitude, .choice, "The law of a neuron's amplitude."),
        Key("coupling", \.coupling, .number(above: 0), "λ of the weight exp(−λ∫φ⁴)."),
        Key("neurons", \.neurons, .integers(atLeast: 1, example: "[4, 16]"), "Numbers N of neurons."),
        Key("box", \.field.box, .number(1e-3...1e3), "Edge of the box in which the field interacts."),
        Key("points", \.field.points, .integer(atLeast: 2, atMost: 64), "Points of the grid along an edge."),
        Key("draws", \.draws, .integer(atLeast: FieldEnsemble.batchCount), "Fields drawn for each number of neurons."),
        Key("seed", \.seed, .seed, "Of the draws."),
    ]

    /// Up to eight times λ, and as far below.
    var couplings: [Double] { (-3...3).map { coupling * ($0 < 0 ? 1 / Double(1 << -$0) : Double(1 << $0)) } }

    mutating func complete(_ section: StudySection) {
        if !section.has("cutoff"), field.dimension == 2 { field.cutoff = 4 }
        if !section.has("points"), field.dimension == 2 { field.points = 6 }
        if !section.has("box"), field.dimension == 2 { field.box = 3 }
        // The quadrature of a propagator has about one node for each radian.
        if field.dimension > 0, field.cutoff * field.box > 1e4 {
            section.reject(
                "cutoff",
                "'field.cutoff' times 'field.box' is \(field.cutoff * field.box); expected at most 10 000 oscillations across the box"
            )
        }
    }
}
