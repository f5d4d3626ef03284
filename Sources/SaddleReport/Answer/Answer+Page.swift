extension Answer {
    /// The answer as a page.
    public var page: Page {
        Page(
            title: title, subtitle: subtitle, lead: (check.map { [$0.callout] } ?? []) + lead.map(block),
            sections: sections.map { Page.Section($0.title, $0.views.map(block)) })
    }

    /// The page as plain text.
    public var text: String { page.text }

    /// The quantity of that name.
    private func named(_ name: String) -> Quantity {
        guard let quantity = self[name] else { preconditionFailure("\(question) has no quantity '\(name)'") }
        return quantity
    }

    private func block(_ view: View) -> Page.Block {
        switch view {
        case .paragraph(let text): .paragraph(text)
        case .callout(let tone, let title, let text): .callout(tone, title: title, text: text)
        case .highlights(let items):
            .highlights(items.map { Page.Highlight($0.name ?? named($0.quantity).title, text($0), remark: $0.remark) })
        case .facts(let items):
            .facts(
                items.map {
                    Page.Fact($0.name ?? named($0.quantity).title, text($0) + ($0.remark.isEmpty ? "" : ", \($0.remark)"))
                })
        case .list(let items): .list(items)
        case .table(let columns, let rows, let caption): .table(table(columns, rows, caption))
        case .checked(let caption): check.map { $0.table(caption) } ?? .paragraph(caption)
        case .figure(let name, let caption, let columns, let panels):
            .figure(Figure(name, caption: caption, columns: columns, panels: panels.map(chart)))
        case .folded(let title, let views): .folded(title, views.map(block))
        }
    }

    private func text(_ item: View.Item) -> String {
        let quantity = named(item.quantity)
        return quantity.text(item.at ?? max(0, (quantity.words?.count ?? quantity.values.count) - 1))
    }

    private func table(_ columns: [View.Column], _ rows: [Int]?, _ caption: String) -> Table {
        let cells = columns.map { column -> (quantity: Quantity, texts: [String]) in
            let quantity = named(column.quantity), width = column.at == nil ? 1 : quantity.shape[1]
            let count = quantity.shape.first ?? 1
            return (quantity, (rows ?? Array(0..<count)).map { quantity.text($0 * width + (column.at ?? 0)) })
        }
        return Table(
            zip(columns, cells).map { column, cell in
                let title = column.title ?? cell.quantity.label
                return cell.quantity.words == nil ? .number(title) : .text(title)
            }, rows: (0..<(cells.first?.texts.count ?? 0)).map { i in cells.map { $0.texts[i] } }, caption: caption)
    }

    private func chart(_ panel: View.Panel) -> any FigurePanel {
        if let groups = panel.groups, let matrix = panel.ground.map({ named($0.quantity) }) {
            return HeatMap(
                panel.title, rows: matrix.shape[0], columns: matrix.shape[1], values: matrix.values,
                colours: .fitting(matrix.values),
                groups: groups.map { HeatMap.Group($0.name, count: $0.count) })
        }
        let first = panel.marks.first
        let abscissa = first.flatMap { self[$0.x ?? part($0).along.first ?? ""] }?.label
        let ordinate = first.map { named($0.quantity).label }
        return Chart(
            panel.title, x: axis(panel.x, abscissa), y: axis(panel.y, ordinate), marks: panel.marks.map(mark),
            ground: panel.ground.map(ground))
    }

    private func axis(_ axis: View.Axis, _ label: String?) -> Chart.Axis {
        Chart.Axis(axis.label ?? label ?? "", axis.scale, including: axis.including, lowest: axis.lowest)
    }

    private func part(_ mark: View.Mark) -> Quantity { mark.at.map { named(mark.quantity).slice($0) } ?? named(mark.quantity) }

    private func mark(_ mark: View.Mark) -> Chart.Mark {
        var y = part(mark)
        var x = (mark.x ?? y.along.first).flatMap { self[$0] }?.values ?? y.values.indices.map(Double.init)
        if let chosen = mark.part {
            let values = named(chosen.quantity).values, rows = values.indices.filter { values[$0] == chosen.value }
            (x, y.values) = (rows.map { x[$0] }, rows.map { y.values[$0] })
            y.errors = y.errors.map { errors in rows.map { errors[$0] } }
        }
        func high() -> [Double] {
            let quantity = named(mark.high ?? mark.quantity)
            return (mark.at.map(quantity.slice) ?? quantity).values
        }
        return switch mark.shape {
        case .line, .dashed: .line(x, y.values, mark.ink, label: mark.label, dashed: mark.shape == .dashed)
        case .points:
            .points(
                x, y.values, errors: y.errors ?? [], mark.ink, label: mark.label, radius: mark.radius, nudge: mark.nudge)
        case .steps: .steps(edges: x, y.values, mark.ink, label: mark.label)
        case .band: .band(x, low: y.values, high: high(), mark.ink, label: mark.label)
        case .area: .area(x, low: y.values, high: high(), mark.ink, label: mark.label)
        }
    }

    private func ground(_ ground: View.Ground) -> Chart.Ground {
        let map = named(ground.quantity)
        func range(_ axis: Int) -> ClosedRange<Double> {
            let values = map.along.indices.contains(axis) ? self[map.along[axis]]?.values : nil
            guard let low = values?.first, let high = values?.last, low < high else { return 0...Double(map.shape[axis]) }
            let half = 0.5 * (high - low) / Double(map.shape[axis] - 1)
            return low - half...high + half
        }
        let largest = map.values.reduce(0) { $1.isFinite ? max($0, abs($1)) : $0 }
        return Chart.Ground(
            x: range(1), y: range(0), rows: map.shape[0], columns: map.shape[1], values: map.values,
            colours: ground.isDiverging == true && largest > 0 ? .diverging(upTo: largest) : .fitting(map.values))
    }
}
