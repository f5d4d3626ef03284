import Foundation
import SaddleMeasures
import SaddleNumerics
import SaddleReport

/// `saddle measure scaling`: the law, the regime and the error bars of measured losses.
public struct MeasureScalingTopic: Sendable {
    public init() {}

    public func result(_ context: TopicRunner.Context) throws -> TopicResult {
        let study = context.study
        guard let settings = study.scaling, let path = settings.losses else {
            throw study.problem("scaling", "'scaling.losses' is missing; expected the path of a CSV file with measured losses")
        }
        let losses = try Self.losses(settings, path, study)
        let fit = ScalingFit(losses.table)
        let names = Names(
            file: path.split(separator: "/").last.map(String.init) ?? path, size: losses.sizeName, loss: losses.lossName)
        return TopicResult(
            "measured-scaling", page: Self.page(fit, names), numbers: Numbers(fit), warnings: losses.remarks)
    }

    private static func losses(_ settings: ScalingStudy, _ path: String, _ study: Study) throws -> LossFile {
        var format = settings.table
        format.namesOptions = study.origin.file == Study.settingsFile
        let home = FileManager.default.currentDirectoryPath + "/"
        // As it was typed.
        let file = path.hasPrefix(home) ? String(path.dropFirst(home.count)) : path
        do {
            return try LossFile(
                CSV(Gzip.read(path == "-" ? WholeFile.standardInput : path), file: file, format), size: settings.sizeColumn,
                loss: settings.lossColumn,
                error: settings.errorColumn)
        } catch LossFileError.column(let key, let reason) {
            let typed = format.namesOptions ? "--\(key.replacing("_", with: "-"))" : "'scaling.\(key)'"
            // Not typed, and needed: the table is to blame.
            let isGiven = study.origin.options["scaling.\(key)"] != nil || study.origin.places["scaling.\(key)"] != nil
            throw isGiven ? study.problem("scaling.\(key)", reason) : StudyFileError(file: typed, reason)
        } catch LossFileError.table(let place, let reason) {
            throw StudyFileError(file: place, reason)
        } catch FileError.malformed(let place, let reason) {
            throw StudyFileError(file: place == path ? file : place, reason)
        } catch let error as LossTableError {
            throw StudyFileError(file: file, "\(error)")
        } catch FileError.refused(_, _, let reason) {
            throw StudyFileError(file: file, "cannot be read: \(reason)")
        }
    }

    struct Names { let file, size, loss: String }

    private static func page(_ fit: ScalingFit, _ names: Names) -> Page {
        let table = fit.table
        let decided = fit.regime != .undecided
        var facts: [[String]] = [["Law", fit.law.form.text, ""]]
        func add(_ name: String, _ interval: ScalingFit.Interval) {
            facts.append([name, NumberText.short(interval.value), text(interval)])
        }
        add(fit.law.form == .broken ? "Exponent before the bend" : "Exponent α", fit.exponent)
        if let late = fit.lateExponent, let place = fit.crossover {
            add("Exponent after the bend", late)
            add("Bend at", place)
        }
        if fit.law.form == .powerWithLimit { add("Limit L∞", fit.limit) }
        if fit.law.form == .power {
            add("Exponent if there is a limit", fit.exponentWithLimit)
            add("Limit, if there is one", fit.limit)
        }
        let far = table.sizes.last! * 10
        add("Loss at \(NumberText.short(far)), if the law goes on", fit.prediction(at: far))
        return Page(
            title: "Scaling of \(names.loss) with \(names.size)",
            subtitle: "\(names.file): \(table.sizes.count) sizes from \(NumberText.short(table.sizes.first!)) to "
                + "\(NumberText.short(table.sizes.last!)); \(errorText(table))",
            lead: [
                .callout(decided ? .good : .neutral, title: fit.regime.text, text: fit.reasons.joined(separator: " "))
            ],
            sections: [
                Page.Section(
                    "The law",
                    [
                        .table(Table([.text("Quantity"), .number("Value"), .number("95 % interval")], rows: facts)),
                        .figure(figure(fit, names)),
                    ]),
                Page.Section("How it is decided", [.paragraph(explanation)]),
            ])
    }

    private static func errorText(_ table: LossTable) -> String {
        table.errors != nil ? "errors as given or from repetitions" : "errors from the scatter around the law"
    }

    private static let explanation = """
        A power law is the simplest account; a limit is added if noise alone would ask for it in less than 1 % of tables, a bend if it \
        would find one beside each of these so rarely. Each interval is Student's profile likelihood of the law it is named after, for relative \
        errors that are independent and nearly normal. Variance-limited: L − L∞ ~ 1/x, an average over draws that has a limit. \
        Resolution-limited: another exponent, ever finer structure is resolved. Where the data fit both, nothing is decided.
        """

    private static func text(_ interval: ScalingFit.Interval) -> String {
        let (low, high) = (interval.low, interval.high)
        // As many digits as tell the ends apart.
        let digits = (3...10).first { NumberText.short(low, digits: $0) != NumberText.short(high, digits: $0) } ?? 3
        return "\(NumberText.short(low, digits: digits)) … \(NumberText.short(high, digits: digits))"
    }

    private static func figure(_ fit: ScalingFit, _ names: Names) -> Figure {
        let table = fit.table
        let (low, high) = (table.sizes.first! / 1.5, table.sizes.last! * 10)
        let x = logSpaced(from: low, to: high, count: 120)
        let bands = x.map { fit.prediction(at: $0) }
        let line = Chart(
            "Loss", x: .init(names.size, .logarithmic), y: .init(names.loss, .logarithmic),
            marks: [
                .band(x, low: bands.map(\.low), high: bands.map(\.high), .series(0), label: "95 %"),
                .line(x, bands.map(\.value), .series(0), label: fit.law.form.text),
                .points(table.sizes, table.losses, errors: table.errors ?? [], .reference, label: "measured"),
            ])
        let residuals = zip(table.sizes, table.losses).map { $1 / fit.law($0) - 1 }
        let misses = Chart(
            "Measured over fitted, minus 1", x: .init(names.size, .logarithmic), y: .init("relative", including: [0]),
            marks: [
                .line([table.sizes.first!, table.sizes.last!], [0, 0], .series(0)),
                .points(
                    table.sizes, residuals, errors: (table.errors ?? []).indices.map { table.errors![$0] / table.losses[$0] },
                    .reference),
            ])
        return Figure(
            "scaling", caption: "Left: the law, continued by a factor of 10, with its 95 % interval. Right: what it misses.",
            panels: [line, misses])
    }

    struct Numbers: Encodable, Sendable {
        struct Range: Encodable, Sendable {
            let value: Double
            /// None where the data leave an end open.
            let low, high: Double?
            init(_ interval: ScalingFit.Interval) {
                value = interval.value
                low = interval.low.isFinite ? interval.low : nil
                high = interval.high.isFinite ? interval.high : nil
            }
        }
        let regime, form: String
        let reasons: [String]
        let exponent, exponentWithLimit: Range
        let limit: Range
        let lateExponent, crossover: Range?
        let amplitude: Double

        init(_ fit: ScalingFit) {
            (regime, form, reasons) = (fit.regime.rawValue, fit.law.form.rawValue, fit.reasons)
            (exponent, exponentWithLimit) = (Range(fit.exponent), Range(fit.exponentWithLimit))
            limit = Range(fit.limit)
            (lateExponent, crossover) = (fit.lateExponent.map(Range.init), fit.crossover.map(Range.init))
            amplitude = fit.law.amplitude
        }
    }
}

extension ScalingForm {
    var text: String {
        switch self {
        case .power: "A x⁻ᵅ"
        case .powerWithLimit: "L∞ + A x⁻ᵅ"
        case .broken: "a power law with a bend"
        }
    }
}

extension ScalingFit.Regime {
    var text: String {
        switch self {
        case .varianceLimited: "Variance-limited"
        case .resolutionLimited: "Resolution-limited"
        case .crossover: "Crossover between two laws"
        case .undecided: "The data cannot tell"
        }
    }
}
