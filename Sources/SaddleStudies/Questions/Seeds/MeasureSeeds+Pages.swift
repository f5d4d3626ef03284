import SaddleMeasures
import SaddleNumerics
import SaddleReport

extension MeasureSeeds {
    private static func names(_ table: SeedTable) -> [String] {
        table.groups.map { $0.name.isEmpty ? "all" : $0.name }
    }

    static func addSpreads(_ table: SeedTable, _ spreads: [SeedSpread?], _ settings: SeedsStudy, to answer: inout Answer) {
        if table.groups.isEmpty { return }
        let along = ["group"], names = names(table)
        answer.add("group", words: names, "Group")
        answer.add("seeds", table.groups.map(\.losses.count), along: along, "Seeds", "seeds")
        func add(_ name: String, _ title: String, _ symbol: String, _ value: (SeedSpread) -> Double) {
            answer.add(name, spreads.map { $0.map(value) ?? .nan }, along: along, title, symbol, isPartial: true)
        }
        add("mean", "Mean", "mean") { $0.mean.value }
        add("mean_low", "Lower end of its 95 % interval", "from") { $0.mean.low }
        add("mean_high", "Upper end of its 95 % interval", "to (95 %)") { $0.mean.high }
        add("deviation", "Standard deviation between seeds", "between seeds") { $0.deviation.value }
        add("deviation_low", "Lower end of its 95 % interval", "from") { $0.deviation.low }
        add("deviation_high", "Upper end of its 95 % interval", "to (95 %)") { $0.deviation.high }
        add("detectable", "Difference that so many seeds on each side see", "seen (80 %)") { $0.detectable }
        var columns = [
            "group", "seeds", "mean", "mean_low", "mean_high", "deviation", "deviation_low", "deviation_high", "detectable",
        ]
        if let effect = settings.effect {
            let needed = spreads.map { $0?.needed(for: effect) }
            answer.add("effect", effect, "Effect")
            for (name, title, symbol, counts) in [
                ("needed", "Seeds on each side that see the effect", "needed", needed.map { $0?.count }),
                ("needed_low", "The same by the lower end of the spread", "from", needed.map { $0?.low }),
                ("needed_high", "The same by its upper end", "to", needed.map { $0?.high }),
            ] {
                answer.add(
                    name, counts.map { $0.map(Double.init) ?? .nan }, along: along, title, symbol, form: .count, isPartial: true)
                columns.append(name)
            }
        }
        // Each group a strip, its seeds side by side.
        var marks: [View.Mark] = []
        for (k, group) in table.groups.enumerated() where k < 8 && !group.losses.isEmpty {
            let n = group.losses.count, sorted = group.losses.sorted()
            let places = (0..<n).map { i -> Double in
                let side = n > 1 ? 2 * Double(i) / Double(n - 1) - 1 : 0
                return Double(k + 1) + 0.3 * side
            }
            answer.add("strip_place_\(k + 1)", places, "Places of the seeds of \(names[k])", "group")
            answer.add(
                "strip_\(k + 1)", sorted, along: ["strip_place_\(k + 1)"], "Losses of \(names[k]), ascending", table.lossName)
            marks.append(.points("strip_\(k + 1)", .series(k), label: names[k], radius: 2.5))
        }
        let known = spreads.indices.filter { spreads[$0] != nil && $0 < 8 }
        answer.add("mean_place", known.map { Double($0 + 1) }, "Places of the means", "group")
        answer.add(
            "mean_drawn", known.map { spreads[$0]!.mean.value },
            errors: known.map { spreads[$0]!.deviation.value / Double(spreads[$0]!.count).squareRoot() }, along: ["mean_place"],
            "Means", table.lossName)
        marks.append(.points("mean_drawn", .reference, label: "mean", radius: 4.5))
        answer.section(
            "Groups",
            [
                .table(columns.map { .init($0) }),
                .figure(
                    "seeds", caption: "Every seed, ascending within its group, and means with standard errors.",
                    panels: [
                        .init(
                            "Seeds", x: .init("group", including: [0.5, Double(min(table.groups.count, 8)) + 0.5]),
                            y: .init(table.lossName), marks)
                    ]),
            ])
    }

    static func addComparisons(_ comparisons: SeedComparisons, to answer: inout Answer) {
        let pairs = comparisons.pairs, along = ["pair"]
        answer.add("pair", words: pairs.map { "\($0.first) − \($0.second)" }, "Pair")
        answer.add("paired", words: pairs.map { $0.isPaired ? "by seed" : "no" }, along: along, "Paired")
        answer.add("difference", pairs.map(\.difference.value), along: along, "Difference of means", "difference")
        answer.add("difference_low", pairs.map(\.difference.low), along: along, "Lower end of its 95 % interval", "from")
        answer.add("difference_high", pairs.map(\.difference.high), along: along, "Upper end of its 95 % interval", "to (95 %)")
        answer.add(
            "p_student", pairs.map(\.pStudent), along: along, "p of Student's or Welch's test", "p (t)", form: .probability)
        answer.add(
            "p_permutation", pairs.map { $0.permutation?.p ?? .nan }, along: along, "p of the exact test by permutations",
            "p (exact)", form: .probability, isPartial: true)
        answer.add(
            "p_holm", comparisons.adjusted, along: along, "p of the decision, by Holm over all pairs", "p (all pairs)",
            form: .probability)
        answer.add(
            "pair_detectable", pairs.map(\.detectable), along: along, "Difference that is seen with power 80 %", "seen (80 %)")
        answer.add("pair_outcome", words: comparisons.outcomes.map(\.rawValue), along: along, "The first is")
        answer.section(
            "Pairs",
            [
                .table(
                    [
                        "pair", "paired", "difference", "difference_low", "difference_high", "p_student", "p_permutation",
                        "p_holm",
                        "pair_detectable", "pair_outcome",
                    ].map { .init($0) })
            ])
    }

    static func addFloors(_ table: SeedTable, _ floors: [(group: String, floor: EnsembleFloor)], to answer: inout Answer) {
        answer.add("floor_known", floors.isEmpty ? "no" : "yes", "Whether the table tells the floor of ensembles")
        if floors.isEmpty { return }
        let along = ["floor_group"]
        answer.add("floor_group", words: floors.map { $0.group.isEmpty ? "all" : $0.group }, "Group")
        func add(_ name: String, _ title: String, _ symbol: String, _ value: (EnsembleFloor) -> SeedSpread.Interval) {
            let values = floors.map { value($0.floor) }
            answer.add(name, values.map(\.value), along: along, title, symbol)
            answer.add("\(name)_low", values.map(\.low), along: along, "\(title), lower end (95 %)", "from", mayBeInfinite: true)
            answer.add(
                "\(name)_high", values.map(\.high), along: along, "\(title), upper end (95 %)", "to (95 %)", mayBeInfinite: true)
        }
        add("floor", "Loss of an infinite ensemble", "floor", \.floor)
        add("removable", "Loss that ensembles remove at most", "c", \.removable)
        add("single", "Loss of a single network", "single", \.single)
        var marks: [View.Mark] = []
        for (k, (group, floor)) in floors.enumerated() where k < 8 {
            let points = table.ensembles.first { $0.group == group }?.points ?? []
            let most = max(points.map(\.members).max() ?? 0, Double(table.outputs?.networks.count ?? 8)) * 2
            let sizes = logSpaced(from: 1, to: most, count: 60)
            answer.add("ensemble_curve_size_\(k + 1)", sizes, "Sizes at which the law is drawn", "networks k")
            answer.add(
                "ensemble_curve_\(k + 1)", sizes.map { floor.floor.value + floor.removable.value / $0 },
                along: ["ensemble_curve_size_\(k + 1)"], "floor + c/k\(group.isEmpty ? "" : " of \(group)")", table.lossName)
            answer.add(
                "floor_line_\(k + 1)", sizes.map { _ in floor.floor.value }, along: ["ensemble_curve_size_\(k + 1)"],
                "The floor\(group.isEmpty ? "" : " of \(group)")", table.lossName)
            if !points.isEmpty {
                answer.add("ensemble_size_\(k + 1)", points.map(\.members), "Networks of each ensemble", "networks k")
                answer.add(
                    "ensemble_loss_\(k + 1)", points.map(\.loss), along: ["ensemble_size_\(k + 1)"], "Losses of ensembles",
                    table.lossName)
                marks.append(
                    .points("ensemble_loss_\(k + 1)", .series(k), label: group.isEmpty ? "measured" : group, radius: 2.5))
            }
            marks += [
                .line("ensemble_curve_\(k + 1)", .series(k), label: "floor + c/k"),
                .line("floor_line_\(k + 1)", .series(k), dashed: true),
            ]
        }
        answer.section(
            "Ensembles",
            [
                .table(
                    ["floor_group", "floor", "floor_low", "floor_high", "removable", "single"].map { .init($0) }),
                .figure(
                    "ensembles", caption: "Loss against the number of networks averaged; dashed: what no ensemble gets below.",
                    panels: [.init("Loss of ensembles", x: .init("networks k", .logarithmic), y: .init(table.lossName), marks)]),
            ])
    }
}
