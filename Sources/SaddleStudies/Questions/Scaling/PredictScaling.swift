import SaddleTheory

/// `saddle predict scaling`: exponents, crossovers and frontiers of learning curves, from a power law or from data.
enum PredictScaling: Question {
    static let verb = QuestionVerb.predict
    static let name = "scaling"
    static let phrase = "learning curves from a spectrum"
    static let summary =
        "Scaling laws from a spectrum: exponents, crossovers, frontiers, or the learning curve of a kernel on data."
    static let discussion = """
        With spectrum power_law: the loss against samples, width and time, its exponents and where they change, and the best \
        width for a given compute. With spectrum data: the spectrum of the network's kernel on the study's samples (without a \
        study, on all bundled digits) predicts the test loss of kernel regression, drawn beside the measured loss.
        """
    static let examples = [
        "", "--eigenvalue-exponent 2 --noise 0.1", "--spectrum data", "mnist.yaml --spectrum data --kernel nngp --ridge 1e-3",
    ]
    static let sections = ["scaling", "network", "data"]

    static func defaults(_ changes: [Study.Change]) -> [Study.Change] {
        guard changes.contains(where: { $0.path == "scaling.spectrum" && $0.value == "data" }) else { return [] }
        return [("classes", "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]"), ("train", "1200"), ("test", "597")].map {
            Study.Change("data.\($0)", $1, option: Study.settingsFile)
        }
    }

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let settings = context.study.scaling ?? ScalingStudy()
        switch settings.spectrum {
        case .data: return try KernelCurveAnswer(settings, context).answer
        case .powerLaw:
            return try PowerLawSurvey(
                capacity: settings.eigenvalueExponent, source: settings.targetExponent, modes: settings.modes,
                noise: settings.noise,
                ridge: settings.ridge, samples: settings.samples, progress: context.progress, shouldStop: context.shouldStop
            ).answer(settings)
        }
    }
}
