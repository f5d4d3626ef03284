import SaddleModels
import SaddleNumerics
import Testing
import TestSupport

/// Hundreds of tables of known numbers in random dialects, whole and damaged: each gives its numbers exactly, or an error that says where.
/// It would catch a cell read as another number, a row dropped in silence, and a crash.
struct TableFuzzTests {
    private func load(_ table: WrittenTable, _ directory: String, _ missing: TableFormat.Missing?) throws -> LoadedData {
        try writeFile(table.bytes, directory + "/t.csv")
        var source = DataSource(source: "t.csv", preprocess: .none)
        source.labelColumns = [table.hasHeader ? table.names[0] : String(table.numbers[0])]
        source.table.missing = missing
        return try source.load(loss: .squared, relativeTo: directory)
    }

    /// Whether the samples are those of the table. Features are in the order of the file.
    private func holds(_ data: Dataset, _ table: WrittenTable, withoutDamagedRow: Bool) -> Bool {
        let features = table.numbers.indices.dropFirst().sorted { table.numbers[$0] < table.numbers[$1] }
        return data.trainLabels.elements == table.values(0, withoutDamagedRow: withoutDamagedRow)
            && data.trainInputs.elements == features.flatMap { table.values($0, withoutDamagedRow: withoutDamagedRow) }
    }

    @Test(arguments: WrittenTable.Damage.allCases) func tables(_ damage: WrittenTable.Damage) throws {
        var stream = RandomStream(seed: 23, .test)
        try withTemporaryDirectory { directory in
            var read = 0
            for _ in 0..<120 {
                let table = WrittenTable(damage) { stream.word() }
                let shown = "\(String(decoding: table.bytes, as: UTF8.self))"
                let line = "t.csv, line \(table.damagedLine)"
                let loaded: LoadedData?
                var words = ""
                do { loaded = try load(table, directory, nil) } catch { (loaded, words) = (nil, "\(error)") }
                if loaded == nil {
                    #expect(words.count > 20 && words.count < 700, "\(words)")
                    #expect(words.contains("t.csv") || words.hasPrefix("label_column"), "\(words)")
                } else {
                    read += 1
                }
                switch damage {
                case .none:
                    let data = try #require(loaded, "\(words)\n\(shown)").dataset
                    #expect(holds(data, table, withoutDamagedRow: false), "\(shown)")
                    #expect(!holds(data, table, withoutDamagedRow: true), "a missing row is not seen")
                case .garbage:
                    #expect(
                        loaded == nil && words.contains(line) && words.contains(table.damagedText.prefix(20)),
                        "\(words)\n\(shown)")
                case .missing:
                    #expect(loaded == nil && words.contains(line) && words.contains("`missing: drop`"), "\(words)\n\(shown)")
                    let dropped = try load(table, directory, .drop)
                    #expect(holds(dropped.dataset, table, withoutDamagedRow: true), "\(shown)")
                    #expect(dropped.warnings.contains { $0.hasSuffix("is missing (line \(table.damagedLine))") }, "\(shown)")
                case .ragged, .openQuote: #expect(loaded == nil, "\(shown)")
                case .bytes:
                    guard let data = loaded?.dataset else { continue }
                    #expect(
                        data.trainInputs.elements.allSatisfy { $0.isFinite }
                            && data.trainLabels.elements.allSatisfy { $0.isFinite })
                    #expect(data.trainCount > 0 && data.inputDimension > 0)
                }
            }
            #expect((read > 0) == (damage == .none || damage == .bytes), "\(read) were read")
        }
    }
}
