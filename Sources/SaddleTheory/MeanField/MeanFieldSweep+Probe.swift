import SaddleModels
import SaddleNumerics

/// Points that do not act back: test points, and training points where the sweep does not hold them. They are followed through
/// all snapshots with the final bases; their residuals meet fresh noise and span a small basis of their own, forgotten afterwards.
extension MeanFieldSweep {
    /// Points per batch.
    static let probeBatch = 256

    /// A batch of points that do not act back.
    struct Probe {
        /// Coordinates in the span of the training inputs, r × n.
        let inside: Matrix
        /// h¹ at initialisation from outside that span, sites × n.
        let residual: Matrix
        /// Nil for test points without.
        let labels: Matrix?
        /// Index of the first test point; nil for the training points.
        let first: Int?
    }

    /// First test point of each batch; nil stands for the training points.
    static func probeStarts(_ experiment: Experiment, _ settings: MeanFieldSettings, holdsEntries: Bool = false) -> [Int?] {
        let tests = stride(from: 0, to: experiment.data.testCount, by: probeBatch).map { Optional($0) }
        let isHeld = experiment.training.isStream || sweepHoldsTraining(experiment, settings, holdsEntries: holdsEntries)
        return (isHeld ? [] : [nil]) + tests
    }

    private var probeStarts: [Int?] { Self.probeStarts(experiment, settings, holdsEntries: !state.entries.isEmpty) }

    private mutating func makeProbe(_ first: Int?) throws(MeanFieldError) -> Probe {
        let data = experiment.data
        guard let first else {
            let none = Matrix(rows: state.input.value.rows, columns: inputs.train.columns)
            return Probe(inside: inputs.train, residual: none, labels: data.trainLabels, first: nil)
        }
        let rows = Array(first..<min(first + Self.probeBatch, data.testCount))
        let labels = data.hasTestLabels ? data.testLabels.selectingRows(rows) : nil
        if let known = inputs.test {
            let none = Matrix(rows: state.input.value.rows, columns: rows.count * inputs.positions)
            return Probe(
                inside: known.selectingSamples(rows, positions: inputs.positions), residual: none, labels: labels, first: first)
        }
        let tests = inputs.patches(experiment.network.entering(data.testInputs.selectingRows(rows)))
        let (inside, outside) = inputs.coordinates(of: tests)
        let fresh = try realization.weights(
            outside.rows, layer: experiment.graph.weights[0].target! + 1, step: experiment.training.steps, mayBeUnmatched: true)
        return Probe(
            inside: inside, residual: fresh * outside, labels: labels, first: first)
    }

    /// The noise of the batch before is forgotten first; that of the last one stays, for a solution that follows this one.
    private mutating func beginProbe(_ index: Int, isTest: Bool, _ counts: [Int]) {
        if index > 0 { realization.forget(beyond: counts) }
        realization.beginStage(isTest: isTest)
    }

    /// Follows and records them all.
    mutating func probe(shouldStop: () -> Bool) throws(MeanFieldError) {
        let (counts, trained) = (realization.counts, state)
        for (index, start) in probeStarts.enumerated() {
            beginProbe(index, isTest: start != nil, counts)
            let probe = try makeProbe(start)
            var initial: Matrix?
            for snapshot in snapshots {
                if shouldStop() { throw .stopped }
                let (fields, f) = try follow(probe, at: snapshot, initial: &initial)
                guard let time = experiment.recordedSteps.firstIndex(of: snapshot.step) else { continue }
                if let first = probe.first {
                    recordTest(f, probe.labels, first: first, time: time)
                } else {
                    let ranks = state.ranks(of: snapshot.learnt)
                    try recordTraining(fields, outputs: f, snapshot.step, time: time, ranks: ranks)
                }
            }
            state = trained
        }
    }

    /// Propagates the points with the weights of a snapshot; `initial` holds their outputs at initialisation once known.
    private mutating func follow(_ probe: Probe, at snapshot: Snapshot, initial: inout Matrix?) throws(MeanFieldError)
        -> (fields: SiteFields, outputs: Matrix)
    {
        state.restore(snapshot)
        let fields = try state.forward(firstFields(probe, snapshot), context(snapshot.step, isProbe: true), &realization)
        var f = state.outputs(fields)
        if experiment.network.isCentered {
            initial = initial ?? f
            f.add(initial!, scale: -1)
        }
        try checkFinite(f, snapshot.step)
        return (fields, f)
    }

    private func firstFields(_ probe: Probe, _ snapshot: Snapshot) -> Matrix {
        var h = snapshot.input * probe.inside
        h.add(probe.residual, scale: snapshot.retainedInput)
        return h
    }

    private mutating func recordTest(_ f: Matrix, _ labels: Matrix?, first: Int, time: Int) {
        let entry = layout[.output(.test)]!
        let start = entry.range.lowerBound + time * entry.stride + first * f.columns
        for i in 0..<f.rows { for c in 0..<f.columns { observables[start + i * f.columns + c] = f[i, c] } }
        guard let labels else { return }
        let share = Double(f.rows) / Double(experiment.data.testCount)
        let loss = experiment.training.loss.mean(outputs: f, labels: labels)
        observables[layout[.loss(.test)]!.range.lowerBound + time] += share * loss
    }

    // MARK: Backwards

    /// Follows all probes, then goes back through them for every scalar.
    ///
    /// - Returns: for each scalar the derivatives with respect to the weights that were read, by step.
    mutating func reverseProbes(
        _ scalars: [ScalarObservable], _ adjoints: inout [MeanFieldAdjoint], shouldStop: () -> Bool
    ) throws(MeanFieldError) -> [[Int: WeightDerivatives]] {
        var read = scalars.map { _ in [Int: WeightDerivatives]() }
        let (counts, trained) = (realization.counts, state)
        for (index, start) in probeStarts.enumerated() {
            beginProbe(index, isTest: start != nil, counts)
            let probe = try makeProbe(start)
            var initial: Matrix?
            var history: [(snapshot: Snapshot, fields: SiteFields, outputs: Matrix)] = []
            for snapshot in snapshots {
                if shouldStop() { throw .stopped }
                let (fields, f) = try follow(probe, at: snapshot, initial: &initial)
                history.append((snapshot, fields, f))
            }
            for k in scalars.indices {
                var bases = state.matrices
                var adjoint = MeanFieldAdjoint(state, trainCount: probe.inside.columns)
                var initialBar = Matrix(rows: probe.inside.columns, columns: experiment.data.outputCount)
                for (snapshot, fields, f) in history.reversed() {
                    if shouldStop() { throw .stopped }
                    var bar = Matrix(rows: f.rows, columns: f.columns)
                    if experiment.recordedSteps[scalars[k].time] == snapshot.step {
                        // Without labels only outputs are asked for.
                        let errors = experiment.training.loss.errors(outputs: f, labels: probe.labels ?? f)
                        let seed =
                            probe.first.map {
                                scalars[k].testSeed(outputs: f, errors: errors, first: $0, count: experiment.data.testCount)
                            } ?? scalars[k].trainSeed(outputs: f, errors: errors)
                        if let seed { bar.add(seed) }
                    }
                    if experiment.network.isCentered {
                        initialBar.add(bar, scale: -1)
                        if snapshot.step == 0 { bar.add(initialBar) }
                    }
                    let none = fields.features.map { Matrix(rows: $0.rows, columns: $0.columns) }
                    adjoint.clearWeights()
                    let first = adjoint.reverseForward(
                        fields, outputs: bar, firstFields: firstFields(probe, snapshot), before: snapshot, none, none, [],
                        context(snapshot.step, isProbe: true), self, &bases)
                    adjoint.input.value.add(.plain(first), probe.inside.ᵀ)
                    let derivatives = WeightDerivatives(adjoint, like: snapshot)
                    read[k][snapshot.step] = read[k][snapshot.step].map { $0 + derivatives } ?? derivatives
                }
                adjoints[k].absorb(adjoint)
            }
            state = trained
        }
        return read
    }
}

extension MeanFieldState {
    /// Puts back all weights of a snapshot; the bases stay.
    mutating func restore(_ snapshot: MeanFieldSweep.Snapshot) {
        input.replaceValue(with: snapshot.input)
        readout.replaceValue(with: snapshot.readout)
        for l in biases.indices { biases[l].replaceValue(with: snapshot.biases[l]) }
        retained.replaceValue(with: Matrix(rows: 1, columns: 1, repeating: snapshot.retained))
        retainedInput.replaceValue(with: Matrix(rows: 1, columns: 1, repeating: snapshot.retainedInput))
        for l in entries.indices { entries[l].replaceValue(with: snapshot.learnt[l]) }
        for l in matrices.indices {
            matrices[l].learnt.replaceValue(
                with: snapshot.learnt[l].padded(
                    rows: matrices[l].backward.rank, columns: matrices[l].places * matrices[l].forward.rank))
        }
    }
}
