import SaddleMeasures
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// Finite committees beside the infinitely wide one on the same samples, or beside the population's own descent from the same weights.
package struct GrokCheck: Sendable {
    package let task: CommitteeTask
    package let draw: CommitteeTask.Draw
    package let steps: [Int]
    /// Of infinite width on the samples; online that of all inputs.
    package let theory: GrokCurve
    package let lazy: LazyCommittee
    package let ensembles: [CommitteeEnsemble]
    /// By ensemble, network and recorded step: the loss over all inputs.
    package let testLosses: [[[Double]]]
    /// Of the last ensemble: by network and recorded step.
    package let measures: [[CommitteeMeasures]]
    package private(set) var check = Check()

    /// Places among the recorded steps that are compared.
    private var compared: [Int] {
        let last = steps.count - 1
        return Set((0...5).map { last * $0 / 5 }).sorted()
    }

    /// - Throws: ``GrokError``, `FactorizationError`, `CancellationError` when stopped.
    package init(
        _ task: CommitteeTask, _ draw: CommitteeTask.Draw, steps: [Int], _ ensembles: [CommitteeEnsemble], isOnline: Bool,
        batches: [Int], seed: Int, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        (self.task, self.draw, self.steps, self.ensembles) = (task, draw, steps, ensembles)
        var descent = CommitteeDescent(task, draw, onAllInputs: isOnline)
        theory = try descent.curve(at: steps, keepsStates: true, shouldStop: shouldStop)
        lazy = try LazyCommittee(task, draw)
        testLosses = ensembles.map { ensemble in
            ensemble.networks.map { records in
                let initial = CommitteeState(records[0])
                return records.map {
                    CommitteeState($0).residual(task, direction: draw.direction, initial: initial).meanSquare
                }
            }
        }
        let last = ensembles.last!
        measures = try Threads.map(last.networks.count) { i in
            if shouldStop() { throw CancellationError() }
            return CommitteeMeasures.course(last.networks[i].map(CommitteeState.init), task, draw, seed: seed)
        }
        addFreshSamples(seed)
        if isOnline { try compareOnline(batches, shouldStop) } else { compareWidths() }
    }

    /// The loss in closed form beside its average over inputs that nobody has seen, by outputs (which equal those unit by unit, as tests show).
    private mutating func addFreshSamples(_ seed: Int) {
        var stream = RandomStream(seed: seed, .committeeTests, 1)
        for place in Set([0, steps.count / 2, steps.count - 1]).sorted() {
            let inputs = task.inputs(4 * CommitteeMeasures.freshSamples, &stream)
            let (initial, record) = (ensembles[0].networks[0][0], ensembles[0].networks[0][place])
            let state = CommitteeState(record)
            let residual = state.residual(task, direction: draw.direction, initial: CommitteeState(initial))
            check.add(
                .mean(
                    "closed test loss", at: "step \(steps[place])", predicted: residual.meanSquare,
                    samples: residual.values(at: inputs).map { $0 * $0 }, isPositive: true))
        }
    }

    /// At two widths or more, on the same samples: straight lines in 1/N.
    private mutating func compareWidths() {
        let line = SizeExtrapolation(sizes: ensembles.map(\.width))
        for place in compared {
            let train = ensembles.map { Estimate($0.networks.map { $0[place].trainLoss }) }
            let test = testLosses.map { Estimate($0.map { $0[place] }) }
            for (name, predicted, measured) in [
                ("train loss", theory.train[place], train), ("test loss", theory.test[place], test),
            ] {
                // Losses far below the start differ by factors.
                let freedom = measured.map { EffectiveFreedom.positive($0, scale: predicted) }
                check.add(
                    .mean(
                        name, at: "step \(steps[place])", predicted: predicted, measured: measured, freedom: freedom, line: line))
            }
        }
    }

    /// Each network beside the descent on all inputs from its own weights; noise of batches vanishes as 1/batch.
    private mutating func compareOnline(_ batches: [Int], _ shouldStop: @escaping @Sendable () -> Bool) throws {
        let line = SizeExtrapolation(sizes: batches)
        let (task, draw, steps, ensembles) = (task, draw, steps, ensembles)
        let predicted = try ensembles.map { ensemble in
            try Threads.map(ensemble.networks.count) { i in
                var own = CommitteeDescent(task, draw, from: CommitteeState(ensemble.networks[i][0]), onAllInputs: true)
                return try own.curve(at: steps, shouldStop: shouldStop).test
            }
        }
        for place in compared.dropFirst() {
            let mean = Estimate(predicted[0].map { $0[place] }).mean
            let measured = ensembles.indices.map { e in
                let own = Estimate(zip(testLosses[e], predicted[e]).map { $0[place] - $1[place] })
                return Estimate(mean: mean + own.mean, standardError: own.standardError, count: own.count)
            }
            check.add(.mean("test loss", at: "step \(steps[place])", predicted: mean, measured: measured, line: line))
        }
    }
}

extension CommitteeState {
    init(_ record: CommitteeEnsemble.Record) { self.init(secondMoment: record.secondMoment, mean: record.mean) }
}
