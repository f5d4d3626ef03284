import SaddleNumerics
import Testing
import TestSupport

/// Tables of numbers in the usual dialects, and errors that say where the file is wrong.
struct CSVTests {
    private func read(_ text: String) throws -> CSV { try CSV(Array(text.utf8), file: "t.csv") }

    @Test(arguments: [
        "1,2,3\n4,5,6\n", "1;2;3\r\n4;5;6\r\n", "1\t2\t3\n4\t5\t6", "\u{FEFF}1, 2 ,3\n\n4,5,6\n\n", "\"1\",\"2\",\"3\"\n4,5,+6",
    ])
    func readsDialects(_ text: String) throws {
        let table = try read(text)
        #expect(table.header == nil)
        #expect(table.values == Tensor(shape: [2, 3], elements: [1, 2, 3, 4, 5, 6]))
    }

    @Test func findsTheHeader() throws {
        let table = try read("x, \"y, z\",label\n1,2,3\n\n4,5,6\n")
        #expect(table.header == ["x", "y, z", "label"])
        #expect(table.values.shape == [2, 3])
        #expect(table.lines == [2, 4])
    }

    /// pandas' row numbers and the numbers that it calls columns by.
    @Test func namesThatPandasMakes() throws {
        let table = try read(",0,1\n0,7,8\n1,9,10\n")
        #expect(table.header == ["", "0", "1"] && table.firstColumnHasNoName && table.firstColumnCounts)
        #expect(table.column("1") == 2 && table.column("3") == nil && table.columnNames == "one of 0, 1")
        #expect(try read("0,1,2\n3,4,5\n").header == ["0", "1", "2"])
        #expect(try read("0,1,3\n3,4,5\n").header == nil)
        #expect(try CSV(Array("0,1,2\n3,4,5\n".utf8), file: "t.csv", header: false).lines == [1, 2])
        #expect(try CSV(Array("1990,x\n3,4\n".utf8), file: "t.csv", header: true).header == ["1990", "x"])
        #expect(errorText { _ = try read("0,1\n3,4\n") }?.hasPrefix("t.csv, line 1: 0, 1 may be a sample or") == true)
        let named = try read("a,b\n0,7\n1,8\n")
        #expect(!named.firstColumnHasNoName && named.firstColumnCounts)
    }

    /// The standard library's correctly rounded conversion is the oracle.
    @Test func numbersAreRoundedCorrectly() throws {
        let texts = [
            "0.1", "-0.1", "123456.789012345", "3.14159265358979", "1e-3", "-2.5E+10", "999999999999999", "9007199254740993",
            "0.000000000000001", "1.7976931348623157e308", "5e-324", ".5", "5.", "-0", "0.30000000000000004",
        ]
        let values = try read(texts.joined(separator: ",")).values.elements
        for (text, value) in zip(texts, values) {
            #expect(value.bitPattern == Double(text.hasSuffix(".") ? text + "0" : text)!.bitPattern, "\(text)")
        }
    }

    @Test(arguments: [
        ("1,2\n3,x\n", "t.csv, line 2: column 2 'x'; expected a finite number"),
        ("1,2\n3\n", "t.csv, line 2: 1 columns where the lines before have 2"),
        ("1,2\n\n3,\n", "t.csv, line 3: column 2 is empty; expected a finite number"),
        ("1,nan\n", "t.csv, line 1: column 2 'nan'; expected a finite number, or a header, in which no column is a number"),
        ("a,2\n3,4\n", "t.csv, line 1: column 1 'a'; expected a finite number, or a header, in which no column is a number"),
        ("1,2\n3,1e999\n", "t.csv, line 2: column 2 '1e999'; expected a finite number"),
        ("1,\"2\n", "t.csv, line 1: unbalanced quotes"), ("", "t.csv: no numbers in it"), ("a,b\n", "t.csv: no numbers in it"),
        ("1,-\n", "t.csv, line 1: column 2 '-'; expected a finite number, or a header, in which no column is a number"),
    ])
    func errorsNameLineAndColumn(_ text: String, _ words: String) {
        #expect(errorText { _ = try read(text) } == words)
    }

    @Test func readsCompressedFiles() throws {
        try withTemporaryDirectory { directory in
            // gzip.compress(b"1,2\n3,4\n")
            let bytes: [UInt8] = [
                31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 51, 212, 49, 226, 50, 214, 49, 225, 2, 0, 71, 147, 108, 175, 8, 0, 0, 0,
            ]
            try writeFile(bytes, directory + "/t.csv")
            #expect(try CSV.read(directory + "/t.csv").values.elements == [1, 2, 3, 4])
        }
    }

    @Test func noBytesCrash() {
        var stream = RandomStream(seed: 1, .test)
        let alphabet = Array("0123456789.,;\t\n\r\"-+eEx \u{FEFF}".utf8)
        var tables = 0
        for _ in 0..<3000 {
            let bytes = (0..<20).map { _ in alphabet[Int(stream.word() % UInt64(alphabet.count))] }
            guard let table = try? CSV(bytes, file: "t") else { continue }
            tables += 1
            #expect(table.values.elements.allSatisfy { $0.isFinite })
        }
        #expect(tables > 10, "\(tables) of 3000 are tables")
    }
}
