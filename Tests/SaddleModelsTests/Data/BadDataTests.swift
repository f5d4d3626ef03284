import SaddleModels
import SaddleNumerics
import Testing
import TestSupport

/// Data that cannot be used are refused in words that say what, where, and what would do.
struct BadDataTests {
    /// The error of loading an .npz with these arrays.
    private func npzError(
        _ arrays: [(name: String, array: Tensor)], loss: Loss = .squared, _ change: (inout DataSource) -> Void = { _ in }
    ) throws -> String? {
        try withTemporaryDirectory { directory in
            try NPZ.write(arrays, to: directory + "/d.npz")
            var source = DataSource(source: "d.npz")
            change(&source)
            let text = errorText { _ = try source.load(loss: loss, relativeTo: directory) }
            return text?.replacing(directory + "/", with: "")
        }
    }

    private let x = Tensor(shape: [3, 2], elements: [1, 2, 3, 4, 5, 7])
    private func y(_ labels: [Double]) -> Tensor { Tensor(shape: [labels.count], elements: labels) }

    @Test func arraysThatDoNotFit() throws {
        let good = y([1, 2, 3])
        #expect(
            try npzError([("arr_0", x), ("train_labels", good)])
                == "inputs: missing: no array of d.npz has a name that is common for inputs (x, inputs, images, data, features; with "
                + "'train' or alone); it holds 'arr_0' (3 × 2, float64), 'train_labels' (3, float64); expected the name of one")
        #expect(
            try npzError([("x_train", x), ("train_inputs", x), ("train_labels", good)])
                == "inputs: missing: 'x_train' (3 × 2, float64), 'train_inputs' (3 × 2, float64) of d.npz may each be the inputs; "
                + "expected the name of one")
        #expect(
            try npzError([("x_train", x), ("y_train", y([1, 2]))])
                == "d.npz, array 'y_train': 2 labels (2, float64) for the 3 samples of d.npz, array 'x_train' (3 × 2, float64); "
                + "expected 3")
        #expect(
            try npzError([("train_inputs", good), ("train_labels", good)])
                == "d.npz, array 'train_inputs': 3, float64; expected numbers, samples × features")
        #expect(try npzError([("train_inputs", x), ("train_labels", good), ("test_inputs", x)]) == nil)
        #expect(
            try npzError([("train_inputs", x), ("train_labels", good), ("y_test", good)])
                == "test_inputs: missing: no array of d.npz has a name that is common for test inputs (x, inputs, images, data, "
                + "features; with 'test'); it holds 'train_inputs' (3 × 2, float64), 'train_labels' (3, float64), 'y_test' (3, float64)"
                + "; expected the name of one")
        let wide = Tensor(shape: [3, 3], elements: [Double](repeating: 1, count: 9))
        #expect(
            try npzError([("train_inputs", x), ("train_labels", good), ("test_inputs", wide), ("test_labels", good)])
                == "d.npz, array 'test_inputs': inputs of axes [3], those of the training set (d.npz, array 'train_inputs') have [2]; "
                + "expected the same, since otherwise their numbers are other ones or in another order")
        #expect(
            try npzError([("train_inputs", x), ("train_labels", good), ("test_inputs", x), ("test_labels", wide)])
                == "d.npz, array 'test_labels': 3 labels a sample; d.npz, array 'train_labels' has 1: expected the same")
    }

    @Test func numbersThatAreNone() throws {
        var bad = x
        bad[1, 1] = .nan
        #expect(
            try npzError([("train_inputs", bad), ("train_labels", y([1, 2, 3]))])
                == "d.npz, array 'train_inputs'[1, 1] is nan (row and column count from 0); every number must be finite")
        #expect(
            try npzError([("train_inputs", x), ("train_labels", y([1, 2, .infinity]))])
                == "d.npz, array 'train_labels'[2, 0] is inf (row and column count from 0); every number must be finite")
    }

    @Test func labelsThatDoNotFitTheLoss() throws {
        #expect(
            try npzError([("train_inputs", x), ("train_labels", y([1, -1, 0]))], loss: .crossEntropy)
                == "loss cross_entropy does not fit the labels: with one output every label must be +1 or −1; "
                + "sample 2 (from 0) of d.npz, array 'train_labels' has 0.0")
        let rows = Tensor(shape: [3, 2], elements: [1, 0, 0, 1, 0.5, 0.5])
        #expect(
            try npzError([("train_inputs", x), ("train_labels", rows)], loss: .crossEntropy)
                == "loss cross_entropy does not fit the labels: with 2 outputs every sample needs one label 1 and the others 0; "
                + "sample 2 (from 0) of d.npz, array 'train_labels' has 0.5, 0.5")
        #expect(try npzError([("train_inputs", x), ("train_labels", rows)]) == nil)
        #expect(
            try npzError([("train_inputs", x), ("train_labels", rows)]) { $0.classes = [0, 1] }
                == "classes: needs one class a sample: one number or name, or one label 1 and the others 0; "
                + "sample 2 (from 0) of d.npz, array 'train_labels' has 0.5, 0.5")
        #expect(
            try npzError([("train_inputs", x), ("train_labels", y([0, 1, 1.5]))]) { $0.classes = [0, 1] }
                == "classes: needs whole numbers, names or one-hot rows as labels; sample 2 (from 0) of d.npz, array 'train_labels' has 1.5"
        )
    }

    @Test func tooFewSamples() throws {
        let arrays = [("train_inputs", x), ("train_labels", y([0, 1, 1]))]
        #expect(
            try npzError(arrays) {
                $0.train = 2; $0.test = 2
            }
                == "test: 2 training and 2 test samples asked for; there are 3")
        #expect(try npzError(arrays) { $0.train = 9 } == "train: 9 training and 0 test samples asked for; there are 3")
        #expect(
            try npzError(arrays + [("test_inputs", x), ("test_labels", y([1, 1, 1]))]) {
                $0.test = 4; $0.classes = [0, 1]
            }
                == "test: 4 samples asked for; there are 3 of classes 0, 1")
        #expect(try npzError(arrays) { $0.classes = [0, 4] } == "classes: d.npz has no class 4; it has 0, 1")
    }

    @Test func keysThatDoNotFit() {
        func error(_ source: String, _ change: (inout DataSource) -> Void = { _ in }) -> String? {
            var description = DataSource(source: source)
            change(&description)
            return errorText { _ = try description.load(loss: .squared) }
        }
        #expect(
            error("digit")?.hasPrefix(
                "source: 'digit' is not a known source; expected digits, gaussian, group, - (standard input), a folder") == true)
        #expect(error("nowhere/x.npz") == "cannot read 'nowhere/x.npz': No such file or directory")
        #expect(error("digits") { $0.dimension = 3 } == "dimension: does not apply to source 'digits', only to gaussian")
        #expect(
            error("x.csv") { $0.labels = "y.npy" }
                == "labels: does not apply to source 'x.csv', only to npy, idx, npz, safetensors")
        #expect(error("x.npy") == "labels: missing: the file with the labels of 'x.npy', .npy or IDX")
        #expect(error("digits") { $0.classes = [1] } == "classes: [1] is not a list of two or more classes")
        #expect(error("digits") { $0.classes = [1, 1] } == "classes: [1, 1] names a class twice")
        #expect(
            error("digits") { $0.classes = [1, 11] } == "classes: digits has no class 11; it has 0, 1, 2, 3, 4, 5, 6, 7, 8, 9")
        #expect(error("digits") { $0.train = 0 } == "train: 0 samples; expected 1 or more")
        #expect(error("digits") { $0.test = -1 } == "test: -1 samples; expected 0 or more")
        #expect(error("digits") { $0.train = 1 }?.hasPrefix("one training sample cannot be centred") == true)
        #expect(error("x.csv") { $0.testSource = "x.npy" }?.hasPrefix("test_source: 'x.npy' is not of the same format") == true)
        #expect(error("gaussian") == "dimension: missing: the dimension of the inputs")
        func gaussian(_ change: (inout DataSource) -> Void) -> String? {
            error("gaussian") {
                ($0.dimension, $0.teacher, $0.train) = (5, .linear, 9); change(&$0)
            }
        }
        #expect(gaussian { $0.teacher = nil } == "teacher: missing: one of linear, single_index, parity")
        #expect(gaussian { $0.train = nil } == "train: missing: the number of training samples")
        #expect(gaussian { $0.dimension = 0 } == "dimension: 0; expected 1 or more")
        #expect(gaussian { $0.noise = -1 } == "noise: -1.0; expected 0 or more")
        #expect(gaussian { $0.sparsity = 2 } == "sparsity: applies only to teacher parity")
        #expect(gaussian { $0.link = "he3" } == "link: applies only to teacher single_index")
        #expect(
            gaussian { ($0.teacher, $0.link) = (.singleIndex, "he9") }?.hasPrefix("link: 'he9' is unknown; expected he2") == true)
        #expect(gaussian { $0.teacher = .parity } == "sparsity: missing: the number of inputs that count")
        #expect(gaussian { ($0.teacher, $0.sparsity) = (.parity, 6) } == "sparsity: 6; expected 1 to 5 (dimension)")
        #expect(gaussian { $0.classes = [0, 1] }?.hasPrefix("classes: does not apply to source 'gaussian'") == true)
    }

    @Test func warnings() throws {
        try withTemporaryDirectory { directory in
            let test = Tensor(shape: [2, 2], elements: [9, 9, 3, 4])
            try NPZ.write(
                [("train_inputs", x), ("train_labels", y([3, 3, 4])), ("test_inputs", test), ("test_labels", y([4, 5]))],
                to: directory + "/d.npz")
            var source = DataSource(source: "d.npz")
            #expect(
                try source.load(loss: .squared, relativeTo: directory).warnings
                    == ["1 of 2 test samples are also training samples (test 1 equals training 1, from 0)"])
            source.classes = [3, 4]
            source.train = 1
            source.preprocess = .none
            let loaded = try source.load(loss: .squared, relativeTo: directory)
            #expect(loaded.dataset.testCount == 1)
            #expect(loaded.warnings.contains { $0.hasPrefix("no training sample is of class") })
        }
    }

    /// What was left out is said, but not of the bundled digits, whose classes are known.
    @Test func samplesOfOtherClassesAreCounted() throws {
        try withTemporaryDirectory { directory in
            try NPZ.write(
                [
                    ("train_inputs", x), ("train_labels", y([0, 1, 2])),
                    ("test_inputs", Tensor(shape: [1, 2], elements: [8, 9])),
                    ("test_labels", y([1])),
                ], to: directory + "/d.npz")
            let source = DataSource(source: "d.npz", classes: [0, 1], preprocess: .none)
            let loaded = try source.load(loss: .squared, relativeTo: directory)
            #expect(loaded.dataset.trainCount == 2)
            #expect(
                loaded.warnings == ["1 of 3 samples of d.npz are left out, since `classes` does not name their class (2)"])
        }
        #expect(try DataSource(source: "digits", classes: [0, 1]).load(loss: .squared).warnings == [])
    }

    @Test func equalInputsWithDifferentLabelsAreSaid() throws {
        try withTemporaryDirectory { directory in
            func warnings(_ inputs: [Double], _ preprocess: Preprocessing) throws -> [String] {
                let n = inputs.count
                try NPZ.write(
                    [
                        ("train_inputs", Tensor(shape: [n, 1], elements: inputs)),
                        ("train_labels", y((0..<n).map { 0.5 + Double($0 / 2) })),
                    ], to: directory + "/d.npz")
                return try DataSource(source: "d.npz", preprocess: preprocess).load(loss: .squared, relativeTo: directory)
                    .warnings
            }
            let words = "training samples have, as networks see them, the same input as another of a different label (the first: "
            #expect(try warnings([1, 1, 2, 3], .none) == [])
            #expect(
                try warnings([1, 2, 1, 3], .none) == ["2 of 4 \(words)0 and 2, from 0); no network can fit both"])
            let merged = try warnings([1, 2, 4, 5, 6, 9], .centerScale)
            #expect(merged.count == 2 && merged[1] == "6 of 6 \(words)0 and 2, from 0); no network can fit both")
            #expect(try warnings([1, 2, 4, 5, 6, 9], .standardize) == [])
        }
    }
}
