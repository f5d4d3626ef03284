import SaddleNumerics

/// The numbers of one observable: a part of a flat vector, not copied.
public struct ObservableSeries: Sendable {
    /// Which observable, with its axes.
    public let entry: ObservableLayout.Entry
    private let all: [Double]

    /// - Parameter all: the flat vector, or the numbers of this entry alone.
    public init(_ entry: ObservableLayout.Entry, of all: [Double]) {
        (self.entry, self.all) = (entry, all)
    }

    private func start(_ time: Int, _ sample: Int, _ output: Int) -> Int {
        entry.range.lowerBound + (time * entry.samples + sample) * entry.outputs + output
    }

    /// One number, by the index of its recorded time, of its sample and of its output.
    public func at(_ time: Int, _ sample: Int = 0, _ output: Int = 0) -> Double { all[start(time, sample, output)] }

    /// One number against time.
    public func curve(_ sample: Int = 0, _ output: Int = 0) -> [Double] { (0..<entry.times).map { at($0, sample, output) } }

    /// Mean over samples of the sum over outputs, at each time.
    public var meanSums: [Double] { (0..<entry.times).map { all[entry.range(at: $0)].reduce(0, +) / Double(entry.samples) } }

    /// All numbers of one time, row by row.
    public func numbers(at time: Int) -> ArraySlice<Double> { all[entry.range(at: time)] }

    /// Index of the last recorded time.
    public var last: Int { entry.times - 1 }
}

extension ObservableSeries {
    /// Size of the numbers in a single network over their spread between networks, root mean squares over all numbers of a time; nil without spread.
    ///
    /// Standard errors are those of the spread, whose numbers are taken as fully correlated: on the safe side.
    ///
    /// - Parameters:
    ///   - error: standard errors of `variance`.
    ///   - scale: factor of both, 1/N for N·variances.
    public static func signalToNoise(
        mean: ObservableSeries, variance: ObservableSeries, error: ObservableSeries, scale: Double = 1
    ) -> [(value: Double, error: Double)]? {
        var result: [(value: Double, error: Double)] = []
        for time in 0..<mean.entry.times {
            let sum = variance.numbers(at: time).reduce(0, +), deviation = error.numbers(at: time).reduce(0, +)
            guard sum > 0, sum.isFinite else { return nil }
            let value = rootMeanSquare(mean.numbers(at: time)) / (scale * sum / Double(variance.entry.stride)).squareRoot()
            result.append((value, value * deviation / sum / 2))
        }
        return result
    }
}
