import SaddleNumerics

/// Whether runs of one group are better than those of another.
///
/// Student's test of differences of the same seed, or Welch's; beside it the exact test by all permutations, where there are few. Where that could
/// reach the level, the larger p counts: both have to say so.
public struct SeedComparison: Sendable {
    /// Names of the groups.
    public let first, second: String
    /// Whether differences of equal seeds are tested.
    public let isPaired: Bool
    /// Losses of each group that the test uses; for pairs their number twice.
    public let counts: (first: Int, second: Int)
    /// Mean of the first less that of the second, with its interval of 95 %.
    public let difference: SeedSpread.Interval
    /// Of Student's or Welch's test, of both sides.
    public let pStudent: Double
    /// By permutations, and the least that so many runs could have; nil: too many runs for it.
    public let permutation: (p: Double, smallest: Double)?
    /// The difference that is seen with power 80 % at level 5 %.
    public let detectable: Double
    /// Neither group has a spread: nothing to judge by.
    public let isConstant: Bool

    /// Level of the test; the interval covers the rest.
    public static let level = 0.05

    /// p of the decision, before several pairs are reckoned with: the exact test has a say where it could reach the level that Holm may ask for.
    public func p(of pairs: Int = 1) -> Double {
        permutation.map { $0.smallest <= Self.level / Double(pairs) ? max($0.p, pStudent) : pStudent } ?? pStudent
    }

    /// - Parameter isPaired: nil: if both groups have the same seeds, three or more.
    /// - Throws: ``LossFileError/column(key:reason:)`` if it cannot be done, or not so.
    public init(_ a: SeedTable.Group, _ b: SeedTable.Group, isPaired wanted: Bool? = nil) throws(LossFileError) {
        (first, second) = (a.name, b.name)
        let common = Set(a.seeds ?? []).intersection(b.seeds ?? [])
        let canPair = common.count >= 2
        isPaired = wanted ?? (common.count >= 3 && common.count == a.losses.count && common.count == b.losses.count)
        if isPaired && !canPair {
            throw .column(
                key: "paired",
                reason:
                    "\(a.name) and \(b.name) have \(common.count) seed\(common.count == 1 ? "" : "s") in common; expected two or more, in a column of seeds"
            )
        }
        let error: Double, freedom: Double, value: Double
        if isPaired {
            let places = Dictionary(uniqueKeysWithValues: zip(b.seeds!, b.losses))
            let differences = zip(a.seeds!, a.losses).compactMap { seed, loss in places[seed].map { loss - $0 } }
            let estimate = Estimate(differences)
            (value, error, freedom) = (estimate.mean, estimate.standardError, Double(differences.count - 1))
            permutation = ExactPermutation.paired(differences)
            counts = (differences.count, differences.count)
        } else {
            guard a.losses.count >= 2, b.losses.count >= 2 else {
                let few = a.losses.count < 2 ? a : b
                throw .column(
                    key: "compare",
                    reason: "\(few.name) has \(few.losses.count) seed\(few.losses.count == 1 ? "" : "s"); expected two or more")
            }
            let (x, y) = (Estimate(a.losses), Estimate(b.losses))
            let sum = Uncertainty.combined([Uncertainty(x), Uncertainty(y)])
            (value, error, freedom) = (x.mean - y.mean, sum.error, sum.degreesOfFreedom)
            permutation = ExactPermutation.unpaired(a.losses, b.losses)
            counts = (a.losses.count, b.losses.count)
        }
        isConstant = !(error > 0)
        let half = isConstant ? 0 : error * studentQuantile(twoSided: Self.level, degreesOfFreedom: freedom)
        difference = (value, value - half, value + half)
        pStudent = isConstant ? 1 : min(studentTail(twoSided: value / error, degreesOfFreedom: freedom), 1)
        detectable =
            isConstant
            ? 0 : error * NoncentralStudent.noncentrality(power: 0.8, level: Self.level, degreesOfFreedom: max(freedom, 1))
    }
}

/// Several pairs, by Holm's levels.
public struct SeedComparisons: Sendable {
    /// Of the first group against the second.
    public enum Outcome: String, Sendable, CaseIterable {
        /// Its mean is better, or worse, at the level of 5 % by Holm.
        case better, worse
        /// The adjusted p is above the level, or neither group has a spread.
        case cannotTell = "cannot tell"
    }

    /// In the order in which they were given.
    public let pairs: [SeedComparison]
    /// Holm's.
    public let adjusted: [Double]
    /// Of the first group of each pair.
    public let outcomes: [Outcome]

    /// - Parameter isRising: whether larger numbers are better.
    public init(_ pairs: [SeedComparison], isRising: Bool) {
        self.pairs = pairs
        adjusted = FamilyWise.holm(pairs.map { $0.p(of: pairs.count) })
        outcomes = zip(pairs, adjusted).map { pair, p in
            if p > SeedComparison.level || pair.isConstant || pair.difference.value == 0 { return .cannotTell }
            return (pair.difference.value > 0) == isRising ? .better : .worse
        }
    }
}
