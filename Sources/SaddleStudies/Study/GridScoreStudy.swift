import SaddleMeasures

/// The section `grid_score`: periodic maps of units over a plane, and the period that a place code asks for.
public struct GridScoreStudy: Settings, Equatable {
    public var bins = 20
    public var smoothing = 1.0
    /// In bins; nil: from each map.
    public var spacing: Double?
    public var shuffles = 400
    public var units = 64
    public var top = 9
    public var code = PlaceCode.Kind.differenceOfSoftmax
    public var narrow = 0.055
    public var wide = 0.11
    public var cells = 32
    public var seed = 1

    public init() {}

    static let keys: [Key<Self>] = [
        Key("bins", \.bins, .integer(atLeast: 8, atMost: 200), "Of positions: bins a side of the map."),
        Key(
            "smoothing", \.smoothing, .number(0...20), unit: "bins",
            "Of positions: standard deviation of the Gaussian that smooths activity and time."),
        Key(
            "spacing", \.spacing, .optional(.number(above: 0)), unit: "bins",
            "Of the lattice, whose half to one and a half is the ring; from each map unless given."),
        Key("shuffles", \.shuffles, .integer(atLeast: 1, atMost: 10_000), "Shuffled maps behind each p-value."),
        Key("units", \.units, .integer(atLeast: 1), "At most so many units are scored, from the first on."),
        Key("top", \.top, .integer(atLeast: 1, atMost: 40), "Units that are listed and drawn."),
        Key("code", \.code, .choice, "The targets whose spectrum predicts a period."),
        Key("narrow", \.narrow, .number(above: 0), unit: "sides of the box", "Width σ₁ of its fields."),
        Key("wide", \.wide, .number(above: 0), unit: "sides of the box", "Width σ₂ that is subtracted."),
        Key("cells", \.cells, .integer(atLeast: 2, atMost: 100), "Place cells a side, on a square lattice."),
        Key("seed", \.seed, .seed, "Of the shuffles."),
    ]

    mutating func complete(_ section: StudySection) {
        if code != .gaussian && wide <= narrow {
            section.reject("wide", "'grid_score.wide' is \(wide); expected a number above 'narrow', which is \(narrow)")
        }
    }
}
