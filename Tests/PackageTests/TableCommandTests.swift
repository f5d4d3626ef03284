import Testing

extension CommandTests {
    /// Tables as people have them, from the file to the answer.
    @Test func tables() throws {
        defer { cleanUp() }
        let rows = (1...6).map { "\($0)M;\($0 > 5 ? "" : "0,\(9 - $0)")" }.joined(separator: "\n")
        try write("params;loss\n\(rows)\n", "t.csv")
        let refused = try run("measure", "scaling", "t.csv", "--loss-column", "los")
        #expect(refused.code == 2 && refused.errors.contains("error: --loss-column: no column 'los' in t.csv; expected a number"))
        let missing = try run("measure", "scaling", "t.csv")
        #expect(missing.code == 2 && missing.errors.contains("t.csv, line 7, column 2 ('loss'): is empty") && !exists("runs/t"))
        let dropped = try run("measure", "scaling", "t.csv", "--missing", "drop")
        #expect(dropped.code == 0 && dropped.output.contains("5 sizes from 1.00·10⁶ to 5.00·10⁶"), "\(dropped.output)")
        try write(
            "a,b,name,kind\n" + (0..<12).map { "\($0 * 5 % 7),\($0 % 5),n\($0),\($0 % 3 == 0 ? "cat" : "dog")\n" }.joined(),
            "c.csv")
        try write("data: {source: c.csv, classes: [dog, cat], train: 8, test: 4}\nnetwork: {parameterization: ntk}\n", "c.yaml")
        let lazy = try run("predict", "lazy", "c.yaml")
        #expect(lazy.code == 0 && lazy.output.contains("test accuracy"), "\(lazy.errors)")
    }
}
