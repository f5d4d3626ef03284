import SaddleModels

/// What the architecture of a network asks of the data and of the widths.
extension Study {
    /// The data as the network reads them: images position by position for a convolution, and for tokens.
    func arranged(_ data: Dataset) throws(DataError) -> Dataset {
        if let convolution = network.convolution { return try data.arranged(for: convolution) }
        let axes = data.layout.axes
        guard network.transformer != nil, data.layout.order == .channelsFirst, (2...3).contains(axes.count) else { return data }
        return try data.arranged(for: Convolution(shape: Array(axes.dropFirst()), channels: axes[0]))
    }

    /// The graph of the network on these data, where it has one, at all widths that are asked for.
    ///
    /// - Throws: `StudyFileError` at the key that is to blame.
    @discardableResult
    func checkedGraph(_ data: Dataset) throws -> NetworkGraph {
        let dimension = data.inputDimension
        if let tokens = network.transformer?.tokens, dimension % tokens != 0 {
            throw problem(
                "network.attention.tokens",
                "'network.attention.tokens' is \(tokens), which does not divide the \(dimension) components of an input; expected a "
                    + "divisor of \(dimension)")
        }
        try checkGraphMemory()
        let graph: NetworkGraph
        do { graph = try network.graph(inputDimension: dimension) } catch {
            throw problem("network.\(error.key)", "the network \(error)")
        }
        for width in simulate?.widths ?? [] {
            guard let expected = graph.widthProblem(width) else { continue }
            throw problem(
                "simulate.widths", "'simulate.widths' has \(width), which does not fit the network; expected \(expected)")
        }
        return graph
    }
}

extension NetworkError {
    /// The key of a network that is most likely to blame.
    fileprivate var key: String {
        switch self {
        case .window: "convolution.window"
        case .stride: "convolution.stride"
        case .pooling: "convolution.pooling"
        case .branch: "residual"
        case .noPositions: "convolution"
        case .noWeightsYet: "layers"
        case .ratios: "width_ratios"
        case .conflict("a convolution", _): "convolution"
        case .conflict: "width_ratios"
        case .noBlock: "hidden_layers"
        }
    }
}
