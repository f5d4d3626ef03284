import SaddleModels
import SaddleNumerics
import Testing
import TestSupport

/// Every kind of file becomes the data set it describes. Oracle: files laid out byte by byte in the test.
struct FileSourceTests {
    /// IDX bytes of unsigned bytes.
    private func idx(_ shape: [Int], _ values: [UInt8]) -> [UInt8] {
        [0, 0, 8, UInt8(shape.count)] + shape.flatMap { [0, 0, UInt8($0 >> 8), UInt8($0 & 255)] } + values
    }

    @Test func npzIsUsedAsGiven() throws {
        try withTemporaryDirectory { directory in
            let (x, y) = (Tensor(shape: [3, 2], elements: [1, 2, 3, 4, 5, 6]), Tensor(shape: [3], elements: [0.5, -1, 2]))
            let test = Tensor(shape: [1, 2], elements: [7, 8])
            for names in [
                ["train_inputs", "train_labels", "test_inputs", "test_labels"], ["x_train", "y_train", "x_test", "y_test"],
            ] {
                let arrays = [x, y, test, Tensor(shape: [1, 1], elements: [9])]
                try NPZ.write(zip(names, arrays).map { ($0, $1) }, to: directory + "/d.npz")
                let loaded = try DataSource(source: "d.npz", preprocess: .none).load(loss: .squared, relativeTo: directory)
                let data = loaded.dataset
                #expect(Tensor(data.trainInputs) == x && data.trainLabels.elements == y.elements)
                #expect(data.testInputs.elements == [7, 8] && data.testLabels.elements == [9])
                // Names that the documentation promises need no word.
                #expect(loaded.warnings.isEmpty == (names[0] == "train_inputs"))
                #expect(data.classNames.isEmpty && data.name == "d.npz")
            }
        }
    }

    @Test func npzWithClassesAndSubsets() throws {
        try withTemporaryDirectory { directory in
            let x = Tensor(shape: [6, 1, 2], elements: (0..<12).map(Double.init))
            let y = Tensor(shape: [6], elements: [5, 6, 7, 5, 6, 7])
            try NPZ.write([("train_inputs", x), ("train_labels", y)], to: directory + "/d.npz")
            let path = directory + "/d.npz"
            let data = try DataSource(source: path, classes: [7, 5], train: 3, test: 1, preprocess: .none).load(
                loss: .crossEntropy
            ).dataset
            #expect(data.classNames == ["7", "5"] && data.inputDimension == 2)
            let inputs = (0..<3).map { data.trainInputs[$0, 0] } + [data.testInputs[0, 0]]
            let labels = data.trainLabels.elements + data.testLabels.elements
            // Samples 0 and 3 are of class 5, samples 2 and 5 of class 7; sample i starts with 2i.
            #expect(Set(inputs) == [0, 4, 6, 10])
            #expect(zip(inputs, labels).allSatisfy { $1 == ($0 == 4 || $0 == 10 ? 1 : -1) })
        }
    }

    @Test func signsAndOneHotRowsNameClasses() throws {
        try withTemporaryDirectory { directory in
            func load(_ labels: Tensor) throws -> Dataset {
                let inputs = Tensor(shape: [labels.shape[0], 1], elements: (0..<labels.shape[0]).map { Double($0 + 1) })
                try NPY.write(inputs, to: directory + "/x.npy")
                try NPY.write(labels, to: directory + "/y.npy")
                var source = DataSource(source: "x.npy", preprocess: .none)
                source.labels = "y.npy"
                return try source.load(loss: .crossEntropy, relativeTo: directory).dataset
            }
            let signs = try load(Tensor(shape: [3, 1], elements: [1, -1, 1]))
            #expect(signs.trainClasses == [0, 1, 0] && signs.classNames == ["+1", "−1"])
            let hot = try load(Tensor(shape: [2, 3], elements: [0, 0, 1, 1, 0, 0]))
            #expect(hot.trainClasses == [2, 0] && hot.classNames == ["0", "1", "2"] && hot.trainLabels[0, 2] == 1)
        }
    }

    @Test func csvLabelColumns() throws {
        try withTemporaryDirectory { directory in
            try writeFile(Array("a,b,kind\n1,2,0\n3,4,1\n5,6,0\n7,8,1\n".utf8), directory + "/t.csv")
            var source = DataSource(source: "t.csv", preprocess: .none)
            let last = try source.load(loss: .squared, relativeTo: directory)
            #expect(last.dataset.trainLabels.elements == [0, 1, 0, 1] && last.dataset.name == "t.csv, label 'kind'")
            #expect(last.warnings.count == 2 && last.warnings[1].contains("list them under `classes`"))
            #expect(
                last.warnings[0].replacing(directory + "/", with: "")
                    == "no column of t.csv is called label, target, y or class; the label is the last, 'kind'; `label_column` chooses "
                    + "another")
            for column in ["b", "2"] {
                source.labelColumns = [column]
                let data = try source.load(loss: .squared, relativeTo: directory).dataset
                #expect(data.trainLabels.elements == [2, 4, 6, 8])
                #expect(data.trainInputs.elements == [1, 3, 5, 7, 0, 1, 0, 1])
            }
            source.labelColumns = ["kind"]
            source.classes = [0, 1]
            let classes = try source.load(loss: .squared, relativeTo: directory)
            #expect(classes.dataset.trainLabels.elements == [1, -1, 1, -1] && classes.warnings.isEmpty)
            source.labelColumns = ["color"]
            #expect(
                errorText { _ = try source.load(loss: .squared, relativeTo: directory) }
                    == "label_column: no column 'color'; expected a number from 1 to 3 or one of a, b, kind")
        }
    }

    @Test func idxFindsItsLabelsAndItsTestSet() throws {
        try withTemporaryDirectory { directory in
            try writeFile(idx([3, 2, 2], (1...12).map { UInt8($0) }), directory + "/train-images-idx3-ubyte")
            try writeFile(idx([3], [4, 9, 4]), directory + "/train-labels-idx1-ubyte")
            try writeFile(idx([1, 2, 2], [13, 14, 15, 255]), directory + "/other.idx")
            try writeFile(idx([1], [9]), directory + "/other-labels.idx")
            var source = DataSource(source: "train-images-idx3-ubyte", preprocess: .none)
            source.testSource = "other.idx"
            source.testLabels = "other-labels.idx"
            let data = try source.load(loss: .squared, relativeTo: directory).dataset
            #expect(Tensor(data.trainInputs) == Tensor(shape: [3, 4], elements: (1...12).map(Double.init)))
            #expect(data.trainLabels.elements == [1, -1, 1] && data.classNames == ["4", "9"])
            #expect(data.testInputs.elements == [13, 14, 15, 255] && data.testLabels.elements == [-1])
            source.testLabels = nil
            let unlabelled = try source.load(loss: .squared, relativeTo: directory)
            #expect(!unlabelled.dataset.hasTestLabels && unlabelled.dataset.testInputs.elements == [13, 14, 15, 255])
            (source.source, source.testSource) = ("other.idx", nil)
            #expect(
                errorText { _ = try source.load(loss: .squared, relativeTo: directory) }?
                    .hasPrefix("labels: missing: the file with the labels of") == true)
        }
    }

    @Test func cifarHasNamedClasses() throws {
        try withTemporaryDirectory { directory in
            let records: [(label: UInt8, pixel: UInt8)] = [(3, 10), (5, 20), (3, 30), (5, 40)]
            let bytes = records.flatMap { [$0.label] + [UInt8](repeating: $0.pixel, count: 3071) + [$0.pixel + 1] }
            try writeFile(bytes, directory + "/batch.bin")
            let source = DataSource(source: "batch.bin", preprocess: .none)
            let data = try source.load(loss: .squared, relativeTo: directory).dataset
            #expect(data.inputDimension == 3072 && data.classNames == ["cat", "dog"])
            #expect((0..<4).map { data.trainInputs[$0, 0] } == [10, 20, 30, 40])
            #expect((0..<4).map { data.trainInputs[$0, 3071] } == [11, 21, 31, 41])
            #expect(data.trainLabels.elements == [1, -1, 1, -1])
            try writeFile(bytes.dropLast(), directory + "/batch.bin")
            #expect(
                errorText { _ = try source.load(loss: .squared, relativeTo: directory) }?.contains("truncated or not CIFAR-10")
                    == true)
            try writeFile([77] + bytes.dropFirst(), directory + "/batch.bin")
            #expect(
                errorText { _ = try source.load(loss: .squared, relativeTo: directory) }?.contains(
                    "record 0 (from 0) has class 77") == true)
        }
    }
}
