import SaddleReport

/// What a width can see.
extension WidthNumbers {
    /// Whether some mean is known well enough for a wrong prediction to be noticed.
    var isTested: Bool { groups.contains { $0.statistic == .mean && $0.isTested } }

    /// What this width does not test.
    var remarks: [String] {
        guard comparer.hasCorrections else { return [] }
        var remarks: [String] = []
        let variances = groups.filter { $0.statistic == .variance && $0.isOutput }
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
