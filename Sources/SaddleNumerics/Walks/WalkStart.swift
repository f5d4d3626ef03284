/// Where walks start: equally many in each of some blocks, with a gap below each.
public struct WalkStart: Sendable, Equatable {
    /// All walks, blocks, places for each walk in a block, and empty places below each block.
    public let walkers, blocks, spacing, gap: Int

    /// - Precondition: `walkers` is a multiple of `blocks`; all at least 1, but the gap may be 0.
    public init(walkers: Int, blocks: Int, spacing: Int, gap: Int) {
        precondition(
            blocks >= 1 && walkers >= blocks && walkers % blocks == 0 && spacing >= 1 && gap >= 0, "\(walkers) in \(blocks)")
        (self.walkers, self.blocks, self.spacing, self.gap) = (walkers, blocks, spacing, gap)
    }

    private var length: Int { walkers / blocks * spacing }

    /// Descending.
    public var positions: [Int] {
        intervals.flatMap { block in (0..<walkers / blocks).map { block.lowerBound + spacing * $0 } }.sorted(by: >)
    }

    /// Places of each block, one walk in every `spacing` of them; ascending.
    public var intervals: [Range<Int>] {
        (0..<blocks).map { b in
            let first = (b + 1) * gap + b * length
            return first..<first + length
        }
    }
}
