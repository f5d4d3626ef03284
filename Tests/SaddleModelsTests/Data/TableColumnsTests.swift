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
        let (chosen, _) = try load("\(name),a,b\n1,7,70\n2,8,80\n") { $0.labelColumn = "b" }
        #expect(chosen.trainLabels.elements == [70, 80])
    }

    @Test func labelsThatAreNotPlain() throws {
        #expect(
            error("y,a,label\n1,7,70\n")
                == "label_column: missing: columns y, label of t.csv may each be the label; expected one of them")
        #expect(
            error("a,a,b\n1,7,70\n") { $0.labelColumn = "a" }
                == "label_column: several columns of t.csv are called 'a'; expected different names")
        let (_, warnings) = try load("7,1\n8,2\n")
        #expect(
            warnings == ["t.csv names no columns; the label is taken from the last, number 2; `label_column` chooses another"])
        #expect(try load("7,1\n8,2\n") { $0.labelColumn = "2" }.warnings.isEmpty)
        #expect(error("y\n1\n2\n") == "t.csv: 1 column, none of them a feature; expected features and a label")
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
        #expect(error("\(name),a,y\n5,7,1\n1,8,2\n")?.hasSuffix("(pandas: to_csv(…, index=False))") == true)
        // Row numbers of the test samples go on where those of the training samples end.
        let split = try load("\(name),a,y\n0,7,1\n1,8,2\n", test: "\(name),a,y\n2,9,3\n")
        #expect(split.data.testInputs.elements == [9] && split.data.testLabels.elements == [3])
    }

    @Test func countingColumnsWithoutNamesAreSaid() throws {
        let (data, warnings) = try load("0,7,1\n1,8,2\n2,9,3\n") { $0.labelColumn = "3" }
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
        let chosen = try load("0,1,2\n7,70,1\n8,80,2\n") { ($0.labelColumn, $0.header) = ("1", true) }
        #expect(chosen.data.trainLabels.elements == [70, 80] && chosen.warnings.isEmpty)
        #expect(
            error("0,1,2\n7,70,1\n") { $0.labelColumn = "3" } == "label_column: no column '3'; expected one of 0, 1, 2")
        let samples = try load("0,1,2\n7,70,1\n8,80,2\n") { $0.header = false }
        #expect(samples.data.trainLabels.elements == [2, 1, 2])
        // Two columns may well begin with the sample x = 0, y = 1.
        #expect(
            error("0,1\n7,1\n")
                == "t.csv, line 1: 0, 1 may be a sample or pandas' names of two columns; give the columns other names, or say which it "
                + "is with 'header: true' or 'header: false'")
        #expect(try load("0,1\n7,1\n") { $0.header = false }.data.trainLabels.elements == [1, 1])
        #expect(try load("0,1\n7,1\n8,2\n") { $0.header = true }.data.trainLabels.elements == [1, 2])
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
}
