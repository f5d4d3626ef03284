import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// The same network on several streams of samples: what its loss varies by between initialisations, and between streams.
///
///     Var ℓ_N = V/N + Var_k ℓ_∞(k),      ℓ_∞(k) the loss of the infinitely wide network on stream k
///
/// to leading order. The first term vanishes with the width and the second does not; from the width N* = V/Var_k ℓ_∞ on, which samples came matters more
/// than which weights were drawn. Theory and networks see the same streams, and each is compared by itself.
package struct StreamComparison: Sendable {
    /// At one recorded step.
    package struct Row: Sendable {
        package let step: Int
        /// V, and its error over streams; at each width N what networks vary by, V/N and the term after it.
        package let initial: Estimate
        package let initialAtWidths: [Estimate]
        /// ⟨ℓ_∞⟩ and Var_k ℓ_∞, without what errors of the limit add.
        package let mean, streams: Estimate
        /// Of networks of each width.
        package let measured: [VarianceComponents]
    }

    package let steps: [Int]
    package let widths: [Int]
    /// Of each width and stream.
    package let networks: Int
    /// Loss of the infinitely wide network on each stream, at each step.
    package let limits: [[Estimate]]
    package let rows: [Row]
    package private(set) var check = Check()
    package let warnings: [String]

    /// - Parameters:
    ///   - experiments: of each stream, three or more.
    ///   - theory: how the limit of each is solved; corrections suffice that are √K times less accurate than asked for, since they are averaged.
    ///   - ensembles: of each width, for a stream; the seed counts on from stream to stream.
    ///   - others: what networks are trained on instead, to show what the comparison can see.
    ///   - progress: of work done and its whole.
    /// - Throws: ``MeanFieldError``, ``EnsembleError``, `CancellationError`.
    package init(
        _ experiments: [Experiment], theory: MeanFieldSettings, ensembles: [EnsembleSettings],
        simulating others: [Experiment]? = nil, progress: @escaping ProgressHandler = { _, _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        let count = experiments.count, line = SizeExtrapolation(sizes: ensembles.map(\.width))
        let steps = experiments[0].recordedSteps, loss = Observable.loss(.test)
        var settings = theory
        settings.recordsKernels = false
        settings.accuracy = theory.accuracy.map { min($0 * Double(count).squareRoot(), 1) }
        var (predictions, states) = ([MeanFieldPrediction](), [[EnsembleResult]]())
        for (k, experiment) in experiments.enumerated() {
            @Sendable func report(_ share: Double) { progress(Double(k) + share, Double(count)) }
            settings.seed = theory.seed + k
            predictions.append(
                try MeanFieldSolver(experiment, settings: settings).predict(
                    progress: { report($0 / max($1, 1) / 2) }, shouldStop: shouldStop))
            // The work of a network grows as the square of its width.
            let work = ensembles.map { Double($0.width * $0.width) }, whole = work.reduce(0, +)
            var done = 0.0
            states.append(
                try zip(ensembles, work).map { ensemble, work in
                    var own = ensemble
                    own.seed += k
                    let before = done
                    done += work
                    return try Ensemble((others ?? experiments)[k], own).train(
                        progress: { report(0.5 + (before + work * $0 / max($1, 1)) / whole / 2) }, shouldStop: shouldStop)
                })
        }
        let places = Array(predictions[0].layout[loss]!.range), own = Array(states[0][0].layout[loss]!.range)
        let limits = predictions.map { p in
            places.map { Estimate(mean: p.mean[$0], standardError: p.meanTotalError(at: $0), count: p.solutions) }
        }
        networks = ensembles[0].networks
        let widths = ensembles.map(\.width)
        (self.steps, self.widths, self.limits) = (steps, widths, limits)
        rows = steps.indices.map { t in
            // As if each limit were the mean of two numbers.
            let limit = VarianceComponents(limits.map { ($0[t].mean, 2 * $0[t].standardError * $0[t].standardError) }, size: 2)
            return Row(
                step: steps[t], initial: Estimate(predictions.map { $0.variance[places[t]] }),
                initialAtWidths: widths.map { width in
                    Estimate(predictions.map { $0.atWidth(width).variance[places[t]] / Double(width) })
                },
                mean: limit.mean, streams: limit.between,
                measured: ensembles.indices.map { w in
                    VarianceComponents(
                        states.map { ($0[w].moments.mean[own[t]], $0[w].moments.variance[own[t]]) }, size: ensembles[w].networks)
                })
        }
        warnings = Set(predictions.flatMap(\.warnings)).sorted()
        // At three times at most: the errors of neighbouring ones are nearly the same.
        let later = steps.indices.dropFirst()
        for t in Set([later.first, later.isEmpty ? nil : steps.count / 2, later.last].compactMap(\.self)).sorted() {
            for (k, (prediction, state)) in zip(predictions, states).enumerated() {
                let spot = "step \(steps[t]), stream \(k + 1)", i = own[t], moments = state.map(\.moments)
                let excess = moments.map { $0.pooledExcess(own.dropFirst()) }
                let freedom = moments.indices.map { moments[$0].freedom(i, pooledExcess: excess[$0], isPositive: true) }
                check.add(
                    .mean(
                        "mean of the test loss", at: spot, predicted: limits[k][t].mean,
                        uncertainties: [
                            Uncertainty(
                                error: limits[k][t].standardError, degreesOfFreedom: Double(max(prediction.solutions - 1, 1)))
                        ],
                        measured: moments.map { Estimate(mean: $0.mean[i], standardError: $0.meanError[i], count: $0.count) },
                        freedom: freedom, line: line))
            }
            // Of single streams too few networks are at hand to tell what they vary by: of all together.
            let initial = rows[t].initial
            guard initial.mean > 0 else { continue }
            let truncation = predictions.reduce(0) { $0 + $1.varianceTotalError(at: places[t]) } / Double(count)
            let relative = (initial.standardError * initial.standardError + truncation * truncation).squareRoot() / initial.mean
            let freedom = ensembles.indices.map { w in
                states.reduce(0) { sum, state in
                    let moments = state[w].moments
                    return sum
                        + moments.freedom(own[t], pooledExcess: moments.pooledExcess(own.dropFirst()), isPositive: true)
                }
            }
            check.add(
                .variance(
                    "N·variance of the test loss between initialisations", at: "step \(steps[t])", predicted: initial.mean,
                    predictedFreedom: relative > 0 ? 2 / (relative * relative) : .infinity,
                    measured: widths.indices.map { Double(widths[$0]) * rows[t].measured[$0].within.mean }, freedom: freedom,
                    line: line))
        }
    }

    /// The width from which streams matter more than initialisations, at a recorded step; nil where streams do not differ beyond errors.
    package func evenWidth(_ row: Row) -> Estimate? {
        guard row.streams.mean > row.streams.standardError, row.initial.mean > 0 else { return nil }
        let width = row.initial.mean / row.streams.mean
        let (a, b) = (row.initial.standardError / row.initial.mean, row.streams.standardError / row.streams.mean)
        return Estimate(mean: width, standardError: width * (a * a + b * b).squareRoot(), count: limits.count)
    }
}
