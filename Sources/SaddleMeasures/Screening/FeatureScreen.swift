import SaddleNumerics

/// How much each feature knows of a target: mutual information by neighbours, with p-values by relabelling and control of false discoveries.
///
/// p = (1 + relabellings with at least as much information)/(1 + relabellings): valid at every size, since under independence all
/// orders of the labels are alike. The same relabellings are used for all features. Adjusted by Benjamini and Hochberg.
public struct FeatureScreen: Sendable {
    /// What one feature knows of the target.
    public struct Feature: Sendable {
        /// In nats; below zero by chance where there is none.
        public var information: Double
        /// Probability of as much information by chance, at least 1/(1 + relabellings).
        public var p: Double
        /// The least rate of false discoveries at which it is one.
        public var adjusted: Double
        /// Mean over relabellings: what the estimator makes of nothing.
        public var nullMean: Double
        /// |correlation| with a number, √(variance between classes over all) with a class.
        public var linear: Double
        /// Whether all samples have the same value: then nothing is known, and p is 1.
        public var isConstant: Bool
        /// Share of samples whose value another one has too.
        public var tiedShare: Double
    }

    /// In the order of the columns.
    public let features: [Feature]
    /// Relabellings behind each p-value.
    public let relabellings: Int
    /// k of the estimator of mutual information.
    public let neighbours: Int

    /// Features that are not tested.
    public var constantCount: Int { features.count { $0.isConstant } }
    /// Places of the features with an adjusted p of `rate` at most; constant ones are none.
    public func discoveries(rate: Double) -> [Int] {
        features.indices.filter { !features[$0].isConstant && features[$0].adjusted <= rate }
    }
    /// So many features must have the least p-value that is possible before any is discovered.
    public func resolution(rate: Double) -> Double {
        Double(features.count - constantCount) / (rate * Double(relabellings + 1))
    }

    /// - Parameter points: n × D.
    /// - Throws: ``ScreenError``, or an interruption.
    public init(
        _ points: Matrix, _ target: ScreenTarget, neighbours k: Int, relabellings: Int, seed: Int,
        progress: @escaping ProgressHandler = { _, _ in }, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        precondition(points.rows == target.count, "\(target.count) targets of \(points.rows) samples")
        try target.check(neighbours: k)
        let n = points.rows
        let orders = (0..<relabellings).map { draw in
            var stream = RandomStream(seed: seed, .relabelling, draw)
            return stream.permutation(n)
        }
        let goal: NeighbourInformation? =
            if case .numbers(let numbers) = target { .init(numbers, seed: seed, index: 0) } else { nil }
        let relabelled: [[Int]] = if case .classes(let classes) = target { orders.map { $0.map { classes[$0] } } } else { orders }
        let done = Counter()
        var found = try Threads.map(points.columns) { (j: Int) throws -> Feature in
            if shouldStop() { throw CancellationError() }
            defer { progress(Double(done.increment()), Double(points.columns)) }
            let values = Array(points.elements[j * n..<(j + 1) * n])
            let feature = NeighbourInformation(values, seed: seed, index: j + 1)
            func information(_ draw: Int?) -> Double {
                if let goal { return feature.information(with: goal, permutation: draw.map { relabelled[$0] }, neighbours: k) }
                guard case .classes(let classes) = target else { return 0 }
                return feature.information(classes: draw.map { relabelled[$0] } ?? classes, neighbours: k)
            }
            if feature.isConstant {
                return Feature(
                    information: 0, p: 1, adjusted: 1, nullMean: 0, linear: 0, isConstant: true, tiedShare: feature.tiedShare)
            }
            let own = information(nil), others = (0..<relabellings).map { information($0) }
            return Feature(
                information: own, p: Double(1 + others.count { $0 >= own }) / Double(1 + relabellings), adjusted: 1,
                nullMean: others.reduce(0, +) / Double(max(relabellings, 1)), linear: target.linear(values), isConstant: false,
                tiedShare: feature.tiedShare)
        }
        let tested = found.indices.filter { !found[$0].isConstant }
        if tested.isEmpty { throw ScreenError.allConstant }
        for (place, q) in FalseDiscovery.adjusted(tested.map { found[$0].p }).enumerated() { found[tested[place]].adjusted = q }
        (features, self.relabellings, neighbours) = (found, relabellings, k)
    }
}

extension ScreenTarget {
    func check(neighbours k: Int) throws(ScreenError) {
        switch self {
        case .classes(let classes):
            let sizes = (0...(classes.max() ?? 0)).map { c in classes.count { $0 == c } }
            if sizes.count(where: { $0 > 0 }) < 2 { throw .oneClass }
            if let c = sizes.firstIndex(where: { $0 > 0 && $0 <= k }) {
                throw .smallClass(index: c, members: sizes[c], needed: k + 1)
            }
        case .numbers(let numbers):
            if numbers.count <= k + 1 { throw .fewSamples(count: numbers.count, needed: k + 2) }
            if numbers.allSatisfy({ $0 == numbers[0] }) { throw .constantTarget }
        }
    }

    /// |correlation|, or the correlation ratio.
    func linear(_ x: [Double]) -> Double {
        let n = Double(x.count), mean = x.reduce(0, +) / n, whole = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        guard whole > 0 else { return 0 }
        switch self {
        case .numbers(let y):
            let other = y.reduce(0, +) / n, spread = y.reduce(0) { $0 + ($1 - other) * ($1 - other) }
            let joint = zip(x, y).reduce(0) { $0 + ($1.0 - mean) * ($1.1 - other) }
            return spread > 0 ? abs(joint) / (whole * spread).squareRoot() : 0
        case .classes(let classes):
            var (sums, sizes) = (
                [Double](repeating: 0, count: classes.max()! + 1), [Double](repeating: 0, count: classes.max()! + 1)
            )
            for (value, c) in zip(x, classes) {
                sums[c] += value - mean
                sizes[c] += 1
            }
            return (zip(sums, sizes).reduce(0) { $0 + ($1.1 > 0 ? $1.0 * $1.0 / $1.1 : 0) } / whole).squareRoot()
        }
    }
}
