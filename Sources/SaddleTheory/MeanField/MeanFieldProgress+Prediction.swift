import SaddleModels
import SaddleNumerics

extension MeanFieldProgress {
    /// What the solutions so far say.
    func prediction(_ experiment: Experiment, _ layout: ObservableLayout, _ settings: MeanFieldSettings) -> MeanFieldPrediction {
        let losses = LimitLosses(experiment, layout)
        var prediction = MeanFieldPrediction(
            layout: layout, mean: solutions.mean, meanError: solutions.meanError, meanTruncation: [],
            solutions: solutions.count, ranks: Tensor(shape: rankShape, elements: ranks.mean))
        for (place, loss) in zip(losses.places, Jackknife.estimates(outputs, of: losses.losses)) {
            prediction.mean[place] = loss.mean
            prediction.meanError[place] = loss.standardError
        }
        let truncation = Truncation(self, layout)
        prediction.meanTruncation = truncation.ofMeans(losses)
        if shifts.count > 0 {
            let count = Double(settings.sites)
            prediction.variance = halves.variance.map { count / 2 * $0 }
            prediction.varianceError = halves.varianceError.map { count / 2 * $0 }
            prediction.bias = shifts.mean.map { count * $0 }
            prediction.biasError = shifts.meanError.map { count * $0 }
            prediction.directions = shifts.count
            prediction.varianceTruncation = truncation.ofVariances(prediction.variance, sites: count)
            prediction.biasTruncation = truncation.ofBiases(sites: count)
            // Means of halves are those of whole solutions plus the shift.
            let others = zip(halves.mean, shifts.mean).map { $0 - 2 * $1 }
            let errors = prediction.variance.map { ($0 / count / Double(shifts.count)).squareRoot() }
            prediction.meanSiteBias =
                SiteBias(layout, limit: (prediction.mean, prediction.meanError), other: (others, errors)).errors
        }
        if twoTime.dimension > 0 {
            let (times, p) = (experiment.recordedSteps.count, experiment.data.trainCount)
            prediction.twoTimeKernels = TwoTimeKernels(
                shape: [times, times, p, p], mean: twoTime.mean, samplingError: twoTime.meanError,
                truncation: truncation.ofTwoTimeKernels(times: times, block: p * p))
        }
        if networks.count > 1 {
            addNetworks(to: &prediction, losses)
        } else {
            prediction.panels = panels.scaled(sites: settings.sites)
        }
        if limitWidth > 0 {
            prediction.warnings.append(
                (experiment.needsEntries
                    ? "this training is followed entry by entry of the weights: "
                    : "the bases would fill more sites than are worth it: ")
                    + "the limit is extrapolated from \(solutions.count) networks each of widths \(limitWidth) and \(limitWidth / 2)"
                    + (experiment.needsEntries ? "" : "; 'sites' or a larger 'tolerance' would solve it")
            )
        }
        if unmatched > 0 {
            prediction.warnings.append(
                "\(unmatched) noise vectors of test points were drawn unmatched for lack of sites; raise 'sites' for smaller errors"
            )
        }
        prediction.warnings += prediction.truncationWarnings(experiment, settings)
        return prediction
    }
}
