import SaddleModels
import SaddleNumerics

/// The parameters of a ``FiniteNetwork`` in the precision of a training.
struct Parameters<Number: NetworkNumber> {
    let network: Network
    let scaling: NetworkScaling
    let width: Int
    var weights: [NetworkMatrix<Number>]
    var biases: [NetworkMatrix<Number>]

    init(_ network: FiniteNetwork) {
        self.network = network.network
        scaling = network.scaling
        width = network.width
        weights = network.weights.map { NetworkMatrix($0) }
        biases = network.biases.map { NetworkMatrix($0) }
    }

    func store(in network: inout FiniteNetwork) {
        network.weights = weights.map(\.doubles)
        network.biases = biases.map(\.doubles)
    }
}
