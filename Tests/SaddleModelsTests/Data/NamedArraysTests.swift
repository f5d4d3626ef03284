import SaddleModels
import SaddleNumerics
import Testing
import TestSupport

/// Arrays under the names that people give them are found and said, by keys or by name; what may be meant twice is asked for.
struct NamedArraysTests {
    private let x = Tensor(shape: [3, 2], elements: [1, 2, 3, 4, 5, 7])
    private let y = Tensor(shape: [3], elements: [0.5, 1.5, 2.5])
    private let test = Tensor(shape: [1, 2], elements: [8, 9])
    private let testLabels = Tensor(shape: [1], elements: [3.5])

    private func load(
        _ arrays: [(name: String, array: Tensor)], _ change: (inout DataSource) -> Void = { _ in }
    ) throws -> LoadedData {
        try withTemporaryDirectory { directory in
            try NPZ.write(arrays, to: directory + "/d.npz")
            var source = DataSource(source: "d.npz", preprocess: .none)
            change(&source)
            var loaded = try source.load(loss: .squared, relativeTo: directory)
            loaded.warnings = loaded.warnings.map { $0.replacing(directory + "/", with: "") }
            return loaded
        }
    }

    @Test(arguments: [
        ("X", "y"), ("x", "y"), ("images", "labels"), ("data", "targets"), ("data", "target"), ("inputs", "labels"),
        ("features", "classes"), ("train_x", "train_y"), ("X_train", "y_train"), ("trainImages", "trainLabels"),
        ("training_data", "training-targets"),
    ])
    func trainingArrays(_ inputs: String, _ labels: String) throws {
        let loaded = try load([(labels, y), (inputs, x)])
        #expect(Tensor(loaded.dataset.trainInputs) == x && loaded.dataset.trainLabels.elements == y.elements)
        #expect(loaded.dataset.testCount == 0)
        #expect(
            loaded.warnings == ["d.npz: inputs are '\(inputs)', labels '\(labels)'; `inputs` and `labels` choose others"])
    }

    @Test(arguments: [
        ["x_train", "y_train", "x_test", "y_test"], ["X_train", "y_train", "X_test", "y_test"],
        ["train_images", "train_labels", "test_images", "test_labels"],
        ["train_inputs", "train_labels", "test_inputs", "test_labels"], ["x", "y", "x_test", "y_test"],
        ["data_train", "target_train", "data_test", "target_test"],
    ])
    func trainingAndTestArrays(_ names: [String]) throws {
        let loaded = try load(zip(names, [x, y, test, testLabels]).map { ($0, $1) })
        #expect(Tensor(loaded.dataset.trainInputs) == x && loaded.dataset.trainLabels.elements == y.elements)
        #expect(Tensor(loaded.dataset.testInputs) == test && loaded.dataset.testLabels.elements == [3.5])
        #expect(loaded.warnings.count == (names[0] == "train_inputs" ? 0 : 1))
        #expect(loaded.warnings.allSatisfy { text in names.allSatisfy { text.contains("'\($0)'") } })
    }

    @Test func keysChoose() throws {
        let arrays = [("a", x), ("b", y), ("c", test), ("d", testLabels)]
        let loaded = try load(arrays) {
            ($0.inputs, $0.labels, $0.testInputs, $0.testLabels) = ("a", "b", "c", "d")
        }
        #expect(Tensor(loaded.dataset.trainInputs) == x && loaded.dataset.trainLabels.elements == y.elements)
        #expect(Tensor(loaded.dataset.testInputs) == test && loaded.dataset.testLabels.elements == [3.5])
        #expect(loaded.warnings.isEmpty)
        // What is left is said; a key also settles what may be meant twice.
        let chosen = try load([("x", x), ("images", x), ("y", y)]) { $0.inputs = "images" }
        #expect(
            chosen.warnings == [
                "d.npz: inputs are 'images', labels 'y'; not used: 'x' (3 × 2, float64); `inputs` and `labels` choose others"
            ])
        #expect(
            errorText { _ = try load(arrays) { ($0.inputs, $0.labels) = ("a", "e") } }?.hasSuffix(
                "d.npz has no array 'e'; it holds 'a' (3 × 2, float64), 'b' (3, float64), 'c' (1 × 2, float64), 'd' (1, float64)")
                == true)
        #expect(
            errorText { _ = try load([("x", x), ("images", x), ("y", y)]) }?.hasSuffix(
                "d.npz may each be the inputs; expected the name of one") == true)
    }

    /// The file of the test samples may use the same names again, or those with `test`.
    @Test(arguments: [["a", "b"], ["x_test", "y_test"], ["X", "y"]]) func aSecondFile(_ names: [String]) throws {
        try withTemporaryDirectory { directory in
            try NPZ.write([("a", x), ("b", y)], to: directory + "/train.npz")
            try NPZ.write([(names[0], test), (names[1], testLabels)], to: directory + "/test.npz")
            var source = DataSource(source: "train.npz", preprocess: .none)
            (source.inputs, source.labels, source.testSource) = ("a", "b", "test.npz")
            let data = try source.load(loss: .squared, relativeTo: directory).dataset
            #expect(Tensor(data.testInputs) == test && data.testLabels.elements == [3.5])
        }
    }

    @Test func safetensors() throws {
        try withTemporaryDirectory { directory in
            let header =
                "{\"X\": {\"dtype\": \"BF16\", \"shape\": [2, 2], \"data_offsets\": [0, 8]}, "
                + "\"y\": {\"dtype\": \"I8\", \"shape\": [2], \"data_offsets\": [8, 10]}}"
            // 1, −2, 0.5, 4 as upper halves of float32.
            let bytes: [UInt8] = [0x80, 0x3f, 0, 0xc0, 0, 0x3f, 0x80, 0x40, 3, 0xfe]
            try writeFile(ArrayBytes.safetensors(header, bytes), directory + "/d.safetensors")
            let loaded = try DataSource(source: "d.safetensors", preprocess: .none).load(loss: .squared, relativeTo: directory)
            #expect(Tensor(loaded.dataset.trainInputs) == Tensor(shape: [2, 2], elements: [1, -2, 0.5, 4]))
            #expect(loaded.dataset.trainLabels.elements == [3, -2] && loaded.warnings.count == 1)
        }
    }

    /// Errors of preprocessing name the array and the row of the file, also when samples were chosen.
    @Test func errorsNameTheFile() throws {
        let zero = Tensor(shape: [4, 2], elements: [1, 2, 1, 3, 0, 0, 4, 5])
        let text = try errorText {
            _ = try load([("X", zero), ("y", Tensor(shape: [4], elements: [5, 6, 7, 7]))]) {
                ($0.classes, $0.preprocess) = ([6, 7], .scale)
            }
        }
        #expect(text?.contains("d.npz, array 'X'[2] is zero in every feature") == true, "\(text ?? "none")")
    }
}
