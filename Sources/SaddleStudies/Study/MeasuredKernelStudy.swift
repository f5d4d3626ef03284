import SaddleNetworks
import SaddleNumerics
import Yams

/// The section `measured_kernel`: kernels of networks whose weights are in files.
public struct MeasuredKernelStudy: Settings, Equatable {
    /// One for each checkpoint, in their order.
    public var weights: [String] = []
    public var samples = 64
    public var values = GivenNetwork.Values.effective
    public var axes = GivenNetwork.Axes.auto
    /// Modules in the order in which they act; empty: by their names.
    public var modules: [String] = []
    public var networks = 100
    public var seed = 3

    public init() {}

    static let keys: [Key<Self>] = [
        Key(
            "weights", \.weights, .files("the path of a .safetensors or .npz file with weights, or a list of them"),
            "Weights of a trained network, or of several checkpoints in their order."),
        Key("samples", \.samples, .integer(atLeast: 2), "So many of the first training samples."),
        Key(
            "values", \.values, .choice,
            "Whether arrays are what acts, h = Wφ(h) + b, or the parameters beside the multipliers of the parameterisation."),
        Key(
            "axes", \.axes, .choice,
            "Whether matrices are out × in or in × out; auto: as shapes tell, square ones as the others of their file."),
        Key(
            "modules", \.modules, .texts("a list of the names of weights, such as [embed, fc1, head]"),
            "Weights in the order in which they act, where their names do not tell; others are left out."),
        Key(
            "networks", \.networks, .integer(atLeast: 99, atMost: 100_000),
            "Fresh networks of the same width that the network is compared with."),
        Key("seed", \.seed, .seed, "Of the fresh networks."),
    ]
}

extension Kind where Value == [String] {
    /// Paths of files that are read: one, or a list.
    fileprivate static func files(_ accepted: String) -> Kind {
        var kind = Kind(
            accepted, isList: true,
            read: { node, file in
                let texts = node.sequence.map { $0.compactMap(StudySection.text) } ?? StudySection.text(node).map { [$0] } ?? []
                guard texts.count == (node.sequence?.count ?? 1), !texts.isEmpty, !texts.contains("") else { return nil }
                return texts.map { StudySection.resolve($0, besides: file) }
            }, write: { $0.isEmpty ? nil : YAMLText.list($0) })
        (kind.isText, kind.isFile) = (true, true)
        return kind
    }
}
