import SaddleNumerics
import Testing
import TestSupport

/// Archives are read however NumPy packed them; damage is noticed, named, and never a crash.
/// Oracle: archives written by NumPy and by Python's zipfile.
struct NPZTests {
    private let a = Tensor(shape: [3], elements: [0, 1, 2])
    private let b = Tensor(shape: [2, 2], elements: [0, 1, 2, 3])

    private func read(_ bytes: [UInt8]) throws -> [String: Tensor] { try NPZ(bytes, file: "x.npz").arrays() }

    /// The bytes of an archive with a and b in which sizes from `wideFrom` on are ZIP64.
    private func archive(wideFrom: Int) throws -> [UInt8] {
        try withTemporaryDirectory { directory in
            try AtomicFile.write(to: directory + "/x.npz") { output throws(FileError) in
                var writer = ZipWriter(output, wideFrom: wideFrom)
                try writer.append("a.npy", NPY.encode(a))
                try writer.append("b.npy", NPY.encode(b))
                try writer.finish()
            }
            return try readFile(directory + "/x.npz")
        }
    }

    @Test func readsWhatNumPyWrites() throws {
        #expect(try read(NumPyFixtures.bytes("savez")) == ["a": a, "b": b])
        #expect(try read(NumPyFixtures.bytes("savez_compressed")) == ["a": a, "b": b])
        // Sizes behind the data, and a member that is no array.
        #expect(try read(NumPyFixtures.bytes("streamed")) == ["a": a])
    }

    @Test func readsWhatItWrites() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/x.npz"
            let arrays: [(name: String, array: Tensor)] = [("b", b), ("a", a), ("ψ", Tensor(shape: [], elements: [1]))]
            try NPZ.write(arrays, to: path)
            let bytes = try readFile(path)
            let file = try NPZ(contentsOf: path)
            #expect(file.names == ["b", "a", "ψ"])
            #expect(try NPZ.read(path) == ["b": b, "a": a, "ψ": Tensor(shape: [], elements: [1])])
            #expect(errorText { _ = try file.array("c") } == "\(path): no array 'c'; it holds b, a, ψ")

            try NPZ.write(arrays, to: path)
            #expect(try readFile(path) == bytes, "the same arrays must give the same bytes")
            try NPZ.write([], to: path)
            #expect(try NPZ.read(path).isEmpty)
            #expect(try namesInDirectory(directory) == ["x.npz"])
        }
    }

    /// Thresholds below, between and above the members' offsets and sizes, so that every field is wide once and narrow once.
    @Test(arguments: [1, 100, 160, 180, 400]) func wideSizesAreReadBack(from threshold: Int) throws {
        let bytes = try archive(wideFrom: threshold)
        #expect(bytes.count > 400)
        #expect(try read(bytes) == ["a": a, "b": b])
    }

    @Test func everyTruncationIsAnError() throws {
        for whole in [NumPyFixtures.bytes("savez"), NumPyFixtures.bytes("streamed"), try archive(wideFrom: 1)] {
            for count in whole.indices {
                let text = errorText { _ = try read(Array(whole[..<count])) }
                #expect(text?.hasPrefix("x.npz") == true, "cut to \(count) of \(whole.count)")
            }
        }
    }

    /// A flipped byte gives an error that names the file, or the same data: a name, a size or a number never changes unnoticed.
    @Test(arguments: ["savez", "savez_compressed", "streamed", "wide"]) func flippedBytesAreNoticedOrHarmless(_ name: String)
        throws
    {
        let whole = name == "wide" ? try archive(wideFrom: 1) : NumPyFixtures.bytes(name)
        let expected = try read(whole)
        var noticed = 0
        for i in whole.indices {
            for flip: UInt8 in [0x01, 0x08, 0x40, 0xff] {
                var bytes = whole
                bytes[i] ^= flip
                do {
                    #expect(try read(bytes) == expected, "byte \(i) flipped by \(flip)")
                } catch {
                    #expect("\(error)".hasPrefix("x.npz"))
                    noticed += 1
                }
            }
        }
        #expect(noticed > 2 * whole.count)
    }

    @Test func damageNamesTheMember() throws {
        var bytes = NumPyFixtures.bytes("savez")
        // The number 1.0 of array a.
        let last = bytes.indices.first { bytes[$0...].starts(with: [0, 0, 0, 0, 0, 0, 0xf0, 0x3f]) }!
        bytes[last] ^= 1
        #expect(errorText { _ = try read(bytes) } == "x.npz, member 'a.npy': damaged: its checksum (CRC-32) is wrong")
        #expect(errorText { _ = try read(Array("hello".utf8)) } == "x.npz: not a ZIP or .npz file")
    }
}
