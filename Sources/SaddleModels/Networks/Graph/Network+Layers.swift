extension Network {
    /// Its layers before the readout.
    ///
    /// - Throws: where parts of the description exclude each other.
    public func stack() throws(NetworkError) -> [Layer] {
        if let layers { return layers }
        let ratios = widthRatios.isEmpty ? [Double](repeating: 1, count: hiddenLayers) : widthRatios
        if ratios.count != hiddenLayers { throw .ratios(ratios.count, layers: hiddenLayers) }
        if transformer != nil { return try transformerStack() }
        func connected(_ layer: Int) -> Layer {
            guard let convolution else { return .linear(ratio: ratios[layer]) }
            return .convolution(
                window: convolution.window, stride: convolution.stride, padding: convolution.padding, ratio: ratios[layer])
        }
        // What comes between a preactivation and the next weights, and what only between hidden layers.
        let activated: [Layer] = (normalizesHidden ? [.normalization] : []) + [.activation]
        let pooled: [Layer] = (convolution?.pooling ?? 1) > 1 ? [.pooling(size: convolution!.pooling)] : []
        guard let residual else {
            return (0..<hiddenLayers).flatMap { [connected($0)] + activated + ($0 < hiddenLayers - 1 ? pooled : []) }
        }
        if Set(ratios).count > 1 { throw .conflict("width ratios", "residual connections") }
        let factor = residual.factor(blocks: hiddenLayers - 1)
        let blocks = (1..<hiddenLayers).map { layer -> Layer in
            switch residual.form {
            case .pre: .residual(activated + pooled + [connected(layer)], scale: factor)
            case .post: .residual((normalizesHidden ? [.normalization] : []) + [connected(layer), .activation], scale: factor)
            }
        }
        return [connected(0)] + blocks + activated
    }

    private func transformerStack() throws(NetworkError) -> [Layer] {
        let transformer = transformer!
        if convolution != nil { throw .conflict("a convolution", "attention") }
        if !widthRatios.isEmpty { throw .conflict("width ratios", "attention") }
        if hiddenLayers < 2 { throw .noBlock }
        let factor = (residual ?? Residual()).factor(blocks: hiddenLayers - 1)
        let norm: [Layer] = normalizesHidden ? [.normalization] : []
        var block: [Layer] = [.residual(norm + [.attention(transformer.attention)], scale: factor)]
        if transformer.feedForward > 0 {
            block.append(
                .residual(norm + [.linear(ratio: transformer.feedForward), .activation, .linear(ratio: 1)], scale: factor))
        }
        return [.linear(ratio: 1)] + (1..<hiddenLayers).flatMap { _ in block } + norm + [.activation]
    }

    /// Its graph, where it is known that there is one.
    package func builtGraph(inputDimension: Int) -> NetworkGraph {
        do { return try graph(inputDimension: inputDimension) } catch { preconditionFailure("the network \(error)") }
    }

    /// Its graph for inputs of that many components.
    ///
    /// - Precondition: those of a convolution or a transformer are as many as it says (``Dataset/arranged(for:)``).
    public func graph(inputDimension: Int) throws(NetworkError) -> NetworkGraph {
        let grid = convolution?.shape ?? transformer.map { [$0.tokens] } ?? []
        let positions = grid.reduce(1, *)
        precondition(inputDimension % positions == 0, "\(inputDimension) components at \(positions) positions")
        var builder = GraphBuilder(grid: grid, channels: inputDimension / positions)
        let stack = try stack()
        do { try builder.add(stack) } catch { throw layers == nil ? error : .layer(builder.place, error) }
        if builder.graph.layers.isEmpty { throw .noActivation }
        try builder.finish(convolution?.readout ?? .averagePooling)
        return builder.graph
    }
}
