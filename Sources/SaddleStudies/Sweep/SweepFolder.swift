import Foundation
import SaddleNumerics

/// Where a sweep's results are: `sweep.html`, `.json`, `.npz` and `.csv`; `study.yaml` before anything varies; `keys.json` with what varies; and in
/// `points` a run folder and a file with the row for each point. The points are the truth, from which the rest is made again.
struct SweepFolder {
    let path: String

    var points: String { "\(path)/points" }
    var table: String { "\(path)/sweep.csv" }

    func runFolder(_ point: Sweep.Point) -> String { "\(points)/\(point.name)" }
    private var keysFile: String { "\(path)/keys.json" }
    private func rowFile(_ point: Sweep.Point) -> String { "\(points)/\(point.name).json" }

    func removeRow(_ point: Sweep.Point) { unlink(rowFile(point)) }
    /// `path`, or if a sweep of other keys or of another question is there a folder beside it that is named by what varies.
    static func chosen(_ path: String, for sweep: Sweep) -> String {
        guard let present = SweepFolder(path: path).presentKeys, present != SweepKeys(sweep) else { return path }
        return path + "-" + SweepKeys(sweep).name
    }

    private var presentKeys: SweepKeys? { (try? WholeFile.read(keysFile)).flatMap { try? JSON.decode(SweepKeys.self, from: $0) } }

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
        let study = "\(path)/study.yaml", keys = SweepKeys(sweep)
        if let earlier = try? Study(path: study), earlier.yaml != sweep.base.yaml {
            if !isForced {
                throw RunFolderError.holdsAnotherVersion(
                    path: path, result: "the sweep", changes: sweep.base.differences(from: earlier))
            }
            try removePoints()
        } else if let present = presentKeys, present != keys {
            if !isForced { throw RunFolderError.holdsAnotherSweep(path: path, what: present.text) }
            try removePoints()
        }
        try AtomicFile.write([UInt8](sweep.base.yaml.utf8), to: study)
        try AtomicFile.write(try JSON.encode(keys, indented: true), to: keysFile)
        return lock
    }

    /// Takes away the points of a sweep that this one replaces, and nothing that is none.
    private func removePoints() throws {
        for name in Directory.names(points) ?? [] {
            let path = "\(points)/\(name)"
            if WholeFile.exists(RunFolder(path: path).manifest) {
                try Catalogue.remove([path])
            } else if (try? JSON.decode(SweepRow.self, from: WholeFile.read(path))) != nil {
                unlink(path)
            }
        }
    }

    /// How many points of other values are there.
    func others(than sweep: Sweep) -> Int {
        let own = Set(sweep.points.map { "\($0.name).json" })
        return (Directory.names(points) ?? []).count { $0.hasSuffix(".json") && !own.contains($0) }
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

/// What a sweep varies and asks: the table of another one is not put in its place.
struct SweepKeys: Codable, Equatable {
    let keys: [String]
    let task: String

    init(_ sweep: Sweep) { (keys, task) = (sweep.axes.map(\.path), sweep.task.id) }

    /// "learning_rate and richness (study-simulation)"
    var text: String { "\(keys.joined(separator: " and ")) (\(task))" }
    /// "learning_rate+richness"
    var name: String {
        let keys = keys.map { $0.split(separator: ".").last.map(String.init) ?? $0 }.joined(separator: "+")
        return Sweep.fileName(task == Sweep.Task.study(.everything).id ? keys : "\(keys)-\(task)")
    }
}
