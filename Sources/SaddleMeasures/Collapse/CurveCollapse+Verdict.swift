import SaddleNumerics

extension CurveCollapse {
    /// What the curves allow to be said, and why.
    public var verdict: (Verdict, [String]) {
        let largest = between.max() ?? 0
        guard sizes.count >= 2 else {
            return (.undecided, ["The curves are of one size; expected two or more, each with two or more seeds."])
        }
        guard let probability, let ratio else {
            return (
                .undecided,
                [
                    "So drawn, curves of \(sizes.count) sizes differ by \(NumberText.percent(largest)) at most. Whether that is noise cannot be told without seeds: "
                        + "expected two or more runs of every size, better three."
                ]
            )
        }
        if Self.arrangements(sizes.map { size in runs.count { $0.size == size } }) < 2 / Self.significance {
            return (
                .undecided,
                [
                    "So few runs can be told apart in too few ways (\(runs.count) runs of \(sizes.count) sizes): expected three or more seeds of every size.",
                    "The spread between sizes is \(NumberText.short(ratio.value)) times that of seeds.",
                ]
            )
        }
        let leaving = departures.filter { $0.start != nil }.sorted { abs($0.score) > abs($1.score) }
        if probability < Self.significance {
            let places = leaving.prefix(4).map {
                "\(NumberText.short($0.size)) from \(NumberText.percent($0.start!)) of training on, by \(NumberText.percent(abs($0.deviation))) "
                    + "\($0.deviation > 0 ? "above" : "below") the others at \(NumberText.percent($0.worst))"
            }
            return (
                .noCollapse,
                [
                    "Sizes differ by more than their seeds do (p = \(NumberText.short(probability)))"
                        + (places.isEmpty
                            ? ", all along the curves rather than at one place." : ": \(places.joined(separator: "; ")).")
                ]
            )
        }
        let spread =
            "The spread between sizes is \(NumberText.short(ratio.value)) (\(NumberText.short(ratio.low)) to \(NumberText.short(ratio.high))) "
            + "times that of seeds' losses above the floor."
        let chosen =
            floorIsGiven
            ? []
            : [
                "The floor \(NumberText.short(floor)) is where the sizes differ least, which can hide differences: give it if it is known."
            ]
        if ratio.high < 1 {
            return (.supercollapse, [spread + " No size leaves the others (p = \(NumberText.short(probability)))."] + chosen)
        }
        return (
            .collapse,
            ["No size leaves the others beyond the noise of seeds (p = \(NumberText.short(probability))).", spread] + chosen
        )
    }

    /// In how many ways labels of runs can be told apart, up to the order of equally many.
    static func arrangements(_ counts: [Int]) -> Double {
        func factorial(_ n: Int) -> Double { (1...max(n, 1)).reduce(1.0) { $0 * Double($1) } }
        let all = counts.reduce(factorial(counts.reduce(0, +))) { $0 / factorial($1) }
        return Dictionary(grouping: counts, by: \.self).values.map(\.count).sorted().reduce(all) { $0 / factorial($1) }
    }
}
