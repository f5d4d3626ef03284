import Foundation
import SaddleMeasures
import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

/// Against all pairs one by one; the wrong reading (pairs of equal labels) gives another number here.
struct LabelSharpnessTests {
    private let points: Matrix = {
        var stream = RandomStream(seed: 1, .probe)
        return stream.normals(rows: 700, columns: 4)
    }()

    private func gap(_ x: Matrix, _ i: Int, _ j: Int) -> Double {
        (0..<x.columns).reduce(0.0) { $0 + pow(x[i, $1] - x[j, $1], 2) }.squareRoot()
    }

    @Test func classesAgainstAllPairs() throws {
        let classes = (0..<700).map { $0 * 7 % 3 }
        let found = try LabelSharpness(points, .classes(classes, names: ["a", "b", "c"]))
        var unequal = 0.0, equal = 0.0, between = 0.0
        for i in 0..<700 {
            for j in 0..<i {
                let value = 1 / gap(points, i, j)
                if classes[i] == classes[j] { equal = max(equal, value) } else { unequal = max(unequal, value) }
                if Set([classes[i], classes[j]]) == [0, 2] { between = max(between, value) }
            }
        }
        #expect(abs(found.value / unequal - 1) < 1e-13 && abs(found.value / equal - 1) > 1e-3)
        #expect(abs(found.ofClasses![0, 2] / between - 1) < 1e-13)
        #expect(abs(gap(points, found.pair.first, found.pair.second) * found.value - 1) < 1e-13)
        let perClass = (0..<3).map { c in classes.count { $0 == c } }
        #expect(found.pairs == (700 * 699 - perClass.reduce(0) { $0 + $1 * ($1 - 1) }) / 2)
    }

    @Test func targetsAgainstAllPairs() throws {
        let y = Matrix(rows: 700, columns: 2) { points[$0, $1] * points[$0, $1] }
        let found = try LabelSharpness(points, .targets(y))
        var best = 0.0
        for i in 0..<700 { for j in 0..<i { best = max(best, gap(y, i, j) / gap(points, i, j)) } }
        #expect(abs(found.value / best - 1) < 1e-13 && found.ofClasses == nil)
    }

    @Test func equalInputsOfTwoClassesAreInfinitelySharp() throws {
        let x = points.appendingRows(of: points.selectingRows([5]))
        let found = try LabelSharpness(x, .classes((0...700).map { $0 == 700 ? 1 : $0 % 2 * 0 }, names: ["a", "b"]))
        #expect(found.value == .infinity && found.distance == 0 && found.pair == (5, 700))
    }

    /// A largest value grows with the number of samples: subsets are below the whole.
    @Test func subsetsAreBelowTheWhole() throws {
        let labels = SampleLabels.classes((0..<700).map { $0 % 2 }, names: ["a", "b"])
        let whole = try LabelSharpness(points, labels).value
        let (small, large) = (
            try LabelSharpness.sampled(points, labels, size: 50, draws: 30, seed: 1),
            try LabelSharpness.sampled(points, labels, size: 400, draws: 30, seed: 1)
        )
        #expect(small.mean + 3 * small.standardError < large.mean && large.mean < whole)
        #expect(abs(try LabelSharpness.sampled(points, labels, size: 700, draws: 2, seed: 1).mean / whole - 1) < 1e-12)
    }

    @Test func whatHasNoSharpness() {
        #expect(throws: UnlabelledError.noLabels) { try LabelSharpness(points, .none) }
        #expect(throws: UnlabelledError.oneLabel) {
            try LabelSharpness(points, .classes([Int](repeating: 0, count: 700), names: ["a"]))
        }
    }
}
