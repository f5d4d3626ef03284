import SaddleModels
import SaddleNumerics

/// The units of ``Optimizer`` for the parameters of a state: what `descent` = −γ₀²N ∇ℒ is in G, and by how much u moves them.
///
/// Explicit parameters are those of a network whose width is the number of sites. In orthonormal bases, −γ₀²N ∇_Wℒ = γ₀√(N_t/K)
/// Γ̂ (cΔdᵀ/P) F̂ᵀ, so that G = √(rK) · descent of M with r = N_t/N, and M moves by u/√(rK). The output's bias is the mean over sites of
/// numbers that move alike.
struct StepUnits {
    private let state: MeanFieldState
    private let optimizer: Optimizer
    private let scaling: NetworkScaling
    private let width: Int

    init(_ state: MeanFieldState, _ training: Training) {
        self.state = state
        optimizer = training.optimizer
        let first = state.graph.fields[0].population
        width = Int((Double(state.weights[first].sites) / state.graph.populations[first].ratio).rounded())
        scaling = NetworkScaling(state.network, state.graph, width: width)
    }

    /// Of a weight held entry by entry.
    func weight(_ number: Int) -> Parameter.Units {
        units(scaling.weights[number], state.graph.weights[number].role, isBias: false)
    }

    /// Of the readout, which is a matrix of m·N rows.
    var readout: Parameter.Units {
        var result = weight(state.graph.weights.count - 1)
        result.rows = state.readout.value.rows * state.graph.readout.positions
        return result
    }

    /// Of M.
    func learnt(_ number: Int) -> Parameter.Units {
        let matrix = state.matrices[number - 1]
        let root = (state.graph.populations[matrix.target - 1].ratio * Double(matrix.places)).squareRoot()
        return .init(role: .hidden, gradient: root, step: 1 / root)
    }

    func bias(_ number: Int) -> Parameter.Units {
        let role = state.graph.weights[number].role
        if role != .readout { return units(scaling.biases[number], role, isBias: true) }
        let root = state.readoutRoot, γ = state.network.richness
        let onEntries = optimizer.rule(of: role, isBias: true).action == .onEntries
        return .init(role: role, isBias: true, gradient: root / γ, step: (onEntries ? 1 : γ) / root, rows: 1)
    }

    private func units(_ parameter: NetworkScaling.Parameter, _ role: LayerRole, isBias: Bool) -> Parameter.Units {
        let γ = state.network.richness
        let (gradient, step) = optimizer.rule(of: role, isBias: isBias).units(
            of: parameter, role, isBias: isBias, richness: γ, width: width)
        return .init(role: role, isBias: isBias, gradient: gradient / (γ * γ * Double(width)), step: step)
    }
}
