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

    /// Removes run folders and sweeps, and nothing else.
    ///
    /// - Throws: ``RunFolderError`` for a folder that is none, or in use, before anything is removed.
    public static func remove(_ folders: [String]) throws {
        var locks: [FolderLock] = []
        for folder in folders {
            let isRun = (try? RunFolder(path: folder).readManifest()) != nil
            let isSweep = WholeFile.exists("\(folder)/sweep.csv") || WholeFile.exists("\(folder)/points")
            guard isRun || isSweep else { throw RunFolderError.notARunFolder(path: folder) }
            guard let lock = try FolderLock("\(folder)/.lock") else { throw RunFolderError.inUse(path: folder) }
            locks.append(lock)
        }
        for folder in folders {
            do { try FileManager.default.removeItem(atPath: folder) } catch {
                throw FileError.refused(action: "remove", path: folder, reason: error.localizedDescription)
            }
        }
        withExtendedLifetime(locks) {}
    }
}

extension Catalogue {
    /// For the terminal.
    public static func short(_ number: Double) -> String { NumberText.short(number, digits: 4) }

    public static func json(_ runs: [Run]) throws -> String {
        String(decoding: try JSON.encode(runs, indented: true), as: UTF8.self)
    }
}
