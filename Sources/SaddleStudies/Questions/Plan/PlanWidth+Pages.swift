import SaddleComparisons
import SaddleModels
import SaddleNumerics
import SaddleReport

extension WidthRequirement.Kind {
    var title: String {
        switch self {
        case .excessLoss: "Excess of the loss over infinite width"
        case .outputSpread: "Spread of an output between seeds"
        case .labelFlips: "Labels that flip between seeds"
        }
    }

    var isShare: Bool { self != .outputSpread }

    func text(_ value: Double) -> String {
        isShare ? "\(NumberText.short(100 * value, digits: 3)) %" : NumberText.short(value, digits: 3)
    }
}

extension WidthEvidence.Source {
    var text: String {
        switch self {
        case .theory: "from theory"
        case .networks(let counts, let widths):
            "from " + zip(counts, widths).map { "\(NumberText.count($0)) networks of width \($1)" }.joined(separator: ", ")
        }
    }
}

extension WidthEvidence {
    var explanation: String {
        let series =
            switch source {
            case .theory:
                "Theory gives the loss at infinite width and N times its excess; the next term of the series in 1/N is part of the error. "
            case .networks:
                "Losses of the trained widths are fitted by a + b/N + c/N², the spread between networks by v/N + w/N²; one number is left over to tell whether these "
                    + "terms suffice. "
            }
        return series
            + "Labels of other widths are those of networks made up from the limit of the outputs, their shift b/N and fluctuations δ/√N of the networks seen. "
            + "Averaged outputs of E networks have the expected loss L(N) − (1 − 1/E) v(N) with v half of the outputs' variance (squared loss): averaging removes the "
            + "spread, widening also the common bias."
    }
}

extension PlanWidth {
    static func addLead(
        _ requirements: [WidthRequirement], _ evidence: WidthEvidence, _ width: Int?, to answer: inout Answer
    ) {
        answer.add("recommended_width", width, "Width that meets all tolerances", "N")
        let limit = evidence.loss.value(at: .infinity)
        answer.add("limit_loss", limit.value, error: limit.error, "Loss at infinite width")
        let terms = requirements.map { requirement -> String in
            let tolerance = "\(requirement.kind.title) at most \(requirement.kind.text(requirement.tolerance))"
            guard let likely = requirement.width else { return "\(tolerance): no width below 10⁷." }
            if requirement.isMetBelow(evidence.least) {
                return "\(tolerance): N = \(evidence.least), the smallest looked at, suffices."
            }
            let low = requirement.low.map { NumberText.count(Int($0.rounded())) } ?? "below \(evidence.least)"
            let high = requirement.high.map { NumberText.count(Int($0.rounded(.up))) } ?? "unknown"
            return "\(tolerance): N = \(NumberText.count(Int(likely.rounded(.up)))) (95 %: \(low) to \(high))."
        }
        answer.lead = [
            .callout(
                width == nil ? .bad : .good,
                title: width.map { "Wide enough: N = \(NumberText.count($0))" } ?? "No width is known to be wide enough",
                text: terms.joined(separator: " "))
        ]
        if let first = evidence.loss.width(whereLastTermIs: 0.2), evidence.loss.powers.count > 2 {
            answer.add(
                "trusted_width", first.value, error: first.error,
                "Width from which on the first order in 1/N is the loss's excess to 20 %")
        }
    }

    static func addRequirements(_ requirements: [WidthRequirement], _ evidence: WidthEvidence, to answer: inout Answer) {
        answer.add("tolerance_kind", words: requirements.map(\.kind.title), "Tolerance on")
        answer.add("tolerance", requirements.map(\.tolerance), "Tolerance", "tolerance")
        answer.add(
            "needed_width", requirements.map { $0.width?.rounded(.up) ?? .nan }, "Width that meets it", "N", form: .count,
            isPartial: true)
        answer.add(
            "needed_width_low", requirements.map { $0.low?.rounded(.down) ?? .nan }, "Lower end of the 95 % interval", "from",
            form: .count,
            isPartial: true)
        answer.add(
            "needed_width_high", requirements.map { $0.high?.rounded(.up) ?? .nan }, "Upper end, which is recommended", "to",
            form: .count,
            isPartial: true)
        var views: [View] = [
            .table(
                ["tolerance_kind", "tolerance", "needed_width", "needed_width_low", "needed_width_high"].map { .init($0) },
                caption: "Nothing stands where no width up to 10⁷ meets the tolerance.")
        ]
        if answer["trusted_width"] != nil {
            views.append(.facts([.init("limit_loss"), .init("trusted_width")]))
        } else {
            views.append(.facts([.init("limit_loss")]))
        }
        answer.section("Tolerances", views)
    }

    /// What is expected against the width.
    static func addCurves(_ requirements: [WidthRequirement], _ evidence: WidthEvidence, _ width: Int?, to answer: inout Answer) {
        let last = max(Double(width ?? 0) * 4, 64 * Double(evidence.least))
        let widths = logSpaced(from: Double(evidence.least), to: last, count: 60)
        answer.add("curve_width", widths, "Widths", "N")
        let panels = requirements.map { requirement -> View.Panel in
            let name = requirement.kind.rawValue, found = widths.map { requirement.expected(evidence, width: $0) }
            answer.add(
                "\(name)_expected", found.map(\.value), along: ["curve_width"], requirement.kind.title,
                requirement.kind.title.lowercased())
            answer.add("\(name)_low", found.map { $0.value - 2 * $0.error }, along: ["curve_width"], "Lower end of 95 %")
            answer.add("\(name)_high", found.map { $0.value + 2 * $0.error }, along: ["curve_width"], "Upper end of 95 %")
            answer.add("\(name)_tolerance", widths.map { _ in requirement.tolerance }, along: ["curve_width"], "Tolerance")
            return .init(
                requirement.kind.title, x: .init("width", .logarithmic), y: .init("", including: [0]),
                [
                    .band("\(name)_low", "\(name)_high", .series(0)), .line("\(name)_expected", .series(0), label: "expected"),
                    .line("\(name)_tolerance", .muted, label: "tolerance", dashed: true),
                ])
        }
        answer.section("Against the width", [.figure("width", caption: "Bands: 95 %.", panels: panels)])
    }

    static func add(_ check: PlanCheck, to answer: inout Answer) {
        let rows = check.rows
        answer.add("promise", check.word.rawValue, "The promise")
        answer.add("check_networks", check.networks, "Networks of the check")
        answer.add("check_kind", words: rows.map(\.requirement.kind.title), "Tolerance on")
        answer.add("check_tolerance", rows.map(\.requirement.tolerance), "Tolerance")
        answer.add("check_expected", rows.map(\.expected.value), errors: rows.map(\.expected.error), "Expected", "expected")
        answer.add("check_measured", rows.map(\.measured), "Measured", "measured")
        answer.add("check_word", words: rows.map(\.word.rawValue), "Promise")
        let numbers = rows.map { row in
            CheckedNumber.mean(
                row.requirement.kind.title, at: "width \(check.width)", predicted: row.expected.value,
                measured: row.measured.mean,
                uncertainties: [Uncertainty(error: row.expected.error), Uncertainty(row.measured)])
        }
        let (verdict, said): (Verdict, String) =
            switch check.word {
            case .held: (.agrees, "held")
            case .broken: (.disagrees, "did not hold")
            case .cannotTell: (.cannotTell, "cannot be judged")
            }
        let reasons = rows.map { row in
            "\(row.requirement.kind.title): \(NumberText.withError(row.measured.mean, row.measured.standardError)), tolerance \(NumberText.short(row.requirement.tolerance))."
        }
        answer.check = CheckSummary(
            Check(numbers), verdict: verdict, reason: reasons.joined(separator: " "),
            title:
                "\(NumberText.count(check.networks)) fresh networks of width \(NumberText.count(check.width)): the promise \(said)"
        )
        answer.section(
            "Check",
            [
                .paragraph(
                    "Held: below the tolerance by more than one standard error of the measurement. Not held: above it by more than three."
                ),
                .table(["check_kind", "check_tolerance", "check_expected", "check_measured", "check_word"].map { .init($0) }),
            ])
    }
}
