import SaddleNumerics

/// Learning the table of a group: the input is a pair (a, b), each one-hot, the label ab.
public struct GroupTask: Sendable {
    /// Whose table is learnt.
    public let group: FiniteGroup
    /// Pairs a · order + b that are seen, and those that are not.
    public let seen, unseen: [Int]

    /// All pairs, or so many that are drawn; more of them add to the fewer ones.
    public init(_ group: FiniteGroup, samples: Int? = nil, seed: Int = 0, index: Int = 0) {
        self.group = group
        let all = group.order * group.order
        guard let samples, samples < all else {
            (seen, unseen) = (Array(0..<all), [])
            return
        }
        var stream = RandomStream(seed: seed, .groupPairs, group.order, index)
        let order = stream.permutation(all)
        (seen, unseen) = (Array(order[..<samples]), Array(order[samples...]))
    }
}
