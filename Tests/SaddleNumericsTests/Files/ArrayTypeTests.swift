import SaddleNumerics
import Testing
import TestSupport

/// Half and brain floats and texts are read to the last bit. Oracles: files of NumPy and ml_dtypes; Swift's own float16.
struct ArrayTypeTests {
    private func stored(_ name: String) throws -> StoredArray { try ArrayFile.stored(ArrayFixtures.bytes(name), file: "a.npy") }

    @Test func halfFloats() throws {
        for name in ["half", "half big-endian"] {
            let array = try stored(name)
            #expect(array.shape == [8] && array.header.description == "8, float16" && !array.isInteger && !array.isText)
            #expect(try array.tensor().elements.map(\.bitPattern) == ArrayFixtures.half.map(\.bitPattern))
        }
        #expect(try stored("fortran half").tensor() == Tensor(shape: [2, 3], elements: [0, 1, 2, 3, 4, 5]))
    }

    #if !(os(macOS) && arch(x86_64))
        /// All 65536 of them.
        @Test func everyHalfFloat() throws {
            let words = (0...UInt16.max).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
            let array = try ArrayFile.stored(ArrayBytes.npy("<f2", "(65536,)", words), file: "a.npy")
            let values = try array.elements(0..<65536)
            let wrong = (0...UInt16.max).filter { word in
                let (found, expected) = (values[Int(word)], Double(Float16(bitPattern: word)))
                return expected.isNaN ? !found.isNaN : found.bitPattern != expected.bitPattern
            }
            #expect(wrong.isEmpty)
        }
    #endif

    @Test func texts() throws {
        for name in ["texts", "texts big-endian"] {
            let array = try stored(name)
            #expect(array.isText && array.header.description == "3, text of 3 characters")
            #expect(try array.texts() == ["cat", "Åß€", "x"])
            #expect(errorText { _ = try array.tensor() } == "a.npy: 3, text of 3 characters, where numbers are expected")
        }
        #expect(try stored("bytes").texts() == ["cat", "hippo"])
        let broken = ArrayBytes.npy("<U1", "(2,)", [0x61, 0, 0, 0, 0, 0xd8, 0, 0])
        #expect(
            errorText { _ = try ArrayFile.stored(broken, file: "a.npy").texts() } == "a.npy: element 1 (from 0) is no text")
    }

    @Test(arguments: [
        ("objects", "elements of type '|O' are not read: Python objects"), ("bfloat16", "elements of type '<V2' are not read: "),
        ("safetensors", "neither a .npy nor an IDX file"),
    ])
    func whatIsRefused(_ name: String, _ words: String) {
        let text = errorText { _ = try stored(name) }
        #expect(text?.contains(words) == true, "\(text ?? "no error")")
    }

    /// A compressed array is inflated as far as its header asks, and no further.
    @Test func compressedArraysAreBounded() throws {
        let header = ArrayBytes.idx([3, 258], [])
        // 1 + 3 · 258 zeros behind the header are one too many; behind a header and less one they are as promised.
        let bomb = ArrayBytes.gzipBomb(header, runs: 200_000)
        #expect(bomb.count < 400_000)
        let clock = ContinuousClock.now
        #expect(
            errorText { _ = try ArrayFile.stored(bomb, file: "b.gz") }
                == "b.gz: too long: its array needs 786 bytes with their header, and more come out of the gzip file")
        #expect(ContinuousClock.now - clock < .seconds(0.5), "the 52 MB behind it were inflated")
        // What is too large for the memory is not begun.
        let huge = ArrayBytes.gzipBomb(ArrayBytes.idx([1 << 30, 1 << 20], []), runs: 1000)
        #expect(
            errorText { _ = try ArrayFile.stored(huge, file: "b.gz") }?.hasPrefix("b.gz: 1125899.91 GB would be read") == true)
    }
}
