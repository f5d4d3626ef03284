import SaddleNumerics
import Testing
import TestSupport

/// What NumPy wrote is read to the last bit, whatever its type, byte order and layout; anything else is refused in words.
/// Oracle: files written by NumPy itself.
struct NPYTests {
    private func read(_ bytes: [UInt8]) throws -> Tensor { try NPY.decode(bytes[...], file: "a.npy") }

    @Test(arguments: NumPyFixtures.types) func readsEveryType(_ type: String) throws {
        let shift = type.contains("u") ? 0.0 : 2.0
        let expected = Tensor(shape: [2, 3], elements: (0..<6).map { Double($0) - shift })
        #expect(try read(NumPyFixtures.bytes(type)) == expected)
    }

    @Test func readsOtherLayoutsAndVersions() throws {
        #expect(try read(NumPyFixtures.bytes("b1")) == Tensor(shape: [3], elements: [1, 0, 1]))
        #expect(try read(NumPyFixtures.bytes("fortran3")) == Tensor(shape: [2, 3, 4], elements: (0..<24).map(Double.init)))
        let counting = Tensor(shape: [2, 3], elements: (0..<6).map(Double.init))
        #expect(try read(NumPyFixtures.bytes("v2")) == counting)
        #expect(try read(NumPyFixtures.bytes("v3")) == counting)
        #expect(try read(NumPyFixtures.bytes("scalar")) == Tensor(shape: [], elements: [7.5]))
        #expect(try read(NumPyFixtures.bytes("f2")) == Tensor(shape: [2], elements: [0, 0]))
        #expect(try read(NumPyFixtures.bytes("empty")) == Tensor(shape: [0, 3], elements: []))
    }

    @Test(arguments: [
        ("c16", "elements of type '<c16' are not read: expected float16"), ("record", "elements of type 'record'"),
        ("big", "element 0 is an integer beyond 2^53"),
    ])
    func refusesWhatFloat64CannotHold(_ name: String, _ words: String) throws {
        let text = errorText { _ = try read(NumPyFixtures.bytes(name)) }
        #expect(text?.contains(words) == true, "\(text ?? "no error")")
    }

    /// NumPy's own bytes for the same array are the oracle.
    @Test func writesTheBytesThatNumPyWrites() throws {
        try withTemporaryDirectory { directory in
            let arrays = [
                ("<f8", Tensor(shape: [2, 3], elements: [-2, -1, 0, 1, 2, 3])), ("scalar", Tensor(shape: [], elements: [7.5])),
                ("empty", Tensor(shape: [0, 3], elements: [])),
            ]
            for (name, array) in arrays {
                try NPY.write(array, to: directory + "/a.npy")
                #expect(try readFile(directory + "/a.npy") == NumPyFixtures.bytes(name))
            }
        }
    }

    @Test func keepsEveryBit() throws {
        try withTemporaryDirectory { directory in
            let values = [0.1, -0.0, .infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1 / 3]
            try NPY.write(Tensor(shape: [6], elements: values), to: directory + "/a.npy")
            #expect(try NPY.read(directory + "/a.npy").elements.map(\.bitPattern) == values.map(\.bitPattern))
        }
    }

    @Test func everyTruncationIsAnError() throws {
        let whole = NumPyFixtures.bytes("fortran3")
        for count in whole.indices {
            let text = errorText { _ = try read(Array(whole[..<count])) }
            #expect(text?.contains("a.npy: ") == true, "cut to \(count)")
        }
        #expect(errorText { _ = try read(whole + [0]) }?.contains("too long: shape [2, 3, 4] needs 192 bytes") == true)
    }

    /// Without a checksum a flipped byte may give other numbers, but never a crash.
    @Test func noFlippedByteCrashes() {
        for name in ["fortran3", "v2", ">i8"] {
            let whole = NumPyFixtures.bytes(name)
            for i in whole.indices {
                for flip: UInt8 in [0x01, 0x04, 0x80, 0xff] {
                    var bytes = whole
                    bytes[i] ^= flip
                    _ = try? read(bytes)
                }
            }
        }
    }

    @Test(arguments: [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775807, 9), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (9223372036854775807,), }",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }", "{'descr': '<f8', 'fortran_order': False, }", "{}", "",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), } x", "{'descr': '<f8', 'fortran_order': 0, 'shape': (1,)}",
        "{'descr': '<f8",
    ])
    func refusesImpossibleHeaders(_ header: String) {
        let bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
        #expect(errorText { _ = try read(bytes + [UInt8](repeating: 0, count: 8)) }?.contains("a.npy: ") == true)
    }
}
