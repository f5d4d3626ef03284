import SaddleModels
import SaddleNumerics
import SaddleTheory

/// What is kept of all numbers of one width, and what this width can see.
struct WidthSummary {
    let comparer: NumberComparer
    let quantities: [QuantitySummary]
    let histogram: ScoreHistogram

    /// - Parameter each: takes all numbers of a quantity, before they are forgotten.
    init<E: Error>(
        _ comparer: NumberComparer, steps: [Int], each: (ComparedNumbers) throws(E) -> Void
    ) throws(E) {
        self.comparer = comparer
        var (quantities, histogram) = ([QuantitySummary](), ScoreHistogram())
        for quantity in comparer.quantities {
            let numbers = comparer.numbers(quantity)
            quantities.append(QuantitySummary(numbers, steps: steps, histogram: &histogram))
            try each(numbers)
        }
        (self.quantities, self.histogram) = (quantities, histogram)
    }

    var width: Int { comparer.width }
    var scored: Int { quantities.reduce(0) { $0 + $1.result.numbers } }
    var largestScore: Double { quantities.map(\.largestScore).max() ?? 0 }

    /// The number with the largest |z|: which quantity, and where.
    var worst: (quantity: Int, place: Int)? {
        let all = quantities.indices.filter { !quantities[$0].worst.isEmpty }
        guard let k = all.max(by: { quantities[$0].largestScore < quantities[$1].largestScore }) else { return nil }
        return (k, quantities[k].worst[0].place)
    }

    func result(_ verdict: Verdict, _ reasons: [String], _ accuracy: AccuracyComparison?) -> WidthComparison {
        let worst = quantities.flatMap(\.worst).enumerated().sorted {
            (abs($1.element.score), $0.offset) < (abs($0.element.score), $1.offset)
        }
        return WidthComparison(
            width: width, networks: comparer.ensemble.networks, verdict: verdict, reasons: reasons, numbers: scored,
            largestScore: rounded(largestScore), beyondThree: quantities.reduce(0) { $0 + $1.beyondThree },
            expectedBeyondThree: rounded(Double(scored) * normalTail(twoSided: 3)),
            relativeSpread: relativeSpread.map { rounded($0) },
            resolvesShift: shift?.isResolved ?? false, accuracy: accuracy,
            worst: worst.prefix(QuantitySummary.listed).map(\.element.deviation), quantities: quantities.map(\.result),
            scores: histogram)
    }

    // MARK: What it can see

    /// Whether some mean is known well enough for a wrong prediction to be noticed.
    var isTested: Bool { quantities.contains { $0.result.statistic == .mean && $0.isTested } }

    /// What this width does not test.
    var remarks: [String] {
        guard comparer.hasCorrections else { return [] }
        var remarks: [String] = []
        let variances = outputs(.variance)
        if isTested, !variances.isEmpty, !variances.contains(where: \.isTested) {
            remarks.append("\(comparer.ensemble.networks) networks are too few to test the spread of single outputs.")
        }
        if let shift, !shift.isResolved {
            remarks.append(
                "The predicted shift of the outputs, b/N = \(NumberText.short(shift.size)), is smaller than the error bars "
                    + "(\(NumberText.short(shift.error))): the limit is tested here, the shift is not.")
        }
        return remarks
    }

    private func outputs(_ statistic: QuantityComparison.Statistic) -> [QuantitySummary] {
        quantities.filter { $0.result.statistic == statistic && $0.result.quantity.observable.isOutput }
    }

    /// Root mean square over the outputs of the predicted b/N and of the error bars that it has to exceed.
    private var shift: (size: Double, error: Double, isResolved: Bool)? {
        guard comparer.hasCorrections else { return nil }
        let ranges = comparer.prediction.layout.entries.filter(\.observable.isOutput).map(\.range)
        let squares = ranges.reduce(0) { $1.reduce($0) { $0 + comparer.prediction.bias[$1] * comparer.prediction.bias[$1] } }
        let size = (squares / Double(ranges.reduce(0) { $0 + $1.count })).squareRoot() / Double(width)
        let measured = outputs(.mean)
        let count = measured.reduce(0) { $0 + $1.result.numbers }
        let error = count > 0 ? (measured.reduce(0) { $0 + $1.squaredErrors } / Double(count)).squareRoot() : 0
        return (size, error, size > error)
    }

    /// Predicted spread of single networks over the size of the outputs, at the last recorded time.
    var relativeSpread: Double? {
        let prediction = comparer.prediction
        guard comparer.hasCorrections, let entry = prediction.layout.entries.last(where: \.observable.isOutput) else {
            return nil
        }
        let last = entry.range(at: entry.times - 1)
        let size = rootMeanSquare(prediction.mean[last])
        let variance = prediction.variance[last].reduce(0, +) / Double(last.count) / Double(width)
        return size > 0 ? variance.squareRoot() / size : nil
    }
}
