import SaddleNumerics
import SaddleReport

extension Sweep {
    /// Curves that one picture can tell apart.
    private static let mostCurves = 8

    /// The judged quantity against the first key that has numbers, a curve for each combination of the others; two keys of numbers also as colours.
    func addPictures(_ columns: [Column], _ owners: [Int], _ rows: [SweepRow], to answer: inout Answer) {
        guard
            let main = axes.indices.filter({ axes[$0].numbers != nil }).max(by: { axes[$0].values.count < axes[$1].values.count })
        else { return }
        let shown = shown(columns)
        if shown.isEmpty { return }
        let axis = axes[main], order = axis.numbers!.indices.sorted { axis.numbers![$0] < axis.numbers![$1] }
        answer.add("axis_\(axis.safeName)", order.map { axis.numbers![$0] }, axis.path, axis.name)
        let groups = groups(without: main), widths = columns.first { $0.name == "width" }
        var panels: [View.Panel] = []
        if groups.count <= Self.mostCurves {
            for quantity in shown {
                panels += self.panels(quantity, widths, main, order, groups, owners, to: &answer)
            }
        }
        let others = axes.indices.filter { $0 != main && axes[$0].numbers != nil && axes[$0].values.count >= 3 }
        if let other = others.first, axes.count == 2 { panels += maps(shown, widths, main, other, order, owners, to: &answer) }
        if panels.isEmpty { return }
        answer.section(
            "Pictures", [.figure("sweep", caption: "Lines: theory. Points: networks, with one standard error.", panels: panels)])
    }

    /// A quantity that is drawn: theory as a line, networks as points.
    private struct Shown {
        let name, title: String
        let limit, predicted, measured: Column?
    }

    private func shown(_ columns: [Column]) -> [Shown] {
        func column(_ name: String) -> Column? { columns.first { $0.name == name } }
        let losses = [("test_loss", "Test loss"), ("train_loss", "Training loss"), ("accuracy", "Accuracy")].compactMap {
            name, title in
            let shown = Shown(
                name: name, title: title, limit: column("\(name)_limit"), predicted: column("\(name)_predicted"),
                measured: column(name))
            return shown.limit == nil && shown.measured == nil ? nil : shown
        }
        if !losses.isEmpty { return losses }
        return columns.filter { !$0.isText && Set($0.values.filter(\.isFinite)).count > 1 }.prefix(4).map {
            Shown(name: $0.name, title: $0.title, limit: nil, predicted: nil, measured: $0)
        }
    }

    /// Combinations of values of all keys but one, with their points in the order of that key.
    private func groups(without main: Int) -> [(label: String, points: [Int])] {
        var labels: [String] = [], members: [String: [Int]] = [:]
        for (i, point) in points.enumerated() {
            let label = axes.indices.filter { $0 != main }.map { "\(axes[$0].name) = \(point.values[$0])" }.joined(
                separator: ", ")
            if members[label] == nil { labels.append(label) }
            members[label, default: []].append(i)
        }
        return labels.map { ($0, members[$0]!) }
    }

    /// A panel for the limit, and one for each width; one for all where there is a single curve of each.
    private func panels(
        _ shown: Shown, _ widths: Column?, _ main: Int, _ order: [Int], _ groups: [(label: String, points: [Int])],
        _ owners: [Int],
        to answer: inout Answer
    ) -> [View.Panel] {
        let axis = axes[main], along = ["axis_\(axis.safeName)"]
        let values = Set((widths?.values ?? []).filter(\.isFinite)).sorted()
        func add(_ column: Column?, _ suffix: String, _ group: Int, width: Double?) -> String? {
            guard let column else { return nil }
            let lines = order.map { place in
                owners.indices.first { line in
                    groups[group].points.contains(owners[line]) && self.place(main, of: owners[line]) == place
                        && (width == nil || widths!.values[line] == width)
                }
            }
            let numbers = lines.map { $0.map { column.values[$0] } ?? .nan }
            if numbers.allSatisfy(\.isNaN) { return nil }
            let name = "\(shown.name)_\(suffix)" + (width.map { "_\(Int($0))" } ?? "") + (groups.count > 1 ? "_\(group + 1)" : "")
            answer.add(
                name, numbers, errors: column.errors.map { errors in lines.map { $0.map { errors[$0] } ?? .nan } }, along: along,
                "\(column.title)\(groups.count > 1 ? ", \(groups[group].label)" : "")", isPartial: true)
            return name
        }
        let all = [shown.limit, shown.predicted, shown.measured].flatMap { $0?.values ?? [] }.filter(\.isFinite)
        let isWide = (all.min() ?? 0) > 0 && (all.max() ?? 0) > 20 * (all.min() ?? 0)
        func panel(_ title: String, _ marks: [View.Mark]) -> View.Panel {
            .init(
                title, x: .init(axis.name, axis.isLogarithmic ? .logarithmic : .linear),
                y: .init(shown.title.lowercased(), isWide ? .logarithmic : .linear), marks)
        }
        if groups.count == 1 {
            var marks: [View.Mark] = []
            if let limit = add(shown.limit, "of_limit", 0, width: nil) { marks.append(.line(limit, label: "N = ∞")) }
            let each: [Double?] = values.isEmpty ? [nil] : values.map { $0 }
            for (k, width) in each.enumerated() {
                let label = width.map { "N = \(Int($0))" }
                if let line = add(shown.predicted, "of_theory", 0, width: width) {
                    marks.append(.line(line, .series(k), dashed: true))
                }
                if let dots = add(shown.measured, "of_networks", 0, width: width) {
                    marks.append(.points(dots, .series(k), label: label))
                    if shown.predicted == nil { marks.append(.line(dots, .series(k))) }
                }
            }
            return marks.isEmpty ? [] : [panel(shown.title, marks)]
        }
        func curves(_ width: Double?, _ line: Column?, _ dots: Column?, _ suffix: String) -> [View.Mark] {
            groups.indices.flatMap { g -> [View.Mark] in
                let line = add(line, "of_theory\(suffix)", g, width: width),
                    dots = add(dots, "of_networks\(suffix)", g, width: width)
                let label: String? = groups[g].label
                return (line.map { [.line($0, .series(g), label: dots == nil ? label : nil)] } ?? [])
                    + (dots.map { [.points($0, .series(g), label: label)] + (line == nil ? [.line($0, .series(g))] : []) } ?? [])
            }
        }
        let limit = curves(nil, shown.limit, nil, "_limit")
        let finite =
            values.isEmpty
            ? [("", curves(nil, nil, shown.measured, ""))]
            : values.map { (", N = \(Int($0))", curves($0, shown.predicted, shown.measured, "")) }
        return ([(limit.isEmpty ? "" : ", N = ∞", limit)] + finite).filter { !$0.1.isEmpty }.map {
            panel(shown.title + $0.0, $0.1)
        }
    }

    /// The first quantity over two keys, at infinite width or that of the widest networks.
    private func maps(
        _ shown: [Shown], _ widths: Column?, _ main: Int, _ other: Int, _ order: [Int], _ owners: [Int], to answer: inout Answer
    ) -> [View.Panel] {
        guard let quantity = shown.first, let column = quantity.limit ?? quantity.measured else { return [] }
        let widest = quantity.limit == nil ? widths?.values.filter(\.isFinite).max() : nil
        let rows = axes[other].numbers!.indices.sorted { axes[other].numbers![$0] < axes[other].numbers![$1] }
        let matrix = Matrix(rows: rows.count, columns: order.count) { r, c in
            owners.indices.first { line in
                place(main, of: owners[line]) == order[c] && place(other, of: owners[line]) == rows[r]
                    && (widest == nil || widths!.values[line] == widest)
            }.map { column.values[$0] } ?? .nan
        }
        if matrix.elements.contains(where: \.isNaN) { return [] }
        answer.add("axis_\(axes[other].safeName)", rows.map { axes[other].numbers![$0] }, axes[other].path, axes[other].name)
        answer.add(
            "map", matrix, along: ["axis_\(axes[other].safeName)", "axis_\(axes[main].safeName)"], column.title,
            quantity.title.lowercased())
        func scale(_ k: Int) -> Scale { axes[k].isLogarithmic ? .logarithmic : .linear }
        return [
            .init(
                quantity.title + (widest.map { ", N = \(Int($0))" } ?? (quantity.limit == nil ? "" : ", N = ∞")),
                x: .init(axes[main].name, scale(main)), y: .init(axes[other].name, scale(other)), [], ground: .init("map"))
        ]
    }
}
