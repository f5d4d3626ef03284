import SaddleModels
import SaddleNumerics

/// One solution of the mean-field theory: a single causal sweep over the training steps, then the points that do not act back.
package struct MeanFieldSweep: Sendable {
    /// All weights at a recorded step.
    struct Snapshot: Sendable {
        let step: Int
        let input: Matrix
        let readout: Matrix
        let learnt: [Matrix]
        let retained: Double
    }

    let experiment: Experiment
    let settings: MeanFieldSettings
    let layout: ObservableLayout
    let inputs: InputCoordinates
    private(set) var state: MeanFieldState
    private(set) var realization: Realization
    package private(set) var observables: [Double]
    /// Recorded times × matrices × (forward, backward).
    package private(set) var ranks: [Int] = []
    private var snapshots: [Snapshot] = []
    private var initialOutputs: Matrix?

    /// Test points per batch after the sweep.
    static let probeBatch = 256

    init(
        _ experiment: Experiment, _ settings: MeanFieldSettings, _ layout: ObservableLayout, _ inputs: InputCoordinates,
        weights: [SiteWeights], realization: Realization
    ) throws(MeanFieldError) {
        self.experiment = experiment
        self.settings = settings
        self.layout = layout
        self.inputs = inputs
        self.realization = realization
        observables = [Double](repeating: 0, count: layout.count)
        state = try MeanFieldState(
            experiment.network, inputRank: inputs.rank, outputs: experiment.data.outputCount, weights: weights,
            &self.realization)
    }

    /// Solves and records everything.
    mutating func run(shouldStop: () -> Bool = { false }) throws(MeanFieldError) {
        let training = experiment.training
        var recorded = 0
        for step in 0...training.steps {
            if shouldStop() { throw .stopped }
            let isRecorded = recorded < experiment.recordedSteps.count && experiment.recordedSteps[recorded] == step
            try advance(step, recordingAs: isRecorded ? recorded : nil)
            if isRecorded { recorded += 1 }
            if recorded == experiment.recordedSteps.count { break }
        }
        try probe()
    }

    /// Whether the fields of the sweep hold all that is to be recorded about the training points.
    private var sweepHoldsTraining: Bool {
        experiment.training.batch(at: 0, of: experiment.data.trainCount) == nil
            && (experiment.data.outputCount == 1 || !settings.recordsKernels)
    }

    /// Records time `time` if asked to, then takes training step `step`.
    private mutating func advance(_ step: Int, recordingAs time: Int?) throws(MeanFieldError) {
        let data = experiment.data, training = experiment.training
        let isLast = step == experiment.recordedSteps.last!
        if time != nil { takeSnapshot(step) }
        if isLast && !sweepHoldsTraining { return }

        let batch = training.batch(at: step, of: data.trainCount)
        if step == 0 && experiment.network.isCentered {
            if time == nil { takeSnapshot(step) }
            initialOutputs = state.outputs(try state.forward(firstFields(nil), context(0), &realization))
        }
        var fields = try state.forward(firstFields(batch), context(step), &realization)
        var f = state.outputs(fields)
        if let initial = initialOutputs { f.add(batch.map { initial.selectingRows($0) } ?? initial, scale: -1) }
        try checkFinite(f, step)
        let labels = batch.map { data.trainLabels.selectingRows($0) } ?? data.trainLabels
        let errors = training.loss.errors(outputs: f, labels: labels)

        let carriesErrors = data.outputCount > 1
        let seed = carriesErrors ? errors.transposed : Matrix(rows: 1, columns: f.rows, repeating: 1)
        if !isLast || settings.recordsKernels {
            try state.backward(&fields, seed: seed, carriesErrors: carriesErrors, context(step), &realization)
        }
        if let time, sweepHoldsTraining { recordTraining(fields, outputs: f, time: time) }
        if isLast { return }
        let κ = batch.map { inputs.train.selectingColumns($0) } ?? inputs.train
        state.step(fields, errors: errors, coordinates: κ, rate: training.rate(at: step), training)
    }

    /// h¹ = Uκ of the given training points.
    private func firstFields(_ batch: [Int]?) -> Matrix {
        state.input.value * (batch.map { inputs.train.selectingColumns($0) } ?? inputs.train)
    }

    private func context(_ step: Int, isProbe: Bool = false) -> ConditionedMatrix.Context {
        ConditionedMatrix.Context(
            weights: state.weights, tolerance: settings.tolerance, richness: experiment.network.richness, step: step,
            isProbe: isProbe)
    }

    private func checkFinite(_ f: Matrix, _ step: Int) throws(MeanFieldError) {
        if !f.elements.allSatisfy({ $0.isFinite && abs($0) < 1e100 }) {
            throw .diverged(step: step, learningRate: experiment.training.rate(at: max(step - 1, 0)))
        }
    }

    private mutating func takeSnapshot(_ step: Int) {
        snapshots.append(
            Snapshot(
                step: step, input: state.input.value, readout: state.readout.value,
                learnt: state.matrices.map(\.learnt.value), retained: state.a))
    }

    // MARK: Recording

    private mutating func recordTraining(_ fields: MeanFieldState.Fields, outputs f: Matrix, time: Int) {
        record(outputs: f, labels: experiment.data.trainLabels, as: "train", time: time)
        if settings.recordsKernels {
            let gradientKernels = zip(state.weights, fields.gradients).map { $0.gram($1) }
            recordKernels(features: featureKernels(fields), gradients: gradientKernels, time: time)
        }
        ranks += state.matrices.flatMap { [$0.forward.rank, $0.backward.rank] }
    }

    private func featureKernels(_ fields: MeanFieldState.Fields) -> [Matrix] {
        zip(state.weights, fields.activations).map { $0.gram($1) }
    }

    private mutating func record(outputs f: Matrix, labels: Matrix, as set: String, time: Int) {
        layout.store(f, as: "\(set)_output", time: time, into: &observables)
        let loss = experiment.training.loss.mean(outputs: f, labels: labels)
        layout.store(Matrix(rows: 1, columns: 1, repeating: loss), as: "\(set)_loss", time: time, into: &observables)
    }

    /// Φˡ, Gˡ and K = Σ_{l=0}^{L} Gˡ⁺¹⊙Φˡ with Φ⁰ = xxᵀ/D and G^{L+1} = 1.
    private mutating func recordKernels(features: [Matrix], gradients: [Matrix], time: Int) {
        let x = experiment.data.trainInputs
        var tangent = features.last!
        for l in gradients.indices {
            var term = gradients[l]
            term.multiplyElements(by: l == 0 ? InputCoordinates.kernel(x, x) : features[l - 1])
            tangent.add(term)
            layout.store(features[l], as: "feature_kernel_\(l + 1)", time: time, into: &observables)
            layout.store(gradients[l], as: "gradient_kernel_\(l + 1)", time: time, into: &observables)
        }
        layout.store(tangent, as: "tangent_kernel", time: time, into: &observables)
    }

    // MARK: Points that do not act back

    /// Test points, and training points where the sweep does not hold them, at all recorded steps.
    private mutating func probe() throws(MeanFieldError) {
        let data = experiment.data
        if !sweepHoldsTraining {
            try probe(inside: inputs.train, outside: Matrix(rows: 0, columns: data.trainCount), labels: data.trainLabels, first: nil)
        }
        for first in stride(from: 0, to: data.testCount, by: Self.probeBatch) {
            let rows = Array(first..<min(first + Self.probeBatch, data.testCount))
            let (inside, outside) = inputs.coordinates(of: data.testInputs.selectingRows(rows))
            try probe(inside: inside, outside: outside, labels: data.testLabels.selectingRows(rows), first: first)
        }
    }

    /// Follows a batch of points through all snapshots with the final bases: their residuals meet fresh noise and span a
    /// small basis of their own, forgotten afterwards.
    ///
    /// - Parameter first: index of the first test point; nil for the training points.
    private mutating func probe(inside: Matrix, outside: Matrix, labels: Matrix, first: Int?) throws(MeanFieldError) {
        let counts = realization.counts
        let trained = state
        let fresh = try realization.noise(outside.rows, layer: 1, step: experiment.training.steps, mayBeUnmatched: true)
        let residual = fresh * outside
        var initial: Matrix?
        var time = 0
        for snapshot in snapshots {
            state.restore(snapshot)
            var firstFields = snapshot.input * inside
            firstFields.add(residual, scale: snapshot.retained)
            let fields = try state.forward(firstFields, context(snapshot.step, isProbe: true), &realization)
            var f = state.outputs(fields)
            if experiment.network.isCentered {
                initial = initial ?? f
                f.add(initial!, scale: -1)
            }
            try checkFinite(f, snapshot.step)
            guard experiment.recordedSteps[time] == snapshot.step else { continue }
            if let first {
                recordTest(f, labels, first: first, time: time)
            } else {
                record(outputs: f, labels: labels, as: "train", time: time)
                if settings.recordsKernels { try probeKernels(fields, snapshot.step, time: time) }
                ranks += zip(trained.matrices, snapshot.learnt).flatMap { _, m in [m.columns, m.rows] }
            }
            time += 1
        }
        state = trained
        realization.forget(beyond: counts)
    }

    /// Kernels of the training points, gradient kernels averaged over outputs.
    private mutating func probeKernels(_ fields: MeanFieldState.Fields, _ step: Int, time: Int) throws(MeanFieldError) {
        let outputs = experiment.data.outputCount
        let count = fields.activations[0].columns
        var gradientKernels = [Matrix](repeating: Matrix(rows: count, columns: count), count: fields.activations.count)
        for output in 0..<outputs {
            var one = fields
            let seed = Matrix(rows: outputs, columns: count) { c, _ in c == output ? 1 : 0 }
            try state.backward(&one, seed: seed, carriesErrors: false, context(step, isProbe: true), &realization)
            for l in gradientKernels.indices {
                gradientKernels[l].add(state.weights[l].gram(one.gradients[l]), scale: 1 / Double(outputs))
            }
        }
        recordKernels(features: featureKernels(fields), gradients: gradientKernels, time: time)
    }

    private mutating func recordTest(_ f: Matrix, _ labels: Matrix, first: Int, time: Int) {
        let entry = layout["test_output"]!
        let start = entry.range.lowerBound + time * entry.stride + first * f.columns
        for i in 0..<f.rows { for c in 0..<f.columns { observables[start + i * f.columns + c] = f[i, c] } }
        let share = Double(f.rows) / Double(experiment.data.testCount)
        let loss = experiment.training.loss.mean(outputs: f, labels: labels)
        observables[layout["test_loss"]!.range.lowerBound + time] += share * loss
    }
}

extension MeanFieldState {
    /// Puts back all weights of a snapshot; the bases stay.
    mutating func restore(_ snapshot: MeanFieldSweep.Snapshot) {
        input.replaceValue(with: snapshot.input)
        readout.replaceValue(with: snapshot.readout)
        retained.replaceValue(with: Matrix(rows: 1, columns: 1, repeating: snapshot.retained))
        for l in matrices.indices {
            matrices[l].learnt.replaceValue(
                with: snapshot.learnt[l].padded(rows: matrices[l].backward.rank, columns: matrices[l].forward.rank))
        }
    }
}
