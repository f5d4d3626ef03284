import SaddleModels
import SaddleNumerics

extension FiniteNetwork {
    /// The same function with its hidden units in the order of those of another network that they are most like: layer by layer the permutation that maximises
    /// Σ_i φ(h_i)·φ(h′_π(i)) over samples (Ainsworth, Hayase, Srinivasa, "Git Re-Basin", 2023, activation matching), by ``Assignment``.
    ///
    /// - Parameter inputs: one sample a row.
    /// - Precondition: both are chains of fully connected layers of the same shape (``isMatchable``).
    public func matched(to other: FiniteNetwork, inputs: Matrix) -> FiniteNetwork {
        precondition(isMatchable && other.isMatchable && width == other.width, "\(network) and \(other.network)")
        let (own, others) = (TangentFields(self, inputs).features, TangentFields(other, inputs).features)
        var result = self
        for layer in 1..<own.count {
            var costs = Matrix.product(.plain(others[layer]), own[layer].ᵀ)
            costs.scale(by: -1)
            let order = Assignment(costs).columns
            // Rows of what a layer writes, columns of what the next one reads; the readout reads rows.
            result.weights[layer - 1] = result.weights[layer - 1].selectingRows(order)
            if !biases.isEmpty { result.biases[layer - 1] = result.biases[layer - 1].selectingRows(order) }
            let next = result.weights[layer]
            result.weights[layer] = layer == own.count - 1 ? next.selectingRows(order) : next.selectingColumns(order)
        }
        return result
    }

    /// Whether hidden units may change places layer by layer.
    public var isMatchable: Bool { graph.isChain && network.residual == nil && !network.normalizesHidden }
}
