/// Builds the graph of a stack of layers.
struct GraphBuilder {
    private(set) var graph: NetworkGraph
    /// The field that the next layer reads; nil: the inputs.
    private var current: Int?
    /// Positions along each dimension; empty in a fully connected network.
    private var grid: [Int]
    /// The place of the layer that is being added, branch within branch.
    private(set) var place: [Int] = []

    init(grid: [Int], channels: Int) {
        self.grid = grid
        graph = NetworkGraph(inputPositions: grid.reduce(1, *), inputChannels: channels)
    }

    private var positions: Int { grid.reduce(1, *) }

    /// - Parameter target: the population that the last layer of a residual branch returns to.
    mutating func add(_ layers: [Layer], returningTo target: Int? = nil) throws(NetworkError) {
        let last = layers.lastIndex { $0.hasWeights }
        for (index, layer) in layers.enumerated() {
            place.append(index)
            try add(layer, target: index == last ? target : nil)
            place.removeLast()
        }
    }

    private mutating func add(_ layer: Layer, target: Int?) throws(NetworkError) {
        switch layer {
        case .linear(let ratio):
            try checkReturn(ratio, target)
            linear(ratio, nil, to: target)
        case .convolution(let window, let stride, let padding, let ratio):
            try checkReturn(ratio, target)
            let out = try centres(window, stride, padding)
            let maps = PositionMap.window(window, stride: stride, padding: padding, over: grid, out: out)
            grid = out
            linear(ratio, maps, to: target)
        case .activation: try extend { .activation(of: $0) }
        case .normalization: try extend { .normalization(of: $0) }
        case .pooling(let size):
            guard !grid.isEmpty, grid.allSatisfy({ $0 % size == 0 }) else { throw .pooling(size: size, grid: grid) }
            let map = PositionMap.blocks(grid, size: size)
            grid = grid.map { $0 / size }
            try extend { .pooling(map, of: $0) }
        case .residual(let branch, let scale):
            guard let stream = current else { throw .noWeightsYet }
            let (population, before) = (graph.fields[stream].population, grid)
            try add(branch, returningTo: population)
            guard grid == before, let end = current, graph.fields[end].population == population else {
                throw .branch(from: before, to: grid)
            }
            append(.sum(stream, end, scale: scale), population)
        case .attention(let attention): try attend(attention, to: target)
        }
    }

    /// The last weights of a branch write to the stream, as wide as that is.
    private func checkReturn(_ ratio: Double, _ target: Int?) throws(NetworkError) {
        guard let target, graph.populations[target].ratio != ratio else { return }
        throw .returningWidth(ratio, stream: graph.populations[target].ratio)
    }

    /// The readout of all positions, or of their mean.
    mutating func finish(_ readout: Convolution.Readout) throws(NetworkError) {
        guard let last = current else { throw .noWeightsYet }
        let n = positions
        if n > 1 {
            let map: PositionMap =
                readout == .flatten ? .identity(n, scale: 1 / Double(n).squareRoot()) : .mean(n)
            if readout == .averagePooling { grid = [] }
            append(.pooling(map, of: last), graph.fields[last].population)
        }
        graph.weights.append(
            .init(name: "readout", source: .population(graph.readout.population), target: nil, window: nil))
    }

    private mutating func attend(_ attention: Attention, to target: Int?) throws(NetworkError) {
        guard let stream = current else { throw .noWeightsYet }
        let ratio = graph.populations[graph.fields[stream].population].ratio
        let heads = population("heads", ratio, components: attention.keyDimension)
        let parts = ["query", "key", "value"].map { name in
            append(.linear(weight: weight(name, of: stream, to: heads), of: stream), heads)
        }
        append(
            .attention(query: parts[0], key: parts[1], value: parts[2], isCausal: attention.isCausal), heads)
        linear(ratio, nil, to: target, name: "attention output")
    }

    private mutating func linear(_ ratio: Double, _ window: [PositionMap]?, to target: Int?, name: String? = nil) {
        let population = target ?? population("hidden layer \(graph.populations.count + 1)", ratio)
        let name = name ?? (current == nil ? "input weights" : "weights \(graph.weights.count)")
        append(.linear(weight: weight(name, of: current, to: population, window), of: current), population)
    }

    private mutating func weight(_ name: String, of field: Int?, to target: Int, _ window: [PositionMap]? = nil) -> Int {
        let source: NetworkGraph.Weight.Source =
            field.map { .population(graph.fields[$0].population) } ?? .inputs(channels: graph.inputChannels)
        graph.weights.append(.init(name: name, source: source, target: target, window: window))
        return graph.weights.count - 1
    }

    private mutating func population(_ name: String, _ ratio: Double, components: Int = 1) -> Int {
        graph.populations.append(.init(name: name, ratio: ratio, components: components))
        return graph.populations.count - 1
    }

    private mutating func extend(_ operation: (Int) -> NetworkGraph.Operation) throws(NetworkError) {
        guard let current else { throw .noWeightsYet }
        append(operation(current), graph.fields[current].population)
    }

    @discardableResult
    private mutating func append(_ operation: NetworkGraph.Operation, _ population: Int) -> Int {
        graph.fields.append(.init(operation: operation, population: population, positions: positions))
        current = graph.fields.count - 1
        return graph.fields.count - 1
    }

    /// The grid of the centres of a window.
    private func centres(_ window: Int, _ stride: Int, _ padding: Convolution.Padding) throws(NetworkError) -> [Int] {
        if grid.isEmpty { throw .noPositions }
        var out: [Int] = []
        for length in grid {
            if window > length { throw .window(window, length: length, layer: graph.populations.count + 1) }
            let room = padding == .valid ? length - window : length
            if room % stride != 0 { throw .stride(stride, room: room, layer: graph.populations.count + 1) }
            out.append(padding == .valid ? room / stride + 1 : room / stride)
        }
        return out
    }
}

extension Layer {
    /// Whether it writes to a population: of a residual branch the last such layer returns to the stream.
    fileprivate var hasWeights: Bool {
        switch self {
        case .linear, .convolution, .attention: true
        case .activation, .normalization, .pooling, .residual: false
        }
    }
}
