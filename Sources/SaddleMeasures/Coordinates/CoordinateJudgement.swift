import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Whether slopes of log size against log width are those of a parameterisation.
///
/// Each slope has an interval that misses it with probability 1 − (1 − α)^{1/n}, for n slopes that are judged: all of them together miss with
/// probability α at most, by the bound of Šidák, which is
/// conservative where steps and modules go together. A slope **disagrees** if this interval leaves out what is expected. It **agrees** if it does not, and if its own interval,
/// which alone misses with probability α, leaves out what is ½ away, the smallest difference between exponents of any two named parameterisations.
///
/// Changes of all modules of a network share the size of its error at the start, which differs between seeds. Where that alone makes the interval of a
/// change too wide the module agrees if its slope beside the mean of the modules leaves out what is ½ away, and its own what is 1 away: exponents of
/// named parameterisations differ between modules.
public struct CoordinateJudgement: Sendable {
    /// α
    public static let usualRate = 0.05
    /// What exponents of two parameterisations differ by at least.
    public static let step = 0.5
    /// b of ln size = a + e ln n + b/n that is reckoned with.
    public static let bend = 5.0

    /// The slope of one module at one step, beside what is expected.
    public struct Row: Sendable {
        /// The sizes that the slope is of.
        public let series: CoordinateTable.Series
        /// Nil: not judged.
        public let role: LayerRole?
        /// Of ln size against ln width.
        public let slope: SizeSlope
        /// Ends may be infinite; nil: nothing is expected.
        public let expected: ClosedRange<Double>?
        /// Of the family-wise interval; nil where nothing is expected.
        public fileprivate(set) var halfWidth: Double?
        /// Nil where nothing is expected.
        public fileprivate(set) var verdict: Verdict?
    }

    /// What a parameterisation expects of a module.
    public typealias Expectation =
        @Sendable (_ role: LayerRole, _ kind: CoordinateTable.Kind, _ step: Int?) -> ClosedRange<Double>?

    /// In the order of the table.
    public let rows: [Row]
    /// Disagrees if any slope does; agrees if no network diverged and each judged module has a step that agrees.
    public let verdict: Verdict
    /// α, of all judged slopes together.
    public let falseAlarmRate: Double
    /// Slopes that are judged.
    public var judged: Int { rows.count { $0.expected != nil } }
    /// Modules, with the kind of their sizes, of which no step tells.
    public let undecided: [(module: String, kind: CoordinateTable.Kind)]

    /// Fits a slope to each series and judges those that `expected` has a range for.
    ///
    /// - Parameters:
    ///   - falseAlarmRate: α.
    ///   - bend: b, the largest coefficient of 1/n that is reckoned with.
    ///   - expected: the range of a slope by role, kind and step; nil: not judged.
    public init(
        _ table: CoordinateTable, roles: ModuleRoles, falseAlarmRate: Double = usualRate, bend: Double = bend,
        expecting expected: Expectation
    ) {
        self.falseAlarmRate = falseAlarmRate
        var rows = table.series.map { series in
            let role = roles.roles[series.module] ?? nil
            return Row(
                series: series, role: role, slope: SizeSlope(series.points, bend: bend)!,
                expected: role.flatMap { expected($0, series.kind, series.step) })
        }
        let count = rows.count { $0.expected != nil }
        let single = -expm1(log1p(-falseAlarmRate) / Double(max(count, 1)))
        for i in rows.indices {
            guard let range = rows[i].expected else { continue }
            let half = rows[i].slope.halfWidth(missing: single), slope = rows[i].slope.slope
            let own = rows[i].slope.halfWidth(missing: falseAlarmRate)
            rows[i].halfWidth = half
            rows[i].verdict =
                slope + half < range.lowerBound || slope - half > range.upperBound
                ? .disagrees
                : slope - own > range.lowerBound - Self.step && slope + own < range.upperBound + Self.step ? .agrees : .cannotTell
        }
        for i in rows.indices where rows[i].verdict == .cannotTell {
            if Self.agreesBesideOthers(rows, i, falseAlarmRate, bend: bend) { rows[i].verdict = .agrees }
        }
        self.rows = rows
        var undecided: [(module: String, kind: CoordinateTable.Kind)] = []
        for row in rows where row.verdict != nil {
            let own = rows.filter { $0.series.module == row.series.module && $0.series.kind == row.series.kind }
            if !own.contains(where: { $0.verdict == .agrees || $0.verdict == .disagrees }),
                !undecided.contains(where: { $0.module == row.series.module && $0.kind == row.series.kind })
            {
                undecided.append((row.series.module, row.series.kind))
            }
        }
        self.undecided = undecided
        verdict =
            rows.contains { $0.verdict == .disagrees }
            ? .disagrees : count > 0 && undecided.isEmpty && table.diverged == 0 ? .agrees : .cannotTell
    }

    /// Whether the change of a module is told by that of the others in the same networks.
    private static func agreesBesideOthers(_ rows: [Row], _ place: Int, _ rate: Double, bend: Double) -> Bool {
        func exponent(_ row: Row) -> Double? {
            row.expected.flatMap { $0.lowerBound == $0.upperBound ? $0.lowerBound : nil }
        }
        let row = rows[place]
        guard row.series.kind == .updates, let own = exponent(row) else { return false }
        let peers = rows.filter { $0.series.kind == .updates && $0.series.step == row.series.step && exponent($0) != nil }
        let logarithms = peers.compactMap { peer in
            peer.series.networks.map { Dictionary(uniqueKeysWithValues: zip($0, peer.series.points.map { log($0.value) })) }
        }
        guard peers.count > 1, logarithms.count == peers.count else { return false }
        let count = Double(peers.count), mean = peers.reduce(0) { $0 + exponent($1)! } / count
        let points = zip(row.series.networks!, row.series.points).compactMap { network, point -> (size: Double, value: Double)? in
            let all = logarithms.compactMap { $0[network] }
            guard all.count == peers.count else { return nil }
            return (point.size, exp(log(point.value) - all.reduce(0, +) / count))
        }
        guard let beside = SizeSlope(points, bend: bend) else { return false }
        func isTold(_ slope: SizeSlope, _ exponent: Double, to distance: Double) -> Bool {
            abs(slope.slope - exponent) + slope.halfWidth(missing: rate) < distance
        }
        return isTold(beside, own - mean, to: step) && isTold(row.slope, own, to: 2 * step)
    }

    /// Slopes that disagree, the worst first.
    public var failures: [Row] {
        func excess(_ row: Row) -> Double {
            let range = row.expected!
            return max(range.lowerBound - row.slope.slope, row.slope.slope - range.upperBound) / max(row.halfWidth!, 1e-300)
        }
        return rows.filter { $0.verdict == .disagrees }.sorted { excess($0) > excess($1) }
    }
}
