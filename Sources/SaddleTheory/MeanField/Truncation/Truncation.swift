import SaddleModels
import SaddleNumerics

/// Truncation errors of a prediction, from what was solved again at a smaller tolerance.
///
/// A difference between two tolerances changes its sign somewhere, and there says nothing about the error. The numbers of one
/// observable at one time share their error: each has at least the root mean square of all of them (of a single number, of
/// those at the times beside it).
///
/// Between tolerances a factor of ten apart errors were seen to fall by 3 (as √tolerance) to 10 times. At the slowest, the difference
/// holds 1 − 1/√10 of the error; all are divided by that.
struct Truncation {
    private static let share = 1 - 0.1.squareRoot()

    private let progress: MeanFieldProgress
    private let layout: ObservableLayout

    init(_ progress: MeanFieldProgress, _ layout: ObservableLayout) {
        self.progress = progress
        self.layout = layout
    }

    /// Of the infinite-width values: how a solution changes; of a loss, how that of the mean outputs does.
    func ofMeans(_ losses: LimitLosses) -> [Double] {
        guard progress.changes.count > 0 else { return unknown }
        var change = progress.changes.mean
        let outputs = losses.outputs(progress.solutions.mean)
        let changed = zip(outputs, losses.outputs(change)).map { $0 + $1 }
        let difference = zip(losses.losses(ofOutputs: changed), losses.losses(ofOutputs: outputs)).map { $0 - $1 }
        for (place, value) in zip(losses.places, difference) { change[place] = value }
        return shared(change)
    }

    /// Of N·variance V: V times the relative change of (q₁ − q₂)², root mean square over the group.
    func ofVariances(_ variances: [Double], sites: Double) -> [Double] {
        guard progress.squares.count > 0 else { return unknown }
        let changes = squareSums(progress.squareChanges), squares = squareSums(progress.squares)
        var result = variances
        for group in groups {
            let (change, square) = (sum(changes, group.neighbours), sum(squares, group.neighbours))
            for i in group.own {
                // Numbers without a spread at the larger tolerance have the change itself.
                result[i] =
                    (square > 0 ? variances[i] * (change / square).squareRoot() : sites / 4 * change.squareRoot()) / Self.share
            }
        }
        return result
    }

    /// Of N·bias: how the shift changes.
    func ofBiases(sites: Double) -> [Double] {
        guard progress.shiftChanges.count > 0 else { return unknown }
        return shared(progress.shiftChanges.mean.map { sites * $0 })
    }

    private var unknown: [Double] { [Double](repeating: .infinity, count: layout.count) }

    private func shared(_ change: [Double]) -> [Double] {
        var result = change
        let squares = change.map { $0 * $0 }
        for group in groups {
            let mean = sum(squares, group.neighbours) / Double(group.neighbours.count)
            for i in group.own { result[i] = max(abs(change[i]), mean.squareRoot()) / Self.share }
        }
        return result
    }

    /// Numbers that share an error: those of one observable and time; of a single one, the times beside it.
    private var groups: [(own: Range<Int>, neighbours: Range<Int>)] {
        layout.entries.flatMap { entry in
            (0..<entry.shape[0]).map { time in
                let first = entry.range.lowerBound + time * entry.stride
                let own = first..<first + entry.stride
                return (own, entry.stride > 1 ? own : (first - 1..<first + 2).clamped(to: entry.range))
            }
        }
    }

    /// The same for a curve of single numbers in time.
    static func shared(curve change: [Double]) -> [Double] {
        change.indices.map { i in
            let neighbours = (i - 1..<i + 2).clamped(to: 0..<change.count)
            let mean = neighbours.reduce(0) { $0 + change[$1] * change[$1] } / Double(neighbours.count)
            return max(abs(change[i]), mean.squareRoot()) / share
        }
    }

    private func sum(_ values: [Double], _ range: Range<Int>) -> Double { range.reduce(0) { $0 + values[$1] } }

    private func squareSums(_ moments: StreamingMoments) -> [Double] {
        zip(moments.mean, moments.secondSum).map { Double(moments.count) * $0 * $0 + $1 }
    }
}
