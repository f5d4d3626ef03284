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
///
/// Where outputs change by a third, the two solutions have parted, and that they meet again, or settle at the same place, says
/// nothing about others: from there on errors do not fall.
struct Truncation {
    private static let share = 1 - 0.1.squareRoot()
    private static let parting = 0.3

    private let progress: MeanFieldProgress
    private let layout: ObservableLayout
    /// The recorded time at which the two solutions part; nil if they stay together.
    private let parted: Int?

    init(_ progress: MeanFieldProgress, _ layout: ObservableLayout) {
        self.progress = progress
        self.layout = layout
        let (mean, change) = (progress.solutions.mean, progress.changes.mean)
        parted = layout.entries.filter(\.observable.isOutput).compactMap { entry -> Int? in
            let size = Self.rootMeanSquare(mean, entry.range)
            return (0..<entry.shape[0]).first { Self.rootMeanSquare(change, entry.range(at: $0)) > Self.parting * size }
        }.min()
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
        let changes = rootSquareSums(progress.squareChanges), squares = rootSquareSums(progress.squares)
        var result = variances
        for entry in layout.entries {
            let relative = carried(
                (0..<entry.shape[0]).map { time in
                    let group = entry.neighbours(of: time)
                    let (change, square) = (Self.rootMeanSquare(changes, group), Self.rootMeanSquare(squares, group))
                    return square > 0 ? change / square : change > 0 ? .infinity : 0
                })
            for time in relative.indices {
                for i in entry.range(at: time) { result[i] = variances[i] > 0 ? variances[i] * relative[time] / Self.share : 0 }
            }
        }
        return result
    }

    /// Of N·bias: how the shift changes.
    func ofBiases(sites: Double) -> [Double] {
        guard progress.shiftChanges.count > 0 else { return unknown }
        return shared(progress.shiftChanges.mean.map { sites * $0 })
    }

    /// Of kernels between two times, as they change: numbers of one pair of times share their error.
    func ofTwoTimeKernels(times: Int, block: Int) -> [Double] {
        guard progress.twoTimeChanges.count > 0 else { return progress.twoTime.mean.map { _ in .infinity } }
        var result = progress.twoTimeChanges.mean
        let change = result
        for layer in stride(from: 0, to: result.count, by: times * times * block) {
            var common = Matrix(rows: times, columns: times)
            for (t, s) in (0..<times).flatMap({ t in (0..<times).map { (t, $0) } }) {
                let first = layer + (t * times + s) * block
                common[t, s] = Self.rootMeanSquare(change, first..<first + block)
                for (a, b) in [(t - 1, s), (t, s - 1)] where min(a, b) >= 0 && max(a, b) >= parted ?? times {
                    common[t, s] = max(common[t, s], common[a, b])
                }
                for i in first..<first + block { result[i] = max(abs(change[i]), common[t, s]) / Self.share }
            }
        }
        return result
    }

    /// Of a curve of single numbers in time.
    static func shared(curve change: [Double]) -> [Double] {
        change.indices.map { i in
            let neighbours = (i - 1..<i + 2).clamped(to: 0..<change.count)
            return max(abs(change[i]), rootMeanSquare(change, neighbours)) / share
        }
    }

    private var unknown: [Double] { [Double](repeating: .infinity, count: layout.count) }

    private func shared(_ change: [Double]) -> [Double] {
        var result = change
        for entry in layout.entries {
            let common = carried((0..<entry.shape[0]).map { Self.rootMeanSquare(change, entry.neighbours(of: $0)) })
            for time in common.indices {
                for i in entry.range(at: time) { result[i] = max(abs(change[i]), common[time]) / Self.share }
            }
        }
        return result
    }

    /// Errors in time, which do not fall once solutions have parted.
    private func carried(_ errors: [Double]) -> [Double] {
        guard let parted else { return errors }
        var largest = 0.0
        return errors.enumerated().map { time, error in
            if time >= parted { largest = max(largest, error) }
            return max(error, largest)
        }
    }

    private func rootSquareSums(_ moments: StreamingMoments) -> [Double] {
        zip(moments.mean, moments.secondSum).map { (Double(moments.count) * $0 * $0 + $1).squareRoot() }
    }

    private static func rootMeanSquare(_ values: [Double], _ range: Range<Int>) -> Double {
        (range.reduce(0) { $0 + values[$1] * values[$1] } / Double(max(range.count, 1))).squareRoot()
    }
}

extension ObservableLayout.Entry {
    /// Numbers that share an error with those of a time: themselves; of a single one, also the times beside it.
    fileprivate func neighbours(of time: Int) -> Range<Int> {
        stride > 1 ? range(at: time) : (range.lowerBound + time - 1..<range.lowerBound + time + 2).clamped(to: range)
    }
}
