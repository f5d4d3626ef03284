import SaddleModels
import SaddleTheory

/// All compared numbers of one width.
struct WidthNumbers {
    struct Group {
        let name: String
        /// Axes of the observable, times first; of a kernel both axes of samples.
        let shape: [Int]
        let statistic: QuantityComparison.Statistic
        let numbers: [ComparedNumber]
        let scored: Int
        /// The number with the largest |z|.
        let worst: Int?
        let relativeError: Double?
    }

    let comparer: NumberComparer
    let groups: [Group]

    init(_ comparer: NumberComparer) {
        self.comparer = comparer
        var groups: [Group] = []
        for entry in comparer.prediction.layout.entries {
            groups.append(Group(entry, .mean, comparer.means(entry)))
            if comparer.hasVariances { groups.append(Group(entry, .variance, comparer.variances(entry))) }
        }
        for scalar in comparer.prediction.scalars where !comparer.hasCorrections && comparer.ensemble.networks > 1 {
            guard let numbers = comparer.variances(scalar) else { continue }
            groups.append(Group(scalar.name, [numbers.count], .variance, numbers))
        }
        self.groups = groups
    }

    var width: Int { comparer.ensemble.width }
    var scored: Int { groups.reduce(0) { $0 + $1.scored } }
    var largestScore: Double { groups.map(\.largestScore).max() ?? 0 }
    var worstGroup: Int? {
        groups.indices.filter { groups[$0].worst != nil }.max { groups[$0].largestScore < groups[$1].largestScore }
    }
}

extension WidthNumbers.Group {
    init(_ entry: ObservableLayout.Entry, _ statistic: QuantityComparison.Statistic, _ numbers: [ComparedNumber]) {
        self.init(entry.name, entry.shape, statistic, numbers)
    }

    init(_ name: String, _ shape: [Int], _ statistic: QuantityComparison.Statistic, _ numbers: [ComparedNumber]) {
        self.name = name
        self.shape = shape
        self.statistic = statistic
        self.numbers = numbers
        var (scored, worst, largest) = (0, Int?.none, -1.0)
        for (i, number) in numbers.enumerated() {
            guard let score = number.score else { continue }
            scored += 1
            if abs(score) > largest { (worst, largest) = (i, abs(score)) }
        }
        (self.scored, self.worst) = (scored, worst)
        // What is to be seen: how far a mean moves in training, or the variance itself.
        let times = shape[0]
        let stride = numbers.count / max(times, 1)
        let moved = numbers.indices.map { numbers[$0].predicted - (times > 1 ? numbers[$0 % stride].predicted : 0) }
        let effect = rootMeanSquare(statistic == .mean ? moved : numbers.map(\.predicted))
        let error = rootMeanSquare(numbers.filter { $0.score != nil }.map(\.error))
        relativeError = effect > 0 && scored > 0 ? error / effect : nil
    }

    var isKernel: Bool { name.contains("kernel") }
    var isOutput: Bool { name.hasSuffix("output") }
    var largestScore: Double { worst.map { abs(numbers[$0].score!) } ?? 0 }
    /// Whether the error bars are small enough for a wrong prediction to be noticed.
    var isTested: Bool { (relativeError ?? .infinity) < 0.5 }
}
