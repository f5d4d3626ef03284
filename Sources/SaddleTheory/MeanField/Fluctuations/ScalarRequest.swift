import SaddleModels

/// How the 1/N corrections are computed.
public enum CorrectionMethod: String, Sendable, CaseIterable {
    /// The cheaper one for the observables asked for.
    case auto
    /// Re-solve with half the sites: variance and bias of all observables at once, to a relative error 1/√directions.
    case resolve
    /// Reverse mode: the variance of few scalars, exact given the sites; smooth activations only.
    case adjoint
}

/// A scalar observable as a study names it, at every recorded time.
///
/// Names: `test_loss`, `train_loss`; `test_output_mean`, whose variance is that of the outputs averaged over the test points (and
/// summed over outputs); single outputs `test_output[3]`, `train_output[0]`, with several outputs `test_output[3,1]`.
public struct ScalarRequest: Sendable, Equatable {
    /// The observable as a study names it.
    public let name: String
    /// For each recorded time the scalars whose variances are averaged.
    let scalars: [[ScalarObservable]]

    /// Random sign vectors behind the mean variance of the test outputs: each gives that mean exactly but for the correlations
    /// between test points, which average out.
    static let probes = 8

    /// Nil if the name means nothing for this experiment; see ``accepted(_:)``.
    public init?(_ name: String, _ experiment: Experiment) {
        let data = experiment.data
        let times = experiment.recordedSteps.indices
        self.name = name
        switch name {
        case "train_loss": scalars = times.map { [.trainLoss(time: $0)] }
        case "test_loss" where data.hasTestLabels: scalars = times.map { [.testLoss(time: $0)] }
        case "test_output_mean" where data.testCount > 0:
            scalars = times.map { time in (0..<Self.probes).map { .testProbe(time: time, probe: $0) } }
        default:
            guard let slice = ObservableSlice(name: name), (1...2).contains(slice.index.count) else { return nil }
            let (sample, output) = (slice.index[0], slice.index.count == 2 ? slice.index[1] : 0)
            guard output < data.outputCount, slice.index.count == 2 || data.outputCount == 1 else { return nil }
            switch slice.observable {
            case .output(.test) where sample < data.testCount:
                scalars = times.map { [.testOutput(time: $0, sample: sample, output: output)] }
            case .output(.train) where sample < data.trainCount:
                scalars = times.map { [.trainOutput(time: $0, sample: sample, output: output)] }
            default: return nil
            }
        }
    }

    /// The names that can be asked for, in words.
    public static func accepted(_ experiment: Experiment) -> String {
        let data = experiment.data
        let index = data.outputCount > 1 ? "i,c" : "i"
        let output = data.outputCount > 1 ? ", c < \(data.outputCount)" : ""
        let train = "train_loss, train_output[\(index)] with i < \(data.trainCount)\(output)"
        return data.testCount == 0
            ? train
            : train + (data.hasTestLabels ? ", test_loss" : "")
                + ", test_output_mean, test_output[\(index)] with i < \(data.testCount)\(output)"
    }
}
