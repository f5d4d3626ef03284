import Foundation
import SaddleMeasures
import SaddleModels
import SaddleNumerics
import SaddleReport
import SaddleTheory

extension MeasureCoordinates {
    /// Sizes against width at the last step, and slopes against the step.
    static func addPictures(_ judgement: CoordinateJudgement, _ table: CoordinateTable, to answer: inout Answer) {
        answer.add("width", table.widths, "Width", "width N")
        let curve = logSpaced(from: table.widths.first! / 1.2, to: table.widths.last! * 1.2, count: 40)
        answer.add("line_width", curve, "Widths at which lines are drawn", "width N")
        var (sizes, slopes): ([View.Panel], [View.Panel]) = ([], [])
        for kind in CoordinateTable.Kind.allCases {
            let own = judgement.rows.filter { $0.series.kind == kind }
            if own.isEmpty { continue }
            let modules = Array(Set(own.map(\.series.module))).sorted {
                table.modules.firstIndex(of: $0)! < table.modules.firstIndex(of: $1)!
            }.prefix(8)
            var (marks, courses): ([View.Mark], [View.Mark]) = ([], [])
            for (k, module) in modules.enumerated() {
                let steps = own.filter { $0.series.module == module }, last = steps.last!, name = "\(kind.rawValue)_\(k + 1)"
                addSizes(last, name, curve, table, to: &answer)
                marks += [
                    .band("\(name)_low", "\(name)_high", .series(k)), .line("\(name)_line", .series(k)),
                    .points("\(name)_size", .series(k), label: module),
                ]
                guard steps.count > 1, steps.allSatisfy({ $0.series.step != nil }) else { continue }
                answer.add("\(name)_step", steps.map { $0.series.step! }, "Steps of \(module)", "step")
                answer.add(
                    "\(name)_slope", steps.map(\.slope.slope), errors: steps.map(\.slope.uncertainty.error),
                    along: ["\(name)_step"],
                    "Slope of \(kind.rawValue) of \(module)", "slope")
                courses += [.points("\(name)_slope", .series(k), label: module), .line("\(name)_slope", .series(k))]
                let ends = steps.map { $0.expected.flatMap { $0.upperBound.isFinite ? $0 : nil } }
                if k == modules.count - 1 || last.role != own.last?.role, ends.allSatisfy({ $0 != nil }) {
                    for (end, values) in [("low", ends.map { $0!.lowerBound }), ("high", ends.map { $0!.upperBound })] {
                        answer.add(
                            "\(name)_expected_\(end)", values, along: ["\(name)_step"],
                            "\(end == "low" ? "Lower" : "Upper") end of the expected slopes of \(module)", "slope")
                        courses.append(.line("\(name)_expected_\(end)", .series(k), dashed: true))
                    }
                }
            }
            let last = own.compactMap(\.series.step).max()
            sizes.append(
                .init(
                    "\(kind == .updates ? "Their change" : "What modules compute")\(last.map { ", step \($0)" } ?? "")",
                    x: .init(nil, .logarithmic), y: .init(table.valueName, .logarithmic), marks))
            if !courses.isEmpty {
                slopes.append(
                    .init("Slopes of \(kind.rawValue)", x: .init("step"), y: .init("slope", including: [-0.5, 0]), courses))
            }
        }
        answer.section(
            "Sizes against width",
            [
                .figure(
                    "coordinates", caption: "At the last step: means over seeds, fitted power laws with their 95 % bands.",
                    panels: sizes),
                .figure("slopes", caption: "Slopes with standard errors; dashed: what is expected.", panels: slopes),
            ].filter { if case .figure(_, _, _, let panels) = $0 { !panels.isEmpty } else { true } })
    }

    private static func addSizes(
        _ row: CoordinateJudgement.Row, _ name: String, _ curve: [Double], _ table: CoordinateTable, to answer: inout Answer
    ) {
        let slope = row.slope, what = "\(row.series.kind.rawValue) of \(row.series.place)"
        func at(_ width: Double) -> Int? { slope.sizes.firstIndex(of: width) }
        answer.add(
            "\(name)_size", table.widths.map { at($0).map { exp(slope.logarithms[$0]) } ?? .nan },
            errors: table.widths.map { at($0).map { exp(slope.logarithms[$0]) * slope.errors[$0] } ?? 0 }, along: ["width"],
            "Mean size of \(what)", table.valueName, isPartial: true)
        let lines = curve.map { slope.line(at: $0) }
        answer.add("\(name)_line", lines.map(\.value), along: ["line_width"], "Its power law", table.valueName)
        answer.add("\(name)_low", lines.map(\.low), along: ["line_width"], "Lower end of its 95 % band", table.valueName)
        answer.add("\(name)_high", lines.map(\.high), along: ["line_width"], "Upper end of its 95 % band", table.valueName)
    }
}

extension CoordinateTable {
    /// In the order of the table.
    var modules: [String] {
        var seen: Set<String> = []
        return series.map(\.module).filter { seen.insert($0).inserted }
    }
}

extension CoordinateTable.Series {
    var place: String { module + (step.map { ", step \($0)" } ?? "") }
}

extension ClosedRange<Double> {
    /// "−0.5", "−0.5 … 0", "0.5 or more".
    var text: String {
        if upperBound == .infinity { return "\(NumberText.exponent(lowerBound)) or more" }
        return lowerBound == upperBound
            ? NumberText.exponent(lowerBound) : "\(NumberText.exponent(lowerBound)) … \(NumberText.exponent(upperBound))"
    }
}

extension CoordinateTableStudy.Expectation {
    /// Slopes that theory, or the user, expects.
    func slopes(_ settings: CoordinateTableStudy) -> CoordinateJudgement.Expectation {
        if self == .exponents {
            let stated = settings.exponents.compactMap { StatedExponent($0) }
            return { role, kind, _ in
                let own = stated.filter { $0.role == role }
                return (own.last { $0.kind == kind } ?? own.last { $0.kind == nil }).map { $0.exponent...$0.exponent }
            }
        }
        let theory = ScalingTheory(parameterization(settings.optimizer), hiddenLayers: 2, optimizer: settings.optimizer)
        return { role, kind, step in theory.slopes(of: role, isUpdate: kind == .updates, step: step) }
    }

    /// Maximal updates have the same exponents under every optimiser, each with its own powers of the learning rates; those are known in the mean-field
    /// parameterisation, which by descent is the same as the one that is called so.
    private func parameterization(_ optimizer: Optimizer) -> Parameterization {
        switch self {
        case .mup, .exponents: .meanField
        case .ntk: .neuralTangent
        case .standard: .standard
        }
    }

    func title(_ settings: CoordinateTableStudy) -> String {
        switch self {
        case .mup: "maximal updates (mup)"
        case .ntk: "the tangent kernel's parameterisation (ntk)"
        case .standard: "the standard parameterisation with one learning rate"
        case .exponents: "exponents \(settings.exponents.joined(separator: ", "))"
        }
    }
}
