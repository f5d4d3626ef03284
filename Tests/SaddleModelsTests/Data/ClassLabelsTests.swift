import SaddleModels
import SaddleNumerics
import Testing
import TestSupport

/// Classes by number, by name, by sign and by one-hot rows become the same labels. Oracle: files laid out byte by byte.
struct ClassLabelsTests {
    /// Loads four samples, sample i of which, from 1, is (i, i²), with labels of any kind.
    private func load(_ labels: [UInt8], _ classes: [ClassName]?, loss: Loss = .squared) throws -> LoadedData {
        try withTemporaryDirectory { directory in
            try NPY.write(Tensor(shape: [4, 2], elements: [1, 1, 2, 4, 3, 9, 4, 16]), to: directory + "/x.npy")
            try writeFile(labels, directory + "/y.npy")
            var source = DataSource(source: "x.npy", classes: classes, preprocess: .none)
            source.labels = "y.npy"
            return try source.load(loss: loss, relativeTo: directory)
        }
    }

    @Test func names() throws {
        let wide = ArrayBytes.npy("<U4", "(4,)", ArrayBytes.utf32(["dog", "cat", "bird", "dog"], width: 4))
        let narrow = ArrayBytes.npy("|S4", "(4, 1)", Array("dog\0cat\0birddog\0".utf8))
        for labels in [wide, narrow] {
            // Without a list: all, by letters.
            let all = try load(labels, nil, loss: .crossEntropy).dataset
            #expect(all.classNames == ["bird", "cat", "dog"] && all.trainClasses == [2, 1, 0, 2])
            let two = try load(labels, ["dog", "bird"])
            #expect(two.dataset.trainLabels.elements == [1, -1, 1] && two.dataset.classNames == ["dog", "bird"])
            #expect(two.dataset.trainInputs.elements == [1, 3, 4, 1, 9, 16])
            #expect(two.warnings.count == 1 && two.warnings[0].hasSuffix("`classes` does not name their class (cat)"))
            #expect(
                errorText { _ = try load(labels, ["dog", "cow"]) } == "classes: x.npy has no class cow; it has bird, cat, dog")
        }
        // Numbers as texts are named as numbers.
        let digits = ArrayBytes.npy("<U1", "(4,)", ArrayBytes.utf32(["3", "8", "3", "8"], width: 1))
        #expect(try load(digits, [8, 3]).dataset.trainLabels.elements == [-1, 1, -1, 1])
        let rows = ArrayBytes.npy("<U1", "(4, 2)", ArrayBytes.utf32(["a", "b", "a", "b", "a", "b", "a", "b"], width: 1))
        #expect(
            errorText { _ = try load(rows, nil) }?.contains("4 × 2, text of 1 character; expected one name of a class") == true)
    }

    @Test func signs() throws {
        let labels = ArrayBytes.npy("|i1", "(4,)", [1, 0xff, 0xff, 1])
        let kept = try load(labels, [1, -1])
        #expect(kept.dataset.trainLabels.elements == [1, -1, -1, 1] && kept.warnings.isEmpty)
        // The first class has +1, whatever its name; that is said.
        let turned = try load(labels, [-1, 1])
        #expect(turned.dataset.trainLabels.elements == [-1, 1, 1, -1] && turned.dataset.classNames == ["-1", "1"])
        #expect(turned.warnings.count == 1 && turned.warnings[0].contains("`classes: [1, -1]` keeps the signs"))
    }

    @Test func booleansAndOneHotRows() throws {
        let booleans = ArrayBytes.npy("|b1", "(4,)", [1, 0, 0, 1])
        #expect(try load(booleans, [0, 1]).dataset.trainLabels.elements == [-1, 1, 1, -1])
        let hot = ArrayBytes.npy("|u1", "(4, 3)", [0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0])
        let chosen = try load(hot, [2, 1])
        #expect(
            chosen.dataset.trainLabels.elements == [-1, 1, -1] && chosen.dataset.trainInputs.elements == [1, 2, 4, 1, 4, 16])
        let soft = ArrayBytes.npy("|u1", "(4, 2)", [0, 1, 1, 1, 1, 0, 0, 1])
        #expect(errorText { _ = try load(soft, [0, 1]) }?.contains("sample 1 (from 0) of ") == true)
        #expect(errorText { _ = try load(soft, [0, 1]) }?.contains("y.npy has 1.0, 1.0") == true)
    }

    /// CIFAR-10 knows its classes by number and by name.
    @Test func namesOfImages() throws {
        try withTemporaryDirectory { directory in
            let bytes = [3, 5, 3, 9].flatMap { [UInt8($0)] + [UInt8](repeating: UInt8($0), count: 3072) }
            try writeFile(bytes, directory + "/b.bin")
            func load(_ classes: [ClassName]) throws -> Dataset {
                try DataSource(source: "b.bin", classes: classes, preprocess: .none).load(loss: .squared, relativeTo: directory)
                    .dataset
            }
            for classes: [ClassName] in [["dog", "cat"], [5, 3], ["dog", 3]] {
                let data = try load(classes)
                #expect(data.trainLabels.elements == [-1, 1, -1] && data.classNames == ["dog", "cat"])
            }
            #expect(errorText { _ = try load(["cat", 3]) } == "classes: [cat, 3] names a class twice")
            #expect(
                errorText { _ = try load(["cat", "frog"]) }
                    == "classes: b.bin has no class frog; it has 3 (cat), 5 (dog), 9 (truck)")
        }
    }
}
