import Foundation
import Testing

// Imports point downwards only (README, "How it is built"). SwiftPM would let any target depend on any other; this reads
// the import lines. It would catch theory reading from the simulator that is its independent check, or numerics that know
// a network.

/// What each target may import of this package and its dependencies.
private let allowed: [String: Set<String>] = [
    "saddle": ["SaddleStudies", "ArgumentParser"],
    "SaddleStudies": [
        "Numerics",
        "SaddleTheory", "SaddleNetworks", "SaddleMeasures", "SaddleReport", "SaddleModels", "SaddleNumerics", "Yams",
    ],
    "SaddleReport": ["SaddleNumerics"],
    "SaddleMeasures": ["SaddleModels", "SaddleNumerics"],
    "SaddleNetworks": ["Numerics", "SaddleModels", "SaddleNumerics"],
    "SaddleTheory": ["Numerics", "SaddleModels", "SaddleNumerics", "CSaddle"],
    "SaddleModels": ["SaddleNumerics", "CSaddle", "CDigits"],
    "SaddleNumerics": ["Numerics", "CSaddle", "CZlib"],
]
/// Part of the toolchain: any target may use these.
private let system: Set<String> = ["Glibc", "Darwin", "Foundation", "FoundationEssentials", "Dispatch", "Synchronization"]

/// The modules that a Swift source imports, in any of the ways to write it.
private func imports(_ source: String) -> [String] {
    source.split(separator: "\n").compactMap { line in
        var words = line.split { " \t;".contains($0) }.map(String.init)
        while let first = words.first,
            first.hasPrefix("@") || ["public", "package", "internal", "fileprivate", "private"].contains(first)
        { words.removeFirst() }
        guard words.count > 1, words[0] == "import" else { return nil }
        let kinds = ["struct", "class", "enum", "protocol", "typealias", "func", "var", "let"]
        let module = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
        return module.split(separator: ".").first.map(String.init)
    }
}

private func violations(target: String, source: String) -> [String] {
    imports(source).filter { !system.contains($0) && !(allowed[target]?.contains($0) ?? false) }
}

@Suite struct ImportDirectionTests {
    static let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Sources")

    @Test func everyTargetImportsDownwardsOnly() throws {
        let targets = try FileManager.default.contentsOfDirectory(atPath: Self.sources.path).sorted()
        var files = 0
        for target in targets {
            let folder = Self.sources.appendingPathComponent(target)
            for case let file as URL in FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)!
            where file.pathExtension == "swift" {
                files += 1
                #expect(allowed[target] != nil, "\(target) is in no row of the table of imports")
                let found = violations(target: target, source: try String(contentsOf: file, encoding: .utf8))
                #expect(found.isEmpty, "\(target)/\(file.lastPathComponent) imports \(found)")
            }
        }
        #expect(files > 50, "only \(files) files were looked at")
    }

    /// The checker itself: it must see a forbidden import however it is written.
    @Test(arguments: [
        "import SaddleNetworks", "@testable import SaddleNetworks", "public import SaddleNetworks",
        "import struct SaddleNetworks.Ensemble", "  import SaddleNetworks.Ensemble", "import Foundation; import SaddleNetworks",
        "@_exported internal import SaddleNetworks",
    ])
    func forbiddenImportIsFound(line: String) {
        // Two statements on one line are found as one line each.
        let source = line.replacingOccurrences(of: "; ", with: "\n")
        #expect(violations(target: "SaddleTheory", source: "// a\n\(source)\nlet x = 1\n") == ["SaddleNetworks"])
    }

    @Test func allowedImportsAndProseArePassed() {
        let source =
            "#if canImport(Glibc)\nimport Glibc\n#endif\nimport SaddleModels\n// import SaddleNetworks\nlet important = 1\n"
        #expect(violations(target: "SaddleTheory", source: source).isEmpty)
    }

    /// Every row of the table points downwards: no target can reach itself.
    @Test func tableHasNoCycles() {
        func reaches(_ from: String, _ to: String, _ depth: Int = 0) -> Bool {
            depth < 10 && (allowed[from] ?? []).contains { $0 == to || reaches($0, to, depth + 1) }
        }
        for target in allowed.keys { #expect(!reaches(target, target), "\(target) reaches itself") }
    }
}
