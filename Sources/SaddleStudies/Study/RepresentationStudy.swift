/// The section `representation`: which layers of a network of a study, at which steps, are measured.
public struct RepresentationStudy: Settings, Equatable {
    /// Nil: the inputs and all hidden layers.
    public var layers: [Int]?
    /// Nil: some of those recorded, the first and the last among them.
    public var steps: [Int]?
    /// Nil: the largest of `simulate`, or 64.
    public var width: Int?
    public var network = 0
    /// Whether test samples are put to the network, not those that it is trained on.
    public var isTest = false

    public init() {}

    static let keys: [Key<Self>] = [
        Key(
            "layer", \.layers, .optional(layersKind),
            "Of a network: 0 are its inputs, 1 is its first hidden layer; one, or a list. All unless given."),
        Key(
            "step", \.steps, .optional(stepsKind),
            "Of its training: one step, or a list; some of those that the study records unless given."),
        Key("width", \.width, .optional(.integer(atLeast: 1)), "Its width; the largest of 'simulate', or 64, unless given."),
        Key("network", \.network, .integer(atLeast: 0), "Its number in the ensemble of that width."),
        Key("test", \.isTest, .flag, "Whether the samples put to it are the test samples."),
    ]

    private static let layersKind = Kind<[Int]>.oneOrMore("layers")
    private static let stepsKind = Kind<[Int]>.oneOrMore("steps")
}

extension Kind where Value == [Int] {
    /// A whole number, or a list of different ones; ascending.
    fileprivate static func oneOrMore(_ what: String) -> Kind {
        let single = Kind<Int>.integer(atLeast: 0)
        return Kind(
            "a whole number, or a list of different \(what), such as [0, 2]", isList: true,
            read: { node, file in
                if let one = single.read(node, file) { return [one] }
                guard let nodes = node.sequence, !nodes.isEmpty else { return nil }
                let values = nodes.compactMap { single.read($0, file) }
                return values.count == nodes.count && Set(values).count == values.count ? values.sorted() : nil
            }, write: { $0.count == 1 ? "\($0[0])" : "[\($0.map(String.init).joined(separator: ", "))]" })
    }
}
