import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleStudies

/// What a command without a study file takes for granted about the digits it takes for granted about nothing else.
@Suite struct DataDefaultsTests {
    private func study(_ settings: String...) throws -> DataSource {
        try Study(text: Study.defaults(name: "x"), settings: settings, file: Study.settingsFile).data
    }

    @Test func theDigitsKeepTheirDefaults() throws {
        for data in [try study(), try study("data.source=digits"), try study("network.activation=relu")] {
            #expect(data.source == "digits" && data.classes == [0, 1] && data.train == 50 && data.test == 200)
        }
        let changed = try study("data.train=20", "data.classes=[3, 8]")
        #expect(changed.source == "digits" && changed.classes == [3, 8] && changed.train == 20 && changed.test == 200)
    }

    @Test func otherSourcesStartWithoutThem() throws {
        let file = try study("data.source=mine.npz")
        #expect(file.classes == nil && file.train == nil && file.test == nil && file.preprocess == .centerScale)
        let synthetic = try study("data={source: gaussian, dimension: 3, teacher: linear, train: 9}")
        #expect(synthetic.classes == nil && synthetic.train == 9 && synthetic.test == nil)
        #expect(try study("data.source=mine.npz", "data.classes=[0, 2]").classes == [0, 2])
    }

    /// Three classes arrive as three.
    @Test func noClassIsDropped() throws {
        try withTemporaryDirectory { directory in
            let inputs = Tensor(shape: [6, 2], elements: (0..<12).map { Double($0 * $0) })
            let labels = Tensor(shape: [6], elements: [0, 1, 2, 0, 1, 2])
            try NPZ.write([("train_inputs", inputs), ("train_labels", labels)], to: directory + "/mine.npz")
            let source = "data.source=\(directory)/mine.npz"
            #expect(try study(source).load(loss: .squared).dataset.trainLabels.elements == [0, 1, 2, 0, 1, 2])
            let chosen = try study(source, "data.classes=[0, 1]").load(loss: .squared)
            #expect(chosen.dataset.trainCount == 4 && chosen.warnings.count == 1)
            #expect(chosen.warnings[0].hasPrefix("2 of 6 samples of "))
        }
    }
}
