import SaddleModels
import SaddleNumerics

/// One solution of the mean-field theory: a single causal sweep over the training steps, then the points that do not act back.
package struct MeanFieldSweep: Sendable {
    /// All weights at a recorded step.
    struct Snapshot: Sendable {
        let step: Int
        let input: Matrix
        let readout: Matrix
        let biases: [Matrix]
        let learnt: [Matrix]
        let retained: Double
        let retainedInput: Double
    }

    let experiment: Experiment
    let settings: MeanFieldSettings
    let layout: ObservableLayout
    let inputs: InputCoordinates
    var state: MeanFieldState
    var realization: Realization
    package var observables: [Double]
    /// Recorded times × matrices × (forward, backward).
    package var ranks: [Int] = []
    var snapshots: [Snapshot] = []
    private var initialOutputs: Matrix?
    private var batches: Batches?
    /// Of a centred network on a stream, whose samples are not held: the network before its first step.
    private var untrained: MeanFieldState?
    /// Activations of the training points by recorded time and layer, where two-time kernels are asked for, until these are known.
    var trajectory: [[Matrix]] = []
    package private(set) var twoTimeKernels: [Double] = []
    /// Whether `advance` returns what it did.
    var remembersSteps = false

    init(
        _ experiment: Experiment, _ settings: MeanFieldSettings, _ layout: ObservableLayout, _ inputs: InputCoordinates,
        weights: [SiteWeights], realization: Realization, holdsEntries: Bool = false
    ) throws(MeanFieldError) {
        self.experiment = experiment
        self.settings = settings
        self.layout = layout
        self.inputs = inputs
        self.realization = realization
        observables = [Double](repeating: 0, count: layout.count)
        batches = Batches(experiment.training, of: experiment.data.trainCount)
        state = try MeanFieldState(
            experiment, inputRank: inputs.rank, weights: weights, holdsEntries: holdsEntries, &self.realization)
    }

    /// Solves and records everything; `shouldStop` is asked before every step, and before every recorded time of points that do not act back.
    mutating func run(shouldStop: () -> Bool = { false }) throws(MeanFieldError) {
        for step in 0...lastStep {
            if shouldStop() { throw .stopped }
            _ = try advance(step)
        }
        try probe(shouldStop: shouldStop)
        if settings.recordsTwoTime { twoTimeKernels = twoTimeKernels(trajectory) }
        trajectory = []
    }

    var lastStep: Int { experiment.recordedSteps.last! }

    /// Whether training points are recorded on the way: with all entries of the matrices, and wherever nobody asks for the gradient
    /// kernel. Its fields would cost directions on the way, also of samples that are learnt already.
    var sweepHoldsTraining: Bool {
        Self.sweepHoldsTraining(experiment, settings, holdsEntries: !state.entries.isEmpty)
    }

    static func sweepHoldsTraining(_ experiment: Experiment, _ settings: MeanFieldSettings, holdsEntries: Bool) -> Bool {
        experiment.training.batch(at: 0, of: experiment.data.trainCount) == nil && (holdsEntries || !settings.recordsKernels)
    }

    /// What one training step did, for those who follow it backwards.
    struct Step: Sendable {
        let index: Int
        /// Samples of the step; nil for all.
        let batch: [Int]?
        /// Fields of all training points before the first step, where outputs are centred.
        var initialFields: SiteFields?
        let fields: SiteFields
        let outputs: Matrix
        let errors: Matrix
        let labels: Matrix
        /// What was propagated backwards, C × n.
        let seed: Matrix
        /// Weights before the step.
        let before: Snapshot
    }

    /// Records if this is a recorded step, then takes the training step (not after the last recorded one).
    ///
    /// - Returns: what was done, if steps are remembered and this one involved training points.
    mutating func advance(_ index: Int) throws(MeanFieldError) -> Step? {
        let data = experiment.data, training = experiment.training
        let time = experiment.recordedSteps.firstIndex(of: index)
        let isLast = index == lastStep
        // A snapshot that is kept makes the next update copy the weights.
        let before = time != nil || index == 0 || remembersSteps ? snapshot(index) : nil
        if let before, time != nil || index == 0 { snapshots.append(before) }
        if isLast && !sweepHoldsTraining && !training.isStream { return nil }

        let batch = batches.map { _ in Array(batches!.batch(at: index)) }
        var initialFields: SiteFields?
        if index == 0 && experiment.network.isCentered && training.isStream { untrained = state }
        if index == 0 && experiment.network.isCentered && !training.isStream {
            let fields = try state.forward(state.input.value * inputs.train, context(0), &realization)
            initialOutputs = state.outputs(fields)
            initialFields = fields
        }
        let κ = batch.map { inputs.train.selectingSamples($0, positions: inputs.positions) } ?? inputs.train
        var fields = try state.forward(state.input.value * κ, context(index), &realization)
        var f = state.outputs(fields)
        if untrained != nil {
            let initial = try untrained!.forward(untrained!.input.value * κ, context(0), &realization)
            f.add(untrained!.outputs(initial), scale: -1)
        }
        if let initial = initialOutputs { f.add(batch.map { initial.selectingRows($0) } ?? initial, scale: -1) }
        try checkFinite(f, index)
        let labels = batch.map { data.trainLabels.selectingRows($0) } ?? data.trainLabels
        let errors = training.loss.errors(outputs: f, labels: labels)

        if let time, sweepHoldsTraining { try recordTraining(fields, outputs: f, index, time: time, ranks: state.ranks) }
        if let time, training.isStream {
            // The coming batch is judged before it is learnt.
            let loss = training.loss.mean(outputs: f, labels: labels)
            layout.store(Matrix(rows: 1, columns: 1, repeating: loss), as: .loss(.train), time: time, into: &observables)
            ranks += state.ranks
        }
        let seed = errors.transposed
        if !isLast {
            try state.backward(&fields, seed: seed, carriesErrors: true, context(index), &realization)
            do {
                try state.step(fields, errors: errors, coordinates: κ, at: index, training)
            } catch { throw .diverged(step: index, learningRate: training.rate(at: index)) }
        }
        guard remembersSteps, let before else { return nil }
        return Step(
            index: index, batch: batch, initialFields: initialFields, fields: fields, outputs: f, errors: errors,
            labels: labels, seed: seed, before: before)
    }

    /// Training moves the fields by O(γ₀): in the lazy regime what may be dropped is measured against that.
    private var tolerance: Double { settings.tolerance * min(1, experiment.network.richness * experiment.network.richness) }

    func context(_ step: Int, isProbe: Bool = false) -> ConditionedMatrix.Context {
        ConditionedMatrix.Context(
            weights: state.weights, tolerance: tolerance, richness: experiment.network.richness, step: step,
            isProbe: isProbe)
    }

    /// Outputs a million times larger than the labels will not come back.
    func checkFinite(_ f: Matrix, _ step: Int) throws(MeanFieldError) {
        let bound = 1e6 * (1 + experiment.data.trainLabels.elements.reduce(0) { max($0, abs($1)) })
        if !f.elements.allSatisfy({ abs($0) < bound }) {
            throw .diverged(step: step, learningRate: experiment.training.rate(at: max(step - 1, 0)))
        }
    }

    private func snapshot(_ step: Int) -> Snapshot {
        Snapshot(
            step: step, input: state.input.value, readout: state.readout.value, biases: state.biases.map(\.value),
            learnt: state.learnt, retained: state.a, retainedInput: state.retainedInput.value[0, 0])
    }

    // MARK: Recording

    /// Outputs, losses and kernels of the training points.
    mutating func recordTraining(
        _ fields: SiteFields, outputs f: Matrix, _ step: Int, time: Int, ranks: [Int]
    ) throws(MeanFieldError) {
        record(outputs: f, labels: experiment.data.trainLabels, as: .train, time: time)
        if settings.recordsKernels { try recordKernels(fields, step, time: time) }
        if settings.recordsTwoTime { trajectory.append(layerColumns(fields)) }
        self.ranks += ranks
    }

    mutating func record(outputs f: Matrix, labels: Matrix, as set: SampleSet, time: Int) {
        layout.store(f, as: .output(set), time: time, into: &observables)
        let loss = experiment.training.loss.mean(outputs: f, labels: labels)
        layout.store(Matrix(rows: 1, columns: 1, repeating: loss), as: .loss(set), time: time, into: &observables)
    }
}
