import SaddleMeasures
import SaddleNumerics
import SaddleReport

/// `saddle measure collapse`: whether loss curves of several sizes are one curve, and what another schedule of the learning rate would bring.
enum MeasureCollapse: Question {
    static let verb = QuestionVerb.measure
    static let name = "collapse"
    static let phrase = "laying curves on each other"
    static let summary = "Whether loss curves of several sizes collapse, where they leave, and other schedules."
    static let discussion = """
        Reads loss curves: a table with step, size and loss in each row, and seed, learning rate and schedule as far as there are any; or a column for each run, \
        named after its size (70M, width_256). Curves are divided by their end above a floor and laid on each other over the share of training. \
        Without seeds nothing is decided. With learning rates, curves of one size under several schedules are fitted by \
        L = E + A(τ + τ₀)^−p + kη, τ the accumulated rate: each schedule is predicted from the others, and so are runs with learning rates and no losses.
        """
    static let examples = [
        "curves.csv", "curves.csv --floor 1.7 --from 0.2", "log.csv --size-column width --seed-column trial --json",
    ]
    static let sections = ["collapse"]
    static let argument: (key: String, help: String)? = ("collapse.curves", "A CSV file, or - for the standard input.")

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study
        guard let settings = study.collapse, let path = settings.curves else {
            throw study.problem("collapse", "'collapse.curves' is missing; expected the path of a CSV file with loss curves")
        }
        let curves = try study.reading(path, settings.table, section: "collapse") {
            try SizedCurves(
                $0,
                .init(
                    step: settings.stepColumn, size: settings.sizeColumn, loss: settings.lossColumn, seed: settings.seedColumn,
                    rate: settings.rateColumn, schedule: settings.scheduleColumn))
        }
        if let floor = settings.floor, let least = curves.runs.flatMap(\.losses).min(), floor >= least {
            throw study.problem(
                "collapse.floor",
                "'collapse.floor' is \(NumberText.exponent(floor)), and the least loss \(NumberText.exponent(least)); expected a smaller floor"
            )
        }
        let file = path.lastPathPart
        let predictions = schedules(curves), runs = collapsing(curves, predictions)
        let found = CurveCollapse(runs, floor: settings.floor, from: settings.from, seed: settings.seed)
        let (verdict, reasons) = found.verdict
        var answer = Answer(
            "Curves of \(found.sizes.count) size\(found.sizes.count == 1 ? "" : "s")",
            subtitle:
                "\(file): \(curves.runs.count) run\(curves.runs.count == 1 ? "" : "s"); floor \(NumberText.short(found.floor)) "
                + (found.floorIsGiven ? "as given" : "where the sizes differ least"),
            warnings: curves.remarks
                + (runs.count < curves.runs.count
                    ? ["of sizes with several schedules, one schedule is compared with the other sizes"] : []))
        answer.add("verdict", verdict.rawValue, "Verdict")
        answer.lead = [
            .callout(
                verdict == .noCollapse ? .bad : verdict == .undecided ? .neutral : .good, title: verdict.title,
                text: reasons.joined(separator: " "))
        ]
        addCollapse(found, curves, &answer)
        for (number, prediction) in predictions.enumerated() { add(prediction, number + 1, curves, &answer) }
        answer.section("What the numbers are", [.paragraph(explanation)])
        return answer
    }

    private static let explanation = """
        ℓ(x) = (L(xT) − L₀)/(L(T) − L₀) at the share x of training, the end T averaged over its last fiftieth. Shuffled labels of runs tell how often seeds alone differ so much; the \
        same shuffles bound the largest score at any place of any size. Supercollapse: single runs of different sizes, so drawn, differ less than seeds of one size \
        differ in their loss above the floor, over the curve, with an interval by leaving out runs.
        """

    /// Laws of schedules, for each size of which rates are known under several.
    private static func schedules(_ curves: SizedCurves) -> [SchedulePrediction] {
        let rated = curves.runs.filter { !$0.rates.isEmpty && $0.rates.contains { $0 > 0 } }
        return Set(rated.map(\.size)).sorted().compactMap { size in
            let found = SchedulePrediction(rated.filter { $0.size == size }, asked: curves.asked.filter { $0.size == size })
            return found.schedules > 1 || !found.asked.isEmpty ? found : nil
        }
    }

    /// Runs of the schedule that most runs have: curves under different schedules are different curves.
    private static func collapsing(_ curves: SizedCurves, _ predictions: [SchedulePrediction]) -> [SizedCurves.Run] {
        guard predictions.contains(where: { $0.schedules > 1 }) else { return curves.runs }
        func key(_ run: SizedCurves.Run) -> String {
            guard run.schedule.isEmpty, let top = run.rates.max(), top > 0 else { return run.schedule }
            return (0...8).map { NumberText.short(run.rates[$0 * (run.rates.count - 1) / 8] / top, digits: 2) }.joined(
                separator: " ")
        }
        let groups = Dictionary(grouping: curves.runs, by: key)
        let best = groups.max { ($0.value.count, $1.key) < ($1.value.count, $0.key) }!
        return best.value
    }

    private static func addCollapse(_ found: CurveCollapse, _ curves: SizedCurves, _ answer: inout Answer) {
        answer.add("floor", found.floor, "Floor L₀")
        if let ratio = found.ratio {
            answer.add("spread_ratio", ratio.value, "Spread between sizes over that of seeds")
            answer.add("spread_ratio_low", ratio.low, "Its lower end")
            answer.add("spread_ratio_high", ratio.high, "Its upper end")
        }
        answer.add("probability", found.probability, "Probability that shuffled labels differ as much")
        answer.add("fraction", found.fractions, "Share of training", "share of training")
        answer.add(
            "between", found.between, along: ["fraction"], "Relative spread between single runs of different sizes",
            "relative spread")
        answer.add(
            "seeds", found.seeds, along: ["fraction"], "Relative spread of seeds, of the loss above the floor", "relative spread",
            isPartial: true)
        answer.add(
            "within", found.within, along: ["fraction"], "Relative spread of seeds, so drawn", "relative spread", isPartial: true)
        var marks: [View.Mark] = [], losses: [View.Mark] = []
        let shown = found.sizes.count <= 8 ? found.sizes : (0..<8).map { found.sizes[$0 * (found.sizes.count - 1) / 7] }
        let all = found.curves, mean = found.fractions.indices.map { j in all.reduce(0) { $0 + $1[j] } / Double(all.count) }
        answer.add("mean_curve", mean, along: ["fraction"], "Mean of all curves", "ℓ")
        if found.ratio != nil {
            answer.add(
                "band_low", zip(mean, found.seeds).map { $0 * (1 - 1.96 * $1) }, along: ["fraction"],
                "Mean less 1.96 spreads of seeds", "ℓ")
            answer.add(
                "band_high", zip(mean, found.seeds).map { $0 * (1 + 1.96 * $1) }, along: ["fraction"],
                "Mean and 1.96 spreads of seeds", "ℓ")
            marks.append(.band("band_low", "band_high", .muted, label: "seeds, 95 %"))
        }
        for (k, size) in shown.enumerated() {
            let runs = found.runs.indices.filter { found.runs[$0].size == size }, name = "size_\(k + 1)"
            answer.add(
                name, found.fractions.indices.map { j in runs.reduce(0) { $0 + all[$1][j] } / Double(runs.count) },
                along: ["fraction"],
                "Mean curve of size \(NumberText.short(size))", "ℓ")
            answer.add(
                "\(name)_departure",
                found.fractions.indices.map { j in runs.reduce(0) { $0 + all[$1][j] } / Double(runs.count) / mean[j] - 1 },
                along: ["fraction"], "The same over the mean of all, minus 1", "relative")
            marks.append(.line(name, .series(k), label: NumberText.short(size)))
            losses.append(.line("\(name)_departure", .series(k)))
        }
        answer.add("size", found.departures.map(\.size), "Size")
        answer.add(
            "leaves_from", found.departures.map { $0.start ?? .nan }, along: ["size"], "Share of training from which it leaves",
            "leaves from", isPartial: true)
        answer.add("farthest_at", found.departures.map(\.worst), along: ["size"], "Where it is farthest", "farthest at")
        answer.add(
            "farthest", found.departures.map(\.deviation), along: ["size"], "Deviation from the others there", "deviation",
            form: .percent)
        answer.add("farthest_score", found.departures.map(\.score), along: ["size"], "The same in errors of seeds", "score")
        answer.add("score_bound", found.threshold, "Largest score of noise, 19 times in 20")
        var spreads: [View.Mark] = [.line("between", .series(0), label: "sizes, so drawn")]
        if found.ratio != nil {
            spreads += [
                .line("seeds", .series(1), label: "seeds, loss above the floor"),
                .line("within", .series(2), label: "seeds, so drawn", dashed: true),
            ]
        }
        answer.section(
            "Curves",
            [
                .figure(
                    "collapse",
                    caption:
                        "Left: curves above the floor over their ends. Middle: their distance from the mean of all. Right: spreads.",
                    columns: 3,
                    panels: [
                        .init("Curves", x: .init("share of training"), y: .init("ℓ", .logarithmic), marks),
                        .init(
                            "Distance from the mean", x: .init("share of training"), y: .init("relative", including: [0]), losses),
                        .init("Spread", x: .init("share of training"), y: .init("relative spread", including: [0]), spreads),
                    ]),
                .table(
                    ["size", "leaves_from", "farthest_at", "farthest"].map { .init($0) }
                        + (found.threshold == nil ? [] : [.init("farthest_score")]),
                    rows: Array(0..<min(found.departures.count, 20)),
                    caption: found.threshold.map { "Scores beyond \(NumberText.short($0)) are no noise." }
                        ?? "Without seeds there are no scores."),
            ])
    }

    private static func add(_ found: SchedulePrediction, _ number: Int, _ curves: SizedCurves, _ answer: inout Answer) {
        let title = "Schedules at size \(NumberText.short(found.size))", prefix = "schedule_\(number)"
        answer.add("\(prefix)_verdict", found.verdict.rawValue, "Verdict on schedules at size \(NumberText.short(found.size))")
        var views: [View] = []
        if let law = found.law {
            for (name, value, words) in [
                ("floor", law.floor, "E"), ("amplitude", law.amplitude, "A"), ("offset", law.offset, "τ₀"),
                ("exponent", law.exponent, "p"),
                ("noise", law.noise, "k"), ("deviation", law.deviation, "Deviation of the fit"),
            ] { answer.add("\(prefix)_\(name)", value, words) }
        }
        if let remark = found.remark { views.append(.paragraph("The curves cannot tell: \(remark).")) }
        if !found.heldOut.isEmpty {
            let held = found.heldOut, better = held.count { $0.deviation < $0.deviationWithoutNoise }
            views.append(
                .callout(
                    found.verdict == .predicts ? .good : .bad,
                    title: found.verdict == .predicts ? "Schedules predict each other" : "Schedules do not predict each other",
                    text:
                        "With the noise of the rate, \(better) of \(held.count) schedules are predicted better from the others than by the accumulated rate alone."
                ))
            answer.add("\(prefix)_held_out", words: held.map(\.name), "Schedule that is held out")
            answer.add(
                "\(prefix)_error", held.map(\.deviation), along: ["\(prefix)_held_out"], "Error of the others' law", "error",
                form: .percent)
            answer.add(
                "\(prefix)_end", held.map(\.end), along: ["\(prefix)_held_out"],
                "The same at the end, predicted over measured, minus 1", "at the end", form: .percent)
            answer.add(
                "\(prefix)_plain", held.map(\.deviationWithoutNoise), along: ["\(prefix)_held_out"],
                "Error without the term of the rate", "without noise",
                form: .percent)
            views.append(.table(["held_out", "error", "end", "plain"].map { .init("\(prefix)_\($0)") }))
        }
        var marks: [View.Mark] = []
        for (k, held) in found.heldOut.prefix(6).enumerated() {
            answer.add("\(prefix)_step_\(k + 1)", held.steps, "Steps of \(held.name)", curves.stepName)
            answer.add(
                "\(prefix)_measured_\(k + 1)", held.measured, along: ["\(prefix)_step_\(k + 1)"], "Measured", curves.lossName)
            answer.add(
                "\(prefix)_predicted_\(k + 1)", held.predicted, along: ["\(prefix)_step_\(k + 1)"], "Predicted from the others",
                curves.lossName, mayBeInfinite: true)
            marks.append(.line("\(prefix)_measured_\(k + 1)", .series(k), label: held.name))
            marks.append(.line("\(prefix)_predicted_\(k + 1)", .series(k), dashed: true))
        }
        for (k, asked) in found.asked.prefix(6).enumerated() {
            answer.add("\(prefix)_asked_\(k + 1)_step", asked.steps, "Steps of \(asked.name)", curves.stepName)
            answer.add(
                "\(prefix)_asked_\(k + 1)", asked.loss, along: ["\(prefix)_asked_\(k + 1)_step"],
                "Predicted loss of \(asked.name)", curves.lossName)
            answer.add("\(prefix)_asked_\(k + 1)_end", asked.loss.last!, "Predicted loss at the end of \(asked.name)")
            answer.add("\(prefix)_asked_\(k + 1)_error", asked.error, "Its relative half-width, 95 %", mayBeInfinite: true)
            views.append(.facts([.init("\(prefix)_asked_\(k + 1)_end"), .init("\(prefix)_asked_\(k + 1)_error")]))
            marks.append(.line("\(prefix)_asked_\(k + 1)", .reference, label: "\(asked.name), predicted", dashed: true))
        }
        if !marks.isEmpty {
            views.append(
                .figure(
                    prefix, caption: "Dashed: predicted from the other schedules.",
                    panels: [.init("Loss", x: .init(curves.stepName), y: .init(curves.lossName, .logarithmic), marks)]))
        }
        answer.section(title, views)
    }
}
