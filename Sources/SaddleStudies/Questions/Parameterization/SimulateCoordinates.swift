import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle simulate coordinates`: do sizes of activations and updates scale with the width as theory says?
enum SimulateCoordinates: Question {
    static let verb = QuestionVerb.simulate
    static let name = "coordinates"
    static let phrase = "training networks of several widths for a few steps"
    static let summary = "Coordinate check: do activations and updates scale with the width, or the depth, as they should?"
    static let discussion = """
        Trains networks of several widths, or of several depths, for a few steps of the study's optimiser on a batch of its \
        data, fits the slopes of log size against log width (log depth), and compares them with theory.
        """
    static let examples = [
        "digits.yaml", "--parameterization mup --steps 3", "--parameterization standard --against mup", "--optimizer muon",
        "--set 'network.residual={depth_scaled: 1, exponent: 1}' --optimizer adam --depths 9,17,33",
    ]
    static let sections = ["coordinates", "network", "training", "data", "simulate"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, settings = study.coordinates ?? CoordinatesStudy()
        let (experiment, warnings) = try batch(of: study, settings)
        if let depths = settings.depths { return try answer(context, experiment, depths: depths, warnings) }
        let widths = (settings.widths ?? study.simulate?.widths ?? [64, 128, 256, 512, 1024, 2048]).sorted()
        if widths.count < 2 {
            throw study.problem("simulate.widths", "a slope needs two different widths or more; here they are \(widths)")
        }
        let optimizer = study.training.optimizer
        let theory = ScalingTheory(
            settings.against ?? study.network.parameterization, hiddenLayers: study.network.hiddenLayers, optimizer: optimizer)
        var answer = Answer(
            "Coordinate check of \(study.name)",
            subtitle: "\(study.network.parameterization.text), \(study.network.hiddenLayers) hidden layers, "
                + "\(study.network.activation.name), \(optimizer.title), widths \(widths.map(String.init).joined(separator: ", "))",
            warnings: warnings)
        answer.add("parameterization", theory.parameterization.text, "Parameterisation whose exponents are expected")
        answer.add("regime", theory.regime.rawValue, "Its regime")
        do {
            let check = try CoordinateCheck(
                experiment, widths: widths, networks: settings.networks, seed: study.simulate?.seed ?? 2, expecting: theory,
                progress: context.progress, shouldStop: context.shouldStop)
            add(check, theory, to: &answer)
        } catch let divergence as Divergence {
            answer.add("divergence", "\(divergence)", "What diverged")
            answer.check = failure(divergence, study, theory)
        }
        return answer
    }

    private static func add(_ check: CoordinateCheck, _ theory: ScalingTheory, to answer: inout Answer) {
        record(check, "width", "Width", "width N", to: &answer)
        if theory.sizes == nil {
            answer.lead = [
                .paragraph(
                    "\(theory.parameterization.text) is not stable with \(theory.hiddenLayers) hidden layers, so no sizes are expected: "
                        + theory.violationTexts.map { "it violates \($0)" }.joined(separator: "; ") + ".")
            ]
        }
        let layers = 1...theory.hiddenLayers
        func isMeasured(_ coordinate: Coordinate) -> Bool { check.rows.contains { $0.coordinate == coordinate } }
        answer.section(
            "Slopes of log size against log width",
            [
                // Where theory expects nothing, slopes alone.
                theory.sizes == nil ? .table([.init("coordinate"), .init("slope")]) : .checked(),
                .paragraph(
                    """
                    Root mean squares over neurons and the samples of the batch, in \(check.networks) networks of each width; updates after \
                    \(check.steps) steps. Errors of slopes contain what corrections of relative size \
                    \(NumberText.exponent(CoordinateCheck.curvature))/N do to them.
                    """),
                .figure(
                    "coordinates", caption: "Sizes against width, with fitted power laws.",
                    panels: [
                        panel("Preactivations at initialisation", layers.map { .preactivation($0) }),
                        panel("Their updates", layers.map { .preactivationUpdate($0) }),
                        panel("Activations at initialisation", layers.map { .activation($0) }),
                        panel("Their updates", layers.map { .activationUpdate($0) }),
                        panel(
                            "Updates by the layer's own weights", LayerRole.allCases.map { .weightUpdate($0) }.filter(isMeasured)),
                        panel("Output and its update", [.output, .outputUpdate]),
                    ]),
            ])
    }

    /// Networks that diverge have no slopes. Where they are expected to be stable but are not by their own exponents, that is an answer.
    private static func failure(_ divergence: Divergence, _ study: Study, _ theory: ScalingTheory) -> CheckSummary {
        let own = ScalingTheory(
            study.network.parameterization, hiddenLayers: study.network.hiddenLayers, optimizer: study.training.optimizer)
        let isUnstable = own.regime == .unstable
        return CheckSummary(
            Check(), verdict: isUnstable && theory.regime != .unstable ? .disagrees : .cannotTell,
            reason: isUnstable
                ? "\(divergence). \(own.parameterization.text) is not stable: "
                    + own.violationTexts.map { "it violates \($0)" }.joined(separator: "; ") + "."
                : "\(divergence). \(own.parameterization.text) is stable, so this is a matter of the learning rate, not of the width: "
                    + "lower it.")
    }

    /// The first training samples, learnt in full batches with the base learning rate.
    private static func batch(of study: Study, _ settings: CoordinatesStudy) throws -> (Experiment, [String]) {
        var (experiment, warnings) = try study.experiment(
            includesTheory: false,
            serving: [.plainResidual, .scaledResidual, .convolution, .shrinkingConvolution, .widthRatios])
        let data = experiment.data
        let rows = Array(0..<min(settings.samples, data.trainCount))
        experiment.data = Dataset(
            trainInputs: data.trainInputs.selectingRows(rows), trainLabels: data.trainLabels.selectingRows(rows),
            testInputs: Matrix(rows: 0, columns: data.inputDimension), testLabels: Matrix(rows: 0, columns: data.outputCount))
        (experiment.training.batchSize, experiment.training.isStream) = (nil, false)
        experiment.training.steps = settings.steps
        experiment.training.learningRate = LearningRate(base: study.training.learningRate.base)
        experiment.recordedSteps = [settings.steps]
        return (experiment, warnings)
    }
}
