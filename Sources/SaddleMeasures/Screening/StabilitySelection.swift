import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Which features a penalised regression selects again and again on halves of the samples.
///
/// On each half the first q features that enter the path are selected; stable are those selected in a share π or more of the halves. The expected
/// number of features selected by chance is at most
///
///     E[V] ≤ q²/((2π − 1)D)
///
/// if features without a part in the target enter in exchangeable order and not less often than by guessing (Meinshausen and
/// Bühlmann 2010, theorem 1); q is the largest that keeps this bound. Halves come in complementary pairs (Shah and Samworth 2013), with the
/// classes in their shares. More than two classes: each against all others, and a feature's share is the largest of them; the bound is per class.
public struct StabilitySelection: Sendable {
    /// The regression, the halves and the bound.
    public struct Settings: Sendable {
        /// Of the regression: squared or Huber's for numbers, logistic or squared for classes.
        public var loss = PenalisedRegression.Loss.squared
        /// On the coefficients of the regression.
        public var penalty = Penalty.lasso
        /// Pairs of halves.
        public var pairs = 25
        /// π
        public var threshold = 0.75
        /// The bound on E[V].
        public var falseSelections = 1.0
        /// Seed of the halves.
        public var seed = 1

        /// The lasso of squares, 25 pairs of halves, π = 0.75 and a bound of one false selection.
        public init() {}
    }

    /// Of each feature.
    public let shares: [Double]
    /// The class for which the share is largest; nil for numbers and two classes.
    public let classes: [Int]?
    /// q
    public let selected: Int
    /// q²/((2π − 1)D)
    public let bound: Double
    /// Regression, number of halves and threshold that were asked for.
    public let settings: Settings
    /// Features that vary.
    public let candidates: Int

    /// Features with a share of π or more, by their columns.
    public var stable: [Int] { shares.indices.filter { shares[$0] >= settings.threshold } }

    /// Selects on both halves of each pair.
    ///
    /// - Throws: ``ScreenError`` where target and loss do not fit, or nothing varies; `CancellationError`.
    public init(
        _ points: Matrix, _ target: ScreenTarget, _ settings: Settings, progress: @escaping ProgressHandler = { _, _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        precondition(settings.threshold > 0.5 && settings.threshold <= 1, "threshold \(settings.threshold)")
        precondition(points.rows == target.count && settings.pairs >= 1, "\(target.count) targets of \(points.rows) samples")
        let n = points.rows
        candidates = (0..<points.columns).count { j in
            (1..<n).contains { points[$0, j] != points[0, j] }
        }
        if candidates == 0 { throw ScreenError.allConstant }
        let factor = (2 * settings.threshold - 1) * Double(candidates)
        selected = min(max(1, Int((settings.falseSelections * factor).squareRoot())), candidates)
        bound = Double(selected * selected) / factor
        let (responses, asked, groups) = try Self.responses(target, settings.loss)
        var options = PenalisedRegression.Settings()
        (options.loss, options.penalty, options.enough) = (settings.loss, settings.penalty, selected)
        (options.tolerance, options.ratio, options.count) = (1e-3, 0.005, 50)
        let (done, total, keep, fixed) = (Counter(), 2 * settings.pairs, selected, options)
        let entered = try Threads.map(total) { (index: Int) throws -> [[Int]] in
            if shouldStop() { throw CancellationError() }
            defer { progress(Double(done.increment()), Double(total)) }
            let rows = Self.half(groups, pair: index / 2, isSecond: index % 2 == 1, seed: settings.seed)
            let columns = PenalisedRegression.Columns(points, rows: rows)
            return responses.map { y in Array(PenalisedRegression(columns, rows.map { y[$0] }, fixed).entered.prefix(keep)) }
        }
        let counts = responses.indices.map { c in
            var count = [Double](repeating: 0, count: points.columns)
            for half in entered { for j in half[c] { count[j] += 1 / Double(total) } }
            return count
        }
        let best = (0..<points.columns).map { j in counts.indices.max { counts[$0][j] < counts[$1][j] }! }
        shares = best.enumerated().map { counts[$1][$0] }
        classes = responses.count > 1 ? best.map { asked[$0] } : nil
        self.settings = settings
    }

    /// Targets of the regressions, and groups of samples of which every half gets half.
    private static func responses(_ target: ScreenTarget, _ loss: PenalisedRegression.Loss) throws(ScreenError) -> (
        targets: [[Double]], classes: [Int], groups: [[Int]]
    ) {
        switch target {
        case .numbers(let numbers):
            if loss == .logistic { throw .logisticOfNumbers }
            if numbers.count < 4 { throw .fewSamples(count: numbers.count, needed: 4) }
            return ([numbers], [], [Array(numbers.indices)])
        case .classes(let classes):
            if loss == .huber { throw .robustOfClasses }
            let groups = (0...classes.max()!).map { c in classes.indices.filter { classes[$0] == c } }
            if groups.count(where: { !$0.isEmpty }) < 2 { throw .oneClass }
            if let c = groups.firstIndex(where: { $0.count == 1 }) { throw .smallClass(index: c, members: 1, needed: 2) }
            let present = groups.indices.filter { !groups[$0].isEmpty }
            let asked = present.count == 2 ? [present[1]] : present
            return (asked.map { c in classes.map { $0 == c ? 1 : 0 } }, asked, groups.filter { !$0.isEmpty })
        }
    }

    private static func half(_ groups: [[Int]], pair: Int, isSecond: Bool, seed: Int) -> [Int] {
        groups.enumerated().flatMap { g, members in
            var stream = RandomStream(seed: seed, .subsamples, pair, g)
            let order = stream.permutation(members.count), middle = members.count / 2
            return (isSecond ? order[middle..<2 * middle] : order[..<middle]).map { members[$0] }
        }
    }
}
