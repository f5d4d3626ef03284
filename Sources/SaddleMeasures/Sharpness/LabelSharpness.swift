import SaddleModels
import SaddleNumerics

/// How steeply labels change between samples: K_F = max |y − y′|/|x − x′| over pairs of samples with unequal labels.
///
/// Of classes |y − y′| is 1, so that K_F is one over the smallest distance between two of them; of targets it is the Euclidean distance. Source: Konz and
/// Mazurowski 2024 (label sharpness), by its definition; the public code takes pairs of equal labels where there are several classes.
///
/// All pairs are seen, by blocks of matrix products; the pair that counts is evaluated from differences.
public struct LabelSharpness: Sendable {
    /// K_F; infinite where equal samples have unequal labels.
    public let value: Double
    /// The pair that it comes from, and its distance.
    public let pair: (first: Int, second: Int)
    /// Between the two samples of `pair`.
    public let distance: Double
    /// The same for every pair of classes: one over the smallest distance; empty without classes, NaN on the diagonal.
    public let ofClasses: Matrix?
    /// Pairs with unequal labels.
    public let pairs: Int

    /// - Parameter points: one a row.
    /// - Throws: ``UnlabelledError``; `CancellationError`.
    public init(
        _ points: Matrix, _ labels: SampleLabels, progress: ProgressHandler? = nil,
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        let cloud = PointCloud(points), blocks = cloud.blocks, n = points.rows
        let gaps = try LabelGaps(labels, n)
        // The best pair of each block for every pair of classes; all targets are one class.
        let classes = gaps.count
        let found = try Threads.map(blocks.count) { b throws in
            if shouldStop() { throw CancellationError() }
            var best = [Best](repeating: Best(), count: classes * classes), pairs = 0
            let block = blocks[b], squares = cloud.squares(of: block)
            for (column, i) in block.enumerated() {
                for j in (i + 1)..<max(n, i + 1) {
                    let gap = gaps.square(i, j)
                    if gap == 0 { continue }
                    pairs += 1
                    let place = gaps.place(i, j)
                    // Rounding may hide the best pair: all that it allows are evaluated.
                    let square = squares.elements[column * n + j]
                    if gap >= best[place].square * (square - cloud.rounding) {
                        best[place].offer(gap, i, j, distance: cloud.distance(i, j))
                    }
                }
            }
            progress?(Double(b + 1), Double(blocks.count))
            return (best, pairs)
        }
        var best = [Best](repeating: Best(), count: classes * classes)
        for (part, _) in found { for k in best.indices where part[k].square > best[k].square { best[k] = part[k] } }
        pairs = found.reduce(0) { $0 + $1.1 }
        guard let top = best.max(by: { $0.square < $1.square }), pairs > 0 else { throw UnlabelledError.oneLabel }
        (value, pair, distance) = (top.square.squareRoot(), (top.first, top.second), top.distance)
        ofClasses =
            gaps.hasClasses
            ? Matrix(rows: classes, columns: classes) { a, b in
                a == b ? .nan : best[min(a, b) * classes + max(a, b)].square.squareRoot()
            } : nil
    }

    private struct Best {
        /// |y − y′|²/|x − x′|²
        var square = 0.0
        var (first, second) = (0, 0)
        var distance = 0.0

        mutating func offer(_ gap: Double, _ i: Int, _ j: Int, distance: Double) {
            let ratio = distance > 0 ? gap / (distance * distance) : .infinity
            if ratio > square { (square, first, second, self.distance) = (ratio, i, j, distance) }
        }
    }
}

/// Squared differences of labels.
private struct LabelGaps {
    private let classes: [Int]
    private let targets: [[Double]]
    /// Classes; 1 for targets.
    let count: Int
    var hasClasses: Bool { targets.isEmpty }

    init(_ labels: SampleLabels, _ n: Int) throws(UnlabelledError) {
        switch labels {
        case .none: throw .noLabels
        case .classes(let classes, let names): (self.classes, targets, count) = (classes, [], names.count)
        case .targets(let y):
            (classes, count) = ([], 1)
            targets = (0..<n).map { row in (0..<y.columns).map { y[row, $0] } }
        }
    }

    @inline(__always) func square(_ i: Int, _ j: Int) -> Double {
        if hasClasses { return classes[i] == classes[j] ? 0 : 1 }
        return zip(targets[i], targets[j]).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }

    @inline(__always) func place(_ i: Int, _ j: Int) -> Int {
        hasClasses ? min(classes[i], classes[j]) * count + max(classes[i], classes[j]) : 0
    }
}

/// What needs labels has none that differ.
public enum UnlabelledError: Error, Equatable, CustomStringConvertible {
    /// Neither classes nor targets are given.
    case noLabels
    /// No two labels differ.
    case oneLabel

    public var description: String {
        switch self {
        case .noLabels: "the samples have no labels; expected classes or targets"
        case .oneLabel: "all samples have the same label; expected two or more that differ"
        }
    }
}

extension LabelSharpness {
    /// The mean of K_F over random subsets, with its standard error: a largest value grows with the number of samples, so that sets are compared at one.
    ///
    /// - Throws: ``UnlabelledError``, also where a subset happens to have one label alone.
    public static func sampled(
        _ points: Matrix, _ labels: SampleLabels, size: Int, draws: Int, seed: Int, progress: ProgressHandler? = nil,
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> Estimate {
        precondition((2...points.rows).contains(size) && draws >= 1, "\(draws) subsets of \(size) of \(points.rows)")
        let values = try (0..<draws).map { draw in
            var stream = RandomStream(seed: seed, .dataSplit, 2, draw)
            let rows = Array(stream.permutation(points.rows).prefix(size))
            defer { progress?(Double(draw + 1), Double(draws)) }
            return try LabelSharpness(points.selectingRows(rows), labels.selecting(rows), shouldStop: shouldStop).value
        }
        if values.contains(.infinity) { return Estimate(mean: .infinity, standardError: 0, count: draws) }
        return Estimate(values)
    }
}
