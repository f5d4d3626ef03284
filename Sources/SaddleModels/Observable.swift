/// Which samples: those that are learnt, or those that are not.
public enum SampleSet: String, Sendable, CaseIterable {
    /// Samples that are learnt; samples that are not.
    case train, test

    /// For people.
    public var title: String { self == .train ? "training" : "test" }
}

/// A quantity that theory and networks both know, at every recorded time.
public enum Observable: Hashable, Sendable {
    /// Φˡ, mean products of features φ(hˡ), and Gˡ, those of the gradients that reach the layer.
    public enum LayerKernel: String, Sendable { case feature, gradient }

    /// f, one number a sample and output; in the unit of the labels.
    case output(SampleSet)
    /// Mean over samples; in the square of that unit, or in nats for the cross-entropy.
    case loss(SampleSet)
    /// Fraction of samples classified correctly, at the last time (``Classification``); it is made from outputs and not recorded itself.
    case accuracy(SampleSet)
    /// Φˡ or Gˡ between training samples, hidden layers l = 1 … L; no units.
    case kernel(LayerKernel, layer: Int)
    /// Θ between training samples; no units.
    case tangentKernel

    /// The name of its array in a run folder: `train_output`, `feature_kernel_1`.
    public var name: String {
        switch self {
        case .output(let set): "\(set.rawValue)_output"
        case .loss(let set): "\(set.rawValue)_loss"
        case .accuracy(let set): "\(set.rawValue)_accuracy"
        case .kernel(let kind, let layer): "\(kind.rawValue)_kernel_\(layer)"
        case .tangentKernel: "tangent_kernel"
        }
    }

    /// The observable with that ``name``; nil if none has it.
    public init?(name: String) {
        let parts = name.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
        if name == "tangent_kernel" {
            self = .tangentKernel
        } else if parts.count == 3, parts[1] == "kernel", let kind = LayerKernel(rawValue: parts[0]), let layer = Int(parts[2]),
            layer > 0, parts[2] == "\(layer)"
        {
            self = .kernel(kind, layer: layer)
        } else if parts.count == 2, let set = SampleSet(rawValue: parts[0]) {
            switch parts[1] {
            case "output": self = .output(set)
            case "loss": self = .loss(set)
            case "accuracy": self = .accuracy(set)
            default: return nil
            }
        } else {
            return nil
        }
    }

    /// For people, as in "feature kernel of hidden layer 2".
    public var title: String {
        switch self {
        case .output(let set): "\(set.rawValue) output"
        case .loss(let set): "\(set.rawValue) loss"
        case .accuracy(let set): "\(set.rawValue) accuracy"
        case .kernel(let kind, let layer): "\(kind.rawValue) kernel of hidden layer \(layer)"
        case .tangentKernel: "tangent kernel"
        }
    }

    /// Numbers of each recorded time are a symmetric matrix over training samples.
    public var isKernel: Bool {
        switch self {
        case .kernel, .tangentKernel: true
        case .output, .loss, .accuracy: false
        }
    }

    /// Whether these are outputs, of either set.
    public var isOutput: Bool { if case .output = self { true } else { false } }
    /// Whether these are losses, of either set.
    public var isLoss: Bool { if case .loss = self { true } else { false } }
}

/// An observable, or one place of it: `test_loss`, `test_output[3]`, with several outputs `test_output[3,1]`.
public struct ObservableSlice: Hashable, Sendable, CustomStringConvertible {
    /// The whole of which this is a part.
    public let observable: Observable
    /// Indices of all axes but time, from 0; empty for the whole observable.
    public let index: [Int]

    /// The place at `index` (all axes but time), or the whole.
    public init(_ observable: Observable, index: [Int] = []) {
        self.observable = observable
        self.index = index
    }

    /// Reads what ``description`` writes; nil for anything else.
    public init?(name: String) {
        let parts = name.split(separator: "[", omittingEmptySubsequences: false).map(String.init)
        guard let observable = Observable(name: parts[0]), parts.count <= 2 else { return nil }
        var index: [Int] = []
        if parts.count == 2 {
            guard parts[1].last == "]" else { return nil }
            for text in parts[1].dropLast().split(separator: ",", omittingEmptySubsequences: false) {
                guard let i = Int(text.filter { $0 != " " }), i >= 0 else { return nil }
                index.append(i)
            }
        }
        self.init(observable, index: index)
    }

    public var description: String {
        observable.name + (index.isEmpty ? "" : "[\(index.map(String.init).joined(separator: ","))]")
    }
}

extension ObservableSlice: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let slice = ObservableSlice(name: name) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(name)' is no observable")
        }
        self = slice
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
