/// What a comparison of a prediction with measurements can say: the same four words everywhere.
public enum Verdict: String, Codable, Sendable, CaseIterable {
    /// No difference beyond what errors explain, and an error would have been seen.
    case agrees
    /// Terms beyond the order that theory claims to know are visible: the systems are too small for it.
    case outsideRegime = "outside the 1/N regime"
    /// A difference that errors do not explain.
    case disagrees
    /// The error bars are larger than the effect, or a difference has two explanations that the data cannot tell apart.
    case cannotTell = "cannot tell"

    /// Of several verdicts the one that decides: a mistake outweighs a doubt, a doubt outweighs an excuse.
    public static func deciding(_ verdicts: some Sequence<Verdict>) -> Verdict {
        let found = Set(verdicts)
        return [disagrees, cannotTell, outsideRegime].first(where: found.contains) ?? .agrees
    }
}
