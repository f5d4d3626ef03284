import SaddleModels
import SaddleNumerics

/// The optimiser of one network: gradient descent with momentum, Nesterov's variant and weight decay, as ``Training`` says.
///
/// The gradient of a weight matrix is a product of two thin matrices and is never formed: plain descent adds it to the
/// weights, momentum to the velocity, by one `gemm` that also decays its target.
struct Descent {
    private let momentum, weightDecay: Double
    private let usesNesterov: Bool
    /// v of each weight matrix; none without momentum.
    private var velocities: [Matrix] = []

    init(_ training: Training, of network: FiniteNetwork) {
        momentum = training.momentum
        weightDecay = training.weightDecay
        usesNesterov = training.usesNesterov
        if momentum != 0 { velocities = network.weights.map { Matrix(rows: $0.rows, columns: $0.columns) } }
    }

    /// One step with learning rate η along the error-weighted fields of the last forward and backward pass, where `x` are
    /// the inputs (D × samples) and `errors` the Δ (samples × C) that `fields` were computed from:
    ///
    ///     −γ₀²N ∇ℒ = γ₀/(P√D) Σ_μ g¹x ᵀ,   γ₀/(P√N) Σ_μ gˡ⁺¹φ(hˡ)ᵀ,   γ₀/P Σ_μ φ(hᴸ)Δᵀ
    mutating func step(_ network: inout FiniteNetwork, _ fields: Fields, x: Matrix, errors: Matrix, rate: Double) {
        let depth = network.network.hiddenLayers
        let perSample = network.network.richness / Double(errors.rows)
        for layer in 0..<depth {
            let below = layer == 0 ? x : fields.features[layer - 1]
            update(
                &network.weights[layer], layer, by: .plain(fields.gradients[layer]), below.ᵀ,
                scale: perSample * network.scale(of: layer), rate: rate)
        }
        update(
            &network.weights[depth], depth, by: .plain(fields.features[depth - 1]), .plain(errors), scale: perSample,
            rate: rate)
    }

    /// Moves the weights θ of one layer, where −γ₀²N ∇ℒ = scale · a·b.
    private mutating func update(
        _ weight: inout Matrix, _ layer: Int, by a: Factor, _ b: Factor, scale: Double, rate: Double
    ) {
        if momentum == 0 {
            weight.add(a, b, scale: rate * scale, keeping: 1 - rate * weightDecay)
            return
        }
        velocities[layer].add(a, b, scale: -scale, keeping: momentum)
        if weightDecay != 0 { velocities[layer].add(weight, scale: weightDecay) }
        if usesNesterov {
            // θ − η(βv + γ₀²N∇ℒ + λθ): the gradient a second time, by gemm, rather than a copy of the old velocity.
            weight.add(a, b, scale: rate * scale, keeping: 1 - rate * weightDecay)
            weight.add(velocities[layer], scale: -rate * momentum)
        } else {
            weight.add(velocities[layer], scale: -rate)
        }
    }
}
