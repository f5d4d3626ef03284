import SaddleModels
import SaddleNumerics

/// A network in the form in which theory sees it: independent sites in each layer that meet only in averages ⟨·,·⟩.
///
///     h¹ = Uκ + b¹,   hˡ⁺¹ = a X d + γ₀ Γ(M d) + bˡ⁺¹,   f = (⟨w, φ(hᴸ)⟩ + ⟨b^{L+1}⟩)/γ₀
///     gᴸ = φ′(hᴸ)⊙w,   zˡ = a Z c + γ₀ F(Mᵀc),   gˡ = φ′(hˡ)⊙zˡ
///
/// The output's bias, b/(γ₀√N) in a network of width N, is the average of one number a site: N sites then are a network of
/// width N, its fluctuations included, and it learns as the output weights of a feature that is 1 everywhere.
struct MeanFieldState: Sendable {
    /// The fields of a block of n points in every layer; element l − 1 belongs to layer l, each sites × n.
    struct Fields: Sendable {
        /// Activations φ(hˡ) and slopes φ′(hˡ).
        var activations: [Matrix] = []
        var slopes: [Matrix] = []
        /// φ(hˡ) put to matrix l, l = 1 … L − 1: coordinates d, answers hˡ⁺¹.
        var forwardQueries: [ConditionedMatrix.Query] = []
        /// gˡ, layers 1 … L, once backpropagated.
        var gradients: [Matrix] = []
        /// gˡ⁺¹ put to matrix l, l = 1 … L − 1: coordinates c, answers zˡ.
        var backwardQueries: [ConditionedMatrix.Query] = []
    }

    let network: Network
    let weights: [SiteWeights]
    /// U: first weights in the coordinates of the training inputs, sites × r.
    var input: Parameter
    /// w: sites × C.
    var readout: Parameter
    /// b¹ … bᴸ (sites × 1) and b^{L+1} (sites × C); none without biases.
    var biases: [Parameter] = []
    /// W¹ … W^{L−1}, known by what they were asked; none in a network that holds them entry by entry.
    var matrices: [ConditionedMatrix] = []
    /// W¹ … W^{L−1} entry by entry: S sites then are a network of width S itself.
    var entries: [Parameter] = []
    /// a: what weight decay leaves of the initial weights, 1 × 1.
    var retained = Parameter(Matrix(rows: 1, columns: 1, repeating: 1))

    init(
        _ network: Network, inputRank: Int, outputs: Int, weights: [SiteWeights], holdsEntries: Bool,
        _ realization: inout Realization
    ) throws(MeanFieldError) {
        self.network = network
        self.weights = weights
        let layers = network.hiddenLayers
        input = Parameter(try realization.weights(inputRank, layer: 1, step: 0))
        readout = Parameter(try realization.weights(outputs, layer: layers, step: 0))
        for layer in 1..<layers {
            let sites = weights[layer].sites
            if holdsEntries {
                entries.append(Parameter(try realization.weights(sites, layer: layer + 1, step: 0)))
            } else {
                matrices.append(ConditionedMatrix(lower: layer, sites: sites))
            }
        }
        if network.biasScale == 0 { return }
        for layer in 1...layers + 1 {
            var noise = try realization.weights(layer > layers ? outputs : 1, layer: min(layer, layers), step: 0)
            noise.scale(by: network.biasScale / network.weightScale)
            biases.append(Parameter(noise))
        }
    }

    var a: Double { retained.value[0, 0] }

    /// What is learnt of each hidden matrix: M, or all of W.
    var learnt: [Matrix] { entries.isEmpty ? matrices.map(\.learnt.value) : entries.map(\.value) }

    /// Sizes of the bases of each hidden matrix, forwards and backwards.
    var ranks: [Int] {
        entries.isEmpty
            ? matrices.flatMap { [$0.forward.rank, $0.backward.rank] } : entries.flatMap { [$0.value.columns, $0.value.rows] }
    }

    /// Wφ/√N, or Wᵀg/√N, of hidden matrix `l`, 0 … L − 2.
    private mutating func answer(
        _ direction: ConditionedMatrix.Direction, _ l: Int, _ fields: Matrix, scale: Double? = nil,
        _ context: ConditionedMatrix.Context, _ realization: inout Realization
    ) throws(MeanFieldError) -> ConditionedMatrix.Query {
        if entries.isEmpty {
            return try matrices[l].answer(direction, fields, scale: scale, retained: a, in: context, &realization)
        }
        let w: Factor = direction == .forward ? .plain(entries[l].value) : entries[l].value.ᵀ
        return .init(coordinates: fields, answers: .product(w, .plain(fields), scale: 1 / Double(fields.rows).squareRoot()))
    }

    /// Propagates points with the given first-layer fields h¹ − b¹ (sites × n) forwards.
    mutating func forward(_ firstFields: Matrix, _ context: ConditionedMatrix.Context, _ realization: inout Realization)
        throws(MeanFieldError) -> Fields
    {
        var fields = Fields()
        var h = firstFields
        for layer in 1...network.hiddenLayers {
            if !biases.isEmpty { h.add(.plain(biases[layer - 1].value), Self.ones(h.columns).ᵀ) }
            let (value, slope) = network.activation.valueAndDerivative(h)
            fields.activations.append(value)
            fields.slopes.append(slope)
            if layer == network.hiddenLayers { break }
            let query = try answer(.forward, layer - 1, value, context, &realization)
            h = query.answers
            fields.forwardQueries.append(query)
        }
        return fields
    }

    /// f = (⟨w, φ(hᴸ)⟩ + ⟨b⟩)/γ₀, n × C.
    func outputs(_ fields: Fields) -> Matrix {
        let top = weights[network.hiddenLayers - 1]
        var f = top.inner(fields.activations.last!, readout.value)
        if let bias = biases.last {
            f.add(.plain(Self.ones(f.rows)), .plain(top.inner(Self.ones(top.sites), bias.value)))
        }
        f.scale(by: 1 / network.richness)
        return f
    }

    /// Propagates `Σ_c seed_c w_c` backwards (seed: C × n) and fills in gradients and their coordinates.
    ///
    /// Where the fields carry the errors, the seed is Δ: one vector a sample serves all outputs, samples that are learnt already cost no
    /// directions, and residuals are measured against the mean square of the block, so that an update is good to the tolerance
    /// as a whole. Otherwise the seed is one output and gˡ is the field of the gradient kernel.
    mutating func backward(
        _ fields: inout Fields, seed: Matrix, carriesErrors: Bool, _ context: ConditionedMatrix.Context,
        _ realization: inout Realization
    ) throws(MeanFieldError) {
        let layers = network.hiddenLayers
        fields.gradients = fields.slopes
        var queries: [ConditionedMatrix.Query] = []
        var z = readout.value * seed
        for layer in stride(from: layers, through: 1, by: -1) {
            fields.gradients[layer - 1].multiplyElements(by: z)
            if layer == 1 { break }
            let g = fields.gradients[layer - 1]
            let query = try answer(
                .backward, layer - 2, g, scale: carriesErrors ? Self.meanSquare(g) : nil, context, &realization)
            z = query.answers
            queries.append(query)
        }
        fields.backwardQueries = queries.reversed()
    }

    /// One step of the optimiser on all weights, from the fields of a batch and its errors Δ (n × C).
    ///
    /// - Parameter coordinates: κ of the batch, r × n.
    mutating func step(
        _ fields: Fields, errors: Matrix, coordinates κ: Matrix, rate: Double, _ training: Training
    ) {
        let γ = network.richness
        let perSample = 1 / Double(errors.rows)
        readout.step(
            .product(.plain(fields.activations.last!), .plain(errors), scale: γ * perSample), rate: rate, training)
        for l in fields.forwardQueries.indices {
            let d = fields.forwardQueries[l].coordinates
            func descent(_ scale: Double) -> Matrix {
                .product(.plain(fields.backwardQueries[l].coordinates), d.ᵀ, scale: scale * perSample)
            }
            if entries.isEmpty {
                matrices[l].learnt.step(descent(1), rate: rate, training)
            } else {
                // γ₀ΓMFᵀω with Γ and F √N times unit vectors.
                entries[l].step(descent(γ / Double(d.rows).squareRoot()), rate: rate, training)
            }
        }
        input.step(.product(.plain(fields.gradients[0]), κ.ᵀ, scale: γ * perSample), rate: rate, training)
        for l in biases.indices {
            let descent =
                l < fields.gradients.count
                ? Matrix.product(
                    .plain(fields.gradients[l]), .plain(Self.ones(errors.rows)), scale: γ * perSample)
                : .product(
                    .plain(Matrix(rows: readout.value.rows, columns: errors.rows, repeating: 1)), .plain(errors),
                    scale: γ * perSample)
            biases[l].step(descent, rate: rate, training)
        }
        retained.step(Matrix(rows: 1, columns: 1), rate: rate, training)
    }

    private static func ones(_ count: Int) -> Matrix { Matrix(rows: count, columns: 1, repeating: 1) }

    private static func meanSquare(_ g: Matrix) -> Double {
        g.elements.reduce(0) { $0 + $1 * $1 } / Double(max(g.elements.count, 1))
    }
}
