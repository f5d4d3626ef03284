#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleModels
import SaddleNumerics

/// The verdict at each width, and over all, with reasons.
struct ComparisonJudge {
    /// From here on the predicted spread of single networks is called comparable to the outputs.
    static let largeSpread = 0.5

    private(set) var widths: [(verdict: Verdict, reasons: [String])] = []
    let verdict: Verdict
    let summary: String

    /// - Parameters:
    ///   - limit: of single numbers.
    ///   - pooledLimit: of whole observables.
    init(widths numbers: [WidthSummary], pooled: [PooledNumber], limit: ScoreLimit, pooledLimit: ScoreLimit) {
        let courses = pooled.map { $0.joint.fails(pooledLimit) ? $0.joint.course(pooledLimit) : nil }
        var failing: [Bool] = []
        for (i, width) in numbers.enumerated() {
            let own = pooled.indices.filter { pooled[$0].joint.fails(at: width.width, pooledLimit) }
            let isBeyond = limit.isExceeded(by: width.largestScore)
            let fails = isBeyond || !own.isEmpty
            failing.append(fails)
            var reasons = [Self.largest(width, pooled, limit, pooledLimit)]
            if !fails {
                let isTested = Self.isTested(width, pooled, pooledLimit)
                if width.scored == 0 {
                    reasons = [
                        ScoreLimit.nothing.dropLast()
                            + ": give theory two replicas or more, and the ensemble two networks or more."
                    ]
                } else if !isTested {
                    reasons.append(ScoreLimit.noTest)
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
            var explanations = own.compactMap { k in courses[k].map { (pooled[k].words(at: width.width) + " ", $0) } }
            if isBeyond, let single = Self.course(i, numbers, limit) {
                explanations.append(
                    (
                        single.isLogarithmic ? "Variances are compared by the logarithm of measured over predicted. " : "",
                        single.course
                    ))
            }
            let verdict = Verdict.deciding(explanations.map(\.1.verdict))
            if let told = explanations.first(where: { $0.1.verdict == verdict }) { reasons.append(told.0 + told.1.sentence) }
            if verdict != .outsideRegime, !width.comparer.hasCorrections {
                reasons.append(
                    "The shift b/N is not known (it needs directions, and the re-solve), and the difference may be that.")
            }
            widths.append((verdict, reasons + width.remarks))
        }
        // What no single width shows.
        let joint = pooled.indices.filter { k in !numbers.contains { pooled[k].joint.fails(at: $0.width, pooledLimit) } }
        let whole = Self.decide(
            zip(numbers, zip(widths, failing)).map { ($0.width, $1.0.verdict, $1.1) },
            joint: joint.compactMap { courses[$0]?.verdict })
        verdict = whole.verdict
        summary = whole.summary + Self.sight(pooled, pooledLimit)
    }

    /// Deviations of the worst single number of width `i` at all widths: of variances in their logarithms, in which a ratio of a hundred is not within twice its
    /// own error.
    private static func course(
        _ i: Int, _ numbers: [WidthSummary], _ limit: ScoreLimit
    ) -> (course: DeviationCourse, isLogarithmic: Bool)? {
        guard let (k, place) = numbers[i].worst else { return nil }
        let statistic = numbers[i].quantities[k].result.statistic
        let all = numbers.compactMap { width -> (width: Int, number: ComparedNumber)? in
            guard k < width.quantities.count else { return nil }
            let number = width.comparer.numbers(width.comparer.quantities[k]).columns[place]
            // Also where it has converged to nothing: that is a deviation which has fallen.
            return number.error > 0 && number.error.isFinite ? (width.width, number) : nil
        }
        let isLogarithmic =
            statistic == .variance && all.allSatisfy { $1.score == nil || min($1.measured, $1.predicted) > 0 }
        let points = all.map { width, number in
            let (value, error) = isLogarithmic ? number.logarithm : (number.measured - number.predicted, number.error)
            return DeviationCourse.Point(size: width, value: value, error: error, fails: limit.isExceeded(by: number.score))
        }
        let hasShift = statistic == .mean && numbers[i].comparer.hasCorrections
        return (
            DeviationCourse(points, common: 0, neglected: hasShift ? 2 : 1, claimed: hasShift ? [0, 1] : [0], limit: limit),
            isLogarithmic
        )
    }

    /// Whether outputs or losses, pooled, are known to half of their size; without a panel, whether single numbers are.
    private static func isTested(_ width: WidthSummary, _ pooled: [PooledNumber], _ limit: ScoreLimit) -> Bool {
        if width.scored == 0 { return false }
        if pooled.isEmpty { return width.isTested }
        return pooled.contains { number in
            number.statistic == .size && !number.quantity.observable.isKernel
                && number.joint.values.contains {
                    $0.size == width.width
                        && (number.joint.visible($0, limit) ?? .infinity) <= ScoreLimit.demandedResolution
                }
        }
    }

    // MARK: Over all widths

    private static func decide(
        _ widths: [(width: Int, verdict: Verdict, fails: Bool)], joint: [Verdict]
    ) -> (verdict: Verdict, summary: String) {
        let verdicts = widths.map(\.verdict)
        func list(_ wanted: Verdict) -> String {
            let names = widths.filter { $0.verdict == wanted }.map { "\($0.width)" }
            return (names.count == 1 ? "width " : "widths ") + names.joined(separator: ", ")
        }
        var narrow = verdicts.contains(.outsideRegime) ? " At \(list(.outsideRegime)) corrections beyond 1/N are visible." : ""
        if widths.contains(where: { $0.verdict == .cannotTell && !$0.fails }) {
            narrow += " No verdict at \(list(.cannotTell))."
        }
        if verdicts.contains(.disagrees) || joint.contains(.disagrees) {
            let place = verdicts.contains(.disagrees) ? "at \(list(.disagrees))" : "at all widths together"
            return (
                .disagrees,
                "Theory and ensemble differ \(place) by more than their error bars allow. Check first "
                    + "whether the theory has converged: more sites, a smaller tolerance.\(narrow)"
            )
        }
        if widths.contains(where: { $0.verdict == .cannotTell && $0.fails }) || joint.contains(.cannotTell) {
            return (
                .cannotTell,
                widths.count == 1
                    ? "Theory and ensemble differ, and one width cannot tell an error from a term beyond 1/N: add a larger width."
                    : "Theory and ensembles differ, and these ensembles cannot tell why: train more networks, or add a larger width."
            )
        }
        if verdicts.last == .outsideRegime || (verdicts.contains(.outsideRegime) && !verdicts.contains(.agrees)) {
            return (
                .outsideRegime,
                "At \(list(.outsideRegime)) the networks are too narrow for the 1/N theory; add a larger width to test it."
            )
        }
        if verdicts.contains(.agrees) {
            return (.agrees, "Theory and ensembles agree within their error bars at \(list(.agrees)).\(narrow)")
        }
        return (.cannotTell, "The error bars are larger than the effects: train more networks, or use more replicas.")
    }
}

// MARK: - Words

extension ComparisonJudge {
    private static func largest(
        _ width: WidthSummary, _ pooled: [PooledNumber], _ limit: ScoreLimit, _ pooledLimit: ScoreLimit
    ) -> String {
        let sums = pooled.flatMap { $0.joint.values.filter { $0.size == width.width }.compactMap(\.score) }.map(abs)
        let text = ScoreLimit.sentence(
            NumberText.count(width.scored), largest: NumberText.short(width.largestScore),
            allowed: NumberText.short(limit.threshold))
        guard let worst = sums.max() else { return text }
        return text + " Pooled over each observable, the largest of \(sums.count) is \(NumberText.short(worst)); "
            + "\(NumberText.short(pooledLimit.threshold)) is allowed."
    }

    /// What errors the pooled numbers would have shown.
    private static func sight(_ pooled: [PooledNumber], _ limit: ScoreLimit) -> String {
        func best(_ statistic: PooledComparison.Statistic) -> String? {
            let outputs = pooled.filter { $0.statistic == statistic && $0.quantity.observable.isOutput }.map(\.joint)
            let visible = outputs.flatMap { joint in joint.values.compactMap { joint.visible($0, limit) } }.min()
            return visible.flatMap { $0 < 1 ? "\(NumberText.short(100 * $0, digits: 2)) %" : nil }
        }
        let seen = [best(.size).map { "\($0) in the outputs" }, best(.variance).map { "\($0) in their variance" }]
            .compactMap(\.self)
        let unseen = [best(.size) == nil ? "the size of the outputs" : nil, best(.variance) == nil ? "their variance" : nil]
            .compactMap(\.self)
        return (seen.isEmpty ? "" : " An error of \(seen.joined(separator: " or ")) would have been seen.")
            + (unseen.isEmpty ? "" : " Too little to test \(unseen.joined(separator: " and ")).")
    }
}

extension ComparedNumber {
    /// Logarithm of the ratio of two variances with its standard error. Where neither is visible, and none is compared, they differ by less than what is,
    /// a factor of two.
    fileprivate var logarithm: (value: Double, error: Double) {
        if score == nil { return (0, log(2)) }
        let relative = error / max(measured, predicted)
        let law = LogVarianceLaw([.init(coefficient: 1, degreesOfFreedom: 2 / (relative * relative))])
        return (log(measured / predicted), law.moments.variance.squareRoot())
    }
}

extension PooledNumber {
    /// What differs at one width, for people.
    fileprivate func words(at width: Int) -> String {
        guard let shown = result(ScoreLimit(threshold: 0)).values.first(where: { $0.width == width }) else { return "" }
        let value = NumberText.withError(shown.value, shown.error)
        let score = "(z = \(NumberText.short(joint.values.first { $0.size == width }?.score ?? 0)))"
        let name = quantity.observable.title
        return switch statistic {
        case .size: "The \(name), pooled, is \(value) of the prediction \(score)."
        case .variance: "The variance of the \(name), pooled, is \(value) of the prediction \(score)."
        case .accuracy: "The \(name) is off by \(value) \(score)."
        }
    }
}

extension DeviationCourse {
    fileprivate var sentence: String {
        let text = points.map { "\(NumberText.withError($0.value, $0.error)) at width \($0.size)" }
        let course = "The deviation is \(text.joined(separator: ", "))"
        if points.count < 2 {
            return "One width cannot tell an error from a term beyond 1/N: add a larger width to 'simulate.widths'."
        }
        return switch verdict {
        case .disagrees: "\(course): it does not fall as a term beyond 1/N would."
        case .outsideRegime: "\(course): it falls as a term beyond 1/N does."
        case .agrees, .cannotTell:
            "\(course); whether it falls as a term beyond 1/N does, the error bars leave open: more networks, or a larger width, would tell."
        }
    }
}
