import SaddleModels
import SaddleNumerics

/// The optimiser of one network: gradient descent with momentum, Nesterov's variant and weight decay, as ``Training`` says, or what
/// ``SteppedWeights`` serves.
///
/// Descent acts on all parameters alike, weights and biases. The gradient of a weight matrix is a product of two thin matrices and is
/// never formed: plain descent adds it to the weights, momentum to the velocity, by one `gemm` that also decays its target.
struct Descent<Number: NetworkNumber> {
    private let momentum, weightDecay: Double
    private let usesNesterov: Bool
    /// v of each weight matrix, then of each bias; none without momentum.
    private var velocities: [NetworkMatrix<Number>] = []
    /// Learning rates of weights over that of the training.
    private let layerFactors: [Double]
    /// Optimisers other than descent; nil for descent.
    private var stepped: SteppedWeights<Number>?

    init(_ training: Training, of parameters: Parameters<Number>) {
        momentum = training.momentum
        weightDecay = training.weightDecay
        usesNesterov = training.usesNesterov
        layerFactors = parameters.weights.indices.map { weight in
            training.layerRates[LayerRole(weight: weight, of: parameters.weights.count)].map { $0 / training.learningRate.base }
                ?? 1
        }
        if !training.optimizer.isDescent {
            stepped = SteppedWeights(training, of: parameters)
        } else if momentum != 0 {
            velocities = (parameters.weights + parameters.biases).map { NetworkMatrix(rows: $0.rows, columns: $0.columns) }
        }
    }

    /// One step with learning rate η along the error-weighted fields of a pass forward and backward:
    ///
    ///     −γ₀²N^{−c} ∂ℒ/∂W = (s/P) m Σ_{μp} g rᵀ,   −γ₀²N^{−c} ∂ℒ/∂b = (s/P) m_b Σ_{μp} g
    ///
    /// for a weight that reads r and writes a field with the gradient g (Δ for the readout), with s = γ₀N^{−c−a−b}, which is γ₀ in the
    /// mean-field parameterisation, and the multipliers m of ``NetworkScaling``.
    mutating func step(
        _ parameters: inout Parameters<Number>, along pass: Pass<Number>, rate: Double
    ) throws(FactorizationError) {
        let (scaling, readout) = (parameters.scaling, parameters.weights.count - 1)
        let perSample = scaling.stepScale / Double(pass.errors.rows)
        for weight in 0...readout {
            let rate = rate * layerFactors[weight], (left, right) = pass.factors(ofWeight: weight, pass.errors)
            try update(
                &parameters.weights[weight], weight, by: left, right, scale: perSample * scaling.weights[weight].multiplier,
                rate: rate)
            if parameters.biases.isEmpty { continue }
            let bias = pass.factors(ofBias: weight, pass.errors)
            try update(
                &parameters.biases[weight], readout + 1 + weight, by: bias.0, bias.1,
                scale: perSample * scaling.biases[weight].multiplier, rate: rate)
        }
    }

    /// Moves the parameters θ whose velocity has that number, where −γ₀²N^{−c} ∇ℒ = scale · a·b.
    private mutating func update(
        _ parameter: inout NetworkMatrix<Number>, _ number: Int, by a: NetworkMatrix<Number>.Factor,
        _ b: NetworkMatrix<Number>.Factor, scale: Double, rate: Double
    ) throws(FactorizationError) {
        if stepped != nil { return try stepped!.step(&parameter, number, by: a, b, scale: scale, rate: rate) }
        if momentum == 0 {
            parameter.add(a, b, scale: rate * scale, keeping: 1 - rate * weightDecay)
            return
        }
        velocities[number].add(a, b, scale: -scale, keeping: momentum)
        if weightDecay != 0 { velocities[number].add(parameter, scale: weightDecay) }
        if usesNesterov {
            // θ − η(βv + γ₀²N^{−c}∇ℒ + λθ): the gradient a second time, by gemm, rather than a copy of the old velocity.
            parameter.add(a, b, scale: rate * scale, keeping: 1 - rate * weightDecay)
            parameter.add(velocities[number], scale: -rate * momentum)
        } else {
            parameter.add(velocities[number], scale: -rate)
        }
    }
}
