import Foundation
import SaddleNumerics

/// Where a sweep's results are: `sweep.html`, `.json`, `.npz` and `.csv`; `study.yaml` before anything varies; and in `points` a run folder
/// and a file with the row for each point. The points are the truth, from which the rest is made again.
struct SweepFolder {
    let path: String

    var points: String { "\(path)/points" }
    var table: String { "\(path)/sweep.csv" }

    func runFolder(_ point: Sweep.Point) -> String { "\(points)/\(point.name)" }
    private func rowFile(_ point: Sweep.Point) -> String { "\(points)/\(point.name).json" }

    func removeRow(_ point: Sweep.Point) { unlink(rowFile(point)) }

    /// Makes the folder, and holds it until the value returned goes away; whoever stops in the middle leaves what is finished.
    ///
    /// - Parameter isForced: whether results of another study may be replaced.
    func claim(for sweep: Sweep, isForced: Bool) throws -> FolderLock {
        let present = FileManager.default.fileExists(atPath: path)
        if present && !FileManager.default.fileExists(atPath: points) {
            let others = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [""]
            if let other = others.first(where: { $0 != ".lock" }) {
                throw other.isEmpty
                    ? RunFolderError.notAFolder(path: path) : RunFolderError.holdsSomethingElse(path: path, example: other)
            }
        }
        do { try FileManager.default.createDirectory(atPath: points, withIntermediateDirectories: true) } catch {
            throw FileError.writing(points)
        }
        AtomicFile.removeLeftovers(in: path)
        AtomicFile.removeLeftovers(in: points)
        guard let lock = try FolderLock("\(path)/.lock") else { throw RunFolderError.inUse(path: path) }
        let study = "\(path)/study.yaml"
        if !isForced, let earlier = try? Study(path: study), earlier.yaml != sweep.base.yaml {
            throw RunFolderError.holdsAnotherVersion(
                path: path, result: "the sweep", changes: sweep.base.differences(from: earlier))
        }
        try AtomicFile.write([UInt8](sweep.base.yaml.utf8), to: study)
        return lock
    }

    /// The row of a point, if it is current. What was damaged is computed again.
    func row(_ point: Sweep.Point, digest: String) -> SweepRow? {
        guard let bytes = try? WholeFile.read(rowFile(point)), let row = try? JSON.decode(SweepRow.self, from: bytes),
            row.digest == digest
        else { return nil }
        return row
    }

    func write(_ row: SweepRow, of point: Sweep.Point) throws {
        try AtomicFile.write(try JSON.encode(row, indented: true), to: rowFile(point))
    }
}
