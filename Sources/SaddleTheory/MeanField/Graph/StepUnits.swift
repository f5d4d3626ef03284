import SaddleModels
import SaddleNumerics

/// The units of ``Optimizer`` for the parameters of a state: what `descent` = −γ₀²N ∇ℒ is in G, and by how much u moves them.
///
/// Explicit parameters are those of a network whose width is the number of sites. In orthonormal bases, −γ₀²N ∇_Wℒ = γ₀√(N_t/K)
/// Γ̂ (cΔdᵀ/P) F̂ᵀ, so that G = √(rK) · descent of M with r = N_t/N, and M moves by u/√(rK). The output's bias is the mean over sites of
/// numbers that move alike.
struct StepUnits: Sendable {
    private let network: Network
    private let graph: NetworkGraph
    private let optimizer: Optimizer
    private let scaling: NetworkScaling
    private let width: Int
    /// Of what the readout reads.
    private let readoutSites: Int

    /// - Parameter weights: of the sites, by population.
    init(_ experiment: Experiment, _ weights: [SiteWeights]) {
        (network, graph, optimizer) = (experiment.network, experiment.graph, experiment.training.optimizer)
        // The largest population tells the width best: sites of the others are rounded.
        let populations = experiment.graph.populations
        let largest = populations.indices.max { populations[$0].ratio < populations[$1].ratio }!
        width = Int((Double(weights[largest].sites) / graph.populations[largest].ratio).rounded())
        readoutSites = weights[graph.readout.population].sites
        scaling = NetworkScaling(network, graph, width: width)
    }

    /// Of a weight held entry by entry.
    func weight(_ number: Int) -> Parameter.Units {
        units(scaling.weights[number], graph.weights[number].role, isBias: false)
    }

    /// Of the readout, which is a matrix of m·N rows.
    var readout: Parameter.Units {
        var result = weight(graph.weights.count - 1)
        result.rows = readoutSites * graph.readout.positions
        return result
    }

    /// Of M.
    func learnt(_ number: Int) -> Parameter.Units {
        let weight = graph.weights[number]
        let root = (graph.populations[weight.target!].ratio * Double(weight.places)).squareRoot()
        return .init(role: .hidden, gradient: root, step: 1 / root)
    }

    func bias(_ number: Int) -> Parameter.Units {
        let role = graph.weights[number].role
        if role != .readout { return units(scaling.biases[number], role, isBias: true) }
        let root = graph.readoutRoot, γ = network.richness
        let onEntries = optimizer.rule(of: role, isBias: true).action == .onEntries
        return .init(role: role, isBias: true, gradient: root / γ, step: (onEntries ? 1 : γ) / root, rows: 1)
    }

    private func units(_ parameter: NetworkScaling.Parameter, _ role: LayerRole, isBias: Bool) -> Parameter.Units {
        let γ = network.richness
        let (gradient, step) = optimizer.rule(of: role, isBias: isBias).units(
            of: parameter, role, isBias: isBias, richness: γ, width: width)
        return .init(role: role, isBias: isBias, gradient: gradient / (γ * γ * Double(width)), step: step)
    }
}
