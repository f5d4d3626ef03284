import SaddleComparisons
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// What one point of a sweep came to: a line of the table for each width, or a single one.
struct SweepRow: Codable, Sendable {
    struct Cell: Codable, Sendable {
        var name, title: String
        var value, error: Double?
        var word: String?

        init(_ name: String, _ title: String, _ value: Double?, _ error: Double? = nil) {
            (self.name, self.title, self.value) = (name, title, value.flatMap { $0.isFinite ? $0 : nil })
            self.error = error.flatMap { $0.isFinite ? $0 : nil }
        }

        init(_ name: String, _ title: String, word: String) { (self.name, self.title, self.word) = (name, title, word) }
    }

    enum Status: String, Codable, Sendable { case done, diverged, failed, missing }

    /// Of all that it depends on.
    var digest: String
    var status = Status.done
    /// Why there are no numbers.
    var failure: String?
    var lines: [[Cell]]
    var seconds: Double
    var warnings: [String]
}

extension SweepRow {
    init(_ summary: StudySummary, digest: String, seconds: Double) {
        let losses = [("train", "training", summary.trainLoss), ("test", "test", summary.testLoss)].compactMap {
            name, title, loss in
            loss.map { (name: name, title: title, loss: $0) }
        }
        let widths = losses.last?.loss.widths ?? []
        let limit = losses.flatMap { name, title, loss -> [Cell] in
            guard let limit = loss.infiniteWidth else { return [] }
            return [Cell("\(name)_loss_limit", "The \(title) loss at infinite width", limit.value, limit.error)]
        }
        func line(_ i: Int) -> [Cell] {
            var cells = [Cell("width", "Width", Double(widths[i].width))]
            for (name, title, loss) in losses {
                let width = loss.widths[i]
                for (suffix, words, number) in [
                    ("", "Mean \(title) loss of networks", width.measuredMean),
                    ("_predicted", "Mean \(title) loss, predicted", width.predictedMean),
                    ("_spread", "Standard deviation of the \(title) loss between networks", width.measuredSpread),
                    ("_spread_predicted", "Standard deviation of the \(title) loss, predicted", width.predictedSpread),
                ] {
                    if let number { cells.append(Cell("\(name)_loss\(suffix)", words, number.value, number.error)) }
                }
            }
            if let accuracy = summary.accuracies.first(where: { $0.width == widths[i].width })?.accuracy {
                cells += [
                    Cell("accuracy", "Mean accuracy of networks", accuracy.measuredMean, accuracy.measuredError),
                    Cell("accuracy_predicted", "Mean accuracy, predicted", accuracy.predictedMean, accuracy.predictedError),
                    Cell("accuracy_limit", "Accuracy at infinite width", accuracy.limit),
                ]
            }
            if let verdict = summary.verdicts.first(where: { $0.width == widths[i].width })?.verdict {
                cells.append(Cell("verdict", "Theory and networks", word: verdict.rawValue))
            }
            return cells
        }
        self.init(
            digest: digest, lines: widths.isEmpty ? [limit] : widths.indices.map { line($0) + limit }, seconds: seconds,
            warnings: summary.warnings)
    }

    /// The single numbers and words of an answer.
    init(_ answer: Answer, digest: String, seconds: Double) {
        var cells: [Cell] = []
        for quantity in answer.quantities where quantity.isScalar {
            if let words = quantity.words {
                cells.append(Cell(quantity.name, quantity.title, word: words[0]))
            } else {
                cells.append(Cell(quantity.name, quantity.title, quantity.values[0], quantity.errors?[0]))
            }
        }
        if let verdict = answer.verdict { cells.append(Cell("verdict", "Theory and measurements", word: verdict.rawValue)) }
        self.init(digest: digest, lines: [cells], seconds: seconds, warnings: answer.warnings)
    }

    /// Of a point that has no result, which is itself one.
    ///
    /// - Parameter widths: of the networks that were to be trained.
    init(_ failure: any Error, widths: [Int], digest: String, seconds: Double) {
        var cause = failure
        if case StudyFailure.failed(_, let inner) = failure { cause = inner }
        self.init(
            digest: digest, status: Self.isDivergence(cause) ? .diverged : .failed, failure: "\(failure)",
            lines: widths.isEmpty ? [[]] : widths.map { [Cell("width", "Width", Double($0))] },
            seconds: seconds, warnings: [])
    }

    /// Of a point that nobody has computed yet.
    init(missing digest: String) {
        self.init(digest: digest, status: .missing, lines: [[]], seconds: 0, warnings: [])
    }

    private static func isDivergence(_ error: any Error) -> Bool {
        switch error {
        case EnsembleError.networksDiverged, MeanFieldError.diverged, LazyError.diverged: true
        default: error is Divergence || error is NotFinite
        }
    }
}
