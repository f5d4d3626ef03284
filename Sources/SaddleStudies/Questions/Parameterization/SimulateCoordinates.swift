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
    static let summary = "Coordinate check: do activations and updates scale with the width as they should?"
    static let discussion = """
        Trains networks of several widths for a few steps on a batch of the study's data, fits the slopes of log size \
        against log width, and compares them with theory.
        """
    static let examples = ["digits.yaml", "--parameterization mup --steps 3", "--parameterization standard --against mup"]
    static let sections = ["coordinates", "network", "training", "data", "simulate"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, settings = study.coordinates ?? CoordinatesStudy()
        let (experiment, warnings) = try batch(of: study, settings)
        let widths = (settings.widths ?? study.simulate?.widths ?? [64, 128, 256, 512, 1024, 2048]).sorted()
        if widths.count < 2 {
            throw study.problem("simulate.widths", "a slope needs two different widths or more; here they are \(widths)")
        }
        let theory = ScalingTheory(settings.against ?? study.network.parameterization, hiddenLayers: study.network.hiddenLayers)
        var answer = Answer(
            "Coordinate check of \(study.name)",
            subtitle: "\(study.network.parameterization.text), \(study.network.hiddenLayers) hidden layers, "
                + "\(study.network.activation.name), widths \(widths.map(String.init).joined(separator: ", "))",
            warnings: warnings)
        answer.add("parameterization", theory.parameterization.text, "Parameterisation whose exponents are expected")
        answer.add("regime", theory.regime.rawValue, "Its regime")
        do {
            let check = try CoordinateCheck(
                experiment, widths: widths, networks: settings.networks, seed: study.simulate?.seed ?? 2, expecting: theory,
                progress: context.progress, shouldStop: context.shouldStop)
            add(check, to: &answer)
        } catch let divergence as Divergence {
            answer.add("divergence", "\(divergence)", "What diverged")
            answer.check = failure(divergence, study, theory)
        }
        return answer
    }

    private static func add(_ check: CoordinateCheck, to answer: inout Answer) {
        let theory = check.theory, rows = check.rows
        answer.check = CheckSummary(check.check)
        answer.add("coordinate", words: rows.map(\.coordinate.text), "Size")
        answer.add("slope", rows.map(\.fit.exponent), along: ["coordinate"], "Slope of log size against log width", "slope")
        answer.add(
            "slope_expected", rows.map { $0.expected ?? .nan }, along: ["coordinate"], "The slope that theory expects",
            "expected",
            isPartial: true)
        answer.add("width", check.widths, "Width", "width N")
        for row in rows {
            answer.add(
                row.coordinate.key, row.sizes, along: ["width"], "Root mean square of \(row.coordinate.text)", "root mean square")
            answer.add(
                "\(row.coordinate.key)_fit", check.widths.map { row.fit(Double($0)) }, along: ["width"],
                "Its fitted power law", "root mean square")
        }
        if theory.sizes == nil {
            answer.lead = [
                .paragraph(
                    "\(theory.parameterization.text) is not stable with \(theory.hiddenLayers) hidden layers, so no sizes are expected: "
                        + theory.violations.map { "it violates \($0.text)" }.joined(separator: "; ") + ".")
            ]
        }
        func panel(_ title: String, _ chosen: [Coordinate]) -> View.Panel {
            .init(
                title, x: .init(nil, .logarithmic), y: .init(nil, .logarithmic),
                chosen.enumerated().flatMap { k, coordinate -> [View.Mark] in
                    [
                        .points(coordinate.key, .series(k), label: coordinate.text),
                        .line("\(coordinate.key)_fit", .series(k), label: coordinate.text),
                    ]
                })
        }
        let layers = 1...theory.hiddenLayers
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
                        panel("Output and its update", [.output, .outputUpdate]),
                    ]),
            ])
    }

    /// Networks that diverge have no slopes. Where they are expected to be stable but are not by their own exponents, that is an answer.
    private static func failure(_ divergence: Divergence, _ study: Study, _ theory: ScalingTheory) -> CheckSummary {
        let own = ScalingTheory(study.network.parameterization, hiddenLayers: study.network.hiddenLayers)
        let isUnstable = own.regime == .unstable
        return CheckSummary(
            Check(), verdict: isUnstable && theory.regime != .unstable ? .disagrees : .cannotTell,
            reason: isUnstable
                ? "\(divergence). \(own.parameterization.text) is not stable: "
                    + own.violations.map { "it violates \($0.text)" }.joined(separator: "; ") + "."
                : "\(divergence). \(own.parameterization.text) is stable, so this is a matter of the learning rate, not of the width: "
                    + "lower it.")
    }

    /// The first training samples, learnt in full batches with the base learning rate.
    private static func batch(of study: Study, _ settings: CoordinatesStudy) throws -> (Experiment, [String]) {
        try study.checkPlainDescent(": the exponents of theory are those of descent")
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
