import SaddleModels
import SaddleNumerics

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
            let key = "network.\(error.key)"
            throw problem(key, error.isOfOneLayer ? "'\(key)' \(error)" : "the network \(error)")
        }
        for width in simulate?.widths ?? [] {
            guard let expected = graph.widthProblem(width) else { continue }
            throw problem(
                "simulate.widths", "'simulate.widths' has \(width), which does not fit the network; expected \(expected)")
        }
        return graph
    }
}

extension Network {
    /// Its hidden layers, in a few words.
    var layersText: String {
        let count = hiddenLayers == 1 ? "1 hidden layer" : "\(hiddenLayers) hidden layers"
        if layers != nil { return "\(count) of a list of its own" }
        let kind =
            (convolution == nil ? "" : " (convolutional)") + (transformer == nil ? "" : " (transformer)")
        return count + kind + (isResidual ? ", residual" : "") + (normalizesHidden ? ", normalised" : "")
            + (widthRatios.isEmpty ? "" : ", widths over N \(widthRatios.map { NumberText.short($0) }.joined(separator: ", "))")
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
        case .returningWidth, .noActivation: "layers"
        case .layer(let place, _): "layers" + place.map { "[\($0)]" }.joined(separator: ".residual")
        case .conflict("a convolution", _): "convolution"
        case .conflict: "width_ratios"
        case .noBlock: "hidden_layers"
        }
    }

    fileprivate var isOfOneLayer: Bool { if case .layer = self { true } else { false } }
}
