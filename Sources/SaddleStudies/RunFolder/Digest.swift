import SaddleModels
import SaddleNumerics

/// The digests of a study's results. The version of the program belongs to each: it may change the last bits.
struct StudyDigests {
    private let common: String
    private let study: Study

    init(_ study: Study, _ data: Dataset, version: String = saddleVersion) {
        self.study = study
        var digest = Digest()
        digest.add(version)
        for matrix in [data.trainInputs, data.trainLabels, data.testInputs, data.testLabels] { digest.add(matrix) }
        for line in study.network.lines + study.training.lines { digest.add(line) }
        digest.add("\(study.recordedSteps) \(study.recordsKernels(samples: data.trainCount).records)")
        common = digest.text
    }

    var theory: String { combine(["theory", common] + study.predict.lines) }

    func ensemble(width: Int) -> String {
        let simulation = study.simulate ?? .init()
        let precision = simulation.precision == .double ? "" : " \(simulation.precision)"
        return combine(["ensemble", common, "\(width) \(simulation.networks) \(simulation.seed)" + precision])
    }

    /// The number is that of the files' form.
    func comparison(widths: [Int]) -> String { combine(["comparison 2", theory] + widths.map(ensemble)) }

    /// Of what `saddle plan` trains, or solves, to plan a width.
    var planning: String {
        var settings = study.plan ?? PlanStudy()
        settings.checks = false
        return combine(["plan", common, "\((study.simulate ?? .init()).seed)"] + settings.lines)
    }

    var plannedTheory: String { combine(["planned theory", common] + study.predict.lines) }

    private func combine(_ parts: [String]) -> String {
        var digest = Digest()
        for part in parts { digest.add(part) }
        return digest.text
    }
}
