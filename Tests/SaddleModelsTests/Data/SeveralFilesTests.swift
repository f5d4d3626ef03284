import Foundation
import SaddleModels
import SaddleNumerics
import Testing
import TestSupport

/// Several files are read as one, in their order, and folders as the files in them; test samples may have no labels.
struct SeveralFilesTests {
    private func batch(_ labels: [UInt8], first: UInt8) -> [UInt8] {
        labels.enumerated().flatMap { [$1] + [UInt8](repeating: first + UInt8($0), count: 3072) }
    }

    private func cifar(_ directory: String) throws {
        try FileManager.default.createDirectory(atPath: directory + "/c", withIntermediateDirectories: false)
        try writeFile(batch([3, 5], first: 10), directory + "/c/data_batch_1.bin")
        try writeFile(batch([5, 5, 3], first: 20), directory + "/c/data_batch_2.bin")
        try writeFile(batch([3], first: 30), directory + "/c/test_batch.bin")
        try writeFile(Array("airplane\n".utf8), directory + "/c/batches.meta.txt")
    }

    @Test func batchesOfCIFAR() throws {
        try withTemporaryDirectory { directory in
            try cifar(directory)
            var list = DataSource(source: "c/data_batch_1.bin", preprocess: .none)
            (list.moreSources, list.testSource) = (["c/data_batch_2.bin"], "c/test_batch.bin")
            let folder = DataSource(source: "c", preprocess: .none)
            var others = DataSource(source: "c", preprocess: .none)
            others.testSource = "c/data_batch_1.bin"
            for source in [list, folder, others] {
                let loaded = try source.load(loss: .squared, relativeTo: directory)
                #expect((0..<5).map { loaded.dataset.trainInputs[$0, 7] } == [10, 11, 20, 21, 22])
                #expect(loaded.dataset.trainLabels.elements == [1, -1, -1, -1, 1] && loaded.dataset.layout.axes == [3, 32, 32])
                #expect(loaded.dataset.testInputs[0, 0] == (source.testSource == "c/data_batch_1.bin" ? 10 : 30))
                #expect(loaded.dataset.classNames == ["cat", "dog"])
            }
            #expect(
                try folder.load(loss: .squared, relativeTo: directory).warnings
                    == ["c: training samples are those of data_batch_1.bin, data_batch_2.bin; for testing test_batch.bin"])
            // Rows of errors count in the file that has them.
            try writeFile(batch([3, 5], first: 0), directory + "/c/data_batch_2.bin")
            list.preprocess = .scale
            #expect(
                errorText { _ = try list.load(loss: .squared, relativeTo: directory) }?.contains(
                    "c/data_batch_2.bin[0] is zero in every feature") == true)
            list.moreSources = ["c/other.npz"]
            #expect(
                errorText { _ = try list.load(loss: .squared, relativeTo: directory) }
                    == "source: 'c/other.npz' is not of the same format as source 'c/data_batch_1.bin'")
            try FileManager.default.createDirectory(atPath: directory + "/e", withIntermediateDirectories: false)
            #expect(
                errorText { _ = try DataSource(source: "e").load(loss: .squared, relativeTo: directory) }
                    == "source: the folder 'e' has no CIFAR-10 (.bin) or IDX files for training; it holds nothing")
        }
    }

    /// Images as they are beside compressed labels, and the other way round; oracle: the same files uncompressed.
    @Test func plainImagesWithCompressedLabels() throws {
        try withTemporaryDirectory { directory in
            // gzip.compress(bytes([0, 0, 8, 1, 0, 0, 0, 2, 4, 9]), mtime=0)
            let labels = Array(Data(base64Encoded: "H4sIAAAAAAACA2Ng4GBkYGBgYuEEALnRLIgKAAAA")!)
            try writeFile(ArrayBytes.idx([2, 1, 2], [1, 2, 3, 4]), directory + "/train-images-idx3-ubyte")
            try writeFile(labels, directory + "/train-labels-idx1-ubyte.gz")
            let source = DataSource(source: "train-images-idx3-ubyte", preprocess: .none)
            let data = try source.load(loss: .squared, relativeTo: directory).dataset
            #expect(data.classNames == ["4", "9"] && data.trainInputs.elements == [1, 3, 2, 4])
            // gzip.compress(bytes([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 7, 9]), mtime=0)
            let images = Array(Data(base64Encoded: "H4sIAAAAAAACA2Ng4GBmYGBghGImdk4AAhSVVxIAAAA=")!)
            try writeFile(images, directory + "/t10k-images-idx3-ubyte.gz")
            try writeFile(ArrayBytes.idx([1], [9]), directory + "/t10k-labels-idx1-ubyte")
            // The folder as a whole is the data set.
            let folder = try DataSource(source: directory, preprocess: .none).load(loss: .squared).dataset
            #expect(folder.trainInputs.elements == [1, 3, 2, 4] && folder.testInputs.elements == [7, 9])
            #expect(folder.testLabels.elements == [-1])
        }
    }

    @Test func testSamplesWithoutLabels() throws {
        try withTemporaryDirectory { directory in
            let x = Tensor(shape: [4, 2], elements: [1, 2, 3, 4, 5, 7, 0, 1])
            let test = Tensor(shape: [3, 2], elements: [8, 9, 1, 1, 2, 5])
            try NPZ.write(
                [("x_train", x), ("y_train", Tensor(shape: [4], elements: [0, 1, 1, 0])), ("x_test", test)],
                to: directory + "/d.npz")
            for classes: [ClassName]? in [nil, [0, 1]] {
                let loaded = try DataSource(source: "d.npz", classes: classes, preprocess: .none).load(
                    loss: .squared, relativeTo: directory)
                let data = loaded.dataset
                #expect(Tensor(data.testInputs) == test && data.testCount == 3 && !data.hasTestLabels)
                #expect(
                    data.testLabels.rows == 0 && data.testLabels.columns == data.trainLabels.columns && data.testClasses.isEmpty)
                #expect(
                    loaded.warnings.contains {
                        $0.hasSuffix("have no labels: their outputs are predicted, without losses and accuracies")
                    })
            }
            var few = DataSource(source: "d.npz", classes: [1, 0], preprocess: .none)
            (few.train, few.test) = (2, 2)
            #expect(try few.load(loss: .crossEntropy, relativeTo: directory).dataset.testCount == 2)
            // Training samples cannot do without.
            try NPZ.write([("x_train", x), ("x_test", test)], to: directory + "/d.npz")
            #expect(
                errorText { _ = try few.load(loss: .squared, relativeTo: directory) }?.hasPrefix(
                    "labels: missing: no array of") == true)
        }
    }
}
