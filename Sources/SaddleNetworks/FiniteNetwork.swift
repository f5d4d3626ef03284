import SaddleModels
import SaddleNumerics

/// One network of finite width N, with its parameters: what its ``NetworkGraph`` says, for fully connected layers
///
///     hˡ⁺¹ = m Wˡφ(hˡ) + m_b bˡ,   f = hᴸ⁺¹/(γ₀N^{a+b}),   φ(h⁰) = x
///
/// with the constants of ``NetworkScaling``; in the mean-field parameterisation without biases h¹ = W⁰x/√D,
/// hˡ⁺¹ = Wˡφ(hˡ)/√N, f = w·φ(hᴸ)/(γ₀N).
///
/// A network is a function of (seed, width, index): its parameters come from random streams keyed by these and the number of the weight.
/// Fields are units × samples·positions: a position of a sample is a column.
public struct FiniteNetwork: Sendable {
    /// Architecture, scales and parameterisation.
    public let network: Network
    /// Its fields and weights, in the order in which they act.
    public let graph: NetworkGraph
    /// N
    public let width: Int
    /// One for each weight of the graph, units of its target × K · (units or channels of what it reads), place by place of its window;
    /// the readout has (units · positions) × C, position by position. Fully connected: W⁰ (N×D), W¹ … W^{L−1} (N×N), w (N×C).
    public var weights: [Matrix]
    /// One for each weight, units of its target × 1 (C × 1); none without biases.
    public var biases: [Matrix]
    /// Multipliers and deviations of its parameters at this width.
    public let scaling: NetworkScaling
    /// C
    public let outputCount: Int

    /// The network number `index` of an ensemble, at initialisation.
    ///
    /// - Precondition: the network can be built from its description (`Network.graph(inputDimension:)`).
    public init(_ network: Network, inputDimension: Int, outputCount: Int, width: Int, seed: Int, index: Int) {
        self.init(
            network, network.builtGraph(inputDimension: inputDimension), outputCount: outputCount, width: width, seed: seed,
            index: index)
    }

    /// - Precondition: the graph can have that width (`NetworkGraph.widthProblem`).
    init(_ network: Network, _ graph: NetworkGraph, outputCount: Int, width: Int, seed: Int, index: Int) {
        precondition(width >= 1 && outputCount >= 1, "width \(width), \(outputCount) outputs")
        if let problem = graph.widthProblem(width) { preconditionFailure("width \(width); expected \(problem)") }
        let scaling = NetworkScaling(network, graph, width: width)
        self.network = network
        self.graph = graph
        self.width = width
        self.scaling = scaling
        self.outputCount = outputCount
        func units(_ population: Int) -> Int { graph.populations[population].width(width) }
        weights = graph.weights.enumerated().map { number, weight in
            let read =
                switch weight.source {
                case .inputs(let channels): weight.places * channels
                case .population(let source): weight.places * units(source)
                }
            var stream = RandomStream(seed: seed, .networkWeights, width, index, number)
            var matrix =
                if let target = weight.target {
                    stream.normals(rows: units(target), columns: read)
                } else {
                    stream.normals(rows: read * graph.readout.positions, columns: outputCount)
                }
            matrix.scale(by: scaling.weights[number].deviation)
            return matrix
        }
        biases = scaling.biases.enumerated().map { number, parameter in
            // A further index keeps the weights what they are without biases.
            var stream = RandomStream(seed: seed, .networkWeights, width, index, number, 1)
            var bias = stream.normals(rows: graph.weights[number].target.map(units) ?? outputCount, columns: 1)
            bias.scale(by: parameter.deviation)
            return bias
        }
    }

    /// D
    public var inputDimension: Int { graph.inputDimension }

    /// f for inputs with one sample a row, samples × C. The output at initialisation is never subtracted here.
    ///
    /// - Precondition: with layer norm, no input has all components equal (``Network/inputWithoutVariation(in:)``), and no hidden field
    ///   that is normalised has all units equal.
    public func outputs(for inputs: Matrix) -> Matrix {
        let x = graph.entering(NetworkMatrix<Double>(network.entering(inputs).transposed))
        var fields = Fields(of: self, samples: inputs.rows)
        fields.forward(Parameters(self), x)
        fields.requireVariation()
        return fields.outputs.doubles
    }
}
