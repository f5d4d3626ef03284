import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// Sharpness, the largest eigenvalue of the Gauss–Newton part of the Hessian, while networks train: of infinite width, K(t, t)/P of the mean-field theory, beside
/// ensembles, whose means are extrapolated in 1/N. For the squared loss and one output, where it is that of the tangent kernel over P.
package struct SharpnessComparison: Sendable {
    package let steps: [Int]
    package let widths: [Int]
    /// Of infinite width, at each step.
    package let limit: [Estimate]
    /// Of each width at each step: the mean over networks, and their standard deviation.
    package let means: [[Estimate]]
    package let deviations: [[Double]]
    package private(set) var check = Check()
    package let warnings: [String]

    /// Whether an experiment has this course.
    package static func serves(_ experiment: Experiment) -> Bool {
        let training = experiment.training
        return experiment.data.outputCount == 1 && training.loss == .squared && !training.isStream
    }

    /// - Parameters:
    ///   - others: what networks are trained on instead, to show what the comparison can see.
    /// - Throws: ``MeanFieldError``, ``Divergence``, `CancellationError`; where eigenvalues do not converge.
    package init(
        _ experiment: Experiment, theory: MeanFieldSettings, ensembles: [EnsembleSettings], simulating others: Experiment? = nil,
        progress: @escaping ProgressHandler = { _, _ in }, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        precondition(Self.serves(experiment), "sharpness of \(experiment.data.outputCount) outputs")
        var settings = theory
        settings.recordsKernels = true
        let prediction = try MeanFieldSolver(experiment, settings: settings).predict(
            progress: { progress($0 / max($1, 1) / 2, 1) }, shouldStop: shouldStop)
        steps = experiment.recordedSteps
        widths = ensembles.map(\.width)
        limit = try steps.indices.map { try prediction.tangentSpectrum(time: $0)![0] }
        warnings = prediction.warnings
        let work = ensembles.map { Double($0.width * $0.width * $0.networks) }, whole = work.reduce(0, +)
        let finished = Counter()
        var done = 0.0, samples: [[[Double]]] = []
        for (ensemble, work) in zip(ensembles, work) {
            let trainer = Trainer(
                others ?? experiment, width: ensemble.width, recordsKernels: true, precision: ensemble.precision)
            let before = done, first = finished.value, p = Double(experiment.data.trainCount)
            samples.append(
                try Threads.map(ensemble.networks) { index in
                    var network = trainer.initialNetwork(seed: ensemble.seed, index: index)
                    let values = try trainer.train(&network, index: index) { _ in
                        if shouldStop() { throw CancellationError() }
                    }
                    let entry = trainer.layout[.tangentKernel]!, size = entry.shape[1]
                    let count = finished.increment() - first
                    progress(0.5 + (before + work * Double(count) / Double(ensemble.networks)) / whole / 2, 1)
                    return try (0..<entry.times).map { time in
                        let start = entry.range(at: time).lowerBound
                        let kernel = Matrix(rows: size, columns: size) { values[start + $0 * size + $1] }
                        return try kernel.symmetricEigenvalues().last! / p
                    }
                })
            done += work
        }
        let (steps, limit) = (steps, limit)
        let means = samples.map { networks in steps.indices.map { t in Estimate(networks.map { $0[t] }) } }
        self.means = means
        deviations = means.map { $0.map { $0.standardError * Double($0.count).squareRoot() } }
        let line = SizeExtrapolation(sizes: widths)
        // At the beginning and at two later times: the errors of neighbouring ones are nearly the same.
        for t in Set([0, steps.count / 2, steps.count - 1]).sorted() {
            let freedom = samples.map { networks in EffectiveFreedom.sampled(networks.map { $0[t] }, isPositive: true) }
            check.add(
                .mean(
                    "sharpness", at: "step \(steps[t])", predicted: limit[t].mean,
                    uncertainties: [
                        Uncertainty(
                            error: limit[t].standardError, degreesOfFreedom: Double(max(prediction.solutions - 1, 1)))
                    ], measured: means.map { $0[t] }, freedom: freedom, line: line))
        }
    }
}
