import SaddleModels
import SaddleNumerics
import Testing
import TestSupport

/// The label of a table is found by its name, row numbers are no feature, and what is not plain is asked for. Oracle: tables that
/// hold the same two samples of features 7, 8 and labels 1, 2 in every form.
struct TableColumnsTests {
    private func load(
        _ text: String, test: String? = nil, _ change: (inout DataSource) -> Void = { _ in }
    ) throws -> (data: Dataset, warnings: [String]) {
        try withTemporaryDirectory { directory in
            try writeFile(Array(text.utf8), directory + "/t.csv")
            var source = DataSource(source: "t.csv", preprocess: .none)
            if let test {
                try writeFile(Array(test.utf8), directory + "/test.csv")
                source.testSource = "test.csv"
            }
            change(&source)
            do {
                let loaded = try source.load(loss: .squared, relativeTo: directory)
                return (loaded.dataset, loaded.warnings.map { $0.replacing(directory + "/", with: "") })
            } catch { throw Words(text: "\(error)".replacing(directory + "/", with: "")) }
        }
    }

    private struct Words: Error, CustomStringConvertible {
        let text: String
        var description: String { text }
    }

    private func error(_ text: String, test: String? = nil, _ change: (inout DataSource) -> Void = { _ in }) -> String? {
        errorText { _ = try load(text, test: test, change) }
    }

    @Test(arguments: ["label", "labels", "target", "Targets", "y", "class"])
    func labelsAreFoundByName(_ name: String) throws {
        let (first, warnings) = try load("\(name),a,b\n1,7,70\n2,8,80\n")
        #expect(first.trainLabels.elements == [1, 2] && first.trainInputs.elements == [7, 8, 70, 80])
        #expect(first.name == "t.csv, label '\(name)'")
        #expect(warnings == ["the label is column 1 of t.csv, '\(name)', by its name; `label_column` chooses another"])
        let (last, silent) = try load("a,b,\(name)\n7,70,1\n8,80,2\n")
        #expect(last.trainLabels.elements == [1, 2] && last.trainInputs == first.trainInputs && silent.isEmpty)
        let (chosen, _) = try load("\(name),a,b\n1,7,70\n2,8,80\n") { $0.labelColumns = ["b"] }
        #expect(chosen.trainLabels.elements == [70, 80])
    }

    @Test func labelsThatAreNotPlain() throws {
        #expect(
            error("y,a,label\n1,7,70\n")
                == "label_column: missing: columns y, label of t.csv may each be the label; expected one of them, or a list of targets"
        )
        #expect(
            error("a,a,b\n1,7,70\n") { $0.labelColumns = ["a"] }
                == "label_column: several columns of t.csv are called 'a'; expected different names")
        let (_, warnings) = try load("7,1\n8,2\n")
        #expect(
            warnings == ["t.csv names no columns; the label is taken from the last, number 2; `label_column` chooses another"])
        #expect(try load("7,1\n8,2\n") { $0.labelColumns = ["2"] }.warnings.isEmpty)
        #expect(error("y\n1\n2\n") == "t.csv: 1 column, none of them a feature; expected features in numbers and a label")
    }

    /// As `DataFrame.to_csv` writes it, at once or after `read_csv` has taken the numbers for a column.
    @Test(arguments: ["", "Unnamed: 0"]) func rowNumbersAreNoFeature(_ name: String) throws {
        let (data, warnings) = try load("\(name),a,y\n0,7,1\n1,8,2\n")
        #expect(data.trainInputs.elements == [7, 8] && data.trainLabels.elements == [1, 2])
        #expect(
            warnings == [
                "column 1 of t.csv has no name and counts 0, 1, 2, …: row numbers, as pandas writes them; they are no feature"
            ])
        #expect(error("\(name),a,y\n5,7,1\n1,8,2\n")?.hasPrefix("t.csv: column 1 ") == true)
        #expect(error("\(name),a,y\n5,7,1\n1,8,2\n")?.hasSuffix("(pandas: to_csv(…, index=False)), or with `drop: [1]`") == true)
        // Row numbers of the test samples go on where those of the training samples end.
        let split = try load("\(name),a,y\n0,7,1\n1,8,2\n", test: "\(name),a,y\n2,9,3\n")
        #expect(split.data.testInputs.elements == [9] && split.data.testLabels.elements == [3])
    }

    @Test func countingColumnsWithoutNamesAreSaid() throws {
        let (data, warnings) = try load("0,7,1\n1,8,2\n2,9,3\n") { $0.labelColumns = ["3"] }
        #expect(data.inputDimension == 2)
        #expect(warnings == ["column 1 of t.csv counts 0, 1, 2, … and is used as a feature; if it is row numbers, remove it"])
    }

    /// pandas calls columns without names 0, 1, 2, ….
    @Test func countingNamesAreNoSample() throws {
        for text in ["0,1,2\n7,70,1\n8,80,2\n", ",0,1,2\n0,7,70,1\n1,8,80,2\n"] {
            let (data, warnings) = try load(text)
            #expect(data.trainInputs.elements == [7, 8, 70, 80] && data.trainLabels.elements == [1, 2])
            #expect(warnings.first?.hasSuffix("names the columns; `header: false` makes it a sample") == true)
        }
        let chosen = try load("0,1,2\n7,70,1\n8,80,2\n") { ($0.labelColumns, $0.table.header) = (["1"], true) }
        #expect(chosen.data.trainLabels.elements == [70, 80] && chosen.warnings.isEmpty)
        #expect(
            error("0,1,2\n7,70,1\n") { $0.labelColumns = ["3"] } == "label_column: no column '3'; expected one of 0, 1, 2")
        let samples = try load("0,1,2\n7,70,1\n8,80,2\n") { $0.table.header = false }
        #expect(samples.data.trainLabels.elements == [2, 1, 2])
        // Two columns may well begin with the sample x = 0, y = 1.
        #expect(
            error("0,1\n7,1\n")
                == "t.csv, line 1: 0, 1 may be a sample or pandas' names of two columns; give the columns other names, or say which it "
                + "is with `header: true` or `header: false`")
        #expect(try load("0,1\n7,1\n") { $0.table.header = false }.data.trainLabels.elements == [1, 1])
        #expect(try load("0,1\n7,1\n8,2\n") { $0.table.header = true }.data.trainLabels.elements == [1, 2])
    }

    @Test func testSamplesHaveTheSameColumns() throws {
        let train = "y,a,b\n1,7,70\n2,8,80\n"
        let (data, _) = try load(train, test: "y,a,b\n3,9,90\n")
        #expect(data.testLabels.elements == [3] && data.testInputs.elements == [9, 90])
        #expect(try load(train, test: "3,9,90\n").data.testLabels.elements == [3])
        #expect(
            error(train, test: "a,b,y\n9,90,3\n")
                == "test.csv: columns a, b, y; those of the training samples are y, a, b: expected the same")
        #expect(error(train, test: "3,9\n") == "test.csv: 2 columns; the training samples have 3")
    }

    /// Tables as people have them; samples 1 and 2 of features 7, 8 and 70, 80.
    @Test(arguments: [
        "name,a,b,y\nfirst,7,70,1\nsecond,8,80,2\n", "a,empty,b,y\n7,,70,1\n8,,80,2\n", "a;b;y\n7,0;70,0;1,0\n8,0;80,0;2,0\n",
        "a,b,note,y\n7,70,,1\n8,80,\"one, two\",2\n", "a b y\n7 70 1\n8 80 2\n", "sep=|\na|b|y\n7|70|1\n8|80|2\n",
        "a,b,y\n7±1,70±1,1\n8±1,80±1,2\n", "a,b,y\n0.007k,0.07k,1\n0.008k,0.08k,2\n", "a,b,y\n700%,70,1\n800%,80,2\n",
    ])
    func otherColumnsDoNoHarm(_ text: String) throws {
        let (data, _) = try load(text)
        #expect(data.trainInputs.elements == [7, 8, 70, 80] && data.trainLabels.elements == [1, 2])
    }

    @Test func columnsAreChosen() throws {
        let text = "id,a,b,c,y\nx1,7,70,?,1\nx2,8,80,5,2\n"
        #expect(
            error(text)
                == "t.csv, line 2, column 4 ('c'): '?'; expected a finite number (`missing: drop` leaves such rows out)")
        for change: (inout DataSource) -> Void in [{ $0.columns = ["a", "b"] }, { $0.drop = ["c"] }, { $0.drop = ["id", "4"] }] {
            #expect(try load(text, change).data.trainInputs.elements == [7, 8, 70, 80])
        }
        #expect(try load(text) { $0.columns = ["b", "a"] }.data.trainInputs.elements == [70, 80, 7, 8])
        let dropped = try load(text) { $0.table.missing = .drop }
        #expect(dropped.data.trainInputs.elements == [8, 80, 5] && dropped.data.trainLabels.elements == [2])
        #expect(dropped.warnings.contains("1 of 2 rows of t.csv are left out, since a cell that is needed is missing (line 2)"))
        #expect(
            error(text) { $0.columns = ["id"] } == "columns: column 1 ('id') of t.csv holds texts, such as 'x1'; expected numbers"
        )
        #expect(error(text) { $0.columns = ["y"] } == "columns: column 5 ('y') of t.csv is the label; expected features")
        #expect(error(text) { ($0.columns, $0.drop) = (["a"], ["b"]) }?.hasPrefix("drop: does not apply together with") == true)
        #expect(
            error(text) { $0.drop = ["d"] } == "drop: no column 'd'; expected a number from 1 to 5 or one of id, a, b, c, y")
        #expect(
            error("a,b,y\n7,70,1\n8,n.a.,2\n")
                == "t.csv, line 3, column 2 ('b'): 'n.a.'; expected a finite number (`drop: [b]` leaves the column out)")
    }

    @Test func severalTargets() throws {
        let (data, warnings) = try load("a,u,v\n7,1,10\n8,2,20\n") { $0.labelColumns = ["u", "v"] }
        #expect(data.trainLabels.elements == [1, 2, 10, 20] && data.trainInputs.elements == [7, 8])
        #expect(data.name == "t.csv, label 'u', 'v'" && warnings.isEmpty)
        #expect(
            error("a,u,v\n7,1,x\n8,2,y\n") { $0.labelColumns = ["u", "v"] }
                == "label_column: column 3 ('v') of t.csv holds texts, such as 'x'; expected numbers in each of several targets")
    }

    @Test func textsAreClasses() throws {
        let text = "a,b,kind\n7,70,dog\n8,80,cat\n7.5,75,dog\n"
        let (data, _) = try load(text) { $0.labelColumns = ["kind"] }
        #expect(
            data.classNames == ["cat", "dog"] && data.trainClasses == [1, 0, 1] && data.trainLabels.elements == [-1, 1, -1])
        // Fisher's flowers have no names of columns, and the species is the last.
        let flowers = (0..<9).map { "\($0).5,\($0 * $0).5,\(["setosa", "virginica", "versicolor"][$0 % 3])" }.joined(
            separator: "\n")
        let iris = try load(flowers).data
        #expect(iris.classNames == ["setosa", "versicolor", "virginica"] && iris.trainClasses == [0, 2, 1, 0, 2, 1, 0, 2, 1])
        #expect(iris.inputDimension == 2 && iris.outputCount == 3)
        let test = try load(text, test: "a,b,kind\n9,90,cat\n").data
        #expect(test.testClasses == [0])
        #expect(
            error(text) { $0.table.header = false }?.hasPrefix("t.csv, line 1, column 1: 'a'; expected a finite number") == true)
        #expect(
            error("a,note\n1,x\n2,y\n3,z\n")?.hasPrefix(
                "label_column: column 2 ('note') of t.csv holds 3 different texts in 3 rows")
                == true)
    }
}
