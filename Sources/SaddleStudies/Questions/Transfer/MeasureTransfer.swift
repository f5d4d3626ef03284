import SaddleMeasures
import SaddleNumerics
import SaddleReport

/// `saddle measure transfer`: does the best learning rate of narrow networks serve wide ones?
enum MeasureTransfer: Question {
    static let verb = QuestionVerb.measure
    static let name = "transfer"
    static let phrase = "fitting optima of learning rates"
    static let summary =
        "Does the best learning rate transfer across widths? Optima with intervals, their slope, and what a wrong one costs."
    static let discussion = """
        Reads a table of runs: width, learning rate, final loss and perhaps a seed; or a row for each rate and a column for each \
        width. Fits the loss around the best rate of each width, gives each optimum an interval, and says whether it moves with the \
        width, what it costs to use the narrowest network's optimum in the widest, and whether a step of the grid is noise. Runs \
        that diverged (empty, inf or nan) bound the rate from above; optima at the edge of a grid are told.
        """
    static let examples = [
        "sweeps.csv", "sweeps.csv --width-column d_model --loss-column val_loss", "sweeps.csv --tolerance 1.5 --json",
    ]
    static let sections = ["transfer"]
    static let argument: (key: String, help: String)? = ("transfer.file", "A CSV file, or - for the standard input.")

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study
        guard let settings = study.transfer, let path = settings.file else {
            throw study.problem(
                "transfer", "'transfer.file' is missing; expected the path of a CSV file with widths, rates and losses")
        }
        var columns = TransferTable.Columns()
        (columns.width, columns.rate, columns.loss) = (settings.widthColumn, settings.rateColumn, settings.lossColumn)
        (columns.seed, columns.step) = (settings.seedColumn, settings.stepColumn)
        let table = try study.reading(path, settings.table, section: "transfer") { try TransferTable($0, columns) }
        let fit = TransferFit(table, tolerance: settings.tolerance), cost = TransferCost(fit, seed: settings.seed)
        let widths = fit.optima.map { NumberText.exponent($0.curve.width) }
        if widths.count < 2 {
            throw StudyFileError(file: study.typed(path), "one width, \(widths[0]); expected two or more, better four")
        }
        var answer = Answer(
            "Transfer of \(table.rateName) across widths",
            subtitle: "\(path.lastPathPart): \(table.runs.count) runs, widths "
                + widths.joined(separator: ", "),
            warnings: table.remarks)
        addLead(fit, cost, table, to: &answer)
        addNumbers(fit, cost, to: &answer)
        addRows(fit, table, to: &answer)
        answer.section("How it is decided", [.paragraph(explanation(fit, table))])
        return answer
    }

    /// The outcome in words, for any runs.
    static func addLead(_ fit: TransferFit, _ cost: TransferCost?, _ table: TransferTable, to answer: inout Answer) {
        answer.lead = [.callout(tone(fit.outcome), title: title(fit.outcome, table.words), text: words(fit, table))]
        if let words = costWords(cost) { answer.lead.append(.paragraph(words)) }
        if let words = notchWords(fit, table.words) { answer.lead.append(.paragraph(words)) }
        let told = edgeWords(fit, table.words)
        if !told.isEmpty { answer.lead.append(.list(told)) }
    }

    private static func tone(_ outcome: TransferFit.Outcome) -> Page.Tone {
        switch outcome {
        case .transfers: .good
        case .moves: .bad
        case .cannotTell: .neutral
        }
    }

    private static func title(_ outcome: TransferFit.Outcome, _ words: TransferWords) -> String {
        switch outcome {
        case .transfers: "The \(words.one) transfers"
        case .moves: "The optimum moves with the width"
        case .cannotTell: "Cannot tell"
        }
    }

    static func span(_ x: TransferFit.Interval) -> String {
        "\(NumberText.short(x.value)) (\(NumberText.short(x.low)) to \(NumberText.short(x.high)))"
    }

    private static func words(_ fit: TransferFit, _ table: TransferTable) -> String {
        let found = fit.found, words = table.words
        guard let slope = fit.slope, let shift = fit.shift else {
            if let (first, last) = fit.apart, let a = first.bounds, let b = last.bounds {
                func place(_ o: TransferFit.Optimum, _ x: (low: Double, high: Double)) -> String {
                    "between \(NumberText.short(x.low)) and \(NumberText.short(x.high)) at width \(NumberText.exponent(o.curve.width))"
                }
                return
                    "Fewer than two widths have an optimum inside their grid, so that there is no slope, but optima are apart: "
                    + "\(place(first, a)), \(place(last, b))."
            }
            if found.count > 1 && fit.freedom > 0 {
                return
                    "Optima of \(found.count) widths are known, but not on a line: curves bend too little, or a curve in log \(words.one) does not describe them. More seeds, or a finer "
                    + "grid of \(words.many) around the best, would tell."
            }
            let what =
                found.count < 2 || fit.freedom > 0
                ? "\(found.count) of \(fit.optima.count) widths \(found.count == 1 ? "has" : "have") an optimum inside the grid"
                : "nothing tells the noise: every curve goes through all of its points"
            return what + ". "
                + (found.count < 2 || fit.freedom > 0
                    ? "\(words.capitalised) on both sides of the best one, at two widths or more, would tell; three around the best are the least."
                    : "Two seeds or more, or five \(words.many) around the best, would tell.")
        }
        let inside = fit.optima.filter { $0.curve.place == .inside }.map(\.curve.width)
        let range =
            "from width \(NumberText.exponent(inside[0])) to \(NumberText.exponent(inside[inside.count - 1]))"
        let law =
            "The optimum goes as N^\(NumberText.fixed(slope.value, decimals: 2)) (\(NumberText.fixed(slope.low, decimals: 2)) to "
            + "\(NumberText.fixed(slope.high, decimals: 2)), 95 %): by a factor of \(span(shift)) \(range)."
        switch fit.outcome {
        case .transfers:
            let drifts = shift.low > 1 || shift.high < 1
            return law + " That is within a factor of \(NumberText.short(fit.tolerance)), which counts as the same"
                + (drifts ? "; a drift is there, too small to matter." : ".")
        case .moves:
            return law + " What is best for narrow networks is not for wide ones."
        case .cannotTell:
            return law
                + " This holds no shift and a shift beyond a factor of \(NumberText.short(fit.tolerance)) as well. More seeds, a finer grid "
                + "of \(words.many) around the best, or a wider range of widths would tell."
        }
    }

    private static func costWords(_ cost: TransferCost?) -> String? {
        guard let cost else { return nil }
        let place =
            "\(NumberText.exponent(cost.from))'s optimum, \(NumberText.short(cost.rate)), at width \(NumberText.exponent(cost.to))"
        if cost.cost.value == .infinity { return "With width \(place) training diverges." }
        func text(_ x: Double) -> String { cost.isRelative ? "\(NumberText.short(100 * x, digits: 2)) %" : NumberText.short(x) }
        let high = cost.cost.high.isFinite ? "at most \(text(cost.cost.high)) (95 %)" : "how much at most cannot be told"
        return "With width \(place) the loss is higher by \(text(cost.cost.value)), \(high)."
    }

    private static func notchWords(_ fit: TransferFit, _ words: TransferWords) -> String? {
        guard let notch = fit.notch else { return nil }
        if notch.first == notch.last {
            return
                "The best \(words.one) of the grid is \(NumberText.short(notch.first)) at the smallest and at the largest width."
        }
        return
            "The best \(words.one) of the grid is \(NumberText.short(notch.first)) at the smallest width and \(NumberText.short(notch.last)) at the largest: "
            + (notch.isNoise ? "noise explains that, one \(words.one) could be the best of both." : "more than noise.")
    }

    private static func edgeWords(_ fit: TransferFit, _ words: TransferWords) -> [String] {
        fit.optima.compactMap { optimum in
            let curve = optimum.curve, width = "Width \(NumberText.exponent(curve.width))"
            func rate(_ i: Int?) -> String { i.map { NumberText.short(curve.rates[$0]) } ?? "" }
            switch curve.place {
            case .inside:
                return optimum.optimum == nil
                    ? "\(width): the curve has no minimum around the best \(words.one), \(rate(curve.best)); noise is as large as its bend."
                    : nil
            case .lowestRate:
                return "\(width): the lowest \(words.one), \(rate(curve.best)), is the best; the optimum may be below the grid."
            case .highestRate:
                return "\(width): the highest \(words.one), \(rate(curve.best)), is the best; the optimum may be above the grid."
            case .nextToDivergence:
                return
                    "\(width): the best \(words.one), \(rate(curve.best)), is the last before divergence at \(NumberText.short(curve.divergence!)): the optimum is below that."
            case .tooFewRates:
                return curve.best == nil
                    ? "\(width): every \(words.one) diverged, from \(NumberText.short(curve.divergence!)) on."
                    : "\(width): \(curve.rates.count) \(curve.rates.count == 1 ? words.one : words.many) without divergence; expected three or more."
            }
        }
    }

    static func explanation(_ fit: TransferFit, _ table: TransferTable) -> String {
        """
        Around the best \(table.words.one) of each grid, two \(table.words.many) on each side, a parabola in log \(table.words.one)\(fit.hasCubic ? ", with a cubic term that all widths share," : "") is fitted to \
        \(fit.isLogarithmic ? "log loss" : "the loss"). Intervals of optima are Fieller's: all \(table.words.many) at which the slope of the curve could be 0. Noise is the scatter around \
        the curves (\(NumberText.exponent(fit.freedom)) degrees of freedom), with what runs of a seed have in common removed where every \(table.words.one) has the same seeds. The slope against log width is \
        found from the slopes of all curves together. The cost is bootstrapped.
        """
    }
}
