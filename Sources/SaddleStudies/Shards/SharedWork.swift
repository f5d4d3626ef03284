import SaddleNumerics

/// Work that is shared between processes and not put together yet, as the folder shows it.
struct SharedWork {
    let folder: String
    let name: String
    let finished, count: Int
    let isRunning: Bool

    /// Nil if the folder holds none.
    init?(_ folder: String) {
        let shards = ShardFolder(path: folder)
        guard WholeFile.exists(shards.home), let plan = shards.readPlan() else { return nil }
        let isSweep = plan.parts == nil
        let present = Set(Directory.names("\(folder)/\(isSweep ? "points" : "parts")") ?? [])
        let files = plan.parts?.map(\.file) ?? plan.names.map { "\($0).json" }
        self.folder = folder
        name = folder.split(separator: "/").last.map(String.init) ?? folder
        (finished, count) = (files.count { present.contains($0) }, files.count)
        isRunning = shards.isAtWork(files.count)
    }

    var text: String { "\(finished) of \(count) shards, \(isRunning ? "running" : "not running")" }

    /// All below a folder.
    static func below(_ folder: String, depth: Int) -> [SharedWork] {
        guard depth >= 0, let names = Directory.names(folder) else { return [] }
        let own = SharedWork(folder).map { [$0] } ?? []
        // Points of sweeps are no work of their own.
        let inner = names.filter { !$0.contains(".") && !["points", "parts", "shards"].contains($0) }
        return own + inner.flatMap { below("\(folder)/\($0)", depth: depth - 1) }
    }
}
