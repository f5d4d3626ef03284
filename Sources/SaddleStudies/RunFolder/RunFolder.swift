import Foundation
import SaddleNumerics

/// The folder that holds the results of one study. What each file holds: README.md, "A first study".
///
/// The folder is recognised by its manifest; one that holds anything else is never touched. Every file appears only complete.
public struct RunFolder: Sendable {
    public let path: String

    public init(path: String) { self.path = path }

    public var study: String { path + "/study.yaml" }
    public var manifest: String { path + "/manifest.json" }
    public var theory: String { path + "/theory.npz" }
    public var ensemble: String { path + "/ensemble.npz" }
    public var comparison: String { path + "/comparison.json" }
    public var comparedNumbers: String { path + "/comparison.npz" }
    /// The samples of every step, one step a row; only where steps see some of them.
    public var batches: String { path + "/batches.npy" }
    public var report: String { path + "/report.html" }
    /// What `saddle run --json` prints.
    public var summary: String { path + "/summary.json" }
    /// The networks trained so far at one width: the state to continue from.
    func partialEnsemble(width: Int) -> String { path + "/ensemble-\(width).npz.partial" }
    /// The solutions found so far.
    var partialTheory: String { path + "/theory.npz.partial" }
    private var lockFile: String { path + "/.lock" }

    /// Makes sure that the folder exists and may take this study; returns whether it was created.
    func claim(for study: String) throws -> Bool {
        var isDirectory: ObjCBool = false
        if !FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) {
            do {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            } catch {
                let code = ((error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error).map { Int32(($0 as NSError).code) }
                if let code, case .unfinished(let path, let reason) = FileError.writing(path, code: code) {
                    throw FileError.unfinished(path: path, reason: reason)
                }
                throw FileError.refused(action: "create the folder", path: path, reason: Self.reason(error))
            }
            Interruption.created(self)
            return true
        }
        guard isDirectory.boolValue else { throw RunFolderError.notAFolder(path: path) }
        if let present = try readManifest() {
            if present.study != study {
                throw RunFolderError.holdsAnotherStudy(path: path, name: present.study, wanted: study)
            }
        } else if let other = try contents().first {
            // A folder whose manifest was deleted is known by its study.
            guard let own = try? Study(path: self.study) else {
                throw RunFolderError.holdsSomethingElse(path: path, example: other)
            }
            if own.name != study { throw RunFolderError.holdsAnotherStudy(path: path, name: own.name, wanted: study) }
        }
        AtomicFile.removeLeftovers(in: path)
        return false
    }

    /// The manifest, if the folder has one.
    public func readManifest() throws -> Manifest? {
        guard FileManager.default.fileExists(atPath: manifest) else { return nil }
        let bytes = try WholeFile.read(manifest)
        do {
            return try JSON.decode(Manifest.self, from: bytes)
        } catch {
            throw RunFolderError.damagedManifest(path: manifest, reason: "not a manifest of saddle")
        }
    }

    /// Takes away a manifest that cannot be read: what it spoke of is computed again.
    func discardDamagedManifest() {
        do { _ = try readManifest() } catch RunFolderError.damagedManifest { remove(manifest) } catch {}
    }

    func write(_ manifest: Manifest) throws {
        try AtomicFile.write(try JSON.encode(manifest, indented: true), to: self.manifest)
    }

    func remove(_ file: String) { try? FileManager.default.removeItem(atPath: file) }

    /// Takes back a folder in which nothing was computed.
    func removeIfWithoutResults() {
        let files = [study, manifest, batches, lockFile].map { $0.lastPathPart }
        guard let present = try? FileManager.default.contentsOfDirectory(atPath: path), Set(present).isSubset(of: files) else {
            return
        }
        remove(path)
        // The folder of all runs, if it was made for this one.
        if path.hasPrefix("runs/") { rmdir("runs") }
    }

    /// Holds the folder against a second run until the value returned goes away, or the process ends in any way.
    func lock() throws -> FolderLock {
        guard let lock = try FolderLock(lockFile) else { throw RunFolderError.inUse(path: path) }
        return lock
    }

    /// What is in the folder, but for a lock and what an interrupted write left behind.
    private func contents() throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).sorted().filter { name in
                name != ".lock" && !(name.hasPrefix(".saddle-") && name.hasSuffix(".tmp"))
            }
        } catch {
            throw FileError.refused(action: "list the folder", path: path, reason: Self.reason(error))
        }
    }

    private static func reason(_ error: any Error) -> String {
        let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
        return underlying.map { $0 as NSError }.map { String(cString: strerror(Int32($0.code))) } ?? "\(error)"
    }
}
