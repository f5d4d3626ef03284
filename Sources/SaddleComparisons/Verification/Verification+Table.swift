import SaddleModels
import SaddleNumerics

extension Verification.Result {
    /// The head of a Markdown table whose lines are `tableRow`.
    public static var tableHeader: String {
        "| case | numbers | largest \\|z\\| | allowed | pooled \\|z\\| | allowed | outputs, size | outputs, variance | seconds | verdict |\n"
            + "|---|---|---|---|---|---|---|---|---|---|"
    }

    /// One line of the table, with the largest |z|, pooled outputs at the largest width, seconds and the verdict.
    public var tableRow: String {
        let widest = comparison.widths.last
        func fixed(_ x: Double?, _ decimals: Int) -> String { x.map { NumberText.fixed($0, decimals: decimals) } ?? "–" }
        func pooled(_ statistic: PooledComparison.Statistic) -> String {
            let number = comparison.pooled.first { $0.quantity.observable == .output(.train) && $0.statistic == statistic }
            return fixed(number?.values.first { $0.width == widest?.width }?.value, 3)
        }
        let largest = comparison.widths.map(\.largestScore).max()
        let sums = comparison.pooled.flatMap { $0.values.compactMap(\.score) }.map(abs)
        // The widest decides; that narrower ones are beyond 1/N is said.
        let narrow = comparison.widths.dropLast().filter { $0.verdict == .outsideRegime }.map { "\($0.width)" }
        let remark = verdict == .agrees && !narrow.isEmpty ? ", beyond 1/N at \(narrow.joined(separator: ", "))" : ""
        let cells = [
            name, "\(comparison.numbers)", fixed(largest, 2), fixed(comparison.threshold, 2), fixed(sums.max(), 2),
            fixed(comparison.pooledThreshold, 2), pooled(.size), pooled(.variance), fixed(seconds, 1),
            verdict.rawValue + remark,
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }
}
