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

    /// How a study differs from the one that the folder was computed for.
    func changes(to study: Study) -> [String] { (try? Study(path: self.study)).map { study.differences(from: $0) } ?? [] }

    /// Draws the pages of answers again that are as they were written.
    func redrawAnswers(_ manifest: Manifest) throws {
        for question in (manifest.topics ?? [:]).keys.sorted() {
            guard let answer = try? Answer(question: question, in: path),
                answer.numberFiles.allSatisfy({ isUnchanged($0, manifest) })
            else { continue }
            try AtomicFile.write([UInt8](answer.page.html().utf8), to: "\(path)/\(question).html")
        }
    }

    /// Makes sure that results of the same program for another version of the study are not lost.
    ///
    /// - Parameter digests: those of the stages that are about to be computed.
    func refuseReplacing(_ digests: [(stage: String, digest: String)], for study: Study) throws {
        guard let manifest = try readManifest(), manifest.version == saddleVersion else { return }
        for (stage, digest) in digests {
            guard let present = manifest.stages[stage], present.digest != digest else { continue }
            throw RunFolderError.holdsAnotherVersion(
                path: path, result: stage == "theory" ? "the theory" : "ensembles", changes: changes(to: study))
        }
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

    private func isUnchanged(_ file: String, _ manifest: Manifest) -> Bool {
        do {
            _ = try check(file, against: manifest)
            return true
        } catch { return false }
    }

    private func contentDigest(_ file: String) throws -> String {
        var digest = Digest()
        try digest.add(file: "\(path)/\(file)")
        return digest.text
    }
}
