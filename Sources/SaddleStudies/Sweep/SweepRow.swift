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

    enum Status: String, Codable, Sendable {
        case done, diverged, failed
        /// Networks have a result, theory has none.
        case theoryDiverged = "theory diverged"
        /// Nobody has computed it yet.
        case missing
    }

    struct Line: Codable, Sendable {
        var cells: [Cell]
        var status = Status.done
    }

    /// Of all that it depends on.
    var digest: String
    /// Why there are no numbers at all.
    var failure: String?
    var lines: [Line]
    var seconds: Double
    var warnings: [String]

    var hasResult: Bool { lines.contains { $0.status == .done || $0.status == .theoryDiverged } }
    /// Of a point with a single line, or of which all came to the same.
    var status: Status { lines.first { $0.status == .done }?.status ?? lines[0].status }
}

extension SweepRow {
    /// - Parameter goal: what was asked for.
    init(_ summary: StudySummary, goal: StudyRunner.Goal, digest: String, seconds: Double) {
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
        let diverged = summary.diverged ?? [:]
        func status(_ width: Int?) -> Status {
            if let width, diverged["ensemble_\(width)"] != nil { return .diverged }
            if diverged["theory"] == nil { return .done }
            return goal == .prediction || width == nil ? .diverged : .theoryDiverged
        }
        let lines =
            widths.isEmpty
            ? [Line(cells: limit, status: status(nil))]
            : widths.indices.map { Line(cells: line($0) + limit, status: status(widths[$0].width)) }
        self.init(
            digest: digest, lines: lines, seconds: seconds,
            warnings: summary.warnings + diverged.sorted { $0.key < $1.key }.map(\.value))
        if !hasResult { failure = diverged.min { $0.key < $1.key }?.value }
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
        self.init(digest: digest, lines: [Line(cells: cells)], seconds: seconds, warnings: answer.warnings)
    }

    /// Of a point that has no result, which is itself one.
    ///
    /// - Parameter widths: of the networks that were to be trained.
    init(_ failure: StudyFailure, widths: [Int], digest: String, seconds: Double) {
        let status: Status = failure.isDivergence ? .diverged : .failed
        self.init(
            digest: digest, failure: "\(failure)",
            lines: widths.isEmpty
                ? [Line(cells: [], status: status)]
                : widths.map { Line(cells: [Cell("width", "Width", Double($0))], status: status) },
            seconds: seconds, warnings: [])
    }

    /// Of a point that nobody has computed yet.
    init(missing digest: String) {
        self.init(digest: digest, lines: [Line(cells: [], status: .missing)], seconds: 0, warnings: [])
    }
}
