import SaddleModels
import SaddleNumerics

/// What is kept of all numbers of one quantity at one width.
struct QuantitySummary {
    /// How many of the worst numbers are listed by name.
    static let listed = 8

    let result: QuantityComparison
    /// The worst first.
    let worst: [(place: Int, score: Double, deviation: Deviation)]
    /// Of the numbers that are compared: Σ error², and how many |z| exceed 3.
    let squaredErrors: Double
    private let relativeError: Double?
    let beyondThree: Int

    /// - Parameter histogram: takes in every score.
    init(_ numbers: ComparedNumbers, steps: [Int], histogram: inout ScoreHistogram) {
        let (columns, places) = (numbers.columns, numbers.places)
        var (count, beyond, squares) = (0, 0, 0.0)
        var found: [(place: Int, score: Double)] = []
        // What is to be seen: how far a mean moves in training, or the variance itself.
        var effect = 0.0
        let (stride, moves) = (places.stride, numbers.statistic == .mean)
        for i in 0..<columns.count {
            let size = columns.predicted[i] - (moves && places.times > 1 ? columns.predicted[i % stride] : 0)
            effect += size * size
            guard columns.isCompared[i] else { continue }
            let score = columns.score[i]
            count += 1
            squares += columns.error[i] * columns.error[i]
            if abs(score) > 3 { beyond += 1 }
            histogram.add(score)
            if found.count == Self.listed, abs(score) <= abs(found[Self.listed - 1].score) { continue }
            found.insert((i, score), at: found.firstIndex { abs($0.score) < abs(score) } ?? found.count)
            if found.count > Self.listed { found.removeLast() }
        }
        effect = columns.count > 0 ? (effect / Double(columns.count)).squareRoot() : 0
        (squaredErrors, beyondThree) = (squares, beyond)
        worst = found.map { ($0.place, $0.score, Deviation(numbers, $0.place, steps: steps)) }
        relativeError = effect > 0 && count > 0 ? (squares / Double(count)).squareRoot() / effect : nil
        result = QuantityComparison(
            quantity: numbers.quantity, statistic: numbers.statistic, shape: places.shape, numbers: count,
            largestScore: rounded(abs(found.first?.score ?? 0)),
            relativeError: relativeError.map { rounded($0) })
    }

    var largestScore: Double { abs(worst.first?.score ?? 0) }
    /// Whether the error bars are small enough for a wrong prediction to be noticed.
    var isTested: Bool { (relativeError ?? .infinity) < ScoreLimit.demandedResolution }
}

extension Deviation {
    fileprivate init(_ numbers: ComparedNumbers, _ i: Int, steps: [Int]) {
        let (number, stride) = (numbers.columns[i], numbers.places.stride)
        self.init(
            quantity: numbers.quantity, statistic: numbers.statistic, step: steps[i / stride],
            index: numbers.places.index(i % stride), predicted: rounded(number.predicted), measured: rounded(number.measured),
            error: rounded(number.error), score: rounded(number.score ?? 0, digits: 3))
    }
}
