import Foundation
import SaddleNumerics

extension Catalogue {
    /// Two or more runs side by side: keys in which they differ, and results.
    public static func comparison(of folders: [String]) throws -> (keys: [String], cells: [[String]]) {
        let records = try folders.map { folder in
            guard let record = RunRecord(folder) else { throw RunFolderError.notARunFolder(path: folder) }
            return Dictionary(record.values, uniquingKeysWith: { $1 })
        }
        let all = records.reduce(into: Set<String>()) { $0.formUnion($1.keys) }
        let results = Self.results.filter { name in name != "name" && records.contains { $0[name] != nil } }
        let differing = all.subtracting(results).subtracting(["name"]).filter { key in
            Set(records.map { $0[key] ?? "" }).count > 1
        }.sorted()
        let keys = differing + results
        return (keys, keys.map { key in records.map { $0[key] ?? "" } })
    }

    /// Removes run folders and sweeps, and nothing else; of a sweep's point also its lines of the table.
    ///
    /// - Throws: ``RunFolderError`` for a folder that is none, or in use, before anything is removed.
    public static func remove(_ folders: [String]) throws {
        var seen: Set<String> = [], locks: [FolderLock] = [], chosen: [String] = []
        for folder in folders {
            var folder = folder
            while folder.count > 1 && folder.hasSuffix("/") { folder.removeLast() }
            guard isRemovable(folder) else { throw RunFolderError.notARunFolder(path: folder) }
            // The same folder may be named twice. Of a link nothing but the link goes.
            guard seen.insert(isLink(folder) ? folder : Directory.realPath(folder)).inserted else { continue }
            chosen.append(folder)
            if isLink(folder) { continue }
            guard let lock = try FolderLock("\(folder)/.lock") else { throw RunFolderError.inUse(path: folder) }
            locks.append(lock)
        }
        // What lies in another folder before that one, in whatever order they were named.
        let real = Dictionary(uniqueKeysWithValues: chosen.map { ($0, Directory.realPath($0).count) })
        for folder in chosen.sorted(by: { real[$0]! > real[$1]! }) { try erase(folder) }
        withExtendedLifetime(locks) {}
    }

    private static func isLink(_ folder: String) -> Bool {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: folder)) != nil
    }

    private static func isRemovable(_ folder: String) -> Bool {
        let run = RunFolder(path: folder)
        let isRun = WholeFile.exists(run.manifest) || WholeFile.exists("\(folder)/sweep.csv")
        return isRun || WholeFile.exists("\(folder)/points")
    }

    /// What makes the folder one of this program goes last: whoever is stopped in the middle can go on.
    private static func erase(_ folder: String) throws {
        do {
            if folder.split(separator: "/").dropLast().last == "points", WholeFile.exists("\(folder).json") {
                try FileManager.default.removeItem(atPath: "\(folder).json")
            }
            if !isLink(folder) {
                let last = ["points", "sweep.csv", "manifest.json"]
                let names = try FileManager.default.contentsOfDirectory(atPath: folder)
                for name in names.filter({ !last.contains($0) }) + last.filter(names.contains) {
                    try FileManager.default.removeItem(atPath: "\(folder)/\(name)")
                }
            }
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            throw FileError.refused(action: "remove", path: folder, reason: error.localizedDescription)
        }
    }
}

extension Catalogue {
    /// For the terminal.
    public static func short(_ number: Double) -> String { NumberText.short(number, digits: 4) }

    public static func json(_ runs: [Run]) throws -> String {
        String(decoding: try JSON.encode(runs, indented: true), as: UTF8.self)
    }
}
