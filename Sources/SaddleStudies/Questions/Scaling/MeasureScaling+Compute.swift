import SaddleMeasures
import SaddleNumerics
import SaddleReport

extension MeasureScaling {
    /// Curves of equal compute, the frontier and the best size, with their bands.
    static func addCompute(_ fit: TwoResourceFit, _ budgets: ComputeBudgets, _ answer: inout Answer) {
        let rows = fit.rows, law = fit.law
        guard law.hasAllocation else { return }
        let c = logSpaced(from: rows.map(\.compute).min()!, to: rows.map(\.compute).max()! * 10, count: 60)
        func band(_ quantity: @escaping (TwoResourceLaw, Double) -> Double) -> [ScalingFit.Interval] {
            c.map { c in fit.interval { $0.hasAllocation ? quantity($0, c) : .nan } }
        }
        let loss = band { law, c in
            let best = law.allocation(compute: c)
            return law(size: best.size, data: best.data)
        }
        let size = band { $0.allocation(compute: $1).size }
        answer.add("frontier_compute", c, "Compute along the frontier", "compute")
        for (name, title, unit, values) in [
            ("frontier_loss", "Least loss", fit.table.lossName, loss), ("frontier_size", "Best size", fit.table.sizeName, size),
        ] {
            answer.add(name, values.map(\.value), along: ["frontier_compute"], title, unit)
            answer.add(
                "\(name)_low", values.map(\.low), along: ["frontier_compute"], "\(title), lower end", unit, mayBeInfinite: true)
            answer.add(
                "\(name)_high", values.map(\.high), along: ["frontier_compute"], "\(title), upper end", unit, mayBeInfinite: true)
        }
        var panels: [View.Panel] = []
        let shown =
            budgets.budgets.count <= 9 ? budgets.budgets : (0..<9).map { budgets.budgets[$0 * (budgets.budgets.count - 1) / 8] }
        var curves: [View.Mark] = []
        for (k, budget) in shown.enumerated() {
            let name = "budget_\(k + 1)", sizes = budget.rows.map(\.size)
            answer.add("\(name)_size", sizes, "Sizes at a compute of \(NumberText.short(budget.compute))", fit.table.sizeName)
            answer.add("\(name)_loss", budget.rows.map(\.loss), along: ["\(name)_size"], "Losses", fit.table.lossName)
            let x = logSpaced(from: sizes.min()!, to: sizes.max()!, count: 40)
            answer.add("\(name)_place", x, "Sizes at which curves are drawn", fit.table.sizeName)
            answer.add(
                "\(name)_parabola", x.map { budget.loss(size: $0) }, along: ["\(name)_place"], "Parabola", fit.table.lossName)
            curves.append(.points("\(name)_loss", .series(k), label: "C = \(NumberText.short(budget.compute))", radius: 2.8))
            curves.append(.line("\(name)_parabola", .series(k)))
        }
        if !curves.isEmpty {
            panels.append(
                .init(
                    "Equal compute", x: .init(fit.table.sizeName, .logarithmic), y: .init(fit.table.lossName, .logarithmic),
                    curves))
        }
        panels.append(
            .init(
                "Frontier", x: .init("compute", .logarithmic), y: .init(fit.table.lossName, .logarithmic),
                [
                    .points("row_loss", x: "row_compute", .muted, label: "runs", radius: 2),
                    .band("frontier_loss_low", "frontier_loss_high", .series(0), label: "95 %"),
                    .line("frontier_loss", .series(0), label: "least loss"),
                ]))
        var sizes: [View.Mark] = [
            .band("frontier_size_low", "frontier_size_high", .series(0), label: "95 %"),
            .line("frontier_size", .series(0), label: "by the law"),
        ]
        let found = budgets.budgets.filter { $0.best != nil }
        var views: [View] = []
        if !found.isEmpty {
            answer.add("budget_compute", found.map(\.compute), "Budgets", "compute")
            answer.add(
                "budget_best", found.map { $0.best!.value }, along: ["budget_compute"], "Size of the least loss by a parabola",
                fit.table.sizeName)
            answer.add("budget_low", found.map { $0.best!.low }, along: ["budget_compute"], "Lower end", "from")
            answer.add("budget_high", found.map { $0.best!.high }, along: ["budget_compute"], "Upper end", "to (95 %)")
            answer.add(
                "budget_law", found.map { law.allocation(compute: $0.compute).size }, along: ["budget_compute"],
                "The same by the law", "by the law")
            sizes.append(.points("budget_best", .series(1), label: "by parabolas"))
            views.append(
                .table(
                    ["compute", "best", "low", "high", "law"].map { .init("budget_\($0)") },
                    rows: Array(0..<min(found.count, 20)),
                    caption: "Where the loss of equal compute is least."))
        }
        if let exponent = budgets.exponent {
            answer.add("parabola_exponent", exponent.value, "Exponent a through the parabolas' least")
            answer.add("parabola_exponent_low", exponent.low, "Its lower end")
            answer.add("parabola_exponent_high", exponent.high, "Its upper end")
            views.append(.facts(["parabola_exponent", "parabola_exponent_low", "parabola_exponent_high"].map { .init($0) }))
        }
        panels.append(.init("Best size", x: .init("compute", .logarithmic), y: .init(fit.table.sizeName, .logarithmic), sizes))
        answer.section(
            "Compute",
            [.figure("compute", caption: "Beyond the runs the law is continued by a factor of 10.", panels: panels)] + views)
    }
}
