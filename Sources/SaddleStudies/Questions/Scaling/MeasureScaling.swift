import Foundation
import SaddleMeasures
import SaddleNumerics
import SaddleReport

/// `saddle measure scaling`: the law, the regime and the error bars of measured losses.
enum MeasureScaling: Question {
    static let verb = QuestionVerb.measure
    static let name = "scaling"
    static let phrase = "fitting a scaling law"
    static let summary = "Fit measured losses: which scaling law, which regime, how sure."
    static let discussion = """
        Reads a table with a row for each measured loss: a size (samples, width, steps, compute) and the loss. Rows with the \
        same size are repetitions, such as seeds. Fits a power law, a limit and a bend if the data ask for them, intervals by \
        the profile likelihood of each law, and names the regime: variance-limited, resolution-limited, a crossover, or that \
        the data cannot tell.

        A table with sizes of models, data (or compute) and losses, by the names of its columns or with --data-column, is fitted by \
        L = E + A/N^α + B/D^β: with the rows that lie off it by name, the best size for a compute, parabolas of equal compute, \
        groups that are held out, and the loss of a chosen run.

        Cells may be separated by commas, semicolons, tabs or blanks; numbers may be written 0,5 or 1,234 or 70M or 12% or \
        0.50±0.02. Exports of TensorBoard and Weights & Biases are recognised.
        """
    static let examples = [
        "losses.csv", "sweep.csv --size-column samples --loss-column test_loss",
        "sweep.csv --loss-column 4 --error-column 5 --json", "runs.csv --data-column tokens --at-compute 1e24 --hold-out family",
    ]
    static let sections = ["scaling"]
    static let argument: (key: String, help: String)? = ("scaling.losses", "A CSV file, or - for the standard input.")

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study
        guard let settings = study.scaling, let path = settings.losses else {
            throw study.problem("scaling", "'scaling.losses' is missing; expected the path of a CSV file with measured losses")
        }
        let losses: LossFile
        switch try read(settings, path, study) {
        case .one(let file): losses = file
        case .two(let table): return try answer(table, settings, path, context)
        }
        let fit = ScalingFit(losses.table), table = losses.table
        let file = path.lastPathPart
        var answer = Answer(
            "Scaling of \(losses.lossName) with \(losses.sizeName)",
            subtitle: "\(file): \(table.sizes.count) sizes from \(NumberText.short(table.sizes.first!)) to "
                + "\(NumberText.short(table.sizes.last!)); "
                + (table.errors != nil ? "errors as given or from repetitions" : "errors from the scatter around the law"),
            warnings: losses.remarks)
        answer.lead = [
            .callout(
                fit.regime == .undecided ? .neutral : .good, title: fit.regime.text, text: fit.reasons.joined(separator: " "))
        ]
        let rows = answer.add(fit)
        addPictures(fit, losses, to: &answer, rows: rows)
        answer.section("How it is decided", [.paragraph(explanation)])
        return answer
    }

    private enum Losses {
        case one(LossFile)
        case two(ResourceTable)
    }

    private static func read(_ settings: ScalingStudy, _ path: String, _ study: Study) throws -> Losses {
        let two = ResourceTable.Wanted(
            size: settings.sizeColumn, data: settings.dataColumn, compute: settings.computeColumn, loss: settings.lossColumn,
            group: settings.holdOut, leastData: settings.dropBelow, leastRatio: settings.dropRatioBelow)
        do {
            return try study.reading(path, settings.table, section: "scaling") { csv in
                if ResourceTable.isOne(csv, two) { return .two(try ResourceTable(csv, two)) }
                for (key, isSet) in [
                    ("hold_out", settings.holdOut != nil), ("floor", settings.floor != nil),
                    ("drop_below", settings.dropBelow != nil),
                    ("drop_ratio_below", settings.dropRatioBelow != nil), ("at_size", settings.atSize != nil),
                    ("at_compute", settings.atCompute != nil), ("keep_outliers", settings.keepsOutliers),
                ] where isSet {
                    throw LossFileError.column(
                        key: key, reason: "is for tables of two resources; \(csv.file) is read as one: expected --data-column too"
                    )
                }
                return .one(
                    try LossFile(csv, size: settings.sizeColumn, loss: settings.lossColumn, error: settings.errorColumn))
            }
        } catch let error as LossTableError {
            throw StudyFileError(file: study.typed(path), "\(error)")
        }
    }

    private static let explanation = """
        A power law is the simplest account; a limit is added if noise alone would ask for it in less than 1 % of tables, a bend if it \
        would find one beside each of these so rarely. Each interval is Student's profile likelihood of the law it is named after, for relative \
        errors that are independent and nearly normal. Variance-limited: L − L∞ ~ 1/x, an average over draws that has a limit. \
        Resolution-limited: another exponent, ever finer structure is resolved. Where the data fit both, nothing is decided.
        """

    private static func addPictures(_ fit: ScalingFit, _ losses: LossFile, to answer: inout Answer, rows: View) {
        let table = fit.table, x = logSpaced(from: table.sizes.first! / 1.5, to: table.sizes.last! * 10, count: 120)
        let bands = x.map { fit.prediction(at: $0) }
        answer.add("size", table.sizes, "Sizes", losses.sizeName)
        answer.add("loss", table.losses, errors: table.errors, along: ["size"], "Measured losses", losses.lossName)
        answer.add(
            "miss", zip(table.sizes, table.losses).map { $1 / fit.law($0) - 1 },
            errors: table.errors.map { zip($0, table.losses).map { $0 / $1 } }, along: ["size"], "Measured over fitted, minus 1",
            "relative")
        answer.add("law_size", x, "Sizes at which the law is drawn", losses.sizeName)
        answer.add("law", bands.map(\.value), along: ["law_size"], "The law", losses.lossName)
        answer.add(
            "law_low", bands.map(\.low), along: ["law_size"], "Lower end of its 95 % interval", losses.lossName,
            mayBeInfinite: true)
        answer.add(
            "law_high", bands.map(\.high), along: ["law_size"], "Upper end of its 95 % interval", losses.lossName,
            mayBeInfinite: true)
        answer.section(
            "The law",
            [
                rows,
                .figure(
                    "scaling",
                    caption: "Left: the law, continued by a factor of 10, with its 95 % interval. Right: what it misses.",
                    panels: [
                        .init(
                            "Loss", x: .init(losses.sizeName, .logarithmic), y: .init(losses.lossName, .logarithmic),
                            [
                                .band("law_low", "law_high", .series(0), label: "95 %"),
                                .line("law", .series(0), label: fit.law.form.text),
                                .points("loss", .reference, label: "measured"),
                            ]),
                        .init(
                            "Measured over fitted, minus 1", x: .init(losses.sizeName, .logarithmic),
                            y: .init("relative", including: [0]),
                            [.points("miss", .reference)]),
                    ]),
            ])
    }
}

extension Answer {
    /// The numbers of a fitted law with their 95 % intervals.
    ///
    /// - Returns: a table of those that the law is made of.
    mutating func add(_ fit: ScalingFit) -> View {
        var rows: [(name: String, interval: ScalingFit.Interval)] = []
        func add(_ name: String, _ interval: ScalingFit.Interval) { rows.append((name, interval)) }
        add(fit.law.form == .broken ? "Exponent before the bend" : "Exponent α", fit.exponent)
        if let late = fit.lateExponent, let place = fit.crossover {
            add("Exponent after the bend", late)
            add("Bend at", place)
        }
        add(fit.law.form == .powerWithLimit ? "Limit L∞" : "Limit, if there is one", fit.limit)
        add("Exponent if there is a limit", fit.exponentWithLimit)
        let far = fit.table.sizes.last! * 10
        add("Loss at \(NumberText.short(far)), if the law goes on", fit.prediction(at: far))
        self.add("regime", fit.regime.rawValue, "Regime")
        self.add("law_form", fit.law.form.text, "Law")
        self.add("amplitude", fit.law.amplitude, "Amplitude A")
        self.add("law_quantity", words: rows.map(\.name), "Quantity")
        self.add("law_value", rows.map(\.interval.value), along: ["law_quantity"], "Value", "value")
        // As many digits as tell the ends apart; an end that the data leave open is infinite.
        self.add(
            "law_value_low", rows.map(\.interval.low), along: ["law_quantity"], "Lower end of the 95 % interval", "from",
            mayBeInfinite: true)
        self.add(
            "law_value_high", rows.map(\.interval.high), along: ["law_quantity"], "Upper end of the 95 % interval", "to (95 %)",
            mayBeInfinite: true)
        return .table(
            ["law_quantity", "law_value", "law_value_low", "law_value_high"].map { .init($0) },
            caption: "\(fit.law.form.text); intervals of 95 %.")
    }
}
