import Foundation
import SaddleNumerics

// What the files of a folder hold, as the manifest has it: an edited, truncated or half-copied result is noticed before it is reused
// or drawn.

extension RunFolder {
    /// Notes in the manifest what the named files of the folder hold now.
    func seal(_ files: [String], in manifest: inout Manifest) throws {
        var digests = manifest.files ?? [:]
        for file in files { digests[file] = try contentDigest(file) }
        manifest.files = digests
    }

    /// Compares a file of the folder with what the manifest says of it.
    ///
    /// - Returns: a remark if the manifest does not say, because an earlier version wrote the file.
    /// - Throws: ``RunFolderError/changed(path:)``, or ``RunFolderError/missing(path:file:)``.
    func check(_ file: String, against manifest: Manifest) throws -> String? {
        guard FileManager.default.fileExists(atPath: "\(path)/\(file)") else {
            throw RunFolderError.missing(path: path, file: file)
        }
        guard let written = manifest.files?[file] else {
            return
                "an earlier version computed results in '\(path)' and noted no digests of their content: changes to them go unnoticed; "
                + "'saddle run' with --force computes them again"
        }
        if try contentDigest(file) != written { throw RunFolderError.changed(path: "\(path)/\(file)") }
        return nil
    }

    /// One sentence for each file of a single question that is not as it was written.
    func changedTopics(_ manifest: Manifest) -> [String] {
        let topics = Set((manifest.topics ?? [:]).keys)
        return (manifest.files ?? [:]).keys.sorted().compactMap { file in
            guard let topic = file.split(separator: ".").first.map(String.init), topics.contains(topic) else { return nil }
            do {
                return try check(file, against: manifest)
            } catch RunFolderError.missing {
                return "'\(path)/\(file)' is gone; ask its question again"
            } catch RunFolderError.changed(let path) {
                return "'\(path)' \(RunFolderError.change); ask its question again"
            } catch {
                return "\(error); ask its question again"
            }
        }
    }

    private func contentDigest(_ file: String) throws -> String {
        var digest = Digest()
        try digest.add(file: "\(path)/\(file)")
        return digest.text
    }
}
