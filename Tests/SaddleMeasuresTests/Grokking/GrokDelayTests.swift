import Foundation
import SaddleMeasures
import SaddleNumerics
import TestSupport
import Testing

// Delays of curves made with a known one, read from tables as people write them, and every way in which there is none.

private func curves(_ text: String, _ wanted: TrainingCurves.Columns = .init()) throws -> TrainingCurves {
    try TrainingCurves(CSV([UInt8](text.utf8), file: "curves.csv"), wanted)
}

/// exp(−t/a) and exp(−t/b), which are a tenth at t = a ln 10 and b ln 10.
private func exponentials(_ a: Double, _ b: Double, every step: Double = 5, to last: Double = 2000) -> TrainingCurves.Run {
    let steps = Array(stride(from: 0, through: last, by: step))
    return .init(steps: steps, train: steps.map { exp(-$0 / a) }, test: steps.map { exp(-$0 / b) })
}

@Suite struct GrokDelayTests {
    @Test func knownDelay() throws {
        let delay = GrokDelay(TrainingCurves(runs: [exponentials(20, 300)]))
        #expect(delay.outcome == .delayed && !delay.isRising)
        expectClose(delay.trainThreshold, 0.1, within: 1e-15)
        let found = try #require(delay.delay), expected = 280 * log(10.0)
        // Interpolation in logarithms is good to a part of the spacing; the records' own interval holds the truth.
        expectClose(found.value, expected, within: 1)
        #expect(found.low <= expected && expected <= found.high && found.high - found.low <= 20.001)
        expectClose(try #require(delay.ratio).value, 15, within: 0.1)
    }

    /// Student's interval over runs covers the mean delay; runs without one are not hidden.
    @Test func severalRuns() throws {
        let runs = (0..<6).map { exponentials(20 + Double($0), 300 + 10 * Double($0)) }
        let delay = GrokDelay(TrainingCurves(runs: runs)), mean = (280 + 9 * 2.5) * log(10.0)
        let found = try #require(delay.delay)
        #expect(found.low < mean && mean < found.high && delay.arrived == 6)
        let mixed = GrokDelay(TrainingCurves(runs: runs + [exponentials(20, 1e6)]))
        #expect(mixed.outcome == .mixed && mixed.arrived == 6)
    }

    @Test func thereIsNone() {
        #expect(GrokDelay(TrainingCurves(runs: [exponentials(20, 1e5)])).outcome == .neverGeneralizes)
        #expect(GrokDelay(TrainingCurves(runs: [exponentials(1e5, 1e6)])).outcome == .neverLearns)
        #expect(GrokDelay(TrainingCurves(runs: [exponentials(300, 300)])).outcome == .notDelayed)
        #expect(GrokDelay(TrainingCurves(runs: [exponentials(300, 20)])).outcome == .notDelayed)
        #expect(GrokDelay(TrainingCurves(runs: [exponentials(20, 300)]), testThreshold: 1e-30).outcome == .neverGeneralizes)
        // A curve that leaves again has not arrived for good: nothing is known of the upper end.
        let steps = [1.0, 2, 3, 4, 5, 6]
        let back = TrainingCurves.Run(steps: steps, train: [1, 0.05, 0.04, 0.03, 0.02, 0.01], test: [1, 1, 1, 0.05, 0.05, 0.5])
        let delay = GrokDelay(TrainingCurves(runs: [back]))
        #expect(delay.delay?.high == .infinity)
    }

    /// Accuracies rise, in shares or per cent.
    @Test func accuracies() throws {
        let table = try curves("epoch;train_acc;val_acc\n1;0.1;0.1\n10;0.99;0.1\n100;1;0.2\n1000;1;0.97\n")
        #expect((table.stepName, table.trainName, table.testName) == ("epoch", "train_acc", "val_acc"))
        let delay = GrokDelay(table)
        #expect(delay.isRising && delay.trainThreshold == 0.9 && delay.outcome == .delayed)
        let percent = try curves("step,train,test\n1,10,10\n10,99,10\n100,100,20\n1000,100,97\n")
        #expect(GrokDelay(percent).trainThreshold == 90)
    }

    @Test func tables() throws {
        let runs = try curves("seed,step,train,test\n1,1,1,1\n1,2,.1,.9\n1,3,.01,.1\n2,1,1,1\n2,2,.1,.9\n2,3,.01,.1\n")
        #expect(runs.runs.map(\.name) == ["1", "2"])
        let chosen = try curves("a,b,c,d\n3,4,5,6\n2,7,8,9\n1,2,3,4\n", .init(step: "1", train: "d", test: "b"))
        #expect(chosen.runs[0] == .init(steps: [1, 2, 3], train: [4, 9, 6], test: [2, 7, 4]))
        for (text, wanted, message) in [
            ("step,train\n1,2\n2,3\n3,4\n", TrainingCurves.Columns(), "too few columns of numbers"),
            ("step,train,test\n1,2,3\n1,2,3\n2,2,3\n", .init(), "line 3, column 1 ('step'): 1 for the second time"),
            ("step,train,test\n1,2,3\n2,2,3\n", .init(), "2 records; expected 3 or more"),
            ("step,train,test\n1,2,3\n2,x,3\n3,3,4\n", .init(), "line 3, column 2"),
            ("step,train,test\n1,2,3\n2,2,3\n3,3,4\n", .init(test: "loss"), "no column 'loss' in curves.csv"),
            ("step,train,test\n1,2,3\n2,2,3\n3,3,4\n", .init(test: "train"), "one column is to be two"),
        ] {
            let found = errorText { _ = try curves(text, wanted) }
            #expect(found?.contains(message) == true, "\(found ?? "no error")")
        }
    }

    /// Alignment of kernels: 1 with itself, whatever the factor and the constant; the square of a cosine between two patterns.
    @Test func alignmentOfKernels() throws {
        let a = [1.0, -1, 2, -2], b = [2.0, -1, 1, -2]
        func outer(_ u: [Double]) -> Matrix { Matrix(rows: 4, columns: 4) { u[$0] * u[$1] } }
        var shifted = outer(a)
        for k in shifted.elements.indices { shifted.elements[k] = 3 * shifted.elements[k] + 7 }
        expectClose(try #require(KernelMeasures.alignment(outer(a), with: shifted)), 1, within: 1e-14)
        expectClose(try #require(KernelMeasures.alignment(outer(a), with: outer(b))), 0.81, within: 1e-14)
        expectClose(
            try #require(KernelMeasures.alignment(shifted, with: outer(b))),
            try #require(KernelMeasures.alignment(shifted, labels: Matrix(rows: 4, columns: 1, elements: b))), within: 1e-14)
        #expect(KernelMeasures.alignment(outer([1, 1, 1, 1]), with: outer(a)) == nil)
    }
}
