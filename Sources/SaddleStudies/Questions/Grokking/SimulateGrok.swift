import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle simulate grok`: finite committees that memorise first and generalise later, beside their limit.
enum SimulateGrok: Question {
    static let verb = QuestionVerb.simulate
    static let name = "grok"
    static let phrase = "committees that grok"
    static let summary = "Finite committees that memorise before they generalise, beside their limit."
    static let discussion = """
        Trains committees of two widths or more on the same samples, with all their weights, and compares losses at recorded \
        steps, extrapolated by a line in 1/N, with the infinitely wide network on these samples; online each network with descent \
        on all inputs from its own weights. Kernel regression, alignment of the tangent kernel, movement of weights, participation \
        of features and accuracy stand on the same page. The published setting is the third example.
        """
    static let examples = [
        "", "--alpha 4 --steps 10000",
        "--dimension 100 --samples 550 --widths 250,500 --epsilon 0.02 --steps 100000 --networks 2",
        "--online --samples 200 --learning-rate 0.2 --steps 2000",
    ]
    static let sections = ["grok"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study.grok ?? GrokStudy(), task = study.task
        let count = study.networks * (study.isOnline ? 2 : study.widths.count)
        try context.study.checkMemory(study, networks: count)
        let draw = task.draw(seed: study.seed)
        let steps = CommitteeTask.recordedSteps(last: study.steps, count: study.times)
        let check: GrokCheck
        let batches = study.isOnline ? [task.samples, 2 * task.samples] : []
        do {
            let runs = study.isOnline ? batches.map { (study.widths[0], Optional($0)) } : study.widths.map { ($0, nil) }
            let ensembles = try runs.enumerated().map { i, run in
                try CommitteeEnsemble(
                    task, draw, width: run.0, networks: study.networks, steps: steps, batch: run.1, seed: study.seed,
                    progress: { done, total in context.progress(Double(i) + done / total, Double(runs.count)) },
                    shouldStop: context.shouldStop)
            }
            check = try GrokCheck(
                task, draw, steps: steps, ensembles, isOnline: study.isOnline, batches: batches, seed: study.seed,
                shouldStop: context.shouldStop)
        } catch let error as CommitteeError {
            let stable = NumberText.short(task.stableLearningRate(squaredNorm: draw.squaredNorm), digits: 2)
            throw study.problem("\(error), to about \(stable)", context.study)
        } catch let error as GrokError { throw study.problem("\(error)", context.study) }
        var answer = Answer(
            study.isOnline ? "Committees on fresh samples" : "Grokking of finite committees",
            subtitle: study.subtitle + "; \(study.networks) networks of width "
                + (study.isOnline
                    ? "\(study.widths[0]) at batches of \(batches[0]) and \(batches[1])"
                    : study.widths.map(String.init).joined(separator: " and ")))
        answer.check = CheckSummary(check.check)
        answer.addNetworks(check, study)
        return answer
    }
}

extension GrokStudy {
    fileprivate func problem(_ text: String, _ study: Study) -> StudyFileError {
        study.problem("grok.learning_rate", "'grok.learning_rate' is \(task.learningRate): \(text)")
    }
}

extension Answer {
    fileprivate mutating func addNetworks(_ check: GrokCheck, _ study: GrokStudy) {
        let last = check.ensembles.count - 1, records = check.ensembles[last].networks, steps = check.steps
        let places = steps.indices
        add("step", steps, "Recorded steps", "step")
        add(
            "train_loss", places.map { i in Estimate(records.map { $0[i].trainLoss }) }, along: ["step"],
            "Training loss, mean of (f − y)²", "loss")
        add(
            "test_loss", places.map { i in Estimate(check.testLosses[last].map { $0[i] }) }, along: ["step"],
            "Test loss, exact mean of (f − y)²", "loss")
        add("limit_train_loss", check.theory.train, along: ["step"], "Training loss at infinite width", "loss")
        add("limit_test_loss", check.theory.test, along: ["step"], "Test loss at infinite width", "loss")
        let regression = check.lazy.testLoss(steps: nil)
        add("regression_loss", regression, "Test loss of kernel regression on the same samples")
        add("regression_line", steps.map { _ in regression }, along: ["step"], "Kernel regression", "loss")
        add(
            "movement", places.map { i in Estimate(records.map { $0[i].movement }) }, along: ["step"], "|W − W₀|/|W₀|", "movement"
        )
        for (k, name) in CommitteeMeasures.names.enumerated() {
            add(
                name, places.map { i in Estimate(check.measures.map { $0[i].values[k] }) }, along: ["step"],
                CommitteeMeasures.titles[k],
                name == "participation" ? "directions" : nil)
        }
        addDelay(check, study)
        addFigures(check, study)
    }

    private mutating func addDelay(_ check: GrokCheck, _ study: GrokStudy) {
        let level = study.threshold * check.draw.labelVariance, last = check.ensembles.count - 1
        add("threshold_loss", level, "Threshold of both losses")
        let places = check.steps.map(Double.init)
        let arrivals = check.ensembles[last].networks.indices.map { i in
            (
                Arrival(places, check.ensembles[last].networks[i].map(\.trainLoss), level: level),
                Arrival(places, check.testLosses[last][i], level: level)
            )
        }
        func addTime(_ name: String, _ values: [Double?], _ title: String) {
            let found = values.compactMap { $0 }
            if found.count == values.count { add(name, Estimate(found), title, unit: "steps") }
        }
        let limit = check.theory.arrivals(level: level)
        addTime("test_time", arrivals.map { $0.1?.place }, "Steps to the test loss's threshold")
        add("limit_test_time", limit.test?.place, "Test at infinite width", unit: "steps")
        if !study.isOnline {
            addTime("train_time", arrivals.map { $0.0?.place }, "Steps to the training loss's threshold")
            addTime("delay", arrivals.map { a in a.0.flatMap { t in a.1.map { $0.place - t.place } } }, "Delay")
            add("limit_train_time", limit.train?.place, "Training at infinite width", unit: "steps")
        }
        let names = ["train_time", "limit_train_time", "test_time", "limit_test_time", "delay", "regression_loss"]
        lead = [.facts(names.filter { self[$0] != nil && !(study.isOnline && $0 == "regression_loss") }.map { .init($0) })]
        if self["test_time"] == nil {
            warnings.append(
                "the test loss of some networks does not reach \(NumberText.percent(study.threshold)) of the target's variance within \(study.steps) steps: "
                    + "no delay; train longer, or raise 'threshold'")
        }
    }

    private mutating func addFigures(_ check: GrokCheck, _ study: GrokStudy) {
        let width = check.ensembles.last!.width
        var losses: [View.Mark] = [.line("test_loss", .series(1), label: "test, width \(width)")]
        if study.isOnline {
            losses.append(.line("limit_test_loss", label: "descent on all inputs, infinite width"))
        } else {
            losses += [
                .line("train_loss", .series(0), label: "training, width \(width)"),
                .line("limit_train_loss", .series(0), label: "training, infinite width", dashed: true),
                .line("limit_test_loss", .series(1), label: "test, infinite width", dashed: true),
                .line("regression_line", label: "kernel regression", dashed: true),
            ]
        }
        section(
            "Learning curves",
            [
                .figure(
                    "curves", caption: "Means over networks. The test loss is exact for every network, by its M and w̄.",
                    panels: [
                        .init("Losses", x: .init("step", .logarithmicFromZero), y: .init("loss", .logarithmic), losses),
                        .init(
                            "Accuracy", x: .init("step", .logarithmicFromZero),
                            y: .init("share on the right side of the mean", including: [1]),
                            [
                                .line("train_accuracy", .series(0), label: "training"),
                                .line("test_accuracy", .series(1), label: "fresh samples"),
                            ]),
                    ]),
                .figure(
                    "features",
                    caption:
                        "Alignment of the tangent kernel on the training samples, movement of all weights, and how many directions share WᵀW/N.",
                    columns: 3,
                    panels: [
                        .init(
                            "Alignment", x: .init("step", .logarithmicFromZero),
                            y: .init("centred alignment", including: [0, 1]),
                            [
                                .line("target_alignment", .series(0), label: "with the target"),
                                .line("initial_alignment", .series(3), label: "with its first self"),
                            ]),
                        .init(
                            "Movement of weights", x: .init("step", .logarithmicFromZero),
                            y: .init("|W − W₀|/|W₀|", including: [0]),
                            [.line("movement", .series(2))]),
                        .init(
                            "Participation of features", x: .init("step", .logarithmicFromZero),
                            y: .init("directions", including: [1]),
                            [.line("participation", .series(1))]),
                    ]),
            ])
        section(
            "Theory and networks",
            [
                .checked(
                    caption: study.isOnline
                        ? "Differences from each network's own descent on all inputs, extrapolated to infinite batches."
                        : "Means over networks on the same samples, extrapolated in 1/N to infinite width; the closed test loss beside fresh samples."
                )
            ])
    }
}
