import SaddleModels
import SaddleNetworks
import SaddleNumerics
import Testing

/// Units in another order.
@Suite struct UnitMatchingTests {
    /// Shuffled units of one network are found again, layer by layer, and outputs stay what they are; between different networks too.
    @Test(arguments: [1, 3]) func findsShuffledUnits(layers: Int) {
        var stream = RandomStream(seed: 4, .test)
        let inputs = stream.normals(rows: 12, columns: 5)
        let network = Network(hiddenLayers: layers, activation: .tanh, biasScale: 0.3)
        let first = FiniteNetwork(network, inputDimension: 5, outputCount: 2, width: 9, seed: 1, index: 0)
        var shuffled = first
        for layer in 1...layers {
            let order = stream.permutation(9)
            shuffled.weights[layer - 1] = shuffled.weights[layer - 1].selectingRows(order)
            shuffled.biases[layer - 1] = shuffled.biases[layer - 1].selectingRows(order)
            shuffled.weights[layer] =
                layer == layers ? shuffled.weights[layer].selectingRows(order) : shuffled.weights[layer].selectingColumns(order)
        }
        #expect(shuffled.weights != first.weights)
        let back = shuffled.matched(to: first, inputs: inputs)
        #expect(back.weights == first.weights && back.biases == first.biases)
        let other = FiniteNetwork(network, inputDimension: 5, outputCount: 2, width: 9, seed: 1, index: 1)
        let matched = other.matched(to: first, inputs: inputs)
        #expect(matched.weights != other.weights)
        for (a, b) in zip(matched.outputs(for: inputs).elements, other.outputs(for: inputs).elements) {
            #expect(abs(a - b) < 1e-12)
        }
    }
}
