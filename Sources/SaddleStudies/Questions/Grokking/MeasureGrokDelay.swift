import Foundation
import SaddleComparisons
import SaddleMeasures
import SaddleNumerics
import SaddleReport

/// `saddle measure grok-delay`: how much later the test curve of any training arrives than the training curve.
enum MeasureGrokDelay: Question {
    static let verb = QuestionVerb.measure
    static let name = "grok-delay"
    static let phrase = "measuring the delay of generalisation"
    static let summary = "How long after the training curve the test curve arrives."
    static let discussion = """
        Reads a table with a row for each record: a step, a training and a test value, losses that fall or accuracies that \
        rise; a column that tells runs apart if there are several. A curve has arrived at the first record that meets its \
        threshold. Without a threshold that is a tenth of the first training loss, or an accuracy of 0.9. Of a run folder the \
        curves are those of the networks that 'saddle simulate' or 'saddle run' trained.
        """
    static let examples = [
        "curves.csv", "log.csv --train-column train_acc --test-column val_acc --train-threshold 0.99 --test-threshold 0.95",
        "seeds.csv --run-column seed --json", "runs/modular --train-column train_accuracy --test-column test_accuracy",
    ]
    static let sections = ["grok.curves"]
    static let argument: (key: String, help: String)? = (
        "grok.curves.file", "A CSV file, - for the standard input, or a run folder."
    )

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study
        guard let settings = study.grok?.curves, let path = settings.file else {
            throw study.problem(
                "grok.curves", "'grok.curves.file' is missing; expected the path of a CSV file with training and test curves")
        }
        let columns = TrainingCurves.Columns(
            step: settings.stepColumn, train: settings.trainColumn, test: settings.testColumn, run: settings.runColumn)
        // Of a run folder the networks of its ensembles.
        let ensembles = RunFolder(path: path).ensemble
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue,
            !FileManager.default.fileExists(atPath: ensembles)
        {
            throw study.problem(
                "grok.curves.file",
                "'\(study.typed(path))' has no ensemble.npz; expected a table, or a run folder with trained networks")
        }
        let curves = try study.reading(
            FileManager.default.fileExists(atPath: ensembles) ? ensembles : path, settings.table, section: "grok.curves",
            curves: { try TrainingCurves(ensembles: $0, columns) }, table: { try TrainingCurves($0, columns) })
        let delay = GrokDelay(curves, trainThreshold: settings.trainThreshold, testThreshold: settings.testThreshold)
        let count = curves.runs.count
        var answer = Answer(
            "Delay of \(curves.testName) behind \(curves.trainName)",
            subtitle:
                "\(study.typed(path).lastPathPart): \(count) run\(count == 1 ? "" : "s"); "
                + "thresholds \(NumberText.short(delay.trainThreshold)) and \(NumberText.short(delay.testThreshold)), "
                + (delay.isRising ? "reached from below" : "reached from above"),
            warnings: curves.remarks)
        answer.lead = [
            .callout(delay.outcome == .delayed ? .good : .neutral, title: title(delay), text: text(delay, curves.stepName))
        ]
        answer.add("outcome", delay.outcome.rawValue, "Outcome")
        answer.add("train_threshold", delay.trainThreshold, "Threshold of the training curve")
        answer.add("test_threshold", delay.testThreshold, "Threshold of the test curve")
        add("delay", delay.delay, "Delay", curves.stepName, &answer)
        add("ratio", delay.ratio, "Arrival of the test curve over that of the training curve", nil, &answer)
        addRuns(delay, curves, &answer)
        return answer
    }

    private static func title(_ delay: GrokDelay) -> String {
        switch delay.outcome {
        case .delayed: "Generalisation is late"
        case .notDelayed: "No delay"
        case .neverGeneralizes: "The test curve never arrives"
        case .neverLearns: "The training curve never arrives"
        case .mixed: "Runs differ"
        }
    }

    private static func text(_ delay: GrokDelay, _ step: String) -> String {
        func short(_ x: Double) -> String { NumberText.short(x) }
        func span(_ d: (value: Double, low: Double, high: Double)) -> String {
            "\(short(d.value)) \(step)s, from \(short(d.low)) to \(short(d.high))"
        }
        let many = delay.runs.count > 1
        let kind = many ? " (95 % over \(delay.arrived) runs)" : " (what the records leave open)"
        let best = delay.isRising ? "highest" : "lowest"
        switch delay.outcome {
        case .delayed:
            return "The test curve arrives after the training curve by \(span(delay.delay!))\(kind)."
                + (delay.ratio.map { " That is \(NumberText.short($0.value)) times as late." } ?? "")
        case .notDelayed:
            return "Both curves arrive within what the records tell apart: the delay is \(span(delay.delay!))\(kind)."
        case .neverGeneralizes:
            let test = delay.runs.map(\.bestTest), reach = delay.isRising ? test.max()! : test.min()!
            return
                "There is no delay to measure: the training curve arrives, the test curve does not, within the records. Its \(best) value is "
                + "\(short(reach)); the threshold is \(short(delay.testThreshold))."
        case .neverLearns:
            let train = delay.runs.map(\.bestTrain), reach = delay.isRising ? train.max()! : train.min()!
            return "There is no delay to measure: the \(best) value of the training curve is \(short(reach)); the threshold is "
                + "\(short(delay.trainThreshold))."
        case .mixed:
            let names = GrokDelay.Outcome.allCases.compactMap { outcome -> String? in
                let n = delay.runs.count { $0.outcome == outcome }
                return n > 0 ? "\(n) \(outcome.rawValue)" : nil
            }
            return "Of \(delay.runs.count) runs: \(names.joined(separator: ", "))."
                + (delay.delay.map { " Where both curves arrive, the delay is \(span($0)); the others are not in this mean." }
                    ?? "")
        }
    }

    private static func add(
        _ name: String, _ value: (value: Double, low: Double, high: Double)?, _ title: String, _ unit: String?,
        _ answer: inout Answer
    ) {
        guard let value else { return }
        answer.add(name, value.value, title, unit: unit)
        answer.add("\(name)_low", value.low, "\(title), lower end", unit: unit, mayBeInfinite: true)
        answer.add("\(name)_high", value.high, "\(title), upper end", unit: unit, mayBeInfinite: true)
    }

    private static func addRuns(_ delay: GrokDelay, _ curves: TrainingCurves, _ answer: inout Answer) {
        answer.add("run", words: curves.runs.enumerated().map { $1.name.isEmpty ? "\($0 + 1)" : $1.name }, "Run")
        answer.add("run_outcome", words: delay.runs.map(\.outcome.rawValue), along: ["run"], "Outcome")
        answer.add(
            "run_train", delay.runs.map { $0.train?.place ?? .nan }, along: ["run"], "Training curve arrives", isPartial: true)
        answer.add("run_test", delay.runs.map { $0.test?.place ?? .nan }, along: ["run"], "Test curve arrives", isPartial: true)
        answer.add("run_delay", delay.runs.map { $0.delay?.value ?? .nan }, along: ["run"], "Delay", isPartial: true)
        let shown = min(curves.runs.count, 6)
        var marks: [View.Mark] = []
        for (i, run) in curves.runs.prefix(shown).enumerated() {
            answer.add("steps_\(i + 1)", run.steps, "Steps of run \(i + 1)", curves.stepName)
            answer.add("train_\(i + 1)", run.train, along: ["steps_\(i + 1)"], "Training curve of run \(i + 1)", "value")
            answer.add("test_\(i + 1)", run.test, along: ["steps_\(i + 1)"], "Test curve of run \(i + 1)", "value")
            marks.append(.line("train_\(i + 1)", .series(0), label: i == 0 ? curves.trainName : nil))
            marks.append(.line("test_\(i + 1)", .series(1), label: i == 0 ? curves.testName : nil))
        }
        let ends = [curves.runs[0].steps.first!, curves.runs[0].steps.last!]
        answer.add("threshold_step", ends, "Ends of the lines of thresholds", curves.stepName)
        answer.add(
            "threshold_line", [delay.testThreshold, delay.testThreshold], along: ["threshold_step"], "The test curve's threshold",
            "value")
        marks.append(.line("threshold_line", label: "threshold", dashed: true))
        let values = curves.runs.prefix(shown).flatMap { $0.train + $0.test }
        let isLogarithmic = !delay.isRising && values.allSatisfy { $0 > 0 } && delay.testThreshold > 0
        let hasZero = curves.runs.prefix(shown).contains { $0.steps[0] == 0 }
        answer.section(
            "Curves",
            [
                .figure(
                    "curves", caption: shown < curves.runs.count ? "The first \(shown) of \(curves.runs.count) runs." : "",
                    panels: [
                        .init(
                            "Training and test", x: .init(curves.stepName, hasZero ? .logarithmicFromZero : .logarithmic),
                            y: .init("value", isLogarithmic ? .logarithmic : .linear), marks)
                    ]),
                .table(
                    ["run", "run_outcome", "run_train", "run_test", "run_delay"].map { .init($0) },
                    rows: Array(0..<min(delay.runs.count, 30))),
            ])
    }
}
