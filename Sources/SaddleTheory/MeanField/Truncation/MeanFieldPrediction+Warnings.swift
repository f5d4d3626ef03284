import SaddleModels
import SaddleNumerics

extension MeanFieldPrediction {
    /// Truncation above this fraction of the numbers is worth a warning.
    private static let noticeable = 0.02
    /// A relative change this many times larger than the tolerance is amplified by the dynamics.
    private static let sensitive = 300.0

    /// What to say if numbers have not converged in the tolerance.
    func truncationWarnings(_ experiment: Experiment, _ settings: MeanFieldSettings) -> [String] {
        if !meanTruncation.allSatisfy(\.isFinite) {
            return [
                "what 'tolerance' leaves out is not known: the solution at a tenth of it failed; raise 'sites' or 'tolerance', or lower "
                    + "'learning_rate'"
            ]
        }
        let changes = layout.entries.compactMap { entry in worstTruncation(entry).map { (entry.name, $0) } }
        guard let (name, worst) = changes.max(by: { $0.1.relative < $1.1.relative }), worst.relative > Self.noticeable else {
            return []
        }
        var advice = "lower 'tolerance'"
        let richness = experiment.network.richness
        if worst.relative > Self.sensitive * settings.tolerance * min(1, richness * richness) {
            let rate = experiment.training.rate(at: 0)
            advice +=
                "; these dynamics amplify small changes, also those of a finite width: a smaller 'learning_rate' (now \(rate)) tames them"
        }
        return [
            "not converged in 'tolerance' (\(settings.tolerance)): \(name) may be off by \(NumberText.percent(worst.relative)) at step "
                + "\(experiment.recordedSteps[worst.time]); the error bars say so; \(advice)"
        ]
    }

    /// The largest truncation error at any time, root mean square over the numbers, relative to those of all times.
    private func worstTruncation(_ entry: ObservableLayout.Entry) -> (relative: Double, time: Int)? {
        func size(_ values: [Double], _ range: Range<Int>) -> Double {
            (range.reduce(0) { $0 + values[$1] * values[$1] } / Double(range.count)).squareRoot()
        }
        let whole = size(mean, entry.range)
        guard whole > 0 else { return nil }
        return (0..<entry.shape[0]).map { time in
            let first = entry.range.lowerBound + time * entry.stride
            return (size(meanTruncation, first..<first + entry.stride) / whole, time)
        }.max { $0.0 < $1.0 }
    }
}

extension MeanFieldProgress {
    /// What to say if N·variance is not known to the accuracy that was asked for.
    func accuracyWarnings(_ accuracy: Double) -> [String] {
        if standing(accuracy) == .reached { return [] }
        return [
            "the accuracy of \(NumberText.percent(accuracy)) is not reached: \(networks.count) networks of width \(networkWidth) tell N·variance of "
                + "losses and outputs to \(NumberText.percent(relativeError)); the error bars say so"
        ]
    }
}
