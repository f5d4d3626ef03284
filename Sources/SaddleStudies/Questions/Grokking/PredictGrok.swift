import Numerics
import SaddleModels
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle predict grok`: when an infinitely wide committee memorises, and when it generalises.
enum PredictGrok: Question {
    static let verb = QuestionVerb.predict
    static let name = "grok"
    static let phrase = "the delay of generalisation"
    static let summary = "When a lazy network generalises: curves, delays and phases of an infinitely wide committee."
    static let discussion = """
        f = (α/N)Σφ(wᵢ·x) with φ(z) = z + εz²/2 learns y = (β·x)²/2 from P Gaussian samples. At every width its training \
        is closed in two order parameters, M = (1/N)Σwwᵀ and w̄, so that infinite width is solved on the very samples, and the test \
        loss is exact. Beside it: the lazy network, which ends in kernel regression; the online flow; and how the delay between \
        both losses depends on α, ε and P, with its phases: prompt, grokking, lazy.
        """
    static let examples = [
        "", "--alpha 4 --epsilon 0.1", "--samples 400 --steps 10000",
        "--dimension 100 --samples 550 --epsilon 0.02 --steps 20000 --draws 2",
    ]
    static let sections = ["grok"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study.grok ?? GrokStudy()
        try context.study.checkMemory(study, networks: 0)
        let survey: GrokSurvey
        do {
            survey = try GrokSurvey(
                study.task, steps: study.steps, times: study.times, draws: study.draws, threshold: study.threshold,
                seed: study.seed,
                progress: context.progress, shouldStop: context.shouldStop)
        } catch let error as GrokError { throw study.problem(error, context.study) }
        var answer = Answer(
            "Grokking of an infinitely wide committee",
            subtitle: study.subtitle + "; \(study.draws) draws of target and samples")
        answer.addOutcome(survey)
        answer.addCurves(survey)
        answer.addLines(survey)
        answer.addPhases(survey)
        return answer
    }
}

extension GrokStudy {
    var subtitle: String {
        "D = \(task.dimension), P = \(task.samples), α = \(NumberText.exponent(task.alpha)), ε = \(NumberText.exponent(task.epsilon)), "
            + "η = \(NumberText.exponent(task.learningRate))\(task.isCentered ? ", centred" : "")"
    }

    func problem(_ error: any Error, _ study: Study) -> StudyFileError {
        study.problem("grok.learning_rate", "'grok.learning_rate' is \(task.learningRate): \(error)")
    }
}

extension Answer {
    fileprivate mutating func addOutcome(_ survey: GrokSurvey) {
        let centre = GrokSurvey.factors.firstIndex(of: 1)!
        let delays = survey.byAlpha[centre], phases = Set(delays.map(\.phase))
        let phase = phases.count == 1 ? delays[0].phase.name : "mixed"
        add("phase", phase, "Phase of the study's committee")
        addMean("train_time", delays.compactMap(\.train), "Steps to the training loss's threshold")
        addMean("test_time", delays.compactMap(\.test), "Steps to the test loss's threshold")
        addMean("delay", delays.compactMap(\.steps), "Delay")
        add("regression_loss", Estimate(survey.regression), "Test loss of kernel regression on the same samples")
        add("label_variance", Estimate(survey.draws.map(\.labelVariance)), "Variance of the target")
        add(
            "rich_time", survey.flow.richTime / survey.task.learningRate, "Online time scale of features",
            "αD²/(6ε|β|²) ln(1 + |β|²/αε)", unit: "steps")
        let share = NumberText.percent(survey.threshold)
        let text =
            switch phase {
            case "prompt":
                "Both losses fall below \(share) of the target's variance within a factor of \(NumberText.exponent(GrokSurvey.lateness))."
            case "grokking":
                "The test loss falls below \(share) of the target's variance more than \(NumberText.exponent(GrokSurvey.lateness)) times as late as the training loss."
            case "lazy":
                "The training loss falls below \(share) of the target's variance; the test loss does not within these steps."
            case "untrained": "The training loss stays above \(share) of the target's variance for all of these steps."
            default: "Draws of target and samples differ."
            }
        lead = [
            .callout(.neutral, title: "Phase: \(phase)", text: text),
            .facts(
                ["train_time", "test_time", "delay", "rich_time", "regression_loss", "label_variance"].filter { self[$0] != nil }
                    .map { .init($0) }),
        ]
    }

    /// The mean over those draws in which it happens, if there are two.
    private mutating func addMean(_ name: String, _ values: [Double], _ title: String) {
        if values.count > 1 {
            add(name, Estimate(values), title, unit: "steps")
        } else {
            add(name, values.first, title, unit: "steps")
        }
    }

    fileprivate mutating func addCurves(_ survey: GrokSurvey) {
        let curves = survey.curves, lazy = survey.lazy
        func means(_ rows: [[Double]]) -> [Estimate] { rows[0].indices.map { i in Estimate(rows.map { $0[i] }) } }
        add("step", curves[0].steps, "Recorded steps", "step")
        add("train_loss", means(curves.map(\.train)), along: ["step"], "Training loss, mean of (f − y)²", "loss")
        add("test_loss", means(curves.map(\.test)), along: ["step"], "Test loss, exact mean of (f − y)²", "loss")
        add("lazy_train_loss", means(lazy.map(\.train)), along: ["step"], "Training loss of the lazy network", "loss")
        add("lazy_test_loss", means(lazy.map(\.test)), along: ["step"], "Test loss of the lazy network", "loss")
        add("flow_step", survey.flow.times.map { $0 / survey.task.learningRate }, "Steps of the online flow", "step")
        add("flow_loss", survey.flow.testLoss, along: ["flow_step"], "Loss of the online flow", "loss")
        add("feature_along", survey.flow.along, along: ["flow_step"], "Eigenvalue of M along β, online", "m")
        add("feature_across", survey.flow.across, along: ["flow_step"], "Eigenvalue of M across β, online", "m")
        add(
            "regression_line", curves[0].steps.map { _ in self["regression_loss"]!.values[0] }, along: ["step"],
            "Kernel regression", "loss")
        section(
            "Learning curves",
            [
                .figure(
                    "curves",
                    caption:
                        "Left: infinite width on drawn samples; the lazy network keeps its first tangent kernel and ends in kernel regression. "
                        + "Right: what the first draw's features do when every step has fresh samples.",
                    panels: [
                        .init(
                            "Losses", x: .init("step", .logarithmicFromZero), y: .init("loss", .logarithmic),
                            [
                                .line("train_loss", .series(0), label: "training"), .line("test_loss", .series(1), label: "test"),
                                .line("lazy_train_loss", .series(0), label: "lazy training", dashed: true),
                                .line("lazy_test_loss", .series(1), label: "lazy test", dashed: true),
                                .line("flow_loss", .series(2), label: "online flow"),
                                .line("regression_line", label: "kernel regression", dashed: true),
                            ]),
                        .init(
                            "Features online", x: .init("step", .logarithmicFromZero), y: .init("eigenvalue of M", .logarithmic),
                            [
                                .line("feature_along", .series(1), label: "along β"),
                                .line("feature_across", .series(3), label: "across β"),
                            ]),
                    ])
            ])
    }

    fileprivate mutating func addLines(_ survey: GrokSurvey) {
        let task = survey.task
        let sizes = GrokSurvey.sampleFactors.map { (Double(task.samples) * $0).rounded() / Double(task.dimension) }
        addLine("alpha", GrokSurvey.factors.map { $0 * task.alpha }, survey.byAlpha, "Output scale α", "α")
        addLine("epsilon", GrokSurvey.factors.map { $0 * task.epsilon }, survey.byEpsilon, "Curvature ε", "ε")
        addLine("ratio", sizes, survey.bySamples, "Samples over dimensions", "ν = P/D")
        let lines: [(name: String, symbol: String)] = [("alpha", "α"), ("epsilon", "ε"), ("ratio", "ν = P/D")]
        section(
            "Delay",
            [
                .figure(
                    "delays",
                    caption:
                        "Arrivals of both losses at the threshold, means over draws; what does not arrive within the steps is not drawn.",
                    columns: 3,
                    panels: lines.map { name, symbol in
                        .init(
                            "Against \(symbol as String)", x: .init(symbol, .logarithmic), y: .init("steps", .logarithmic),
                            [
                                .points("\(name)_train_time", .series(0), label: "training"),
                                .points("\(name)_test_time", .series(1), label: "test"),
                            ])
                    })
            ])
    }

    private mutating func addLine(
        _ name: String, _ values: [Double], _ delays: [[GrokSurvey.Delay]], _ title: String, _ symbol: String
    ) {
        add(name, values, title, symbol)
        for (kind, pick) in [("train_time", \GrokSurvey.Delay.train), ("test_time", \.test)] {
            // Where some draws do not arrive, the mean of the others would be too early.
            let found = delays.map { row in row.compactMap { $0[keyPath: pick] } }
            let estimates = zip(found, delays).map { $0.count == $1.count ? Estimate($0) : nil }
            add(
                "\(name)_\(kind)", estimates.map { $0?.mean ?? .nan }, errors: estimates.map { $0?.standardError ?? .nan },
                along: [name],
                kind == "train_time" ? "Steps of the training loss" : "Steps of the test loss", "steps", isPartial: true)
        }
    }

    fileprivate mutating func addPhases(_ survey: GrokSurvey) {
        let task = survey.task
        func logs(_ values: [Double]) -> [Double] { values.map { Double.log2($0) } }
        add("phase_alpha", logs(GrokSurvey.factors.map { $0 * task.alpha }), "log₂ α", "log₂ α")
        add("phase_epsilon", logs(GrokSurvey.factors.map { $0 * task.epsilon }), "log₂ ε", "log₂ ε")
        add("phase_ratio", Array(0..<GrokSurvey.sampleFactors.count), "Number of ν")
        add(
            "phases_epsilon", survey.epsilonPhases.flatMap { $0.map { Double($0.phase.rawValue) } },
            along: ["phase_epsilon", "phase_alpha"], shape: [survey.epsilonPhases.count, GrokSurvey.factors.count],
            "Phase against ε and α", "phase")
        add(
            "phases_ratio", survey.samplePhases.flatMap { $0.map { Double($0.phase.rawValue) } },
            along: ["phase_ratio", "phase_alpha"], shape: [survey.samplePhases.count, GrokSurvey.factors.count],
            "Phase against ν and α", "phase")
        let names = GrokSurvey.Phase.allCases.map { "\($0.rawValue) \($0.name)" }.joined(separator: ", ")
        let ratios = GrokSurvey.sampleFactors.enumerated().map {
            "\($0) \(NumberText.short((Double(task.samples) * $1).rounded() / Double(task.dimension)))"
        }
        section(
            "Phases",
            [
                .figure(
                    "phases",
                    caption:
                        "Of the first draw within the steps: \(names). Lazy: memorised, not generalised. Grokking: generalised more than "
                        + "\(NumberText.exponent(GrokSurvey.lateness)) times as late. ν by number: \(ratios.joined(separator: ", ")).",
                    panels: [
                        .init(
                            "Against ε", x: .init("log₂ α"), y: .init("log₂ ε"), [],
                            ground: .init("phases_epsilon", isDiverging: false)),
                        .init(
                            "Against ν", x: .init("log₂ α"), y: .init("number of ν"), [],
                            ground: .init("phases_ratio", isDiverging: false)),
                    ])
            ])
    }
}
