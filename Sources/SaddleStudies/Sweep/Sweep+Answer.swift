import SaddleNumerics
import SaddleReport

extension Sweep {
    /// Table and pictures of all points.
    func answer(_ rows: [SweepRow]) -> Answer {
        let columns = columns(rows), owners = owners(rows)
        var answer = Answer(
            "\(base.name): \(axes.map(\.name).joined(separator: " and "))",
            subtitle: axes.map { axis in
                "\(axis.path): \(axis.values.count > 6 ? "\(axis.values.count) values from \(axis.values[0]) to \(axis.values.last!)" : axis.values.joined(separator: ", "))"
            }.joined(separator: "; "), warnings: warnings(rows))
        for (k, axis) in axes.enumerated() {
            let title = "\(axis.path) at each line of the table"
            if let numbers = axis.numbers {
                // Listed values of the axis itself stand in the names of curves.
                let values = owners.map { numbers[place(k, of: $0)] },
                    isWhole = numbers.allSatisfy { $0 == $0.rounded() && abs($0) < 1e9 }
                answer.add("key_\(axis.safeName)", values, title, axis.name, form: isWhole ? .count : .plain)
            } else {
                answer.add("key_\(axis.safeName)", words: owners.map { points[$0].values[k] }, title)
            }
        }
        for column in columns {
            if column.isText {
                answer.add(column.name, words: column.words, column.title)
            } else {
                answer.add(
                    column.name, column.values, errors: column.errors, column.title, column.name.replacing("_", with: " "),
                    form: column.name == "width" ? .count : column.name.hasPrefix("accuracy") ? .percent : .plain, isPartial: true
                )
            }
        }
        if let statuses = statuses(rows) {
            answer.add("status", words: statuses.map(\.rawValue), "What came of it")
        }
        let disagreements = rows.filter { row in
            row.lines.flatMap(\.cells).contains { $0.name == "verdict" && $0.word == Verdict.disagrees.rawValue }
        }.count
        if columns.contains(where: { $0.name == "verdict" }) {
            answer.add("disagreements", disagreements, "Points at which theory and networks disagree")
        }
        answer.add("seconds", owners.map { rows[$0].seconds }, "Time of the point", unit: "s")
        addBest(columns, owners, to: &answer)
        addPictures(columns, owners, rows, to: &answer)
        if disagreements > 0 {
            answer.lead.append(
                .callout(
                    .bad, title: "Theory and networks disagree at \(disagreements) of \(rows.count) points",
                    text: "See the table."))
        }
        addTable(columns, owners, rows, to: &answer)
        return answer
    }

    /// Where on an axis a point is.
    func place(_ axis: Int, of point: Int) -> Int {
        let inner = axes[(axis + 1)...].reduce(1) { $0 * $1.values.count }
        return point / inner % axes[axis].values.count
    }

    func warnings(_ rows: [SweepRow]) -> [String] {
        var counts: [(text: String, points: [Int])] = []
        for (i, row) in rows.enumerated() {
            for text in row.warnings + (row.failure.map { row.warnings.contains($0) ? [] : [$0] } ?? []) {
                // Numbers differ from point to point: one of a kind is told.
                let kind = text.filter { !$0.isNumber }
                if let k = counts.firstIndex(where: { $0.text.filter { !$0.isNumber } == kind }) {
                    if counts[k].points.last != i { counts[k].points.append(i) }
                } else {
                    counts.append((text, [i]))
                }
            }
        }
        return counts.map { text, found in
            "\(found.count) of \(rows.count) points, such as \(points[found[0]].name): \(text)"
        }
    }

    /// The lowest loss, and how many others cannot be told from it.
    private func addBest(_ columns: [Column], _ owners: [Int], to answer: inout Answer) {
        guard let (column, isMeasured) = judged(columns) else { return }
        let widths = columns.first { $0.name == "width" }?.values
        let lines = owners.indices.filter { column.values[$0].isFinite }
        // Of networks each width has its own; the widest tells most.
        let chosen =
            isMeasured
            ? widths.flatMap { widths in lines.map { widths[$0] }.max().map { w in lines.filter { widths[$0] == w } } } : nil
        guard let best = (chosen ?? lines).min(by: { column.values[$0] < column.values[$1] }) else { return }
        let (value, error) = (column.values[best], column.errors?[best] ?? 0)
        let others = Set(
            (chosen ?? lines).filter { owners[$0] != owners[best] }.filter { line in
                let whole = (error * error + (column.errors.map { $0[line] * $0[line] } ?? 0)).squareRoot()
                return column.values[line] - value <= 2 * whole
            }.map { owners[$0] })
        let edges = axes.indices.filter { k in
            axes[k].numbers != nil && [0, axes[k].values.count - 1].contains(place(k, of: owners[best]))
        }.map { axes[$0].name }
        let there = zip(axes, points[owners[best]].values).map { "\($0.name) = \($1)" }.joined(separator: ", ")
        let width = isMeasured ? widths.map { " of networks of width \(NumberText.count(Int($0[best])))" } ?? "" : ""
        let name = column.name.replacing("_limit", with: " at infinite width").replacing("_", with: " ")
        answer.add("best_value", value, error: error > 0 ? error : nil, "Lowest \(name)\(width)")
        answer.lead = [
            .callout(
                .neutral, title: "Lowest \(name)\(width): \(there)",
                text: "\(error > 0 ? NumberText.withError(value, error) : NumberText.short(value, digits: 4)). "
                    + (others.isEmpty
                        ? "Every other point is worse by more than twice the error of the difference."
                        : "\(others.count) other \(others.count == 1 ? "point is" : "points are") not worse by more than twice the error of the "
                            + "difference, such as \(points[others.min { abs($0 - owners[best]) < abs($1 - owners[best]) }!].name).")
                    + (edges.isEmpty
                        ? "" : " It lies at the edge of \(edges.joined(separator: " and ")): the optimum may be beyond."))
        ]
    }

    /// The loss by which points are judged: the test loss before the training loss, of networks before that of theory.
    func judged(_ columns: [Column]) -> (column: Column, isMeasured: Bool)? {
        for set in ["test", "train"] {
            for (suffix, isMeasured) in [("", true), ("_limit", false)] {
                if let column = columns.first(where: { $0.name == "\(set)_loss\(suffix)" }) { return (column, isMeasured) }
            }
        }
        return nil
    }

    private func addTable(_ columns: [Column], _ owners: [Int], _ rows: [SweepRow], to answer: inout Answer) {
        var shown = axes.map { View.Column("key_\($0.safeName)", $0.name) }
        if let set = judged(columns)?.column.name.prefix(while: { $0 != "_" }) {
            let titles = [
                ("width", "width"), ("\(set)_loss", "\(set) loss"), ("\(set)_loss_predicted", "predicted"),
                ("\(set)_loss_limit", "N = ∞"), ("\(set)_loss_spread", "spread"), ("\(set)_loss_spread_predicted", "predicted"),
                ("accuracy", "accuracy"), ("verdict", "theory and networks"),
            ]
            shown += titles.filter { name, _ in columns.contains { $0.name == name } }.map { .init($0, $1) }
        } else {
            shown += columns.map { .init($0.name) }
        }
        if answer["status"] != nil { shown.append(.init("status", "status")) }
        let most = 60
        var lines = Array(owners.indices), caption = "A line for each point\(owners.count > rows.count ? " and width" : "")."
        if lines.count > most {
            if let column = judged(columns)?.column {
                lines = Array(
                    lines.filter { column.values[$0].isFinite }.sorted { column.values[$0] < column.values[$1] }.prefix(most))
                caption =
                    "The \(lines.count) lines of lowest \(column.name.replacing("_", with: " ")); all \(owners.count) are in sweep.csv."
            } else {
                lines = Array(lines.prefix(most))
                caption = "The first \(most) lines; all \(owners.count) are in sweep.csv."
            }
        }
        answer.section("Table", [.table(shown, rows: lines, caption: caption)])
    }
}

extension SweepAxis {
    /// As part of the name of a quantity.
    var safeName: String { String(name.map { $0.isLetter || $0.isNumber ? $0 : "_" }) }
}
