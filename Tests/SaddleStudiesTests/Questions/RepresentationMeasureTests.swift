import Foundation
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleStudies

/// The measures `spd`, `screen`, `grid-score` and `transport` on files and networks, as a user asks them.
@Suite struct RepresentationMeasureTests {
    /// The answer of a question about arrays in a file.
    private func ask(
        _ question: any Question.Type, _ arrays: [(String, Tensor)], _ settings: [(String, String)] = []
    ) throws -> Answer {
        try withTemporaryDirectory { folder in
            try NPZ.write(arrays.map { (name: $0.0, array: $0.1) }, to: "\(folder)/a.npz")
            let changes = settings.map { Study.Change($0.0, $0.1, option: "--\($0.0)") }
            let (study, _) = try Study.asked(question, of: ["\(folder)/a.npz"], changes: changes)
            return try question.answer(.init(study: study, observe: { _ in }, shouldStop: { false }))
        }
    }

    private func ask(_ question: any Question.Type, study text: String) throws -> Answer {
        try question.answer(.init(study: Study(text: text, file: "s.yaml"), observe: { _ in }, shouldStop: { false }))
    }

    private func normals(_ shape: [Int], _ index: Int, _ change: (Int, Double) -> Double = { $1 }) -> Tensor {
        var stream = RandomStream(seed: 1, .test, index)
        return Tensor(shape: shape, elements: stream.normals(shape.reduce(1, *)).enumerated().map { change($0, $1) })
    }

    private func hexagon(_ k: Double, _ x: Double, _ y: Double) -> Double {
        let angles = [0, Double.pi / 3, 2 * Double.pi / 3]
        return angles.map { cos(k * (cos($0) * x + sin($0) * y)) }.reduce(0, +)
    }

    private func fault(_ body: () throws -> Answer) -> String { errorText { _ = try body() } ?? "no error" }

    private static let network = """
        name: n
        data: {source: gaussian, train: 8, test: 2, dimension: 12, teacher: linear}
        network: {hidden_layers: 1, activation: tanh, richness: 2}
        training: {steps: 20, learning_rate: 0.3}
        representation: {width: 40, step: [0, 5, 20], layer: 1}
        """

    /// A kernel and four times it are √n ln 4 apart and have the same shape; layers of a network move with their training.
    @Test func spdOfKernels() throws {
        let x = normals([5, 20], 1), doubled = Tensor(shape: [5, 20], elements: x.elements.map { 2 * $0 })
        let answer = try ask(MeasureSpd.self, [("layer1", x), ("layer2", doubled), ("layer3", normals([5, 30], 2))])
        expectClose(answer["to_first"]!.values[1], 5.0.squareRoot() * log(4), within: 1e-9)
        expectClose(answer["shape_to_first"]!.values[1], 0, within: 1e-9)
        #expect(answer["distances"]!.shape == [3, 3] && answer.text.contains("Farthest apart"))
        let network = try ask(MeasureSpd.self, study: Self.network)
        let moved = network["moved_of_layer_1"]!.values
        #expect(moved[0] == 0 && moved[2] > moved[1] && moved[1] > 0)
    }

    @Test func spdNamesWhatItCannotCompare() throws {
        let thin = [("a", normals([9, 4], 1)), ("b", normals([9, 4], 2))]
        let text = fault { try ask(MeasureSpd.self, thin) }
        #expect(text.contains("eigenvalue 1 of 9, counted from the least") && text.contains("ledoit_wolf"), "\(text)")
        // A sample and its copy.
        let copies = normals([5, 20], 3) { $1 }
        let doubled = Tensor(shape: [6, 20], elements: copies.elements + copies.elements[..<20])
        #expect(fault { try ask(MeasureSpd.self, [("a", doubled), ("b", normals([6, 20], 4))]) }.contains("without copies"))
        let shrunk = try ask(MeasureSpd.self, thin, [("spd.shrinkage", "ledoit_wolf")])
        #expect(shrunk["intensity"]!.values.allSatisfy { $0 > 0 })
        #expect(
            fault { try ask(MeasureSpd.self, [("a", normals([9, 40], 1))]) }.contains("expected two or more representations"))
        #expect(
            fault {
                try ask(
                    MeasureSpd.self, [("a", normals([90, 4], 1)), ("b", normals([90, 5], 1))], [("spd.matrix", "covariance")])
            }
            .contains("expected the same features"))
    }

    /// Series that differ in their frequency alone: one copy sees nothing, delays all.
    @Test func spdOfSeries() throws {
        var stream = RandomStream(seed: 2, .test)
        let values = (0..<30).flatMap { trial in
            (0..<2).flatMap { _ in
                let phase = 2 * .pi * stream.uniform(), period = trial % 2 == 0 ? 8.0 : 14
                return (0..<120).map { 1.4 * sin(2 * .pi * Double($0) / period + phase) + 0.7 * stream.normal() }
            }
        }
        let labels = Tensor(shape: [30], elements: (0..<30).map { Double($0 % 2) })
        let arrays = [("trials", Tensor(shape: [30, 2, 120], elements: values)), ("labels", labels)]
        let answer = try ask(MeasureSpd.self, arrays, [("spd.matrix", "series"), ("spd.max_order", "3")])
        let mean = answer["by_mean"]!.values
        #expect(mean[0] < 0.85 && mean.max()! > 0.9, "\(mean)")
        #expect(answer["chance"]!.values[0] == 0.5 && answer["chosen_order"]!.values[0] > 1)
        #expect(fault { try ask(MeasureSpd.self, [arrays[0]], [("spd.matrix", "series")]) }.contains("no classes to tell apart"))
        #expect(
            fault { try ask(MeasureSpd.self, arrays, [("spd.matrix", "series"), ("spd.folds", "20")]) }.contains(
                "expected 2 to 15"))
        #expect(fault { try ask(MeasureSpd.self, arrays, [("spd.matrix", "matrices")]) }.contains("sample 0"))
    }

    @Test func screenOfImages() throws {
        let labels = Tensor(shape: [120], elements: (0..<120).map { Double($0 % 2) })
        // Pixel (1, 2) has the class in its mean, pixel (3, 0) in its spread, pixel (0, 0) is constant.
        let images = normals([120, 4, 4], 3) { place, z in
            let (sample, pixel) = (place / 16, place % 16), c = Double(sample % 2)
            return pixel == 6 ? z + 2.5 * c : pixel == 12 ? z * (0.2 + 2 * c) : pixel == 0 ? 1 : z
        }
        let answer = try ask(MeasureScreen.self, [("images", images), ("labels", labels)], [("screen.rate", "0.05")])
        #expect(answer["discoveries"]!.values == [2] && answer["constant"]!.values == [1])
        #expect(answer["information_map"]!.shape == [4, 4] && answer["feature"]!.words![6] == "row 1, column 2")
        #expect(
            answer["stability"]!.values[6] > 0.9 && answer["stability"]!.values[12] < 0.75 && answer["linear"]!.values[12] < 0.3)
        let few = try ask(
            MeasureScreen.self, [("images", images), ("labels", labels)], [("screen.permutations", "3"), ("screen.pairs", "0")])
        #expect(
            few.warnings.contains { $0.contains("raise 'screen.permutations'") } && few["stability"] == nil
                || few["stability"]!.values.isEmpty)
    }

    /// A table whose target is a number, with outliers: Huber's loss selects what the target is made of.
    @Test func screenOfATable() throws {
        var stream = RandomStream(seed: 9, .test)
        let rows = (0..<200).map { row in
            let x = stream.normals(6), y = row % 10 == 0 ? 80 * stream.normal() : x[1] - x[4] + 0.2 * stream.normal()
            return (x + [y]).map { "\($0)" }.joined(separator: ",")
        }
        try withTemporaryDirectory { folder in
            try writeFile(Array(("a,b,c,d,e,f,y\n" + rows.joined(separator: "\n") + "\n").utf8), "\(folder)/t.csv")
            let changes = [
                ("data.label_column", "y"), ("screen.loss", "huber"), ("screen.penalty", "mcp"), ("screen.false_selections", "2"),
            ]
            .map { Study.Change($0, $1, option: "--\($0)") }
            let (study, _) = try Study.asked(MeasureScreen.self, of: ["\(folder)/t.csv"], changes: changes)
            let answer = try MeasureScreen.answer(.init(study: study, observe: { _ in }, shouldStop: { false }))
            let stability = answer["stability"]!.values
            #expect(stability.count == 6 && [1, 4].allSatisfy { stability[$0] > 0.9 }, "\(stability)")
            #expect(answer["discoveries"]!.values[0] >= 2)
        }
    }

    @Test func screenNamesWhatIsMissing() throws {
        let x = normals([20, 3], 4)
        #expect(fault { try ask(MeasureScreen.self, [("x", x)]) }.contains("has no labels"))
        let one = Tensor(shape: [20], elements: [Double](repeating: 1, count: 20))
        #expect(fault { try ask(MeasureScreen.self, [("x", x), ("labels", one)]) }.contains("all samples are of one class"))
        let few = Tensor(shape: [20], elements: (0..<20).map { $0 < 2 ? 1 : 0 })
        #expect(fault { try ask(MeasureScreen.self, [("x", x), ("labels", few)]) }.contains("expected 4 or more"))
        let numbers = normals([20], 5)
        #expect(
            fault { try ask(MeasureScreen.self, [("x", x), ("labels", numbers)], [("screen.loss", "logistic")]) }
                .contains("logistic loss is for classes"))
    }

    @Test func gridScoreOfMaps() throws {
        let k = 4 * .pi / (3.0.squareRoot() * 8)
        let maps = normals([3, 24, 24], 6) { place, z in
            let (unit, y, x) = (place / 576, Double(place / 24 % 24), Double(place % 24))
            if unit == 2 { return 3 }
            if unit == 1 { return z }
            return hexagon(k, x, y) + 0.3 * z
        }
        let answer = try ask(
            MeasureGridScore.self, [("maps", maps)],
            [("grid_score.shuffles", "39"), ("grid_score.narrow", "0.12"), ("grid_score.wide", "0.24")])
        #expect(answer["unit"]!.values[0] == 0 && answer["score_60"]!.values[0] > 1 && answer["grid_units"]!.values == [1])
        #expect(answer["score_60_min_max"]!.values.count == 2 && answer.warnings.contains { $0.contains("constant") })
        // k*² = 2 ln(σ₂²/σ₁²)/(σ₂² − σ₁²)
        expectClose(answer["wave_number"]!.values[0], (2 * log(4.0) / (0.24 * 0.24 - 0.12 * 0.12)).squareRoot(), within: 1e-9)
        #expect(fault { try ask(MeasureGridScore.self, [("x", normals([200, 3], 7))]) }.contains("positions with two columns"))
    }

    @Test func gridScoreOfPositions() throws {
        var stream = RandomStream(seed: 3, .test)
        let places = (0..<4000).map { _ in (stream.uniform(), stream.uniform()) }
        let positions = Tensor(shape: [4000, 2], elements: places.flatMap { [$0.0, $0.1] })
        let k = 4 * .pi / (3.0.squareRoot() * 0.35)
        let activity = Tensor(
            shape: [4000, 2],
            elements: places.flatMap { [hexagon(k, $0.0, $0.1), stream.normal()] })
        let answer = try ask(
            MeasureGridScore.self, [("activity", activity), ("positions", positions)],
            [("data.inputs", "activity"), ("data.labels", "positions"), ("grid_score.shuffles", "19")])
        #expect(answer["unit"]!.values[0] == 0 && answer["score_60"]!.values[0] > 0.9 && answer["p"]!.values[0] == 0.05)
        expectClose(answer["spacing"]!.values[0], 7, within: 0.6)
    }

    /// Two classes that differ by a shift: all of the cost is that of the means.
    @Test func transportOfClasses() throws {
        let labels = Tensor(shape: [300], elements: (0..<300).map { Double($0 % 2) })
        let points = normals([300, 2], 8) { place, z in z + (place / 2 % 2 == 1 && place % 2 == 0 ? 3 : 0) }
        let settings = [("transport.components", "2"), ("transport.dimensions", "2"), ("transport.epsilon", "0.05")]
        let answer = try ask(MeasureTransport.self, [("x", points), ("labels", labels)], settings)
        expectClose(answer["translation"]!.values[0], 4.5, within: 0.8)
        #expect(answer["bridge_cost"]!.values[0] < 0.2 && answer["independent_cost"]!.values[0] > 1.5)
        expectClose(answer["bridge_cost"]!.values[0], answer["gaussian_cost"]!.values[0], within: 0.1)
        #expect(fault { try ask(MeasureTransport.self, [("x", points)], settings) }.contains("expected two"))
        #expect(
            fault { try ask(MeasureTransport.self, [("a", normals([30, 2], 1)), ("b", normals([30, 3], 1))]) }.contains(
                "a plan needs one space"))
        let flat = normals([30, 3], 9) { $0 % 3 == 0 ? 1 : $1 }
        #expect(
            fault { try ask(MeasureTransport.self, [("a", normals([30, 3], 1)), ("b", flat)], [("transport.components", "2")]) }
                .contains("fewer --dimensions"))
    }

    /// Steps of one layer: no plan is dearer than what the samples did, up to the entropy.
    @Test func transportOfSteps() throws {
        let text = Self.network.replacing("train: 8", with: "train: 60").replacing("[0, 5, 20]", with: "[0, 20]")
        let answer = try ask(MeasureTransport.self, study: text + "\ntransport: {dimensions: 2, components: 2, epsilon: 0.05}\n")
        let paired = try #require(answer["paired_cost"]).values[0]
        #expect(answer["gaussian_cost"]!.values[0] < paired + answer["epsilon"]!.values[0] * 2 && paired > 0)
    }
}
