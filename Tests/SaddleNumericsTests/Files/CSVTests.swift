import Foundation
import SaddleNumerics
import Testing
import TestSupport

/// Tables in the dialects that people have, and errors that say where the file is wrong.
struct CSVTests {
    private func read(_ text: String, _ format: TableFormat = TableFormat()) throws -> CSV {
        try CSV(Array(text.utf8), file: "t.csv", format)
    }

    /// All columns as numbers.
    private func numbers(_ table: CSV) throws -> [[Double]] {
        try (0..<table.width).map { try table.numbers($0, rows: Array(table.lines.indices)).values }
    }

    @Test(arguments: [
        "1,2,3\n4,5,6\n", "1;2;3\r\n4;5;6\r\n", "1\t2\t3\n4\t5\t6", "\u{FEFF}1, 2 ,3\n\n4,5,6\n\n", "\"1\",\"2\",\"3\"\n4,5,+6",
        "1|2|3\n4|5|6\n", "  1   2 3\n4 5\t6  \n", "1,2,3\r4,5,6\r", "sep=;\n1;2;3\n4;5;6\n", "\"sep=|\"\r\n1|2|3\r\n4|5|6\r\n",
        "1,0;2,0;3,0\n4,0;5,0;6,0\n", "1,0 2,0 3,0\n4,0 5,0 6,0\n", "1e0\t2,0\t3,0\n4\t5\t6,0\n", "# by hand\n1,2,3\n,,\n4,5,6\n",
        "\"1\n\",2,3\n4,5,6\n", "1d0 2 3\n4 5 6.0D+00\n",
    ])
    func readsDialects(_ text: String) throws {
        let table = try read(text)
        #expect(table.header == nil)
        #expect(try numbers(table) == [[1, 4], [2, 5], [3, 6]])
    }

    /// Encoded by Foundation.
    @Test(arguments: [String.Encoding.utf8, .utf16, .utf16LittleEndian, .utf16BigEndian, .isoLatin1])
    func readsEncodings(_ encoding: String.Encoding) throws {
        var bytes = Array(try #require("größe;a±b\r\n1;2,5±0,5\r\n".data(using: encoding)))
        if encoding == .utf16LittleEndian { bytes = [0xff, 0xfe] + bytes }
        if encoding == .utf16BigEndian { bytes = [0xfe, 0xff] + bytes }
        let table = try CSV(bytes, file: "t.csv")
        #expect(table.header == ["größe", "a±b"])
        let column = try table.numbers(1, rows: [0])
        #expect(column.values == [2.5] && column.errors == [0.5])
        #expect(table.remarks.isEmpty == (encoding != .isoLatin1))
    }

    @Test func textsThatAreNoText() {
        func words(_ bytes: [UInt8]) -> String? { errorText { _ = try CSV(bytes, file: "t.csv") } }
        #expect(words([0xff, 0xfe, 0x31]) == "t.csv: truncated UTF-16: an odd number of bytes")
        #expect(words([0xff, 0xfe, 0x00, 0xd8, 0x31, 0x00]) == "t.csv: damaged UTF-16")
        #expect(words([0xff, 0xfe, 0, 0, 0x31, 0, 0, 0]) == "t.csv: a text in UTF-32; expected UTF-8 or UTF-16")
        #expect(
            words([0x31, 0x00, 0x2c, 0x00])
                == "t.csv: not a text: byte 1 (from 0) is zero; expected UTF-8, or UTF-16 that begins with a byte order mark")
    }

    @Test func findsTheHeader() throws {
        let table = try read("x, \"y, z\",label\n1,2,3\n\n4,5,6\n")
        #expect(table.header == ["x", "y, z", "label"])
        #expect(table.width == 3 && table.lines == [2, 4])
        // A text above numbers, beside names that are numbers or blank.
        #expect(try read("size,64,128\n1,2,3\n").header == ["size", "64", "128"])
        #expect(try read("size,64,128\n1,2,3\n").remarks.count == 1)
        #expect(try read("size,,loss\n1,a,3\n").header == ["size", "", "loss"])
        // A text above texts tells nothing: Fisher's flowers come without names.
        #expect(try read("5.1,3.5,setosa\n4.9,3,setosa\n").header == nil)
        #expect(try read("nan,1\n2,3\n").header == nil)
        let quoted = try read("\"a \"\"b\"\"\",c\n1,2\n")
        #expect(quoted.header == ["a \"b\"", "c"])
    }

    /// pandas' row numbers and the numbers that it calls columns by.
    @Test func namesThatPandasMakes() throws {
        let table = try read(",0,1\n0,7,8\n1,9,10\n")
        #expect(table.header == ["", "0", "1"] && table.firstColumnHasNoName && table.firstColumnCounts())
        #expect(try table.column("1") == 2 && table.columnNames == "one of 0, 1")
        #expect(throws: CSV.NameError.unknown) { try table.column("3") }
        #expect(throws: CSV.NameError.ambiguous) { try read("a,a\n1,2\n").column("a") }
        #expect(try read("0,1,2\n3,4,5\n").header == ["0", "1", "2"])
        #expect(try read("0,1,3\n3,4,5\n").header == nil)
        #expect(try read("0,1,2\n3,4,5\n", TableFormat(header: false)).lines == [1, 2])
        #expect(try read("1990,x\n3,4\n", TableFormat(header: true)).header == ["1990", "x"])
        #expect(errorText { _ = try read("0,1\n3,4\n") }?.hasPrefix("t.csv, line 1: 0, 1 may be a sample or") == true)
        let named = try read("a,b\n0,7\n1,8\n")
        #expect(!named.firstColumnHasNoName && named.firstColumnCounts())
    }

    /// The standard library's correctly rounded conversion is the oracle.
    @Test func numbersAreRoundedCorrectly() throws {
        let texts = [
            "0.1", "-0.1", "123456.789012345", "3.14159265358979", "1e-3", "-2.5E+10", "999999999999999", "9007199254740993",
            "0.000000000000001", "1.7976931348623157e308", "5e-324", ".5", "5.", "-0", "0.30000000000000004",
        ]
        let values = try numbers(read(texts.joined(separator: ","))).map { $0[0] }
        for (text, value) in zip(texts, values) {
            #expect(value.bitPattern == Double(text.hasSuffix(".") ? text + "0" : text)!.bitPattern, "\(text)")
        }
    }

    @Test(arguments: [
        ("1,2\n3,x\n", "t.csv, line 2, column 2: 'x'; expected a finite number"),
        ("1,2\n3\n", "t.csv, line 2: 1 column where the lines before have 2"),
        (
            "a,b\n1,2,3\n",
            "t.csv, line 2: 3 columns where the lines before have 2 (numbers with commas need quotes, or semicolons between them)"
        ),
        ("a,b\n1,2\n3,1e999\n", "t.csv, line 3, column 2 ('b'): '1e999'; expected a finite number"),
        ("a,b\n1,inf\n", "t.csv, line 2, column 2 ('b'): 'inf'; expected a finite number"),
        ("1,\"2\n", "t.csv, line 1: unbalanced quotes: one that opens here is not closed"),
        ("", "t.csv: no rows in it"), ("a,b\n", "t.csv: no rows in it"), ("# nothing\n", "t.csv: no rows in it"),
        ("a,b\n1,0x10\n", "t.csv, line 2, column 2 ('b'): '0x10'; expected a finite number"),
        (
            "1,2\n3,\(String(repeating: "y", count: 5000))\n",
            "t.csv, line 2, column 2: '\(String(repeating: "y", count: 40))…'; expected a finite number"
        ),
        ("1,2\n3,\u{1B}[31m\n", "t.csv, line 2, column 2: '\u{FFFD}[31m'; expected a finite number"),
    ])
    func errorsNameLineAndColumn(_ text: String, _ words: String) {
        #expect(errorText { _ = try numbers(read(text)) } == words)
    }

    @Test func missingCells() throws {
        let text = "a,b,c\n1,2,x\n3,,y\n4,NaN,z\n5,6,\n"
        let table = try read(text)
        #expect(
            errorText { _ = try table.completeRows([0, 1]) }
                == "t.csv, line 3, column 2 ('b'): is empty; expected a finite number (`missing: drop` leaves such rows out)")
        let dropping = try read(text, TableFormat(missing: .drop))
        let complete = try dropping.completeRows([0, 1])
        #expect(complete.rows == [0, 3])
        #expect(
            complete.remark
                == "2 of 4 rows of t.csv are left out, since a cell that is needed is missing (lines 3, 4)")
        #expect(try dropping.completeRows([0, 1], texts: [2]).rows == [0])
        #expect(try dropping.completeRows([0]).remark == nil)
        #expect(table.kind(0) == .numbers && table.kind(1) == .numbers && table.kind(2) == .texts)
    }

    @Test func readsCompressedFiles() throws {
        try withTemporaryDirectory { directory in
            // gzip.compress(b"1,2\n3,4\n")
            let bytes: [UInt8] = [
                31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 51, 212, 49, 226, 50, 214, 49, 225, 2, 0, 71, 147, 108, 175, 8, 0, 0, 0,
            ]
            try writeFile(bytes, directory + "/t.csv")
            #expect(try numbers(CSV.read(directory + "/t.csv")) == [[1, 3], [2, 4]])
        }
    }

    @Test func noBytesCrash() {
        var stream = RandomStream(seed: 1, .test)
        let alphabet = Array("0123456789.,;\t\n\r\"-+eEx %MÂ±'|\u{FEFF}".utf8)
        var tables = 0
        for _ in 0..<3000 {
            let bytes = (0..<20).map { _ in alphabet[Int(stream.word() % UInt64(alphabet.count))] }
            guard let table = try? CSV(bytes, file: "t"), let values = try? numbers(table) else { continue }
            tables += 1
            #expect(values.joined().allSatisfy { $0.isFinite } && !table.lines.isEmpty)
        }
        #expect(tables > 10, "\(tables) of 3000 are tables of numbers")
    }
}
