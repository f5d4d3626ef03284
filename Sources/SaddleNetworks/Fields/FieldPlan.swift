import SaddleModels

extension NetworkGraph.Operation {
    /// The fields that it reads.
    var sources: [Int] {
        switch self {
        case .linear(_, let source): source.map { [$0] } ?? []
        case .activation(let h), .normalization(let h), .pooling(_, let h): [h]
        case .sum(let stream, let branch, _): [stream, branch]
        case .attention(let query, let key, let value, _): [query, key, value]
        }
    }
}

/// How a walk over a graph uses its buffers: which fields share one, and which of several gradients of a field comes first.
struct FieldPlan: Sendable {
    /// Where the value of each field is made: its own place, or the sum's for a branch of one product that is read by nothing else; it is
    /// then made `scales` times as large, and the stream is added to it.
    let places: [Int]
    let scales: [Double]
    /// The buffer of the gradient of each field. That of φ(h) is h's where φ alone reads it: the slopes are multiplied in place. So is that of a branch
    /// the sum's where it is added as it is.
    let slots: [Int]
    /// What enters φ: of values of φ among them, the gradient is that of a layer and is kept.
    let preactivations: Set<Int>
    /// A field for each buffer, of its shape.
    let owners: [Int]
    /// Of each field the last one that reads it: on the way back the first, which overwrites.
    private let lastReaders: [Int?]
    /// The field that each weight writes, without the readout, and the one that it reads; nil: the inputs.
    let targets: [Int]
    let sources: [Int?]

    init(_ graph: NetworkGraph) {
        var linear = [(target: Int, source: Int?)](repeating: (-1, nil), count: graph.weights.count - 1)
        for (i, field) in graph.fields.enumerated() {
            if case .linear(let weight, let source) = field.operation { linear[weight] = (i, source) }
        }
        (targets, sources) = (linear.map(\.target), linear.map(\.source))

        var readers = [[Int]](repeating: [], count: graph.fields.count)
        for (i, field) in graph.fields.enumerated() { for source in field.operation.sources { readers[source].append(i) } }
        lastReaders = readers.map(\.last)

        var places = Array(graph.fields.indices), scales = [Double](repeating: 1, count: places.count)
        for (i, field) in graph.fields.enumerated() {
            guard case .sum(_, let branch, let scale) = field.operation, readers[branch].count == 1,
                case .linear = graph.fields[branch].operation
            else { continue }
            (places[branch], scales[branch]) = (i, scale)
        }
        (self.places, self.scales) = (places, scales)

        let preactivations = Set(graph.layers.map(\.preactivation))
        self.preactivations = preactivations
        var slots = [Int](repeating: -1, count: graph.fields.count), owners: [Int] = []
        for i in graph.fields.indices.reversed() {
            if slots[i] < 0 {
                slots[i] = owners.count
                owners.append(i)
            }
            switch graph.fields[i].operation {
            case .activation(let h) where readers[h].count == 1 && !preactivations.contains(i): slots[h] = slots[i]
            case .sum(_, let branch, 1) where places[branch] == i: slots[branch] = slots[i]
            default: break
            }
        }
        (self.slots, self.owners) = (slots, owners)
    }

    func isFirst(_ reader: Int, of source: Int) -> Bool { lastReaders[source] == reader }
}

/// The heads of an attention.
struct HeadShape: Sendable {
    let components, heads, tokens, samples: Int
    let isCausal: Bool
}
