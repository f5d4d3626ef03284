import Foundation
import SaddleModels
import SaddleNumerics

/// The points of a sweep as shards: the file of each is that with its row.
struct SweepShards: Sharded {
    private let runner: SweepRunner
    private let folder: SweepFolder
    private let files: String

    init(_ runner: SweepRunner) {
        self.runner = runner
        folder = SweepFolder(path: runner.path)
        files = runner.filesDigest()
    }

    private var points: [Sweep.Point] { runner.sweep.points }
    private func digest(_ index: Int) -> String { runner.digest(points[index].study, files) }

    var names: [String] { points.map(\.name) }
    var directory: String { folder.points }
    func file(_ index: Int) -> String { "\(points[index].name).json" }
    func isFinished(_ index: Int) -> Bool { folder.row(points[index], digest: digest(index)) != nil }
    func discard() { for point in points { folder.removeRow(point) } }

    func compute(_ index: Int, shouldStop: @escaping @Sendable () -> Bool) throws {
        let row = try runner.row(points[index], folder, digest: digest(index), shouldStop: shouldStop) { _ in }
        // What could not be begun is tried again the next time.
        if row.status == .failed { throw ShardFailure(text: row.failure ?? "", row: row) }
        try badInput { try folder.write(row, of: points[index]) }
    }
}

extension SweepRunner {
    func plan(_ work: SweepShards) throws -> ShardPlan {
        if sweep.source.readsStandardInput(sweep.base) { throw ShardError.standardInput }
        return ShardPlan(
            directory: FileManager.default.currentDirectoryPath, path: path, source: sweep.source, axes: sweep.axes,
            task: sweep.task.id, isForced: isForced, retries: 0, names: work.names)
    }
}

extension StudySource {
    /// Whether data come through the standard input, which one process can read.
    func readsStandardInput(_ study: Study) -> Bool {
        ([study.data.source, study.data.labels, study.data.testSource] + study.data.moreSources).contains(
            DataSource.standardInput)
    }
}
