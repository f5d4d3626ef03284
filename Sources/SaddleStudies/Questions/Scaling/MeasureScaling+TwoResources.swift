import SaddleMeasures
import SaddleNumerics
import SaddleReport

/// The law of losses against the size of the model and the amount of data.
extension MeasureScaling {
    static func answer(
        _ table: ResourceTable, _ settings: ScalingStudy, _ path: String, _ context: QuestionRunner.Context
    ) throws -> Answer {
        let study = context.study
        var options = TwoResourceFit.Options()
        (options.floor, options.keepsOutliers, options.seed) = (settings.floor, settings.keepsOutliers, settings.seed)
        if let floor = settings.floor, let least = table.rows.map(\.loss).min(), floor >= least {
            throw study.problem(
                "scaling.floor",
                "'scaling.floor' is \(NumberText.exponent(floor)), and the least loss \(NumberText.exponent(least)); expected a smaller floor"
            )
        }
        let fit: TwoResourceFit
        do {
            fit = try TwoResourceFit(table, options, progress: context.progress, shouldStop: context.shouldStop)
        } catch let error as TwoResourceFit.TooFew { throw StudyFileError(file: study.typed(path), "\(error)") }
        let file = path.lastPathPart, rows = fit.rows
        var answer = Answer(
            "Scaling of \(table.lossName) with \(table.sizeName) and \(table.dataName)",
            subtitle: "\(file): \(table.rows.count) rows; L = E + A/N^α + B/D^β by Huber's function of log L, δ = 10⁻³",
            warnings: table.remarks)
        let (verdict, reasons) = fit.verdict
        answer.add("verdict", verdict.rawValue, "Verdict")
        addLaw(fit, settings, &answer)
        answer.lead = [
            .callout(verdict == .determined ? .good : .neutral, title: verdict.title, text: reasons.joined(separator: " ")),
            .highlights([
                .init("size_exponent", "α"), .init("data_exponent", "β"), .init("floor", "E"),
                .init("allocation_exponent", "a", remark: "N ∝ Cᵃ where the loss is least"),
            ]),
        ]
        addRows(fit, &answer)
        addCompute(fit, ComputeBudgets(rows), &answer)
        addHeldOut(fit, &answer)
        answer.section("What the numbers are", [.paragraph(twoResources)])
        return answer
    }

    private static let twoResources = """
        Intervals are 95 %, over tables drawn from the rows, widened for few rows; beside them those of the profile of Huber's function. Rows that lie off the law of the others are found by \
        laws fitted to the nine tenths that fit best, so that rows at the edge of the table cannot hide by drawing the law to themselves. The best size for a compute C = 6ND follows from the law; the \
        parabolas of equal compute suppose no law. A loss beyond the table supposes that the law goes on.
        """

    private static func addLaw(_ fit: TwoResourceFit, _ settings: ScalingStudy, _ answer: inout Answer) {
        typealias Row = (name: String, interval: ScalingFit.Interval, profile: ScalingFit.Interval?, all: Double)
        var list: [Row] = []
        let law = fit.law, all = fit.lawOfAll, isFree = fit.options.floor == nil
        func add(_ key: String, _ name: String, profile: Int? = nil, _ quantity: @escaping (TwoResourceLaw) -> Double) {
            let interval = fit.interval(quantity)
            list.append((name, interval, profile.map { fit.profiles[$0] }, quantity(all)))
            answer.add(key, interval.value, name)
        }
        add("size_exponent", "Exponent of sizes α", profile: 0, \.sizeExponent)
        add("data_exponent", "Exponent of data β", profile: 1, \.dataExponent)
        if isFree { add("floor", "Floor E", profile: 2, \.floor) } else { answer.add("floor", law.floor, "Floor E, given") }
        add("size_amplitude", "Amplitude A", \.sizeAmplitude)
        add("data_amplitude", "Amplitude B", \.dataAmplitude)
        add("allocation_exponent", "Exponent a of the best size, N ∝ Cᵃ", \.allocationExponent)
        let largest = settings.atCompute ?? fit.rows.map(\.compute).max()!
        if law.hasAllocation {
            func at(_ part: @escaping ((size: Double, data: Double)) -> Double) -> (TwoResourceLaw) -> Double {
                { $0.hasAllocation ? part($0.allocation(compute: largest)) : .nan }
            }
            let place = "at a compute of \(NumberText.short(largest))"
            answer.add("target_compute", largest, "Compute of the allocation", "C")
            add("best_size", "Best size \(place)", at { $0.size })
            add("best_data", "Best data \(place)", at { $0.data })
            add("best_ratio", "Data for each parameter \(place)", at { $0.data / $0.size })
            add("best_loss", "Loss there") { law in
                guard law.hasAllocation else { return .nan }
                let best = law.allocation(compute: largest)
                return law(size: best.size, data: best.data)
            }
        }
        if let size = settings.atSize, let data = settings.atData {
            let one = fit.prediction(size: size, data: data)
            answer.add("target_loss", one.value, "Loss of a run at the chosen size and data")
            list.append(
                (
                    "Loss of one run of N = \(NumberText.short(size)), D = \(NumberText.short(data))", one, nil,
                    all(size: size, data: data)
                ))
        }
        answer.add("law_quantity", words: list.map(\.name), "Quantity")
        answer.add("law_value", list.map(\.interval.value), along: ["law_quantity"], "Value", "value")
        answer.add("law_low", list.map(\.interval.low), along: ["law_quantity"], "Lower end", "from", mayBeInfinite: true)
        answer.add("law_high", list.map(\.interval.high), along: ["law_quantity"], "Upper end", "to (95 %)", mayBeInfinite: true)
        answer.add(
            "profile_low", list.map { $0.profile?.low ?? .nan }, along: ["law_quantity"], "Lower end by the profile",
            "profile from", isPartial: true,
            mayBeInfinite: true)
        answer.add(
            "profile_high", list.map { $0.profile?.high ?? .nan }, along: ["law_quantity"], "Upper end by the profile",
            "profile to", isPartial: true,
            mayBeInfinite: true)
        var columns = ["law_quantity", "law_value", "law_low", "law_high", "profile_low", "profile_high"].map { View.Column($0) }
        if !fit.outliers.isEmpty {
            answer.add(
                "law_of_all", list.map(\.all), along: ["law_quantity"], "Value from all rows", "all rows", mayBeInfinite: true)
            columns.append(.init("law_of_all"))
        }
        answer.add("scatter", fit.scatter, "Scatter of losses about the law", form: .percent)
        answer.section(
            "The law",
            [
                .table(
                    columns,
                    caption:
                        "\(fit.rows.count) of \(fit.table.rows.count) rows are fitted; losses scatter by \(NumberText.percent(fit.scatter))."
                )
            ])
    }

    private static func addRows(_ fit: TwoResourceFit, _ answer: inout Answer) {
        let rows = fit.table.rows, outlying = Set(fit.outliers.map(\.row.line))
        let ratios = rows.map { $0.data / $0.size }
        answer.add("row_ratio", ratios, "Data for each parameter, of every row", "D/N")
        answer.add("row_size", rows.map(\.size), along: ["row_ratio"], "Size", fit.table.sizeName)
        answer.add("row_data", rows.map(\.data), along: ["row_ratio"], "Data", fit.table.dataName)
        answer.add("row_compute", rows.map(\.compute), along: ["row_ratio"], "Compute", "compute")
        answer.add("row_loss", rows.map(\.loss), along: ["row_ratio"], "Loss", fit.table.lossName)
        answer.add(
            "row_miss", rows.map { $0.loss / fit.law(size: $0.size, data: $0.data) - 1 }, along: ["row_ratio"],
            "Measured over fitted, minus 1", "relative")
        answer.add(
            "row_is_off", rows.map { outlying.contains($0.line) ? 1 : 0 }, along: ["row_ratio"], "Whether it lies off the law")
        let figure = View.figure(
            "misses", caption: "What the law misses, against data for each parameter.",
            panels: [
                .init(
                    "Measured over fitted, minus 1", x: .init("D/N", .logarithmic), y: .init("relative", including: [0]),
                    [
                        .points("row_miss", x: "row_ratio", where: "row_is_off", 0, .series(0), label: "in the fit", radius: 2.5),
                        .points(
                            "row_miss", x: "row_ratio", where: "row_is_off", 1, .series(1), label: "off the law", radius: 4.5),
                    ])
            ])
        guard !fit.outliers.isEmpty else {
            answer.section("Rows", [figure])
            return
        }
        answer.add("outlier_line", fit.outliers.map(\.row.line), "Line of the file", "line")
        answer.add("outlier_size", fit.outliers.map(\.row.size), along: ["outlier_line"], "Size", fit.table.sizeName)
        answer.add("outlier_data", fit.outliers.map(\.row.data), along: ["outlier_line"], "Data", fit.table.dataName)
        answer.add("outlier_loss", fit.outliers.map(\.row.loss), along: ["outlier_line"], "Loss", fit.table.lossName)
        answer.add(
            "outlier_score", fit.outliers.map(\.score), along: ["outlier_line"], "Miss in deviations of the others", "deviations")
        answer.section(
            "Rows",
            [
                figure,
                .table(
                    ["line", "size", "data", "loss", "score"].map { .init("outlier_\($0)") },
                    rows: Array(0..<min(fit.outliers.count, 20)),
                    caption:
                        "Rows off the law that the others follow, \(fit.options.keepsOutliers ? "kept in the fit" : "left out of it")."
                ),
            ])
    }

    private static func addHeldOut(_ fit: TwoResourceFit, _ answer: inout Answer) {
        let held = fit.heldOut
        guard !held.isEmpty else { return }
        answer.add("held_out", words: held.map(\.name), "Rows held out")
        answer.add("held_out_rows", held.map(\.count), along: ["held_out"], "Rows", "rows")
        answer.add("held_out_bias", held.map(\.bias), along: ["held_out"], "Mean of log L − log L̂ of the others' law", "bias")
        answer.add("held_out_deviation", held.map(\.deviation), along: ["held_out"], "Root mean square", "deviation")
        answer.section(
            "Held out",
            [
                .table(
                    ["held_out", "held_out_rows", "held_out_bias", "held_out_deviation"].map { .init($0) },
                    rows: Array(0..<min(held.count, 30)),
                    caption:
                        "Rows that are left out, and what the law of the others misses of them; rows in the fit scatter by \(NumberText.short(fit.scatter))."
                )
            ])
    }
}
