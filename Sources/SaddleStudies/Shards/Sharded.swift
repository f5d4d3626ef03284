/// Work that falls into pieces: each has a name and a file of its own, and is the same whoever computes it, however often.
protocol Sharded: Sendable {
    var names: [String] { get }
    /// The folder of the shards' files.
    var directory: String { get }
    /// The file of a shard, by its name in the folder; there once the shard is finished.
    func file(_ index: Int) -> String
    /// Whether the file of a shard is there and is what belongs there.
    func isFinished(_ index: Int) -> Bool
    /// Computes a shard and writes its file.
    ///
    /// - Throws: ``ShardFailure`` for what would fail again; `StudyFailure.interrupted`.
    func compute(_ index: Int, shouldStop: @escaping @Sendable () -> Bool) throws
    /// Takes away what is there, to compute it again.
    func discard()
}

/// Why a shard has no result, and would have none the next time.
struct ShardFailure: Error, Codable, CustomStringConvertible {
    var text: String
    /// Of a point of a sweep, which stands in the table with its reason.
    var row: SweepRow?
    var description: String { text }
}
