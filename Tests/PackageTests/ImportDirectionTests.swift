import Foundation
import Testing

// Imports point downwards only (README, "How it is built"). SwiftPM would let any target depend on any other; this reads
// the import lines. It would catch theory reading from the simulator that is its independent check, or numerics that know
// a network.

/// What each target may import of this package and its dependencies.
private let allowed: [String: Set<String>] = [
    "saddle": ["SaddleStudies", "SaddleComparisons", "ArgumentParser"],
    "SaddleStudies": [
        "Numerics", "CSQLite", "SaddleComparisons",
        "SaddleTheory", "SaddleNetworks", "SaddleMeasures", "SaddleReport", "SaddleModels", "SaddleNumerics", "Yams",
    ],
    "SaddleInterface": ["CSaddleInterface", "SaddleStudies", "SaddleNumerics"],
    "SaddleLaws": ["SaddleTheory", "SaddleModels", "SaddleNumerics", "Numerics"],
    "SaddleComparisons": ["SaddleTheory", "SaddleNetworks", "SaddleMeasures", "SaddleModels", "SaddleNumerics"],
    "SaddleReport": ["SaddleNumerics"],
    "SaddleMeasures": ["Numerics", "SaddleModels", "SaddleNumerics"],
    "SaddleNetworks": ["Numerics", "SaddleModels", "SaddleNumerics", "CSaddle"],
    "SaddleTheory": ["Numerics", "SaddleModels", "SaddleNumerics", "CSaddle"],
    "SaddleModels": ["SaddleNumerics", "CSaddle", "CDigits"],
    "SaddleNumerics": ["Numerics", "CSaddle", "CZlib"],
]
/// Part of the toolchain: any target may use these.
private let system: Set<String> = ["Glibc", "Darwin", "Foundation", "FoundationEssentials", "Dispatch", "Synchronization"]

private func violations(target: String, source: String) -> [String] {
    imports(of: source).filter { !system.contains($0) && !(allowed[target]?.contains($0) ?? false) }
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
        "import Foundation;import SaddleNetworks;import SaddleModels", "@_exported internal import SaddleNetworks",
        "@_spi(Secret) import SaddleNetworks", "@preconcurrency\nimport SaddleNetworks", "import func SaddleNetworks.train",
        "package import class SaddleNetworks.Trainer", "import\n    SaddleNetworks", "import /* why */ SaddleNetworks",
        "/* outer /* inner */ still */ import SaddleNetworks", "import SaddleNetworks // for the tests",
        "import `SaddleNetworks`",
        "#if canImport(SaddleNetworks)\nimport SaddleNetworks\n#endif", "#if os(Linux)\n#else\n    import SaddleNetworks\n#endif",
        "let a = \"/*\"\nimport SaddleNetworks\nlet b = \"*/\"", "let a = #\"\"\"#; import SaddleNetworks",
        "let a = \"\\\\\"; import SaddleNetworks",
        "let a = \"\"\"\n  // \"\n  \"\"\"\nimport SaddleNetworks",
    ])
    func forbiddenImportIsFound(source: String) {
        #expect(violations(target: "SaddleTheory", source: "// a\n\(source)\nlet x = 1\n") == ["SaddleNetworks"])
    }

    /// What only looks like one.
    @Test(arguments: [
        "import SaddleModels", "// import SaddleNetworks", "/* a\nimport SaddleNetworks\n*/", "let important = SaddleNetworks",
        "",
        "let text = \"import SaddleNetworks\"", "let text = \"\"\"\n    import SaddleNetworks\n    \"\"\"",
        "let text = #\"a \" import SaddleNetworks\"#", "let text = \"\\\"; import SaddleNetworks\"",
        "#if canImport(Glibc)\nimport Glibc\n#endif", "call(import: SaddleNetworks)", "#if canImport(SaddleNetworks)\n#endif",
    ])
    func otherTextIsPassed(source: String) {
        #expect(violations(target: "SaddleTheory", source: source).isEmpty)
    }

    @Test func everyImportOfALineIsListed() {
        #expect(imports(of: "import A; import B;@testable import C\nimport struct D.E; import F.G") == ["A", "B", "C", "D", "F"])
    }

    /// Every row of the table points downwards: no target can reach itself.
    @Test func tableHasNoCycles() {
        func reaches(_ from: String, _ to: String, _ depth: Int = 0) -> Bool {
            depth < 10 && (allowed[from] ?? []).contains { $0 == to || reaches($0, to, depth + 1) }
        }
        for target in allowed.keys { #expect(!reaches(target, target), "\(target) reaches itself") }
    }
}
