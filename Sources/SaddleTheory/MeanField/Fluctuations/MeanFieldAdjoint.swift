import SaddleModels
import SaddleNumerics

/// Derivatives of one scalar with respect to everything a mean-field state holds, carried backwards in time.
struct MeanFieldAdjoint: Sendable {
    var input: ParameterAdjoint
    var readout: ParameterAdjoint
    var matrices: [ConditionedMatrixAdjoint]
    /// ∂q/∂ωᵢ, by layer.
    var siteWeights: [[Double]]
    /// With respect to the outputs at initialisation, P × C, where outputs are centred.
    private var initialOutputs: Matrix

    init(_ state: MeanFieldState, trainCount: Int) {
        input = ParameterAdjoint(rows: state.input.value.rows, columns: state.input.value.columns)
        readout = ParameterAdjoint(rows: state.readout.value.rows, columns: state.readout.value.columns)
        matrices = zip(state.matrices, state.weights).map { ConditionedMatrixAdjoint($0, sites: $1.sites) }
        siteWeights = state.weights.map { [Double](repeating: 0, count: $0.sites) }
        initialOutputs = Matrix(rows: trainCount, columns: state.readout.value.columns)
    }

    /// Goes back through one step of the sweep.
    ///
    /// - Parameters:
    ///   - bases: the matrices as they were after the step; on exit as before it.
    ///   - seed: derivative of the scalar with respect to the outputs recorded at this step; nil if there is none.
    mutating func reverse(_ step: MeanFieldSweep.Step, _ sweep: MeanFieldSweep, bases: inout [ConditionedMatrix], seed: Matrix?) {
        let experiment = sweep.experiment, training = experiment.training, γ = experiment.network.richness
        let layers = experiment.network.hiddenLayers
        let context = sweep.context(step.index)
        let fields = step.fields, errors = step.errors, n = errors.rows
        let perSample = 1 / Double(n)
        var errorsBar = Matrix(rows: n, columns: errors.columns)
        var activationsBar = fields.features.map { Matrix(rows: $0.rows, columns: $0.columns) }
        var slopesBar = activationsBar

        if step.index < sweep.lastStep {
            let rate = training.rate(at: step.index)

            // w ← w + η (γ₀/n) φ(hᴸ) Δ
            let readoutBar = readout.reverseStep(rate: rate, training)
            activationsBar[layers - 1].add(.plain(readoutBar), errors.ᵀ, scale: γ * perSample)
            errorsBar.add(fields.features[layers - 1].ᵀ, .plain(readoutBar), scale: γ * perSample)
            // U ← U + η (γ₀/n) (g¹Δ) κᵀ
            let κ = step.batch.map { sweep.inputs.train.selectingColumns($0) } ?? sweep.inputs.train
            var gradientBar = Matrix.product(.plain(input.reverseStep(rate: rate, training)), .plain(κ), scale: γ * perSample)
            // M ← M + (η/n) c Δ dᵀ
            var forwardBars: [Matrix] = [], backwardBars: [Matrix] = []
            for l in matrices.indices {
                let bar = matrices[l].learnt.reverseStep(rate: rate, training)
                let d = fields.forwardQueries[l].coordinates, c = fields.backwardQueries[l].coordinates
                backwardBars.append(.product(.plain(bar), .plain(d), scale: perSample))
                forwardBars.append(.product(bar.ᵀ, .plain(c), scale: perSample))
            }

            // gˡ = φ′(hˡ)⊙zˡ from the first layer up, the reverse of backpropagation
            for layer in 1...layers {
                let z = layer < layers ? fields.backwardQueries[layer - 1].answers : step.before.readout * step.seed
                var slopeBar = gradientBar
                slopeBar.multiplyElements(by: z)
                slopesBar[layer - 1] = slopeBar
                var zBar = gradientBar
                zBar.multiplyElements(by: fields.layerSlopes[layer - 1])
                if layer < layers {
                    gradientBar = bases[layer - 1].reverse(
                        fields.backwardQueries[layer - 1], .backward, fields: fields.layerGradients[layer], answers: zBar,
                        coordinates: backwardBars[layer - 1], learnt: step.before.learnt[layer - 1],
                        retained: step.before.retained,
                        in: context, &matrices[layer - 1], &siteWeights)
                } else {
                    readout.value.add(.plain(zBar), step.seed.ᵀ)
                    errorsBar.add(zBar.ᵀ, .plain(step.before.readout))
                }
            }
            var outputsBar = training.loss.errorsPullback(of: errorsBar, outputs: step.outputs, labels: step.labels)
            if let seed { outputsBar.add(seed) }
            reverseForward(
                fields, outputs: outputsBar, batch: step.batch, coordinates: κ, before: step.before, activationsBar, slopesBar,
                forwardBars,
                context, sweep, &bases)
        } else {
            reverseForward(
                fields, outputs: seed ?? errorsBar, batch: nil, coordinates: sweep.inputs.train, before: step.before,
                activationsBar, slopesBar,
                [], context, sweep, &bases)
        }
        if step.index == 0, let initial = step.initialFields {
            let none = initial.features.map { Matrix(rows: $0.rows, columns: $0.columns) }
            reverseForward(
                initial, outputs: initialOutputs, batch: nil, coordinates: sweep.inputs.train, before: step.before, none, none,
                [], context,
                sweep, &bases, isInitial: true)
        }
    }

    /// From outputs back to the first weights of training points.
    private mutating func reverseForward(
        _ fields: SiteFields, outputs: Matrix, batch: [Int]?, coordinates κ: Matrix, before: MeanFieldSweep.Snapshot,
        _ activations: [Matrix], _ slopes: [Matrix], _ coordinates: [Matrix], _ context: ConditionedMatrix.Context,
        _ sweep: MeanFieldSweep, _ bases: inout [ConditionedMatrix], isInitial: Bool = false
    ) {
        if sweep.experiment.network.isCentered && !isInitial {
            for (row, sample) in (batch ?? Array(0..<outputs.rows)).enumerated() {
                for c in 0..<outputs.columns { initialOutputs[sample, c] -= outputs[row, c] }
            }
        }
        let firstBar = reverseForward(
            fields, outputs: outputs, firstFields: before.input * κ, before: before, activations, slopes, coordinates, context,
            sweep, &bases)
        input.value.add(.plain(firstBar), κ.ᵀ)
    }

    /// From outputs back to the fields of the first layer.
    mutating func reverseForward(
        _ fields: SiteFields, outputs: Matrix, firstFields: Matrix, before: MeanFieldSweep.Snapshot,
        _ activations: [Matrix],
        _ slopes: [Matrix], _ coordinates: [Matrix], _ context: ConditionedMatrix.Context, _ sweep: MeanFieldSweep,
        _ bases: inout [ConditionedMatrix]
    ) -> Matrix {
        let network = sweep.experiment.network, layers = network.hiddenLayers
        // f = ⟨w, φ(hᴸ)⟩/γ₀
        let top = context.weights[layers - 1], φ = fields.features[layers - 1]
        var activationBar = activations[layers - 1]
        readout.value.add(.plain(top.applied(φ)), .plain(outputs), scale: 1 / network.richness)
        activationBar.add(.plain(top.applied(before.readout)), outputs.ᵀ, scale: 1 / network.richness)
        siteWeights[layers - 1].addRowProducts(φ * outputs, before.readout, scale: 1 / network.richness)

        for layer in stride(from: layers, through: 1, by: -1) {
            let h = layer > 1 ? fields.forwardQueries[layer - 2].answers : firstFields
            activationBar.multiplyElements(by: fields.layerSlopes[layer - 1])
            var curved = network.activation.secondDerivative(h)
            curved.multiplyElements(by: slopes[layer - 1])
            activationBar.add(curved)
            if layer == 1 { break }
            let below = bases[layer - 2].reverse(
                fields.forwardQueries[layer - 2], .forward, fields: fields.features[layer - 2], answers: activationBar,
                coordinates: coordinates.isEmpty ? nil : coordinates[layer - 2], learnt: before.learnt[layer - 2],
                retained: before.retained, in: context, &matrices[layer - 2], &siteWeights)
            activationBar = activations[layer - 2]
            activationBar.add(below)
        }
        return activationBar
    }
}
