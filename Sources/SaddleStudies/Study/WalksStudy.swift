import Numerics
import SaddleNumerics

/// The section `walks`: noncolliding walks on the integers.
public struct WalksStudy: Settings, Equatable {
    public var walkers = 60
    public var blocks = 2
    public var spacing = 1
    /// Nil: the length of a block.
    public var gap: Int?
    /// Nil: e^{−1/walkers}.
    public var q: Double?
    /// Nil: twice the number of walks.
    public var steps: Int?
    public var samples = 64
    public var seed = 1

    public init() {}

    static let keys: [Key<Self>] = [
        Key("walkers", \.walkers, .integer(atLeast: 2, atMost: 1000), "m, how many walks."),
        Key("blocks", \.blocks, .integer(atLeast: 1, atMost: 8), "Blocks in which they start, equally many in each."),
        Key("spacing", \.spacing, .integer(atLeast: 1, atMost: 6), "Places per walk within a block; 1 is packed."),
        Key(
            "gap", \.gap, .optional(.integer(atLeast: 0, atMost: 100_000)),
            "Empty places below each block; its length unless given."),
        Key(
            "q", \.q, .optional(.number("a number above 0 and below 1") { $0 > 0 && $0 < 1 }),
            "A walk at x stays with the probability q^x; e^(−1/walkers) unless given."),
        Key(
            "steps", \.steps, .optional(.integer(atLeast: 4, atMost: 100_000)),
            "Of each walk; twice as many as walks unless given."),
        Key("samples", \.samples, .integer(atLeast: 2), "Independent samples, each of all walks."),
        Key("seed", \.seed, .seed, "Of the walks' random numbers."),
    ]

    var start: WalkStart {
        WalkStart(walkers: walkers, blocks: blocks, spacing: spacing, gap: gap ?? walkers / blocks * spacing)
    }
    var parameter: Double { q ?? .exp(-1 / Double(walkers)) }

    mutating func complete(_ section: StudySection) {
        if walkers % blocks != 0 {
            section.reject(
                "walkers", "'walks.walkers' is \(walkers) in \(blocks) blocks; expected a multiple of 'walks.blocks'")
            blocks = 1
        }
        do { _ = try NoncollidingWalks(q: parameter, start: start.positions) } catch {
            section.reject(section.has("q") ? "q" : "walkers", "'walks.q' is \(parameter); \(error)")
        }
    }
}
