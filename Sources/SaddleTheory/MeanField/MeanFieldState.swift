import SaddleModels
import SaddleNumerics

/// A network in the form in which theory sees it: independent sites in each population that meet only in averages ⟨·,·⟩.
///
///     h¹ = Uκ + b¹,   hˡ⁺¹ = a X d + γ₀ Γ(M d) + bˡ⁺¹,   f = (⟨w, φ(hᴸ)⟩ + ⟨b^{L+1}⟩)/γ₀
///     gᴸ = φ′(hᴸ)⊙w,   zˡ = a Z c + γ₀ F(Mᵀc),   gˡ = φ′(hˡ)⊙zˡ
///
/// for fully connected layers; in general fields are made as the ``NetworkGraph`` says, and weights are ``ConditionedMatrix``es.
/// With r = N_L/N of the population that is read and m positions that are read, f = (√r/γ₀) Σ_j ⟨w_j, v_j⟩.
///
/// The output's bias, b/(γ₀√N) in a network of width N, is the average of one number a site: N sites then are a network of
/// width N, its fluctuations included, and it learns as the output weights of a feature that is 1 everywhere.
struct MeanFieldState: Sendable {
    let network: Network
    let graph: NetworkGraph
    /// By population.
    let weights: [SiteWeights]
    /// U: first weights in the coordinates of what they read of the training inputs, sites × r.
    var input: Parameter
    /// w: sites × m·C, the m positions of an output one after the other.
    var readout: Parameter
    /// By number of the weight, sites × 1, and of the readout sites × C; none without biases.
    var biases: [Parameter] = []
    /// Weights between populations, known by what they were asked; none in a network that holds them entry by entry.
    var matrices: [ConditionedMatrix] = []
    /// The same entry by entry, target × K·source: S sites then are a network of width S itself.
    var entries: [Parameter] = []
    /// Of every optimiser but descent.
    private let units: StepUnits?
    /// a: what weight decay leaves of the initial weights, 1 × 1, of those between populations and of those of the inputs.
    var retained = Parameter(Matrix(rows: 1, columns: 1, repeating: 1))
    var retainedInput = Parameter(Matrix(rows: 1, columns: 1, repeating: 1))

    init(
        _ experiment: Experiment, inputRank: Int, weights: [SiteWeights], holdsEntries: Bool, _ realization: inout Realization
    ) throws(MeanFieldError) {
        let (network, graph, outputs) = (experiment.network, experiment.graph, experiment.data.outputCount)
        (self.network, self.graph, self.weights) = (network, graph, weights)
        units = experiment.training.optimizer.isDescent ? nil : StepUnits(experiment, weights)
        let (first, last) = (graph.weights[0].target! + 1, graph.readout.population + 1)
        input = Parameter(try realization.weights(inputRank, layer: first, step: 0))
        readout = Parameter(try realization.weights(outputs * graph.readout.positions, layer: last, step: 0))
        let sites = weights.map(\.sites)
        for number in graph.hiddenWeights {
            let matrix = ConditionedMatrix(number, in: graph, sites: sites)
            if holdsEntries {
                let count = matrix.places * sites[matrix.source - 1]
                entries.append(Parameter(try realization.weights(count, layer: matrix.target, step: 0)))
            } else {
                matrices.append(matrix)
            }
        }
        if network.biasScale == 0 { return }
        for weight in graph.weights {
            var noise = try realization.weights(
                weight.target == nil ? outputs : 1, layer: (weight.target ?? last - 1) + 1, step: 0)
            noise.scale(by: network.biasScale / network.weightScale)
            biases.append(Parameter(noise))
        }
    }

    var a: Double { retained.value[0, 0] }

    /// What is learnt of each weight between populations: M, or all of W.
    var learnt: [Matrix] { entries.isEmpty ? matrices.map(\.learnt.value) : entries.map(\.value) }

    /// Sizes of the bases of each weight between populations, forwards and backwards.
    var ranks: [Int] { ranks(of: learnt) }

    func ranks(of learnt: [Matrix]) -> [Int] {
        zip(graph.hiddenWeights, learnt).flatMap { [$1.columns / graph.weights[$0].places, $1.rows] }
    }

    /// Wφ/√N, or Wᵀg/√N, of a weight between populations.
    mutating func answer(
        _ direction: ConditionedMatrix.Direction, _ number: Int, _ fields: Matrix, scale: Double? = nil,
        _ context: ConditionedMatrix.Context, _ realization: inout Realization
    ) throws(MeanFieldError) -> ConditionedMatrix.Query {
        if entries.isEmpty {
            return try matrices[number - 1].answer(direction, fields, scale: scale, retained: a, in: context, &realization)
        }
        let w = entries[number - 1].value, window = graph.weights[number].window
        let fanIn = 1 / Double(w.columns).squareRoot()
        switch direction {
        case .forward:
            let seen = window.map(fields.gathered) ?? fields
            return .init(coordinates: seen, answers: .product(.plain(w), .plain(seen), scale: fanIn))
        case .backward:
            let pulled = Matrix.product(w.ᵀ, .plain(fields), scale: fanIn)
            return .init(coordinates: fields, answers: window.map(pulled.scattered) ?? pulled)
        }
    }

    /// f = (√r ⟨w, v⟩ + √r ⟨b⟩)/γ₀, n × C.
    func outputs(_ fields: SiteFields) -> Matrix {
        let (top, m) = (weights[graph.readout.population], graph.readout.positions)
        let v = fields.values.last!
        var f: Matrix
        if m == 1 {
            f = top.inner(v, readout.value)
        } else {
            let (sites, count) = (v.rows, readout.value.columns / m)
            f = .product(
                v.reshaped(rows: sites * m, columns: v.columns / m).ᵀ,
                .plain(readout.value.reshaped(rows: sites * m, columns: count)), scale: 1 / Double(sites))
        }
        if let bias = biases.last { f.add(.plain(Self.ones(f.rows)), .plain(top.inner(Self.ones(top.sites), bias.value))) }
        f.scale(by: graph.readoutRoot / network.richness)
        return f
    }

    /// One step of the optimiser on all weights, from the fields of a batch and its errors Δ (n × C).
    ///
    /// - Parameter coordinates: κ of the batch, r × n·positions.
    ///
    /// - Throws: where singular values do not converge.
    mutating func step(
        _ fields: SiteFields, errors: Matrix, coordinates κ: Matrix, at step: Int, _ training: Training
    ) throws(FactorizationError) {
        let γ = network.richness, perSample = 1 / Double(errors.rows)
        let (v, m) = (fields.values.last!, graph.readout.positions)
        let rates = LayerRole.allCases.reduce(into: [:]) { $0[$1] = training.rate(at: step, of: $1) }
        try readout.step(
            Matrix.product(
                .plain(v.reshaped(rows: v.rows * m, columns: errors.rows)), .plain(errors),
                scale: γ * perSample / graph.readoutRoot
            ).reshaped(rows: v.rows, columns: m * errors.columns), rate: rates[.readout]!, training, units?.readout)
        for number in graph.hiddenWeights {
            let d = fields.asked[number]!.coordinates, c = fields.askedBack[number]!.coordinates
            if entries.isEmpty {
                let seen = matrices[number - 1].seen(d)
                try matrices[number - 1].learnt.step(
                    .product(.plain(c), seen.ᵀ, scale: perSample / Double(matrices[number - 1].places)), rate: rates[.hidden]!,
                    training, units?.learnt(number))
            } else {
                // γ₀ΓMFᵀω with Γ and F √N times unit vectors.
                try entries[number - 1].step(
                    .product(.plain(c), d.ᵀ, scale: γ * perSample / Double(d.rows).squareRoot()), rate: rates[.hidden]!,
                    training, units?.weight(number))
            }
        }
        try input.step(
            .product(.plain(gradient(fields, of: 0)), κ.ᵀ, scale: γ * perSample), rate: rates[.input]!, training,
            units?.weight(0))
        for number in biases.indices {
            let descent: Matrix
            if number == graph.weights.count - 1 {
                descent = .product(
                    .plain(Matrix(rows: v.rows, columns: errors.rows, repeating: 1)), .plain(errors),
                    scale: γ * perSample / graph.readoutRoot)
            } else {
                let g = gradient(fields, of: number)
                descent = .product(.plain(g), .plain(Self.ones(g.columns)), scale: γ * perSample)
            }
            try biases[number].step(descent, rate: rates[graph.weights[number].role]!, training, units?.bias(number))
        }
        retained.decay(rate: rates[.hidden]!, training)
        retainedInput.decay(rate: rates[.input]!, training)
    }

    /// g of the field that a weight makes.
    private func gradient(_ fields: SiteFields, of weight: Int) -> Matrix {
        fields.gradients[graph.position(of: weight).field]!
    }

    /// What the readout sends back of a seed (C × n): Σ_c w_c seed_c/√r, sites × n·m.
    func readBack(_ seed: Matrix) -> Matrix {
        let (sites, m) = (readout.value.rows, graph.readout.positions)
        let tall = readout.value.reshaped(rows: sites * m, columns: seed.rows)
        return Matrix.product(.plain(tall), .plain(seed), scale: 1 / graph.readoutRoot).reshaped(
            rows: sites, columns: m * seed.columns)
    }

    private static func ones(_ count: Int) -> Matrix { Matrix(rows: count, columns: 1, repeating: 1) }
}
