import Foundation
import SaddleMeasures
import SaddleNumerics
import Testing

func csvTable(_ text: String) throws -> CSV { try CSV([UInt8](text.utf8), file: "t.csv") }

/// Columns by their usual names, as people and loggers write them; and what is said where several, or none, may be meant.
@Suite struct TableColumnsTests {
    private func found(_ header: String, _ role: ColumnRole, _ wanted: String? = nil) throws -> String? {
        let count = header.filter { $0 == "," }.count + 1
        var columns = TableColumns(try csvTable("\(header)\n\(Array(repeating: "1", count: count).joined(separator: ","))\n"))
        return try columns.find(role, wanted).map { columns.title($0, "") }
    }

    @Test func usualNames() throws {
        #expect(try found("d_model,lr,final_loss", .width) == "d_model")
        #expect(try found("config/hidden_size,optimizer.lr,x", .width) == "config/hidden_size")
        #expect(try found("config/hidden_size,optimizer.lr,x", .rate) == "optimizer.lr")
        #expect(try found("hiddenSize,learningRate,testLoss", .rate) == "learningRate")
        #expect(try found("a,train/loss,val/loss", .loss, "train/loss") == "train/loss")
        // A whole name goes before an ending, and a test loss before a training loss.
        #expect(try found("train_loss,test_loss", .loss) == "test_loss")
        #expect(try found("loss,test_loss,loss__MIN,loss__MAX", .loss) == "loss")
        #expect(try found("alpha,beta", .seed) == nil)
    }

    @Test func ambiguous() throws {
        #expect { try found("a/seed,b/seed", .seed) } throws: {
            "\($0)".contains("several columns of t.csv may hold seeds: a/seed, b/seed")
        }
        #expect { try found("a,b", .width, "c") } throws: { "\($0)".contains("no column 'c' in t.csv") }
        var columns = TableColumns(try csvTable("a,b\n1,2\n"))
        #expect { try columns.require(.width) } throws: {
            "\($0)".contains("no column of t.csv is called as widths are (width, n, d_model")
        }
        _ = try columns.find(.width, "a")
        #expect { try columns.find(.step, "a") } throws: { "\($0)".contains("has another role already") }
    }
}
