import SaddleModels
import SaddleNumerics

/// A network in the form in which theory sees it: independent sites in each layer that meet only in averages ⟨·,·⟩.
///
///     h¹ = Uκ,   hˡ⁺¹ = a X d + γ₀ Γ(M d),   f = ⟨w, φ(hᴸ)⟩/γ₀
///     gᴸ = φ′(hᴸ)⊙w,   zˡ = a Z c + γ₀ F(Mᵀc),   gˡ = φ′(hˡ)⊙zˡ
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
    /// W¹ … W^{L−1}.
    var matrices: [ConditionedMatrix]
    /// a: what weight decay leaves of the initial weights, 1 × 1.
    var retained = Parameter(Matrix(rows: 1, columns: 1, repeating: 1))

    init(
        _ network: Network, inputRank: Int, outputs: Int, weights: [SiteWeights], _ realization: inout Realization
    ) throws(MeanFieldError) {
        self.network = network
        self.weights = weights
        let layers = network.hiddenLayers
        input = Parameter(try realization.noise(inputRank, layer: 1, step: 0))
        readout = Parameter(try realization.noise(outputs, layer: layers, step: 0))
        matrices = (1..<layers).map { ConditionedMatrix(lower: $0, sites: weights[$0].sites) }
    }

    var a: Double { retained.value[0, 0] }

    /// Propagates points with the given first-layer fields h¹ (sites × n) forwards.
    mutating func forward(_ firstFields: Matrix, _ context: ConditionedMatrix.Context, _ realization: inout Realization)
        throws(MeanFieldError) -> Fields
    {
        var fields = Fields()
        var h = firstFields
        for layer in 1...network.hiddenLayers {
            let (value, slope) = network.activation.valueAndDerivative(h)
            fields.activations.append(value)
            fields.slopes.append(slope)
            if layer == network.hiddenLayers { break }
            let query = try matrices[layer - 1].answer(.forward, value, retained: a, in: context, &realization)
            h = query.answers
            fields.forwardQueries.append(query)
        }
        return fields
    }

    /// f = ⟨w, φ(hᴸ)⟩/γ₀, n × C.
    func outputs(_ fields: Fields) -> Matrix {
        var f = weights[network.hiddenLayers - 1].inner(fields.activations.last!, readout.value)
        f.scale(by: 1 / network.richness)
        return f
    }

    /// Propagates `Σ_c seed_c w_c` backwards (seed: C × n) and fills in gradients and their coordinates.
    ///
    /// Where the fields carry the errors, the seed is Δ, and residuals are measured against the mean square of the block: an update
    /// is then good to the tolerance as a whole. Otherwise (one output) the seed is 1 and gˡ is the field of the gradient kernel.
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
            let query = try matrices[layer - 2].answer(
                .backward, g, scale: carriesErrors ? Self.meanSquare(g) : nil, retained: a, in: context, &realization)
            z = query.answers
            queries.append(query)
        }
        fields.backwardQueries = queries.reversed()
    }

    /// One step of the optimiser on all weights, from the fields of a batch and its errors Δ (n × C).
    ///
    /// - Parameter coordinates: κ of the batch, r × n.
    mutating func step(
        _ fields: Fields, errors: Matrix, carriesErrors: Bool, coordinates κ: Matrix, rate: Double, _ training: Training
    ) {
        let γ = network.richness
        let perSample = 1 / Double(errors.rows)
        // Where the fields do not carry the errors, what they multiply does.
        let sampleErrors = carriesErrors ? [Double](repeating: 1, count: errors.rows) : errors.elements

        readout.step(
            .product(.plain(fields.activations.last!), .plain(errors), scale: γ * perSample), rate: rate, training)
        for l in matrices.indices {
            var d = fields.forwardQueries[l].coordinates
            d.scaleColumns(by: sampleErrors)
            matrices[l].learnt.step(
                .product(.plain(fields.backwardQueries[l].coordinates), d.ᵀ, scale: perSample), rate: rate, training)
        }
        var weighted = κ
        weighted.scaleColumns(by: sampleErrors)
        input.step(.product(.plain(fields.gradients[0]), weighted.ᵀ, scale: γ * perSample), rate: rate, training)
        retained.step(Matrix(rows: 1, columns: 1), rate: rate, training)
    }

    private static func meanSquare(_ g: Matrix) -> Double {
        g.elements.reduce(0) { $0 + $1 * $1 } / Double(max(g.elements.count, 1))
    }
}
