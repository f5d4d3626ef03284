import SaddleModels
import SaddleNumerics

/// Optimisers that need the gradient of a parameter as a matrix: all but gradient descent (``Descent``). Arithmetic is in double precision, and
/// rounded to that of the training where parameters are stored.
struct SteppedWeights<Number: NetworkNumber> {
    private struct Slot {
        var state: OptimizerState
        /// s over γ₀²N, and c, of ``Optimizer``.
        let gradientScale: Double
        let stepScale: Double
        /// Of θ in G, where the decay is coupled.
        let coupledDecay: Double
        /// Of θ beside the step, where it is decoupled.
        let decoupledDecay: Double
    }

    /// Of each weight, then of each bias.
    private var slots: [Slot]

    /// - Precondition: the parameterisation is `mean_field`, whose units ``Optimizer`` has.
    init(_ training: Training, of parameters: Parameters<Number>) {
        let network = parameters.network, (width, count) = (parameters.width, parameters.weights.count)
        precondition(network.parameterization == .meanField, "\(training.optimizer) in \(network.parameterization.name)")
        let optimizer = training.optimizer, λ = training.weightDecay
        func slot(_ number: Int, isBias: Bool) -> Slot {
            let role = LayerRole(weight: number, of: count), rule = optimizer.rule(of: role, isBias: isBias)
            let scaling = isBias ? parameters.scaling.biases[number] : parameters.scaling.weights[number]
            let units = rule.units(of: scaling, role, isBias: isBias, richness: network.richness, width: width)
            let isCoupled = optimizer.decay == .coupled
            return Slot(
                state: OptimizerState(training, role, isBias: isBias),
                gradientScale: units.gradient / (network.richness * network.richness * Double(width)), stepScale: units.step,
                coupledDecay: isCoupled ? (rule.action == .onEntries ? λ : λ / units.step) : 0,
                decoupledDecay: isCoupled ? 0 : λ)
        }
        slots = (0..<count).map { slot($0, isBias: false) } + parameters.biases.indices.map { slot($0, isBias: true) }
    }

    /// Moves the parameter of that number, where −γ₀²N ∇ℒ = scale · a·b.
    ///
    /// - Throws: where singular values or eigenvalues do not converge.
    mutating func step(
        _ parameter: inout NetworkMatrix<Number>, _ number: Int, by a: NetworkMatrix<Number>.Factor,
        _ b: NetworkMatrix<Number>.Factor, scale: Double, rate: Double
    ) throws(FactorizationError) {
        var product = NetworkMatrix<Number>(rows: parameter.rows, columns: parameter.columns)
        product.add(a, b, scale: 1, keeping: 0)
        var gradient = product.doubles, value = parameter.doubles
        gradient.scale(by: scale * slots[number].gradientScale)
        if slots[number].coupledDecay != 0 { gradient.add(value, scale: -slots[number].coupledDecay) }
        let u = try slots[number].state.update(of: gradient)
        value.scale(by: 1 - rate * slots[number].decoupledDecay)
        value.add(u, scale: rate * slots[number].stepScale)
        parameter.copy(value)
    }
}
