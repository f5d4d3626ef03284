import SaddleNumerics
import Testing
import TestSupport

/// Files appear complete or not at all, and refusals say which path and why.
struct AtomicFileTests {
    @Test func replacesAFileAndLeavesNothingElse() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/a.bin"
            try AtomicFile.write([1, 2, 3], to: path)
            try AtomicFile.write([4], to: path)
            #expect(try readFile(path) == [4])
            #expect(try namesInDirectory(directory) == ["a.bin"])
        }
    }

    @Test func appendsPiecesInOrder() throws {
        try withTemporaryDirectory { directory in
            let piece = [UInt8](repeating: 7, count: 100_000)
            try AtomicFile.write(to: directory + "/b") { output throws(FileError) in
                try output.append([])
                try output.append([1])
                try output.append(piece)
            }
            #expect(try readFile(directory + "/b") == [1] + piece)
        }
    }

    @Test func keepsTheOldFileWhenWritingFails() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/a.bin"
            try writeFile([9], path)
            let text = errorText {
                try AtomicFile.write(to: path) { output throws(FileError) in
                    try output.append([1])
                    throw .malformed(file: "x", reason: "stopped")
                }
            }
            #expect(text == "x: stopped")
            #expect(try readFile(path) == [9])
            #expect(try namesInDirectory(directory) == ["a.bin"])
        }
    }

    @Test func refusalsNamePathAndReason() throws {
        try withTemporaryDirectory { directory in
            #expect(
                errorText { try AtomicFile.write([1], to: directory + "/no/a") }
                    == "cannot write '\(directory)/no/a': No such file or directory")
            // The target is a directory: the temporary file must go.
            #expect(errorText { try AtomicFile.write([1], to: directory) }?.hasSuffix("Is a directory") == true)
            #expect(
                errorText { _ = try WholeFile.read(directory + "/none") }
                    == "cannot read '\(directory)/none': No such file or directory")
            #expect(errorText { _ = try WholeFile.read(directory) } == "cannot read '\(directory)': Is a directory")
        }
    }

    @Test func readsWholeFiles() throws {
        try withTemporaryDirectory { directory in
            for count in [0, 1, 4096, 300_000] {
                let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                try writeFile(bytes, directory + "/f")
                #expect(try WholeFile.read(directory + "/f") == bytes)
            }
        }
    }

    /// Files that belong together appear together: if one cannot be written, none is.
    @Test func allOrNothing() throws {
        try withTemporaryDirectory { directory in
            try AtomicFile.write([.init([1], to: directory + "/a"), .init([2], to: directory + "/b")])
            let bytes = try ["/a", "/b"].map { try readFile(directory + $0) }
            #expect(bytes == [[1], [2]])
            let text = errorText {
                try AtomicFile.write([
                    .init([3], to: directory + "/a"),
                    .init(to: directory + "/b") { _ throws(FileError) in throw .malformed(file: "b", reason: "stopped") },
                ])
            }
            #expect(text == "b: stopped")
            #expect(try readFile(directory + "/a") == [1])
            #expect(try namesInDirectory(directory) == ["a", "b"])
        }
    }
}
