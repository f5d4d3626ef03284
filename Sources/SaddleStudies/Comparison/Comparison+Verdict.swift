import SaddleNumerics
import SaddleReport

extension Comparison {
    /// From here on the predicted spread of single networks is called comparable to the outputs.
    static let largeSpread = 0.5

    /// A verdict with its reasons for each width, the widths in ascending order.
    static func judge(_ widths: [WidthNumbers], threshold: Double) -> [(verdict: Verdict, reasons: [String])] {
        let fails = widths.map { $0.largestScore > threshold }
        return widths.indices.map { i in
            if !fails[i] { return widths[i].verdictWithinErrors(threshold: threshold) }
            var reasons = [
                "The largest of \(NumberText.count(widths[i].scored)) |z| is \(NumberText.short(widths[i].largestScore)); "
                    + "agreement allows \(NumberText.short(threshold))."
            ]
            let verdict = verdictBeyondErrors(i, widths, fails: fails, reasons: &reasons)
            return (verdict, reasons + widths[i].remarks())
        }
    }

    /// What to say of width number `i`, whose numbers differ from theory by more than the error bars.
    ///
    /// Terms beyond 1/N are the innocent explanation. It is accepted if the spread of the networks is as large as their
    /// outputs, or if the worst number comes closer to theory at a larger width as fast as such a term does, and not as an
    /// error in the predicted order would.
    private static func verdictBeyondErrors(
        _ i: Int, _ widths: [WidthNumbers], fails: [Bool], reasons: inout [String]
    ) -> Verdict {
        if let spread = widths[i].relativeSpread, spread >= largeSpread {
            reasons.append(
                "The predicted spread of single networks is \(NumberText.short(spread)) of the size of the outputs: "
                    + "the expansion in 1/N does not apply.")
            return .outsideRegime
        }
        let group = widths[i].worstGroup!
        let number = widths[i].groups[group].worst!
        let trends = widths.indices.reversed().filter { $0 != i }.map { j in
            let (narrow, wide) = (min(i, j), max(i, j))
            return (
                trend: Trend(widths[narrow], widths[wide], group: group, number: number),
                wideAgrees: wide != i && !fails[wide] && widths[wide].isTested
            )
        }
        if let (trend, _) = trends.first(where: { $0.trend.kind == .beyondOrder }) {
            reasons.append("\(trend.sentence), as a term beyond 1/N does.")
            return .outsideRegime
        }
        if let (trend, _) = trends.first(where: { $0.wideAgrees && $0.trend.kind == .unclear }) {
            reasons.append("\(trend.sentence); whether faster than 1/N, the error bars leave open. More networks would tell.")
            return .cannotTell
        }
        if let (trend, _) = trends.first {
            reasons.append("\(trend.sentence), not as fast as a term beyond 1/N.")
        }
        if !widths[i].comparer.hasCorrections {
            reasons.append("The shift b/N is not known (it needs directions, and the re-solve), and the difference may be that.")
            return .cannotTell
        }
        return .disagrees
    }
}

/// How the deviation of one number from theory changes between two widths.
private struct Trend {
    let narrow: (width: Int, deviation: Double, error: Double)
    let wide: (width: Int, deviation: Double, error: Double)
    /// The power of 1/N with which the first neglected term falls.
    let power: Double

    init(_ a: WidthNumbers, _ b: WidthNumbers, group: Int, number: Int) {
        func deviation(_ w: WidthNumbers) -> (width: Int, deviation: Double, error: Double) {
            let x = w.groups[group].numbers[number]
            return (w.width, x.measured - x.predicted, x.error)
        }
        narrow = deviation(a)
        wide = deviation(b)
        power = a.groups[group].statistic == .mean && a.comparer.hasCorrections ? 2 : 1
    }

    /// Deviation at the larger width over that at the smaller one, and its standard error.
    private var ratio: (value: Double, error: Double) {
        let a = wide.deviation / narrow.deviation
        let error = (wide.error * wide.error + a * a * narrow.error * narrow.error).squareRoot() / abs(narrow.deviation)
        return (a, error)
    }
    private var widthRatio: Double { Double(narrow.width) / Double(wide.width) }
    private func fall(_ power: Double) -> Double { (0..<Int(power)).reduce(1) { product, _ in product * widthRatio } }

    enum Kind { case beyondOrder, withinOrder, unclear }

    /// The better explanation: a neglected term, which falls with `power` or faster; or an error in the order that theory
    /// claims to know, which falls one power slower. One must fit better by 4 in χ² (two standard errors).
    var kind: Kind {
        let (a, error) = ratio
        func square(_ x: Double) -> Double { error > 0 ? x * x / (error * error) : x == 0 ? 0 : .infinity }
        let beyond = square(max(a - fall(power), 0))
        let within = square(max(fall(power - 1) - a, 0))
        return within - beyond > 4 ? .beyondOrder : beyond - within > 4 ? .withinOrder : .unclear
    }

    var sentence: String {
        "The largest deviation goes from \(NumberText.withError(narrow.deviation, narrow.error)) at width \(narrow.width) to "
            + "\(NumberText.withError(wide.deviation, wide.error)) at width \(wide.width)"
    }
}

extension WidthNumbers {
    /// Whether some mean is known well enough for a wrong prediction to be noticed.
    var isTested: Bool { groups.contains { $0.statistic == .mean && $0.isTested } }

    func verdictWithinErrors(threshold: Double) -> (verdict: Comparison.Verdict, reasons: [String]) {
        if scored == 0 {
            return (.cannotTell, ["Nothing to compare: give theory two replicas or more, and the ensemble two networks or more."])
        }
        let first =
            "The largest of \(NumberText.count(scored)) |z| is \(NumberText.short(largestScore)), within the "
            + "\(NumberText.short(threshold)) that agreement allows."
        if !isTested {
            return (.cannotTell, [first, "But the error bars are larger than the effect: this is no test."] + remarks())
        }
        return (.agrees, [first] + remarks())
    }

    /// What this width does and does not test.
    func remarks() -> [String] {
        var remarks: [String] = []
        let networks = comparer.ensemble.networks
        if comparer.hasCorrections {
            let variances = groups.filter { $0.statistic == .variance && $0.isOutput }
            if isTested, !variances.isEmpty, !variances.contains(where: \.isTested) {
                remarks.append("\(networks) networks are too few to test the predicted spread.")
            }
            if let shift, !shift.isResolved {
                remarks.append(
                    "The predicted shift of the outputs, b/N = \(NumberText.short(shift.size)), is smaller than the error bars "
                        + "(\(NumberText.short(shift.error))): the limit is tested here, the shift is not.")
            }
        }
        return remarks
    }

    /// Root mean square over the outputs of the predicted b/N and of the error bars that it has to exceed.
    var shift: (size: Double, error: Double, isResolved: Bool)? {
        guard comparer.hasCorrections else { return nil }
        let outputs = groups.filter { $0.statistic == .mean && $0.isOutput }
        let entries = comparer.prediction.layout.entries.filter(\.isOutput)
        let size = rootMeanSquare(entries.flatMap { comparer.prediction.bias[$0.range] }) / Double(width)
        let error = rootMeanSquare(outputs.flatMap { $0.numbers.filter { $0.score != nil }.map(\.error) })
        return (size, error, size > error)
    }

    /// Predicted spread of single networks over the size of the outputs, at the last recorded time.
    var relativeSpread: Double? {
        guard comparer.hasCorrections, let entry = comparer.prediction.layout.entries.last(where: \.isOutput) else { return nil }
        let last = entry.range.suffix(entry.stride)
        let size = rootMeanSquare(last.map { comparer.prediction.mean[$0] })
        let variance = last.reduce(0) { $0 + comparer.prediction.variance[$1] } / Double(last.count) / Double(width)
        return size > 0 ? variance.squareRoot() / size : nil
    }
}
