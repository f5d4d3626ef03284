import SaddleNetworks
import SaddleTheory

/// `saddle predict hypernetwork`
enum PredictHypernetwork: Question {
    static let verb = QuestionVerb.predict
    static let name = "hypernetwork"
    static let phrase = "kernels of a hypernetwork"
    static let summary = "Kernel and signal of a network that writes the weights of another one."
    static let discussion = """
        The tangent kernel for both widths to infinity, the variance that a finite primary network leaves, and the signal \
        against the size of the hypernetwork's input, with and without the magnitude-invariant encoding.
        """
    static let examples = ["", "--encoding mip --set hypernetwork.primary.hidden_layers=3"]
    static let sections = ["hypernetwork"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study.hypernetwork ?? HypernetworkStudy()
        return HypernetworkAnswer(study, try study.survey(), measured: nil).answer
    }
}

/// `saddle simulate hypernetwork`
enum SimulateHypernetwork: Question {
    static let verb = QuestionVerb.simulate
    static let name = "hypernetwork"
    static let phrase = "finite hypernetworks"
    static let summary = "Kernels of finite hypernetworks at every pair of widths."
    static let discussion = "Means over hypernetworks, extrapolated to infinite widths of both networks, beside the theory."
    static let examples = [
        "", "--meta-widths 64,512 --networks 1000",
        "--set hypernetwork.meta.activation=linear --set hypernetwork.primary.activation=linear",
    ]
    static let sections = ["hypernetwork"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study.hypernetwork ?? HypernetworkStudy()
        try context.study.checkMemory(study)
        let theory = try study.survey()
        let (x, z) = HypernetworkSurvey.samples(
            HypernetworkSurvey.places, metaInputs: study.metaInputs, primaryInputs: study.primaryInputs)
        let measured = try HypernetworkEnsemble(
            study.hypernetwork, x: x, z: z, metaWidths: study.metaWidths, primaryWidths: study.primaryWidths,
            networks: study.networks, seed: study.seed, progress: context.progress, shouldStop: context.shouldStop)
        return HypernetworkAnswer(study, theory, measured: measured).answer
    }
}
