import SaddleReport

extension SpectrumCheck {
    var callout: Page.Block {
        .callout(
            passes ? .good : .bad, title: passes ? "Agree" : "DISAGREE",
            text:
                "the largest of \(rows.count) |z| is \(NumberText.short(worst)); agreement allows \(NumberText.short(threshold)) "
                + "(false alarms: 1 in \(NumberText.count(Int(1 / Self.falseAlarm))) runs).")
    }

    func table(_ caption: String) -> Page.Block {
        .table(
            Table(
                [.text("quantity"), .number("predicted"), .number("measured"), .number("z")],
                rows: rows.map {
                    [
                        $0.quantity, NumberText.short($0.predicted, digits: 5), NumberText.withError($0.measured),
                        NumberText.short($0.score, digits: 2),
                    ]
                }, caption: caption))
    }
}

/// Counts of numbers in bins of equal width, as a density.
struct SpectrumHistogram: Sendable {
    let edges, densities: [Double]

    /// - Parameter weight: what a share of one value counts; the numbers may be some of all.
    init(_ values: [Double], from low: Double, to high: Double, bins: Int, weight: Double) {
        let width = (high - low) / Double(bins)
        var counts = [Double](repeating: 0, count: bins)
        for x in values where x >= low && x <= high { counts[min(Int((x - low) / width), bins - 1)] += 1 }
        edges = (0...bins).map { low + Double($0) * width }
        densities = counts.map { $0 * weight / width }
    }
}
