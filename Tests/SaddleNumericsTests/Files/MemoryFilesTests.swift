import SaddleNumerics
import TestSupport
import Testing

@Suite struct MemoryFilesTests {
    @Test func filesInMemoryAreReadLikeOthersUntilTheyAreTakenAway() throws {
        let path = "/dev/saddle-test/array.npy"
        let array = Tensor(shape: [2, 3], elements: [1, 2, 3, 4, 5, 6])
        #expect(!WholeFile.exists(path))
        try withTemporaryDirectory { directory in
            try NPY.write(array, to: directory + "/array.npy")
            MemoryFiles.provide(try WholeFile.read(directory + "/array.npy"), at: path)
        }
        #expect(WholeFile.exists(path))
        let read = try NPY.read(path)
        #expect(read.shape == array.shape && read.elements == array.elements)
        MemoryFiles.remove(path)
        #expect(throws: FileError.self) { try NPY.read(path) }
    }
}
