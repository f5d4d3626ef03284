import SaddleModels
import SaddleNumerics
import SaddleTheory

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Comparison {
    /// Compares a prediction with ensembles of several widths.
    ///
    /// Compared are the mean over networks with `f∞ + b/N`, and N times the variance with the predicted one, of every
    /// number that both sides recorded. Each difference becomes a standard normal value by the law of its error bars. The
    /// numbers are many and correlated: a width fails only if its largest |z| exceeds what the largest of so many
    /// independent ones does with probability `falseAlarmRate` (Šidák's limit; correlation makes it conservative).
    ///
    /// - Parameter steps: the recorded steps.
    package static func make(
        prediction: MeanFieldPrediction, steps: [Int], ensembles: [EnsembleStatistics], falseAlarmRate: Double = 1e-3
    ) -> Comparison {
        let widths = ensembles.sorted { $0.width < $1.width }.map { ensemble in
            WidthNumbers(
                NumberComparer(prediction: prediction, ensemble: ensemble))
        }
        let numbers = widths.reduce(0) { $0 + $1.scored }
        // 1 − (1 − rate)^(1/numbers), without cancellation
        let each = numbers > 0 ? -expm1(log1p(-falseAlarmRate) / Double(numbers)) : falseAlarmRate
        let threshold = normalQuantile(twoSided: each)
        let judged = judge(widths, threshold: threshold)
        let results = zip(widths, judged).map { $0.result(steps: steps, verdict: $1.verdict, reasons: $1.reasons) }
        let verdict = overall(results.map(\.verdict))
        return Comparison(
            verdict: verdict, summary: summarize(verdict, results, threshold: threshold), falseAlarmRate: falseAlarmRate,
            numbers: numbers, threshold: threshold, widths: results)
    }

    private static func overall(_ verdicts: [Verdict]) -> Verdict {
        for verdict in [Verdict.disagrees, .agrees, .outsideRegime] where verdicts.contains(verdict) { return verdict }
        return .cannotTell
    }

    private static func summarize(_ verdict: Verdict, _ widths: [WidthComparison], threshold: Double) -> String {
        func list(_ verdict: Verdict, capital: Bool = false) -> String {
            let names = widths.filter { $0.verdict == verdict }.map { "\($0.width)" }
            return (capital ? "W" : "w") + (names.count == 1 ? "idth " : "idths ") + names.joined(separator: ", ")
        }
        let has = Set(widths.map(\.verdict))
        var narrow = ""
        if has.contains(.outsideRegime) { narrow += " At \(list(.outsideRegime)) corrections beyond 1/N are visible." }
        if has.contains(.cannotTell) { narrow += " \(list(.cannotTell, capital: true)): no verdict." }
        switch verdict {
        case .agrees: return "Theory and ensembles agree within their error bars at \(list(.agrees)).\(narrow)"
        case .outsideRegime:
            return "At \(list(.outsideRegime)) the networks are too narrow for the 1/N theory; add a larger width to test it."
        case .disagrees:
            return """
                Theory and ensemble differ at \(list(.disagrees)) by more than their error bars allow. Check first \
                whether the theory has converged: more sites, a smaller tolerance.\(narrow)
                """
        case .cannotTell where widths.contains { $0.largestScore > threshold }:
            return "Theory and ensembles differ, and these ensembles cannot tell why: train more networks, or add a larger width."
        case .cannotTell:
            return "The error bars are larger than the effects: train more networks, or use more replicas."
        }
    }
}

/// All compared numbers of one width.
struct WidthNumbers {
    struct Group {
        let name: String
        /// Axes of the observable, times first; of a kernel both axes of samples.
        let shape: [Int]
        let statistic: QuantityComparison.Statistic
        let numbers: [ComparedNumber]
        let scored: Int
        /// The number with the largest |z|.
        let worst: Int?
        let relativeError: Double?
    }

    let comparer: NumberComparer
    let groups: [Group]

    init(_ comparer: NumberComparer) {
        self.comparer = comparer
        var groups: [Group] = []
        for entry in comparer.prediction.layout.entries {
            groups.append(Group(entry, .mean, comparer.means(entry)))
            if comparer.hasVariances { groups.append(Group(entry, .variance, comparer.variances(entry))) }
        }
        for scalar in comparer.prediction.scalars where !comparer.hasCorrections && comparer.ensemble.networks > 1 {
            guard let numbers = comparer.variances(scalar) else { continue }
            groups.append(Group(scalar.name, [numbers.count], .variance, numbers))
        }
        self.groups = groups
    }

    var width: Int { comparer.ensemble.width }
    var scored: Int { groups.reduce(0) { $0 + $1.scored } }
    var largestScore: Double { groups.map(\.largestScore).max() ?? 0 }
    var worstGroup: Int? {
        groups.indices.filter { groups[$0].worst != nil }.max { groups[$0].largestScore < groups[$1].largestScore }
    }
}

extension WidthNumbers.Group {
    init(_ entry: ObservableLayout.Entry, _ statistic: QuantityComparison.Statistic, _ numbers: [ComparedNumber]) {
        self.init(entry.name, entry.shape, statistic, numbers)
    }

    init(_ name: String, _ shape: [Int], _ statistic: QuantityComparison.Statistic, _ numbers: [ComparedNumber]) {
        self.name = name
        self.shape = shape
        self.statistic = statistic
        self.numbers = numbers
        var (scored, worst, largest) = (0, Int?.none, -1.0)
        for (i, number) in numbers.enumerated() {
            guard let score = number.score else { continue }
            scored += 1
            if abs(score) > largest { (worst, largest) = (i, abs(score)) }
        }
        (self.scored, self.worst) = (scored, worst)
        // What is to be seen: how far a mean moves in training, or the variance itself.
        let times = shape[0]
        let stride = numbers.count / max(times, 1)
        let moved = numbers.indices.map { numbers[$0].predicted - (times > 1 ? numbers[$0 % stride].predicted : 0) }
        let effect = rootMeanSquare(statistic == .mean ? moved : numbers.map(\.predicted))
        let error = rootMeanSquare(numbers.filter { $0.score != nil }.map(\.error))
        relativeError = effect > 0 && scored > 0 ? error / effect : nil
    }

    var isKernel: Bool { name.contains("kernel") }
    var isOutput: Bool { name.hasSuffix("output") }
    var largestScore: Double { worst.map { abs(numbers[$0].score!) } ?? 0 }
    /// Whether the error bars are small enough for a wrong prediction to be noticed.
    var isTested: Bool { (relativeError ?? .infinity) < 0.5 }
}
