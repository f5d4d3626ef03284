import SaddleMeasures
import SaddleNumerics
import SaddleReport

/// `saddle measure seeds`: the spread between seeds, what it hides, who is better, and what ensembles cannot remove.
enum MeasureSeeds: Question {
    static let verb = QuestionVerb.measure
    static let name = "seeds"
    static let phrase = "comparing seeds"
    static let summary =
        "Spread between seeds, the effect that so many seeds can see, whether A beats B, and the floor of ensembles."
    static let discussion = """
        Reads a table of runs: a row for each with its loss, and perhaps a seed, a group (model, method) and how many networks an \
        ensemble averages; or a column for each group; or targets beside outputs of several networks. Says how much seeds differ, \
        which difference between groups so many seeds see (power 80 %, level 5 %), how many an effect needs, whether the first of \
        the compared groups is better (paired by seed or not, several pairs by Holm's levels), and which loss no ensemble goes below, \
        where the table can tell. Several columns may tell groups apart: --group-column width,lr.
        """
    static let examples = [
        "losses.csv", "losses.csv --compare ours,baseline", "losses.csv --effect 0.01 --group-column model",
        "ensembles.csv --members-column k --json",
    ]
    static let sections = ["seeds"]
    static let argument: (key: String, help: String)? = ("seeds.file", "A CSV file, or - for the standard input.")

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study
        guard let settings = study.seeds, let path = settings.file else {
            throw study.problem("seeds", "'seeds.file' is missing; expected the path of a CSV file with losses of several seeds")
        }
        var columns = SeedTable.Columns()
        (columns.loss, columns.seed, columns.group) = (settings.lossColumn, settings.seedColumn, settings.groupColumn)
        (columns.members, columns.step, columns.target) = (settings.membersColumn, settings.stepColumn, settings.targetColumn)
        let (table, comparisons) = try study.reading(path, settings.table, section: "seeds") { csv in
            let table = try SeedTable(csv, columns)
            return (table, try compared(table, settings))
        }
        let spreads = table.groups.map { SeedSpread($0.losses) }
        let floors = floors(table)
        if spreads.allSatisfy({ $0 == nil }) && floors.isEmpty {
            throw StudyFileError(
                file: study.typed(path),
                "fewer than two losses in every group; expected two seeds or more, better five: name the column that tells "
                    + "groups apart with --group-column, or let no column do so")
        }
        let runs = table.groups.reduce(0) { $0 + $1.losses.count }
        var answer = Answer(
            "Spread of \(table.lossName) between seeds",
            subtitle: "\(path.lastPathPart): "
                + (table.outputs.map { "\($0.networks.count) networks, \($0.targets.count) samples" }
                    ?? "\(runs) runs in \(table.groups.count) group\(table.groups.count == 1 ? "" : "s")"),
            warnings: table.remarks + divergedWords(table))
        if let comparisons { answer.check = summary(comparisons, settings) }
        answer.lead = [.paragraph(spreadWords(table, spreads, settings)), .paragraph(floorWords(table, floors))]
            .filter { if case .paragraph("") = $0 { false } else { true } }
        addSpreads(table, spreads, settings, to: &answer)
        if let comparisons { addComparisons(comparisons, to: &answer) }
        addFloors(table, floors, to: &answer)
        answer.section("How it is decided", [.paragraph(explanation)])
        return answer
    }

    static func isRising(_ table: SeedTable, _ settings: SeedsStudy) -> Bool {
        if let better = settings.better { return better == .higher }
        let name = table.lossName.lowercased()
        return ["acc", "score", "reward", "auc", "f1", "bleu", "iou"].contains { name.contains($0) }
    }

    private static func compared(_ table: SeedTable, _ settings: SeedsStudy) throws -> SeedComparisons? {
        if settings.compare.isEmpty { return nil }
        let groups = try settings.compare.map { name in
            guard let group = table.groups.first(where: { $0.name == name }) else {
                throw LossFileError.column(
                    key: "compare",
                    reason:
                        "no group is called \(name.quotedBriefly); expected two of \(table.groups.map(\.name).filter { !$0.isEmpty }.brief(12))"
                )
            }
            return group
        }
        let isPaired: Bool? = settings.paired == .auto ? nil : settings.paired == .yes
        let pairs = try groups.indices.flatMap { i in
            try groups.indices.filter { $0 > i }.map { try SeedComparison(groups[i], groups[$0], isPaired: isPaired) }
        }
        return SeedComparisons(pairs, isRising: isRising(table, settings))
    }

    /// By group; of outputs one.
    private static func floors(_ table: SeedTable) -> [(group: String, floor: EnsembleFloor)] {
        if let outputs = table.outputs {
            return EnsembleFloor(targets: outputs.targets, networks: outputs.networks).map { [("", $0)] } ?? []
        }
        return table.ensembles.compactMap { group in EnsembleFloor(group.points).map { (group.group, $0) } }
    }

    // MARK: Words

    private static func divergedWords(_ table: SeedTable) -> [String] {
        table.groups.filter { $0.diverged > 0 }.map {
            "\($0.diverged) of \($0.losses.count + $0.diverged) runs\($0.name.isEmpty ? "" : " of \($0.name)") have no finite loss: numbers are those of the others, "
                + "which makes the group look better than it is"
        }
    }

    private static func summary(_ comparisons: SeedComparisons, _ settings: SeedsStudy) -> CheckSummary {
        let outcomes = comparisons.outcomes, pairs = comparisons.pairs
        let verdict: Verdict =
            outcomes.contains(.worse) ? .disagrees : outcomes.allSatisfy { $0 == .better } ? .agrees : .cannotTell
        let parts = pairs.indices.map { i -> String in
            let pair = pairs[i], d = pair.difference
            let numbers =
                "\(pair.first) less \(pair.second) is \(MeasureTransfer.span(d)), p = \(NumberText.probability(comparisons.adjusted[i], digits: 2))"
                + (pairs.count > 1 ? " by Holm" : "")
            if pair.isConstant { return "\(pair.first) and \(pair.second) have no spread between seeds: nothing to judge by." }
            // Of one pair the title says it.
            if pairs.count == 1, outcomes[i] == .better { return "\(numbers)." }
            switch outcomes[i] {
            case .better: return "\(pair.first) beats \(pair.second): \(numbers)."
            case .worse: return "\(pair.first) does not beat \(pair.second), which is better: \(numbers)."
            case .cannotTell:
                return
                    "\(pair.first) or \(pair.second): \(numbers); so many seeds see a difference of \(NumberText.short(pair.detectable))"
                    + (pair.permutation.map { $0.smallest > SeedComparison.level ? " (an exact test needs more seeds)" : "" }
                        ?? "") + "."
            }
        }
        let title =
            pairs.count == 1
            ? outcomes[0] == .better
                ? "\(pairs[0].first) beats \(pairs[0].second)"
                : outcomes[0] == .worse ? "\(pairs[0].second) beats \(pairs[0].first)" : "Cannot tell"
            : "\(outcomes.count { $0 == .better }) of \(pairs.count) pairs: the first is better"
        return CheckSummary(
            Check(falseAlarmRate: SeedComparison.level), verdict: verdict, reason: parts.joined(separator: " "), title: title)
    }

    private static func spreadWords(_ table: SeedTable, _ spreads: [SeedSpread?], _ settings: SeedsStudy) -> String {
        let widest = zip(table.groups, spreads).compactMap { group, spread in spread.map { (group, $0) } }.max {
            $0.1.deviation.value < $1.1.deviation.value
        }
        guard let (group, spread) = widest else { return "" }
        let name = group.name.isEmpty ? "" : " of \(group.name)"
        if spread.deviation.value == 0 { return "All losses\(name) are the same: are the seeds different?" }
        var text =
            "Seeds\(name) differ by a standard deviation of \(MeasureTransfer.span(spread.deviation)). With \(spread.count) seeds on each side a difference of "
            + "\(NumberText.short(spread.detectable)) is seen eight times in ten."
        if let effect = settings.effect {
            let needed = spread.needed(for: effect)
            func count(_ n: Int?) -> String { n.map(NumberText.count) ?? "more than a million" }
            text +=
                " An effect of \(NumberText.short(effect)) needs \(count(needed.count)) seeds on each side (\(count(needed.low)) to \(count(needed.high)))."
        }
        return text
    }

    private static func floorWords(_ table: SeedTable, _ floors: [(group: String, floor: EnsembleFloor)]) -> String {
        if floors.isEmpty {
            return
                "What ensembles cannot remove cannot be told from losses of single networks: losses of ensembles of several sizes (a column of members), or "
                + "outputs of the networks beside targets, would tell."
        }
        return floors.map { group, floor in
            "No ensemble\(group.isEmpty ? "" : " of \(group)") gets below \(MeasureTransfer.span(floor.floor)); a single network has "
                + "\(NumberText.short(floor.single.value)), of which ensembles remove at most \(NumberText.percent(floor.share))."
                + (floor.fit.map {
                    $0 < 0.01 ? " But losses are no straight line in 1/k: the floor is that of the first order alone." : ""
                } ?? "")
        }.joined(separator: " ")
    }

    private static let explanation = """
        Means have Student's interval, standard deviations that of χ² with the degrees of freedom that their fourth moment leaves. What is seen: power 80 % at level \
        5 % of a test of both sides, by the noncentral law of Student. Pairs: Student's test of differences of the same seed, or Welch's, and where they are few and \
        could tell the exact test by all permutations; both have to say so. Floor: loss(k) = floor + c/k for ensembles of k networks, exact for squared errors of means; from \
        outputs without bias, with errors over networks by the jackknife.
        """
}
