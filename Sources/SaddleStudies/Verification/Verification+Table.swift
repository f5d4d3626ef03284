import SaddleReport

extension Verification.Result {
    /// The head of a Markdown table whose lines are `tableRow`.
    public static var tableHeader: String {
        "| case | numbers | means, largest \\|z\\| | variance ratio | variances, largest \\|z\\| | allowed | seconds | |\n"
            + "|---|---|---|---|---|---|---|---|"
    }

    public var tableRow: String {
        let cells = [
            name, "\(count)", NumberText.fixed(largestMeanScore, decimals: 2), NumberText.fixed(varianceRatio, decimals: 3),
            NumberText.fixed(largestVarianceScore, decimals: 2), NumberText.fixed(threshold, decimals: 2),
            NumberText.fixed(seconds, decimals: 1),
            passes ? "pass" : "FAIL",
        ]
        return "| " + cells.joined(separator: " | ") + " |"
    }
}
