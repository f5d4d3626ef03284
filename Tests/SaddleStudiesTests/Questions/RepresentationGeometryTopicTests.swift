import Foundation
import SaddleMeasures
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleStudies

/// `saddle measure entropy`, `geometry` and `field` as they are asked, of files and of networks.
@Suite struct RepresentationGeometryTopicTests {
    private func context(_ question: any Question.Type, _ source: String, _ settings: [String] = []) throws
        -> QuestionRunner.Context
    {
        let changes = try settings.map(Study.Change.init(setting:))
        return QuestionRunner.Context(
            study: try Study.asked(question, of: [source], changes: changes).study, observe: { _ in }, shouldStop: { false })
    }

    private func network(_ settings: [String] = []) throws -> QuestionRunner.Context {
        let study = try Study(
            text: """
                name: r
                data: {source: digits, classes: [0, 1, 2], train: 60, test: 3}
                network: {hidden_layers: 2, activation: tanh}
                training: {steps: 40, learning_rate: 0.5}
                representation: {width: 24, layer: [1, 2], step: [0, 5, 40]}
                entropy: {subsample: 50}
                geometry: {neighbours: 8}
                vector_field: {neighbours: 10, dimension: 3, modes: 20}
                """, settings: settings, file: "r.yaml")
        return QuestionRunner.Context(study: study, observe: { _ in }, shouldStop: { false })
    }

    @Test func entropyOfAFileWithClasses() throws {
        try withTemporaryDirectory { folder in
            // Four tight groups of ten, each a class.
            var values: [Double] = []
            for i in 0..<80 { values.append(Double(i / 20) * 100 + Double(i % 7) * 1e-4) }
            let points = Tensor(shape: [40, 2], elements: values)
            let labels = Tensor(shape: [40], elements: (0..<40).map { Double($0 / 10) })
            let path = "\(folder)/four.npz"
            try AtomicFile.write([NPZ.pending([("features", points), ("labels", labels)], to: path)])
            let answer = try MeasureEntropy.answer(
                context(
                    MeasureEntropy.self, path, ["data.classes=[0, 1, 2, 3]", "entropy.unit=features", "entropy.bandwidth=10"]))
            expectClose(answer["entropy"]!.values[0], 2, within: 1e-6)
            #expect(answer["information"]!.values[0] > 1.5 && answer["sweep"]!.shape == [7, 4])
            #expect(!answer.warnings.contains { $0.contains("no mutual information") })
            let one = Tensor(shape: [40], elements: [Double](repeating: 2, count: 40))
            try AtomicFile.write([NPZ.pending([("features", points), ("labels", one)], to: path)])
            let alone = try MeasureEntropy.answer(context(MeasureEntropy.self, path, ["entropy.unit=features"]))
            #expect(
                alone["information"] == nil && alone.warnings.contains { $0.contains("takes two classes or more") },
                "\(alone.warnings)")
        }
    }

    @Test func entropyOverLayersAndSteps() throws {
        let answer = try MeasureEntropy.answer(network())
        #expect(answer["representation"]!.words!.count == 6 && answer["entropy_layer_2"]!.shape == [3])
        #expect(answer["entropy"]!.values.allSatisfy { $0 > 0 && $0 <= log2(50) })
        #expect(answer["information"]!.values.allSatisfy { $0 > -0.2 && $0 < 2 })
        _ = answer.page.html()
    }

    @Test func geometryOfLayersHasPicturesAndWays() throws {
        let answer = try MeasureGeometry.answer(network())
        #expect(answer["x_1"]!.shape == [60] && answer["path_x_2"]!.shape == [3] && answer["path_straightness"]!.values[0] <= 1)
        let html = answer.page.html()
        // Each class is a mark of its own.
        #expect(answer.sections.count == 4 && html.contains("class=\"point s2\""))
    }

    @Test func fieldsOfAFileAndOfATraining() throws {
        try withTemporaryDirectory { folder in
            let points = ExamplePoints.sphere(200)
            let vectors = Matrix(rows: 200, columns: 3) { i, c in c == 0 ? -points[i, 1] : c == 1 ? points[i, 0] : 0 }
            let path = "\(folder)/flow.npz"
            func tensor(_ m: Matrix) -> Tensor { Tensor(shape: [m.rows, m.columns], elements: m.transposed.elements) }
            try AtomicFile.write([NPZ.pending([("x", tensor(points)), ("v", tensor(vectors))], to: path)])
            let named = ["vector_field.points=x", "vector_field.vectors=v", "vector_field.dimension=2"]
            let answer = try MeasureVectorField.answer(context(MeasureVectorField.self, path, named))
            #expect(
                answer["error"]!.values[0] < 1e-3 && answer["eigenvalue"]!.values[0] > 0.9
                    && answer["eigenvalue"]!.values[5] < 1.1)
            #expect {
                try MeasureVectorField.answer(self.context(MeasureVectorField.self, path, ["vector_field.points=y"]))
            } throws: {
                "\($0)".contains("expected one of")
            }
        }
        let drift = try MeasureVectorField.answer(network())
        #expect(
            drift["field"]!.words == [
                "layer 1, step 0 to 5", "layer 1, step 5 to 40", "layer 2, step 0 to 5", "layer 2, step 5 to 40",
            ])
        #expect(drift["coverage"]!.values.allSatisfy { $0 > 0.6 })
        #expect { try MeasureVectorField.answer(self.network(["representation.step=40"])) } throws: {
            "\($0)".contains("two steps")
        }
    }

    @Test(arguments: [
        (["geometry.neighbours=60"], "60 different points for 60 neighbours"),
        (["geometry.kernel=dense", "geometry.time=1e-6"], "expected a longer time, or the method 'series'"),
    ])
    func whatSamplesDoNotAllowIsNamed(settings: [String], words: String) throws {
        #expect { try MeasureGeometry.answer(self.network(settings)) } throws: { "\($0)".contains(words) }
    }

    @Test func componentsAreNamed() throws {
        try withTemporaryDirectory { folder in
            let path = "\(folder)/two.npz"
            var values: [Double] = []
            for i in 0..<60 { values += [Double(i % 30) + (i < 40 ? 0 : 500), sin(Double(i))] }
            try AtomicFile.write([NPZ.pending([("points", Tensor(shape: [60, 2], elements: values))], to: path)])
            let answer = try MeasureGeometry.answer(context(MeasureGeometry.self, path, ["geometry.neighbours=3"]))
            #expect(answer["components"]!.values[0] > 1 && answer.warnings.contains { $0.contains("components; the largest") })
            #expect(answer["distance"]!.values.allSatisfy { $0.isFinite })
        }
    }
}
