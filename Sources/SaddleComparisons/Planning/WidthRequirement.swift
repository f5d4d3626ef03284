import SaddleNumerics

/// A tolerance, and the width from which on networks meet it.
public struct WidthRequirement: Sendable {
    /// What is to stay within the tolerance; raw values are the keys of study files.
    public enum Kind: String, Sendable, CaseIterable {
        /// (expected loss − loss at infinite width)/loss at infinite width
        case excessLoss = "excess_loss"
        /// Root mean square deviation of an output between networks.
        case outputSpread = "output_spread"
        /// Probability that two networks label a sample differently.
        case labelFlips = "label_flips"
    }

    /// The quantity that the tolerance is of.
    public let kind: Kind
    /// Its largest value, in the units of ``Kind``.
    public let tolerance: Double
    /// Nil: no width up to ``most`` meets it.
    public let width: Double?
    /// The interval of 95 %; nil: below the smallest, above the largest width.
    public let low, high: Double?

    /// Nobody trains wider networks.
    public static let most = 1e7

    /// Finds the width, from the smallest that the evidence has seen up to ``most``, beyond which the quantity stays within the
    /// tolerance.
    public init(_ kind: Kind, _ tolerance: Double, _ evidence: WidthEvidence) {
        (self.kind, self.tolerance) = (kind, tolerance)
        let least = Double(evidence.least)
        func width(_ sign: Double, _ quantity: @escaping (Double) -> (value: Double, error: Double)) -> Double? {
            widthFromWhere(
                { n in
                    let (value, error) = quantity(n)
                    return value + sign * 2 * error
                }, staysWithin: tolerance, from: least, to: Self.most)
        }
        switch kind {
        case .excessLoss:
            (self.width, low, high) = (
                width(0, evidence.loss.relativeExcess), width(-1, evidence.loss.relativeExcess),
                width(1, evidence.loss.relativeExcess)
            )
        case .outputSpread:
            (self.width, low, high) = (
                width(0, evidence.outputSpread), width(-1, evidence.outputSpread), width(1, evidence.outputSpread)
            )
        case .labelFlips:
            let found = evidence.made.width(flipsWithin: tolerance, from: least, to: Self.most)
            (self.width, low, high) = (found.value, found.low, found.high)
        }
    }

    /// By which factor the width that certainly suffices exceeds the likely one; infinite where none does.
    public var looseness: Double { width.flatMap { w in high.map { $0 / w } } ?? .infinity }
    /// Whether the smallest networks seen meet it already.
    public func isMetBelow(_ least: Int) -> Bool { width.map { $0 <= Double(least) } ?? false }

    /// What is expected at a width, with its standard error.
    public func expected(_ evidence: WidthEvidence, width: Double) -> (value: Double, error: Double) {
        switch kind {
        case .excessLoss: return evidence.loss.relativeExcess(at: width)
        case .outputSpread: return evidence.outputSpread(at: width)
        case .labelFlips: return (evidence.made.flipRate(width: width), 0)
        }
    }
}
