import SaddleComparisons
import SaddleNetworks
import SaddleReport

extension SimulateCoordinates {
    /// Slopes, and sizes against widths or depths.
    ///
    /// - Parameter axis: the name of what sizes are measured against.
    static func record(_ check: CoordinateCheck, _ axis: String, _ title: String, _ label: String, to answer: inout Answer) {
        let rows = check.rows
        answer.check = CheckSummary(check.check)
        answer.add("coordinate", words: rows.map(\.coordinate.text), "Size")
        answer.add("slope", rows.map(\.fit.exponent), along: ["coordinate"], "Slope of log size against log \(axis)", "slope")
        answer.add(
            "slope_expected", rows.map { $0.expected ?? .nan }, along: ["coordinate"], "The slope that theory expects",
            "expected", isPartial: true)
        answer.add(axis, check.sizes, title, label)
        for row in rows {
            answer.add(
                row.coordinate.key, row.sizes, along: [axis], "Root mean square of \(row.coordinate.text)", "root mean square")
            answer.add(
                "\(row.coordinate.key)_fit", check.sizes.map { row.fit(Double($0)) }, along: [axis], "Its fitted power law",
                "root mean square")
        }
    }

    static func panel(_ title: String, _ chosen: [Coordinate]) -> View.Panel {
        .init(
            title, x: .init(nil, .logarithmic), y: .init(nil, .logarithmic),
            chosen.enumerated().flatMap { k, coordinate -> [View.Mark] in
                [
                    .points(coordinate.key, .series(k), label: coordinate.text),
                    .line("\(coordinate.key)_fit", .series(k), label: coordinate.text),
                ]
            })
    }
}
