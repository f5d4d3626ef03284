import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How long after the training curve the test curve gets to its threshold.
///
/// A curve is there at the first record that meets the threshold. The interval of a single run is what its records leave open: from the last
/// record before any arrival to the first from which on the curve stays. That of several runs is Student's, of 95 %, for their mean.
public struct GrokDelay: Sendable {
    /// What the test curve does after the training curve; raw values are shown.
    public enum Outcome: String, Sendable, CaseIterable {
        /// The test curve arrives later than the training curve, in all runs and beyond what the records leave open.
        case delayed
        /// The test curve arrives, and not later beyond what the records leave open.
        case notDelayed = "no delay"
        /// The training curve arrives, and the test curve does not.
        case neverGeneralizes = "never generalizes"
        /// The training curve does not arrive.
        case neverLearns = "never learns"
        /// Runs differ.
        case mixed
    }

    /// The arrivals of one run.
    public struct Run: Sendable {
        /// Of the curves at their thresholds; nil if they never get there.
        public let train, test: Arrival?
        /// Of the curves, the closest that they come to the threshold.
        public let bestTrain, bestTest: Double

        /// By the arrivals of this run alone.
        public var outcome: Outcome {
            guard let train else { return .neverLearns }
            guard let test else { return .neverGeneralizes }
            return test.low > train.high ? .delayed : .notDelayed
        }
        /// Steps, with what records leave open; nil if one of the curves never arrives.
        public var delay: (value: Double, low: Double, high: Double)? {
            guard let train, let test else { return nil }
            return (test.place - train.place, test.low - train.high, test.high - train.low)
        }
    }

    /// Levels that the curves are to reach, given or by ``defaultThreshold(_:first:_:)``.
    public let trainThreshold, testThreshold: Double
    /// Whether curves rise, as accuracies do.
    public let isRising: Bool
    /// In the order of the curves.
    public let runs: [Run]
    /// That of all runs, or `mixed`.
    public let outcome: Outcome

    /// - Parameters:
    ///   - trainThreshold: nil: what ``defaultThreshold(_:isRising:)`` says of the training curve; likewise of the test curve, nil for the training
    ///     curve's.
    public init(_ curves: TrainingCurves, trainThreshold: Double? = nil, testThreshold: Double? = nil) {
        // As most runs do.
        let votes = curves.runs.reduce(0) { $0 + ($1.train.last! > $1.train[0] ? 1 : $1.train.last! < $1.train[0] ? -1 : 0) }
        isRising = votes > 0
        let rising = isRising
        self.trainThreshold =
            trainThreshold
            ?? Self.defaultThreshold(curves.runs.flatMap(\.train), first: curves.runs.map { $0.train[0] }, isRising)
        self.testThreshold = testThreshold ?? self.trainThreshold
        let (a, b) = (self.trainThreshold, self.testThreshold)
        runs = curves.runs.map { run in
            Run(
                train: Arrival(run.steps, run.train, level: a, isRising: rising),
                test: Arrival(run.steps, run.test, level: b, isRising: rising),
                bestTrain: rising ? run.train.max()! : run.train.min()!, bestTest: rising ? run.test.max()! : run.test.min()!)
        }
        let outcomes = Set(runs.map(\.outcome))
        outcome = outcomes.count == 1 ? outcomes.first! : .mixed
    }

    /// A tenth of the mean first loss; for accuracies 0.9, or 90 if they are in per cent.
    public static func defaultThreshold(_ values: [Double], first: [Double], _ isRising: Bool) -> Double {
        isRising ? (values.max()! > 1.5 ? 90 : 0.9) : 0.1 * first.reduce(0, +) / Double(first.count)
    }

    /// Runs in which both curves arrive.
    public var arrived: Int { runs.count { $0.delay != nil } }

    /// The mean delay over the runs that have one, with an interval; nil if none has.
    public var delay: (value: Double, low: Double, high: Double)? { summary { $0.delay } }

    /// Arrival of the test curve over that of the training curve.
    public var ratio: (value: Double, low: Double, high: Double)? {
        let found = summary { run in
            guard let train = run.train, let test = run.test, train.place > 0, test.place > 0 else { return nil }
            return (
                log(test.place / train.place), train.high.isFinite && test.low > 0 ? log(test.low / train.high) : -.infinity,
                train.low > 0 ? log(test.high / train.low) : .infinity
            )
        }
        return found.map { (exp($0.value), exp($0.low), exp($0.high)) }
    }

    private func summary(
        _ number: (Run) -> (value: Double, low: Double, high: Double)?
    ) -> (value: Double, low: Double, high: Double)? {
        let found = runs.compactMap(number)
        guard let first = found.first else { return nil }
        if found.count == 1 { return first }
        let estimate = Estimate(found.map(\.value))
        let half = studentQuantile(twoSided: 0.05, degreesOfFreedom: Double(found.count - 1)) * estimate.standardError
        return (estimate.mean, estimate.mean - half, estimate.mean + half)
    }
}
