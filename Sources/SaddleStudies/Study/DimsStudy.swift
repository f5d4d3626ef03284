/// The section `dims`: intrinsic dimensions of data and representations.
public struct DimsStudy: Settings, Equatable {
    public var neighbours = 10
    public var largestScale = 64
    public var theory = false

    public init() {}

    static let keys: [Key<Self>] = [
        Key("neighbours", \.neighbours, .integer(atLeast: 4, atMost: 1000), "k, nearest neighbours in each likelihood."),
        Key(
            "largest_scale", \.largestScale, .integer(atLeast: 4, atMost: 1000),
            "The farthest neighbour that is asked how the dimension depends on the scale."),
        Key(
            "theory", \.theory, .flag,
            "Of a study: whether the linear dimensions of infinitely wide layers are drawn beside those of the network."),
    ]
}

/// The section `sharpness`: how steeply labels change between samples.
public struct SharpnessStudy: Settings, Equatable {
    public var subset = 1000
    public var draws = 20
    public var allPairs = 20_000
    public var seed = 1

    public init() {}

    static let keys: [Key<Self>] = [
        Key(
            "subset", \.subset, .integer(atLeast: 2),
            "Samples of a subset, of which K_F is given with the scatter between subsets."),
        Key("draws", \.draws, .integer(atLeast: 2, atMost: 10_000), "Subsets that are drawn."),
        Key("all_pairs", \.allPairs, .integer(atLeast: 0), "Up to so many samples all pairs are seen."),
        Key("seed", \.seed, .seed, "Decides which subsets are drawn."),
    ]
}
