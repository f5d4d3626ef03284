import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension TwoResourceFit {
    /// What the table allows to be said; raw values are those of results.
    public enum Verdict: String, Sendable {
        /// One law serves, and its exponents are known.
        case determined
        /// Exponents are known, but a few rows alone would make them others.
        case decidedByFewRows = "decided_by_few_rows"
        /// The law bends within the table.
        case bent
        /// The table cannot tell.
        case undecided

        /// As a sentence without a full stop.
        public var title: String {
            switch self {
            case .determined: "The law is determined"
            case .decidedByFewRows: "A few rows would decide"
            case .bent: "The law bends"
            case .undecided: "The table cannot tell"
            }
        }
    }

    /// Exponents must be known to this.
    private static var widest: Double { 0.4 }
    /// Sizes and data must each take so many values, and span this factor.
    private static var fewestValues: Int { 4 }
    private static var leastRange: Double { 8 }
    /// Of the scatter of log D (of log N) that the other does not explain.
    private static var leastFreeScatter: Double { 0.25 }
    /// Of rows that may lie off the law.
    private static var mostOutlying: Double { 0.1 }

    /// What the table allows to be said, and why.
    public var verdict: (Verdict, [String]) {
        if let refusal { return (.undecided, [refusal]) }
        let α = interval(\.sizeExponent), β = interval(\.dataExponent)
        for (name, resource, interval) in [("α", "sizes", α), ("β", "amounts of data", β)] {
            if interval.low <= 0 {
                return (
                    .undecided,
                    [
                        "The interval of \(name), \(text(interval)), holds 0: no fall with the \(resource) is seen. Measure more of them."
                    ]
                )
            }
            if interval.width > Self.widest {
                return (.undecided, ["\(name) is known to \(text(interval)) only. Measure more \(resource), over a wider range."])
            }
        }
        if Double(outliers.count) > Self.mostOutlying * Double(table.rows.count) {
            return (
                .undecided,
                [
                    "\(outliers.count) of \(table.rows.count) rows lie off the law that the others follow: it is not the law of this table."
                ]
            )
        }
        if let bend, bend.probability < ScalingFit.significance {
            let word = bend.resource == .compute ? "a compute of" : bend.resource == .data ? "data of" : "sizes of"
            return (
                .bent,
                [
                    "The misses bend near \(word) \(NumberText.short(bend.place)) (p = \(NumberText.short(bend.probability))): beyond it losses "
                        + "\(bend.slope > 0 ? "fall less" : "fall more") than the law says. Exponents below are averages over both parts."
                ]
            )
        }
        let moved = !α.contains(lawOfAll.sizeExponent) || !β.contains(lawOfAll.dataExponent)
        if moved {
            return (
                .decidedByFewRows,
                [
                    "\(outliers.count) row\(outliers.count == 1 ? " lies" : "s lie") off the law that the others follow (line\(outliers.count == 1 ? "" : "s") "
                        + "\(outliers.map(\.row.line).sorted().map { "\($0)" }.brief(12))). With \(outliers.count == 1 ? "it" : "them") the exponents would be "
                        + "α = \(NumberText.short(lawOfAll.sizeExponent)) and β = \(NumberText.short(lawOfAll.dataExponent)); without, "
                        + "α = \(text(α)) and β = \(text(β))."
                        + (options.keepsOutliers ? " They are in the fit, as asked." : " They are left out below.")
                ]
            )
        }
        return (.determined, ["α = \(text(α)), β = \(text(β)) (95 %)."])
    }

    private var refusal: String? {
        for (name, values) in [("sizes", rows.map(\.size)), ("amounts of data", rows.map(\.data))] {
            let different = Set(values).count, range = values.max()! / values.min()!
            if different < Self.fewestValues {
                return
                    "\(different) \(name): expected \(Self.fewestValues) or more, over a factor of \(Int(Self.leastRange)) or more."
            }
            if range < Self.leastRange {
                return "The \(name) span a factor of \(NumberText.short(range)) only; expected \(Int(Self.leastRange)) or more."
            }
        }
        let u = rows.map { log($0.size) }, v = rows.map { log($0.data) }, n = Double(rows.count)
        let (mu, mv) = (u.reduce(0, +) / n, v.reduce(0, +) / n)
        let uu = u.reduce(0) { $0 + ($1 - mu) * ($1 - mu) }, vv = v.reduce(0) { $0 + ($1 - mv) * ($1 - mv) }
        let uv = zip(u, v).reduce(0) { $0 + ($1.0 - mu) * ($1.1 - mv) }
        let free = (min(uu, vv) * max(1 - uv * uv / (uu * vv), 0) / n).squareRoot()
        if free < Self.leastFreeScatter {
            return
                "Sizes and data lie along one line (D ∝ N^\(NumberText.short(uv / uu))): what one of them does cannot be told from the other. "
                + "Measure some sizes with three times more, and with three times less, data."
        }
        return nil
    }

    private func text(_ interval: Interval) -> String {
        "\(NumberText.short(interval.value)) (\(NumberText.short(interval.low)) to \(NumberText.short(interval.high)))"
    }

    /// Rows that are left out of a fit and predicted by it.
    public struct HeldOut: Sendable {
        /// The group, or "the most compute".
        public let name: String
        /// Rows that were held out.
        public let count: Int
        /// Mean and root mean square of log L − log L̂.
        public let bias, deviation: Double
    }

    /// Each group of the table in turn; without groups, the tenth of rows with most compute.
    public var heldOut: [HeldOut] {
        var parts: [(String, Set<Int>)] = []
        if table.groupName != nil {
            for name in Set(rows.map(\.group)).sorted() {
                parts.append((name, Set(rows.indices.filter { rows[$0].group == name })))
            }
        } else {
            let order = rows.indices.sorted { rows[$0].compute > rows[$1].compute }
            parts.append(("the most compute", Set(order.prefix(max(rows.count / 10, 2)))))
        }
        let fit = HuberFit(rows, floor: options.floor)
        return parts.compactMap { name, part in
            guard rows.count - part.count >= Self.fewest else { return nil }
            let weights = rows.indices.map { part.contains($0) ? 0.0 : 1.0 }
            guard let point = fit.best(weights)?.point else { return nil }
            let misses = fit.misses(point), held = part.map { misses[$0] }, n = Double(held.count)
            return HeldOut(
                name: name, count: held.count, bias: held.reduce(0, +) / n,
                deviation: (held.reduce(0) { $0 + $1 * $1 } / n).squareRoot())
        }
    }
}
