import SaddleNumerics
import Testing
import TestSupport

/// Numbers as people write them. Oracle: the same numbers as literals of Swift. It would catch a thousand read as one, a decimal comma
/// dropped, and a guess where the column does not tell.
struct WrittenNumberTests {
    /// One column, beside a text that keeps the separator a semicolon.
    private func column(_ cells: [String], _ format: TableFormat = TableFormat()) throws -> CSV.Numbers {
        let text = (["name;value"] + cells.map { "x;\($0)" }).joined(separator: "\n")
        let table = try CSV(Array(text.utf8), file: "t.csv", format)
        return try table.numbers(1, rows: Array(table.lines.indices))
    }

    @Test(arguments: [
        (["1,5", "2", "1,234"], [1.5, 2, 1.234]), (["1,234,567", "1,234"], [1_234_567, 1234]), (["1,234.5", "7"], [1234.5, 7]),
        (["1.234,5", "1.234"], [1234.5, 1234]), (["0,123"], [0.123]), (["1,234e3"], [1234]),
        (["1 234 567", "12"], [1_234_567, 12]),
        (["1'234.5"], [1234.5]), (["1’234,5"], [1234.5]), (["1_000"], [1000]), (["1\u{202F}234,5"], [1234.5]),
        (["\u{2212}3", "-4"], [-3, -4]), (["70M", "1.5B", "10k", "3", "2T", "1 K"], [7e7, 1.5e9, 1e4, 3, 2e12, 1e3]),
        (["70m", "1b"], [7e7, 1e9]), (["12%", "0.5 %"], [0.12, 0.005]), (["12,5%"], [0.125]), (["0.3M"], [300_000]),
        (["1.234"], [1.234]), (["+1.5d-2"], [0.015]), ([",5", "1,"], [0.5, 1]),
    ])
    func values(_ cells: [String], _ expected: [Double]) throws {
        let found = try column(cells)
        #expect(found.values == expected && found.errors == nil)
    }

    @Test(arguments: [
        "0.50±0.02", "0.50 ± 0.02", "0.50 +- 0.02", "0.50+/-0.02", "0,50±0,02", "50 % ± 2 %", "50±2%", "0.00050k±0.00002k",
    ])
    func errors(_ cell: String) throws {
        let found = try column([cell, cell])
        #expect(found.values == [0.5, 0.5] && found.errors == [0.02, 0.02])
    }

    @Test func wholeColumnsDecide() throws {
        let ambiguous = "'1,234' has a decimal mark or one between thousands, and no cell of the column tells which; expected "
        #expect(
            errorText { _ = try column(["1,234", "2,000"]) }
                == "t.csv, line 2, column 2 ('value'): " + ambiguous + "`decimal: comma` or `decimal: point`")
        #expect(try column(["1,234", "2,000"], TableFormat(decimal: .point)).values == [1234, 2000])
        #expect(try column(["1,234", "2,000"], TableFormat(decimal: .comma)).values == [1.234, 2])
        #expect(try column(["1.234"], TableFormat(decimal: .comma)).values == [1234])
        var options = TableFormat()
        options.namesOptions = true
        #expect(
            errorText { _ = try column(["1,234"], options) }?.hasSuffix("expected `--decimal comma` or `--decimal point`") == true
        )
    }

    @Test(arguments: [
        (
            ["1,5", "2.5"],
            "line 2, column 2 ('value'): '1,5' has a decimal comma, and '2.5' (line 3) a decimal point; expected one"
        ),
        (["12%", "3"], "line 3, column 2 ('value'): '3' is not in per cent, and other cells are"),
        (["1±0.1", "3"], "line 3, column 2 ('value'): '3' has no error (±), and other cells have one"),
        (["70m", "30"], "line 2, column 2 ('value'): '70m': m may be milli or mega"),
        (["1,23,456"], "'1,23,456'; expected a finite number"), (["1e"], "'1e'; expected"), (["1.2.3"], "'1.2.3'; expected"),
        (["70 Mx", "1"], "'70 Mx'; expected"), (["--5", "1"], "'--5'; expected"), (["1±-1"], "'1±-1'; expected"),
        (["2024-01-01", "1"], "'2024-01-01'; expected"), (["1e400"], "'1e400'; expected a finite number"),
        (["1±1e400"], "expected a finite number and a finite error"), (["0,5", "1.5"], "decimal comma"),
    ])
    func refused(_ cells: [String], _ words: String) {
        let text = errorText { _ = try column(cells) }
        #expect(text?.contains(words) == true, "\(text ?? "no error")")
    }

    /// One file has one decimal mark: a column that does not tell follows those that do, and says so.
    @Test func otherColumnsTell() throws {
        func first(_ text: String) throws -> CSV.Numbers {
            let table = try CSV(Array(text.utf8), file: "t.csv")
            return try table.numbers(0, rows: Array(table.lines.indices))
        }
        let thousands = try first("n;loss\n1.000;0,5\n2.000;0,4\n")
        #expect(thousands.values == [1000, 2000] && thousands.remarks.count == 1)
        #expect(thousands.remarks.first?.contains("'1.000' is read with a decimal comma") == true)
        let quoted = try first("n,loss\n\"1,000\",0.5\n\"2,000\",0.4\n")
        #expect(quoted.values == [1000, 2000] && quoted.remarks.count == 1)
        let plain = try first("n,loss\n1.000,0.5\n2.000,0.4\n")
        #expect(plain.values == [1, 2] && plain.remarks.isEmpty)
        #expect(throws: FileError.self) { try first("n;a;b\n1.000;0,5;0.5\n2.000;0,4;0.5\n") }
    }
}
