import SaddleMeasures
import SaddleNumerics
import Testing
import TestSupport

/// Losses in tables and in exports of training logs. Oracle: tables made from the same numbers in Swift. It would catch a column taken
/// for another, a step 0 that stops the fit, and a run that is dropped in silence.
struct LossFileTests {
    private func read(
        _ text: String, size: String? = nil, loss: String? = nil, error: String? = nil, _ format: TableFormat = TableFormat()
    ) throws -> LossFile {
        try LossFile(CSV(Array(text.utf8), file: "t.csv", format), size: size, loss: loss, error: error)
    }

    private let plain, withErrors: LossTable

    init() throws {
        let (sizes, losses) = ([10.0, 20, 40, 80], [1, 0.7, 0.5, 0.35])
        plain = try LossTable(sizes: sizes, losses: losses)
        withErrors = try LossTable(sizes: sizes, losses: losses, errors: [0.1, 0.07, 0.05, 0.03])
    }

    @Test(arguments: [
        "size,loss\n10,1\n20,0.7\n40,0.5\n80,0.35\n", "size;loss\n10;1,0\n20;0,7\n40;0,5\n80;0,35\n",
        "model,size,note,loss\na,10,,1\nb,20,first,0.7\nc,40,,0.5\nd,80,,0.35\n", "10 1\n20 0.7\n40 0.5\n80 0.35\n",
        ",size,loss\n0,10,1\n1,20,0.7\n2,40,0.5\n3,80,0.35\n", "\"\",size,loss\n1,10,1\n2,20,0.7\n3,40,0.5\n4,80,0.35\n",
    ])
    func plainTables(_ text: String) throws {
        #expect(try read(text).table == plain)
    }

    /// A run that diverged is named and left out; what is no number at all is not.
    @Test func divergedRows() throws {
        let file = try read("size,loss\n10,1\n20,0.7\n30,inf\n40,0.5\n80,0.35\n90,diverged\n")
        #expect(file.table == plain)
        #expect(
            file.remarks.contains { $0.contains("2 rows of t.csv") && $0.contains("diverged (lines 4, 7)") }, "\(file.remarks)")
        #expect(errorText { _ = try read("size,loss\n10,1\n20,much\n40,0.5\n") }?.contains("much") == true)
        let resources = try ResourceTable(
            CSV(Array("n,d,loss\n1e6,1e8,3\n1e6,1e9,inf\n1e7,1e9,2\n".utf8), file: "t.csv", TableFormat()), .init())
        #expect(resources.rows.map(\.loss) == [3, 2] && resources.remarks.contains { $0.contains("(line 3)") })
    }

    @Test func suffixesAndThousands() throws {
        let file = try read("params,loss\n70M,4\n\"160,000,000\",3\n0.41B,2\n1e9,1\n")
        #expect(file.table.sizes == [7e7, 1.6e8, 4.1e8, 1e9] && file.sizeName == "params" && file.lossName == "loss")
    }

    @Test func errorsBesideLosses() throws {
        #expect(try read("n,loss\n10,1±0.1\n20,0.7 +- 0.07\n40,0.5±0.05\n80,0.35±0.03\n").table == withErrors)
        let columns = "n,loss,e\n10,1,0.1\n20,0.7,0.07\n40,0.5,0.05\n80,0.35,0.03\n"
        #expect(try read(columns, error: "e").table == withErrors && read(columns).table == plain)
        #expect(
            errorText { _ = try read("n,loss,e\n10,1±0.1,1\n20,1±0.1,1\n30,1±0.1,1\n40,1±0.1,1\n", error: "e") }
                == "error_column: column 2 ('loss') of t.csv has errors of its own (±); expected one of them")
        #expect(
            errorText { _ = try read("n,loss\n10,1±0.1\n20,1±0\n30,1±0.1\n40,1±0.1\n") }
                == "t.csv, line 3, column 2 ('loss'): the error is 0.0; expected a number above 0")
    }

    @Test func missingLosses() throws {
        let text = "n,loss\n10,1\n15,\n20,0.7\n30,nan\n40,0.5\n80,0.35\n"
        #expect(errorText { _ = try read(text) }?.hasPrefix("t.csv, line 3, column 2 ('loss'): is empty") == true)
        let file = try read(text, TableFormat(missing: .drop))
        #expect(file.table == plain)
        #expect(file.remarks == ["2 of 6 rows of t.csv are left out, since a cell that is needed is missing (lines 3, 5)"])
    }

    @Test func tensorBoard() throws {
        let file = try read(
            "Wall time,Step,Value\n1700000000.1,0,2.5\n1700000001.1,10,1\n1700000002.1,20,0.7\n1700000003.1,40,0.5\n1700000004.1,80,0.35\n"
        )
        #expect(file.table == plain && file.sizeName == "Step" && file.lossName == "Value")
        #expect(
            file.remarks == [
                "t.csv is an export of TensorBoard: sizes are column 2 ('Step'), losses column 3 ('Value')",
                "1 loss at size 0 of t.csv is left out: the fit works on logarithms",
            ])
        // Not an export: nothing is dropped.
        #expect(
            errorText { _ = try read("Step,Value\n0,2.5\n10,1\n20,0.7\n40,0.5\n80,0.35\n") }
                == "t.csv, line 2, column 1 ('Step'): the size is 0.0; expected a number above 0 (the fit works on logarithms)")
    }

    /// As the chart of one quantity is exported, with the steps of every run.
    @Test func weightsAndBiasesWide() throws {
        func row(_ step: Int, _ a: String, _ b: String) -> String {
            "\"\(step)\",\"\(step)\",\"\(step)\",\"\(step)\",\"\(a)\",\"\(a)\",\"\(a)\",\"\(b)\",\"\(b)\",\"\(b)\"\n"
        }
        let names = ["a - _step", "a - train/loss", "b - x - train/loss"].flatMap { [$0, "\($0)__MIN", "\($0)__MAX"] }
        let header = (["Step"] + names).map { "\"\($0)\"" }.joined(separator: ",") + "\n"
        let text =
            header + row(0, "3", "3") + row(10, "1.1", "0.9") + row(20, "0.8", "") + row(40, "0.5", "0.6") + row(80, "0.4", "0.3")
        let file = try read(text)
        let expected = try LossTable(
            sizes: [10, 20, 40, 80, 10, 40, 80], losses: [1.1, 0.8, 0.5, 0.4, 0.9, 0.6, 0.3])
        #expect(file.table == expected && file.lossName == "train/loss" && file.sizeName == "Step")
        #expect(
            file.remarks == [
                "t.csv is an export of Weights & Biases: sizes are column 1 ('Step'), losses those of 2 runs ('train/loss'), taken for "
                    + "repetitions; the columns __MIN and __MAX are not used",
                "1 cell of t.csv is empty: nothing was logged there",
                "2 losses at size 0 of t.csv are left out: the fit works on logarithms",
            ])
        let one = try read(text, loss: "a - train/loss")
        #expect(try one.table == LossTable(sizes: [10, 20, 40, 80], losses: [1.1, 0.8, 0.5, 0.4]))
        #expect(one.lossName == "a - train/loss")
        #expect(try read(text, loss: "train/loss").table == expected)
        // A loss that diverged was logged.
        let diverged = text.replacing("\"0.3\"", with: "\"NaN\"")
        #expect(errorText { _ = try read(diverged) }?.hasPrefix("t.csv, line 6, column 8 ('b - x - train/loss'): 'NaN'") == true)
        #expect(try read(diverged, TableFormat(missing: .drop)).table.sizes == [10, 20, 40, 80])
        let two = text.replacing("b - x - train/loss", with: "b - accuracy")
        #expect(
            errorText { _ = try read(two) }
                == "loss_column: t.csv is an export of Weights & Biases with several quantities; expected one of accuracy, train/loss"
        )
        #expect(errorText { _ = try read(two, loss: "accuracy") }?.hasPrefix("3 different sizes") == true)
    }

    @Test func weightsAndBiasesLong() throws {
        let history =
            ",_step,loss,_runtime,_timestamp,note\n0,0,2,1.5,1700000000,\n1,10,1,2.5,1700000001,x\n2,15,,3,1700000001,\n"
            + "3,20,0.7,3.5,1700000002,\n4,40,0.5,4.5,1700000003,\n5,80,0.35,5.5,1700000004,\n"
        let file = try read(history)
        #expect(file.table == plain && file.sizeName == "_step" && file.lossName == "loss" && file.remarks.count == 3)
        let ambiguous = history.replacing(",loss,", with: ",accuracy,").replacing(",note\n", with: ",error\n").replacing(
            ",x", with: ",1")
        #expect(errorText { _ = try read(ambiguous) }?.hasSuffix("may be the loss; expected one of accuracy, error") == true)

        let runs =
            "Name,State,Created,Runtime,params,seed,val_loss\na,finished,2024-01-01,100,10,1,1\nb,finished,2024-01-01,100,20,1,0.7\n"
            + "c,finished,2024-01-01,100,40,1,0.5\nd,finished,2024-01-01,100,80,1,0.35\n"
        #expect(try read(runs, size: "params").table == plain)
        #expect(
            errorText { _ = try read(runs) }
                == "size_column: t.csv is an export of Weights & Biases with several columns that may be the size; expected one of params, seed"
        )
    }

    @Test(arguments: [
        ("n,loss\n1,1\n2,x\n", "t.csv, line 3, column 2 ('loss'): 'x'; expected a finite number"),
        (
            "n,loss\n1,1\n2,-3\n",
            "t.csv, line 3, column 2 ('loss'): the loss is -3.0; expected a number above 0 (the fit works on logarithms)"
        ),
        ("n,loss\n1,1\n2,3\n", "2 different sizes; expected 4 or more, of data, width, time or compute"),
        ("n,text\n1,a\n2,b\n", "t.csv: one column of numbers; expected a size and a loss in each row"),
    ])
    func errorsSayWhere(_ text: String, _ words: String) {
        #expect(errorText { _ = try read(text) } == words)
    }

    @Test func columnsAreCalledByNameOrNumber() throws {
        let text = "n,loss\n10,1\n20,0.7\n40,0.5\n80,0.35\n"
        #expect(try read(text, size: "1", loss: "loss").table == plain)
        #expect(
            errorText { _ = try read(text, loss: "los") }
                == "loss_column: no column 'los' in t.csv; expected a number from 1 to 2 or one of n, loss")
        #expect(errorText { _ = try read(text, loss: "n") }?.hasPrefix("loss_column: column 1 ('n') is to be two of") == true)
        #expect(
            errorText { _ = try read("loss,loss\n10,1\n", loss: "loss") }
                == "loss_column: several columns of t.csv are called 'loss'; expected different names")
    }

    /// Tables of known numbers in random dialects, whole and damaged.
    @Test(arguments: WrittenTable.Damage.allCases) func writtenTables(_ damage: WrittenTable.Damage) throws {
        var stream = RandomStream(seed: 29, .test)
        var read = 0
        for _ in 0..<60 {
            let table = WrittenTable(damage, isPositive: true) { stream.word() }
            let names = (0..<2).map { table.hasHeader ? table.names[$0] : String(table.numbers[$0]) }
            do {
                let csv = try CSV(table.bytes, file: "t.csv", TableFormat(missing: .drop))
                let file = try LossFile(csv, size: names[0], loss: names[1])
                read += 1
                if damage == .bytes { continue }
                let expected = try LossTable(
                    sizes: table.values(0, withoutDamagedRow: file.remarks.count { $0.contains("left out") } > 0),
                    losses: table.values(1, withoutDamagedRow: file.remarks.count { $0.contains("left out") } > 0))
                #expect(file.table == expected, "\(String(decoding: table.bytes, as: UTF8.self))")
            } catch {
                #expect(damage != .none && damage != .missing, "\(error)\n\(String(decoding: table.bytes, as: UTF8.self))")
                #expect("\(error)".count > 20 && "\(error)".count < 700)
            }
        }
        #expect(read > 0 || damage == .ragged || damage == .openQuote, "\(damage): \(read)")
    }
}
