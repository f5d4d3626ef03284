import SaddleMeasures
import SaddleModels
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle measure coordinates`: do sizes of anybody's networks scale with the width as a parameterisation says?
enum MeasureCoordinates: Question {
    static let verb = QuestionVerb.measure
    static let name = "coordinates"
    static let phrase = "fitting slopes against the width"
    static let summary = "Coordinate check of any network: do activations and updates scale with the width as they should?"
    static let discussion = """
        Reads sizes of what modules compute (root mean squares, mean magnitudes), or of its change since initialisation, at three \
        widths or more: a row for each with width, step, module, value and perhaps a seed, or a column for each module. Fits slopes \
        of log size against log width and compares them with the exponents of a parameterisation, in one verdict over all modules \
        and steps. python/saddle/record.py writes such tables from PyTorch and from JAX.
        """
    static let examples = [
        "coords.csv", "coords.csv --expect ntk --of updates", "wide.csv --modules fc3=output --optimizer adam",
        "coords.csv --exponents hidden=0,output=-0.5 --json",
    ]
    static let sections = ["coordinate_table"]
    static let argument: (key: String, help: String)? = ("coordinate_table.file", "A CSV file, or - for the standard input.")

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study
        guard let settings = study.coordinateTable, let path = settings.file else {
            throw study.problem(
                "coordinate_table",
                "'coordinate_table.file' is missing; expected the path of a CSV file with sizes at several widths")
        }
        var columns = CoordinateTable.Columns()
        (columns.width, columns.step, columns.module) = (settings.widthColumn, settings.stepColumn, settings.moduleColumn)
        (columns.value, columns.seed, columns.kind) = (settings.valueColumn, settings.seedColumn, settings.kindColumn)
        let (table, roles) = try study.reading(path, settings.table, section: "coordinate_table") { csv in
            let table = try CoordinateTable(csv, columns, kind: settings.of)
            return (table, try ModuleRoles(table.modules, rules: settings.modules.compactMap(ModuleRoles.Rule.init)))
        }
        func judged(_ expectation: CoordinateTableStudy.Expectation) -> CoordinateJudgement {
            CoordinateJudgement(
                table, roles: roles, falseAlarmRate: settings.level, expecting: expectation.slopes(settings))
        }
        let judgement = judged(settings.expect)
        let rivals = CoordinateTableStudy.Expectation.allCases.filter {
            $0 != settings.expect && $0 != .exponents && settings.expect != .exponents && judged($0).verdict == .agrees
        }
        var answer = Answer(
            "Coordinate check of \(path.lastPathPart)",
            subtitle:
                "\(table.modules.count) module\(table.modules.count == 1 ? "" : "s"), widths \(table.widths.map { NumberText.exponent($0) }.joined(separator: ", ")); expected: "
                + settings.expect.title(settings),
            warnings: table.remarks + roles.remarks)
        answer.check = summary(judgement, table, rivals, settings)
        answer.add("expected_parameterization", settings.expect.rawValue, "Whose exponents are expected")
        answer.add("also_fits", words: rivals.map(\.rawValue), "Parameterisations whose exponents fit as well")
        answer.add("family_wise_rate", settings.level, "Probability that any slope of a right parameterisation disagrees")
        addRows(judgement, to: &answer)
        addPictures(judgement, table, to: &answer)
        answer.section("How it is decided", [.paragraph(explanation(judgement))])
        return answer
    }

    private static func summary(
        _ judgement: CoordinateJudgement, _ table: CoordinateTable, _ rivals: [CoordinateTableStudy.Expectation],
        _ settings: CoordinateTableStudy
    ) -> CheckSummary {
        var check = Check(falseAlarmRate: settings.level)
        for row in judgement.rows {
            guard let range = row.expected else { continue }
            let predicted = min(max(row.slope.slope, range.lowerBound), range.upperBound)
            check.add(
                .mean(
                    "slope of \(row.series.kind.rawValue)", at: row.series.place, predicted: predicted, measured: row.slope.slope,
                    scale: 1,
                    uncertainties: [row.slope.sampling, row.slope.allowance]))
        }
        let verdict = judgement.verdict == .agrees && !rivals.isEmpty ? Verdict.cannotTell : judgement.verdict
        return CheckSummary(check, verdict: verdict, reason: reason(judgement, table, rivals, settings))
    }

    private static func reason(
        _ judgement: CoordinateJudgement, _ table: CoordinateTable, _ rivals: [CoordinateTableStudy.Expectation],
        _ settings: CoordinateTableStudy
    ) -> String {
        let title = settings.expect.title(settings)
        if judgement.judged == 0 {
            return
                "No module has a role for which exponents are expected: state roles with --modules name=output, input or hidden."
        }
        if let worst = judgement.failures.first {
            let count = judgement.failures.count
            return "\(count) of \(judgement.judged) slopes \(count == 1 ? "is" : "are") not those of \(title). The clearest: "
                + "\(worst.series.kind.rawValue) of \(worst.series.place) scale as N^\(NumberText.fixed(worst.slope.slope, decimals: 2)) "
                + "± \(NumberText.fixed(worst.halfWidth!, decimals: 2)), expected is N^\(worst.expected!.text)."
        }
        if table.diverged > 0 {
            return
                "No slope disagrees with \(title), but \(table.diverged) value\(table.diverged == 1 ? " is" : "s are") not finite: networks "
                + "diverged. Lower the learning rate, or log fewer steps."
        }
        if let first = judgement.undecided.first {
            return "No slope disagrees with \(title), but intervals of \(first.kind.rawValue) of \(first.module)"
                + (judgement.undecided.count > 1 ? " and \(judgement.undecided.count - 1) more" : "")
                + " are wider than ½, the difference between parameterisations. More seeds, a wider range of widths or a larger batch would tell."
        }
        if !rivals.isEmpty {
            let hasUpdates = table.series.contains { $0.kind == .updates }
            return
                "All \(judgement.judged) slopes fit \(title), but those of \(rivals.map(\.rawValue).joined(separator: " and ")) fit as well. "
                + (hasUpdates
                    ? "More modules would tell: sizes of all hidden layers and of the output."
                    : "Sizes of activations are alike in both; sizes of their change since initialisation would tell (--of updates).")
        }
        return
            "All \(judgement.judged) slopes are those of \(title), to \(NumberText.fixed(judgement.rows.compactMap(\.halfWidth).min()!, decimals: 2)) "
            + "at best; another parameterisation would have been seen."
    }

    private static func addRows(_ judgement: CoordinateJudgement, to answer: inout Answer) {
        let rows = judgement.rows, along = ["place"]
        answer.add("place", words: rows.map(\.series.place), "Module")
        answer.add("kind", words: rows.map(\.series.kind.rawValue), along: along, "Sizes of")
        answer.add(
            "role", words: rows.map { $0.role.map { $0 == .readout ? "output" : $0.rawValue } ?? "not judged" }, along: along,
            "Role")
        let half = rows.map { $0.slope.halfWidth(missing: 0.05) }
        answer.add("slope", rows.map(\.slope.slope), along: along, "Slope of log size against log width", "slope")
        answer.add(
            "slope_low", zip(rows, half).map { $0.slope.slope - $1 }, along: along, "Lower end of its 95 % interval", "from")
        answer.add(
            "slope_high", zip(rows, half).map { $0.slope.slope + $1 }, along: along, "Upper end of its 95 % interval", "to (95 %)"
        )
        answer.add("expected", words: rows.map { $0.expected?.text ?? "" }, along: along, "Expected slope")
        answer.add(
            "expected_low", rows.map { $0.expected?.lowerBound ?? .nan }, along: along, "Lower end of expected slopes",
            isPartial: true, mayBeInfinite: true)
        answer.add(
            "expected_high", rows.map { $0.expected?.upperBound ?? .nan }, along: along, "Upper end of expected slopes",
            isPartial: true, mayBeInfinite: true)
        answer.add(
            "family_half_width", rows.map { $0.halfWidth ?? .nan }, along: along,
            "Half-width of the interval that holds for all slopes together", "± (all)", isPartial: true)
        answer.add("slope_verdict", words: rows.map { $0.verdict?.rawValue ?? "" }, along: along, "Verdict")
        let shown = rows.count > 40 ? rows.indices.filter { rows[$0].verdict != .agrees }.prefix(40) + [] : Array(rows.indices)
        answer.section(
            "Slopes",
            [
                .table(
                    (["place"] + (Set(rows.map(\.series.kind)).count > 1 ? ["kind"] : [])
                        + ["role", "slope", "slope_low", "slope_high", "expected", "family_half_width", "slope_verdict"])
                        .map { .init($0) }, rows: shown,
                    caption: shown.count < rows.count
                        ? "\(shown.count) of \(rows.count) slopes, those that do not agree; all are in the JSON." : "")
            ])
    }

    private static func explanation(_ judgement: CoordinateJudgement) -> String {
        """
        Slopes are least squares of log size on log width over all seeds, with Student's law; a term \(NumberText.exponent(CoordinateJudgement.bend))/N in log \
        size, or what sizes show of it if that is more, widens them. All \(judgement.judged) slopes together leave out a right exponent with probability \
        \(NumberText.percent(judgement.falseAlarmRate)) at most. A slope agrees if its interval holds the expected exponent and its own, of 95 %, nothing that is ½ away; changes of modules of a network share the size of its error, so that the slope beside the mean of the modules may tell, if that alone is wider. Activations after \
        some steps are sums of what they were and of their change: slopes between the two exponents are expected.
        """
    }
}
