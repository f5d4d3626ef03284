import SaddleModels
import SaddleNumerics

/// The fields of a block of points, each sites × (points · positions), as a network's graph makes them.
struct SiteFields: Sendable {
    let graph: NetworkGraph
    /// By number of the field.
    var values: [Matrix] = []
    /// φ′ where the field is φ of another.
    var slopes: [Int: Matrix] = [:]
    /// What the way back through attention and normalisation needs.
    var shares: [Int: [Double]] = [:]
    var inverses: [Int: [Double]] = [:]
    /// gᵢ = γ₀N ∂f/∂(field i), once backpropagated.
    var gradients: [Matrix?] = []
    /// What was put to each hidden weight, forwards and backwards, by its number.
    var asked: [Int: ConditionedMatrix.Query] = [:]
    var askedBack: [Int: ConditionedMatrix.Query] = [:]

    init(_ graph: NetworkGraph) { self.graph = graph }

    /// φ(hˡ) and gˡ of the hidden layers l = 1 … L.
    var features: [Matrix] { graph.layers.map { values[$0.feature] } }
    var layerGradients: [Matrix] { graph.layers.compactMap { gradients[$0.preactivation] } }
    var layerSlopes: [Matrix] { graph.layers.compactMap { slopes[$0.feature] } }

    /// Of the hidden weights in order: coordinates d and answers, coordinates c and answers.
    var forwardQueries: [ConditionedMatrix.Query] { graph.hiddenWeights.compactMap { asked[$0] } }
    var backwardQueries: [ConditionedMatrix.Query] { graph.hiddenWeights.compactMap { askedBack[$0] } }

    mutating func addGradient(_ g: Matrix, to field: Int, scale: Double = 1) {
        if gradients[field] == nil {
            gradients[field] = g
            if scale != 1 { gradients[field]!.scale(by: scale) }
        } else {
            gradients[field]!.add(g, scale: scale)
        }
    }
}

extension NetworkGraph {
    /// Weights between two populations: all but the first, which reads inputs, and the readout.
    var hiddenWeights: Range<Int> { 1..<weights.count - 1 }

    /// √(N_L/N) of the population that is read.
    var readoutRoot: Double { populations[readout.population].ratio.squareRoot() }

    /// Sites of each population where a population of ratio 1 has that many.
    func sites(_ count: Int) -> [Int] { populations.map { $0.width(count) } }

    /// How many weights draw their answers, forwards or backwards, on the sites of a population: two in the middle of a chain, two for each
    /// block on a stream.
    func drawing(on population: Int) -> Int {
        hiddenWeights.reduce(0) { sum, number in
            sum + (weights[number].source == .population(population) ? 1 : 0) + (weights[number].target == population ? 1 : 0)
        }
    }

    /// The place of a weight between its fields.
    func position(of weight: Int) -> (field: Int, source: Int?) {
        for (index, field) in fields.enumerated() {
            if case .linear(weight, let source) = field.operation { return (index, source) }
        }
        preconditionFailure("no field is made by weight \(weight)")
    }
}
