import SaddleNumerics
import SaddleReport

/// The verdict at each width, and over all, with reasons.
struct ComparisonJudge {
    /// From here on the predicted spread of single networks is called comparable to the outputs.
    static let largeSpread = 0.5

    let threshold: Double
    let pooledThreshold: Double
    private(set) var widths: [(verdict: Verdict, reasons: [String])] = []
    private(set) var verdict = Verdict.cannotTell
    private(set) var summary = ""

    init(widths numbers: [WidthNumbers], pooled: [PooledNumber], threshold: Double, pooledThreshold: Double) {
        self.threshold = threshold
        self.pooledThreshold = pooledThreshold
        let explained = pooled.map { $0.fails(pooledThreshold) ? $0.explanation(pooledThreshold) : nil }
        var failing: [Bool] = []
        for (i, width) in numbers.enumerated() {
            let own = pooled.indices.filter { pooled[$0].fails(at: width.width, pooledThreshold) }
            let fails = width.largestScore > threshold || !own.isEmpty
            failing.append(fails)
            var reasons = [largest(width, pooled)]
            if !fails {
                let isTested = Self.isTested(width, pooled, pooledThreshold)
                if width.scored == 0 {
                    reasons = ["Nothing to compare: give theory two replicas or more, and the ensemble two networks or more."]
                } else if !isTested {
                    reasons.append("But the error bars are larger than the effect: this is no test.")
                }
                widths.append((isTested ? .agrees : .cannotTell, reasons + width.remarks))
                continue
            }
            if let spread = width.relativeSpread, spread >= Self.largeSpread {
                reasons.append(
                    "The predicted spread of single networks is \(NumberText.short(spread)) of the size of the outputs: "
                        + "the expansion in 1/N does not apply.")
                widths.append((.outsideRegime, reasons + width.remarks))
                continue
            }
            var explanations = own.map { ("\(pooled[$0].words(at: width.width)) ", explained[$0]!) }
            if width.largestScore > threshold { explanations.append(("", explain(i, numbers))) }
            let verdict = Verdict.deciding(explanations.map(\.1.verdict))
            let told = explanations.first { $0.1.verdict == verdict }!
            reasons.append(told.0 + told.1.sentence)
            if verdict != .outsideRegime, !width.comparer.hasCorrections {
                reasons.append(
                    "The shift b/N is not known (it needs directions, and the re-solve), and the difference may be that.")
            }
            widths.append((verdict, reasons + width.remarks))
        }
        // What no single width shows.
        let joint = pooled.indices.filter { k in
            explained[k] != nil && !numbers.contains { pooled[k].fails(at: $0.width, pooledThreshold) }
        }
        decide(numbers, failing, joint.map { (pooled[$0], explained[$0]!) })
        summary += Self.sight(pooled, pooledThreshold)
    }

    /// Deviations of the worst single number of width `i` at all widths.
    private func explain(_ i: Int, _ numbers: [WidthNumbers]) -> Explanation {
        let group = numbers[i].worstGroup!
        let place = numbers[i].groups[group].worst!
        let deviations = numbers.compactMap { width -> Explanation.Deviation? in
            guard group < width.groups.count else { return nil }
            let number = width.groups[group].numbers[place]
            // Also where it has converged to nothing: that is a deviation which has fallen.
            guard number.error > 0, number.error.isFinite else { return nil }
            return .init(
                width: width.width, value: number.measured - number.predicted, error: number.error,
                fails: abs(number.score ?? 0) > threshold)
        }
        let hasShift = numbers[i].groups[group].statistic == .mean && numbers[i].comparer.hasCorrections
        return Explanation(
            deviations, common: 0, neglected: hasShift ? 2 : 1, claimed: hasShift ? [0, 1] : [0], threshold: threshold)
    }

    private func largest(_ width: WidthNumbers, _ pooled: [PooledNumber]) -> String {
        let sums = pooled.flatMap { $0.values.filter { $0.width == width.width }.compactMap(\.score) }.map(abs)
        var text =
            "The largest of \(NumberText.count(width.scored)) |z| is \(NumberText.short(width.largestScore)); agreement "
            + "allows \(NumberText.short(threshold))."
        if let worst = sums.max() {
            text +=
                " Pooled over each observable, the largest of \(sums.count) is \(NumberText.short(worst)); "
                + "\(NumberText.short(pooledThreshold)) is allowed."
        }
        return text
    }

    /// Whether outputs or losses, pooled, are known to half of their size; without a panel, whether single numbers are.
    private static func isTested(_ width: WidthNumbers, _ pooled: [PooledNumber], _ threshold: Double) -> Bool {
        if width.scored == 0 { return false }
        if pooled.isEmpty { return width.isTested }
        return pooled.contains { number in
            number.statistic == .size && !number.quantity.contains("kernel")
                && number.values.contains {
                    $0.width == width.width && $0.score != nil && number.visible($0, threshold) <= Check.demandedResolution
                }
        }
    }

    /// What errors the pooled numbers would have shown.
    private static func sight(_ pooled: [PooledNumber], _ threshold: Double) -> String {
        func best(_ statistic: PooledComparison.Statistic, _ suffix: String) -> Double? {
            pooled.filter { $0.statistic == statistic && $0.quantity.hasSuffix(suffix) }.compactMap { $0.visible(threshold) }
                .min()
        }
        var seen: [String] = []
        if let size = best(.size, "output") { seen.append("\(NumberText.short(100 * size, digits: 2)) % in the outputs") }
        if let variance = best(.variance, "output") {
            seen.append("\(NumberText.short(100 * variance, digits: 2)) % in their variance")
        }
        return seen.isEmpty ? "" : " An error of \(seen.joined(separator: " or ")) would have been seen."
    }
}

extension PooledNumber {
    /// What differs at one width, for people.
    func words(at width: Int) -> String {
        guard let value = values.first(where: { $0.width == width }) else { return "" }
        let shown = result(0).values.first { $0.width == width }!
        let name = quantity.replacing("_", with: " ")
        switch statistic {
        case .size:
            return
                "The \(name), pooled, is \(NumberText.withError(shown.value, shown.error)) of the prediction (z = \(NumberText.short(value.score ?? 0)))."
        case .variance:
            return
                "The variance of the \(name), pooled, is \(NumberText.withError(shown.value, shown.error)) of the prediction (z = \(NumberText.short(value.score ?? 0)))."
        case .accuracy:
            return
                "The \(name) is off by \(NumberText.withError(shown.value, shown.error)) (z = \(NumberText.short(value.score ?? 0)))."
        }
    }
}

// MARK: - Over all widths

extension ComparisonJudge {
    private mutating func decide(_ numbers: [WidthNumbers], _ failing: [Bool], _ joint: [(PooledNumber, Explanation)]) {
        let verdicts = widths.map(\.verdict)
        func list(_ wanted: Verdict) -> String {
            let names = zip(numbers, verdicts).filter { $1 == wanted }.map { "\($0.0.width)" }
            return (names.count == 1 ? "width " : "widths ") + names.joined(separator: ", ")
        }
        let isDoubtful =
            zip(verdicts, failing).contains { $0 == .cannotTell && $1 } || joint.contains { $0.1.verdict == .cannotTell }
        var narrow = verdicts.contains(.outsideRegime) ? " At \(list(.outsideRegime)) corrections beyond 1/N are visible." : ""
        if zip(verdicts, failing).contains(where: { $0 == .cannotTell && !$1 }) {
            narrow += " No verdict at \(list(.cannotTell))."
        }
        if verdicts.contains(.disagrees) || joint.contains(where: { $0.1.verdict == .disagrees }) {
            verdict = .disagrees
            let place = verdicts.contains(.disagrees) ? "at \(list(.disagrees))" : "at all widths together"
            summary = """
                Theory and ensemble differ \(place) by more than their error bars allow. Check first \
                whether the theory has converged: more sites, a smaller tolerance.\(narrow)
                """
        } else if isDoubtful {
            verdict = .cannotTell
            summary =
                numbers.count == 1
                ? "Theory and ensemble differ, and one width cannot tell an error from a term beyond 1/N: add a larger width."
                : "Theory and ensembles differ, and these ensembles cannot tell why: train more networks, or add a larger width."
        } else if verdicts.last == .outsideRegime || (verdicts.contains(.outsideRegime) && !verdicts.contains(.agrees)) {
            verdict = .outsideRegime
            summary = "At \(list(.outsideRegime)) the networks are too narrow for the 1/N theory; add a larger width to test it."
        } else if verdicts.contains(.agrees) {
            verdict = .agrees
            summary = "Theory and ensembles agree within their error bars at \(list(.agrees)).\(narrow)"
        } else {
            verdict = .cannotTell
            summary = "The error bars are larger than the effects: train more networks, or use more replicas."
        }
    }
}
