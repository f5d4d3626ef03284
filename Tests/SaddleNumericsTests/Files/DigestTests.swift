import SaddleNumerics
import TestSupport
import Testing

// Digests of bytes and arrays. It would catch bytes at the end that are left out, a length that does not count, and zeros that are
// swallowed.

@Suite struct DigestTests {
    private func digest(_ bytes: [UInt8]) -> String {
        var digest = Digest()
        bytes.withUnsafeBytes { digest.add($0) }
        return digest.text
    }

    /// Every flipped bit and every cut shows, for all lengths about a word.
    @Test(arguments: 0...25) func everyBitCounts(length: Int) {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: 37 * $0) }
        var seen: Set = [digest(bytes)]
        for i in bytes.indices {
            for bit in 0..<8 {
                var flipped = bytes
                flipped[i] ^= 1 << bit
                #expect(seen.insert(digest(flipped)).inserted, "bit \(bit) of byte \(i)")
            }
        }
        for zeros in 1...9 {
            #expect(seen.insert(digest(bytes + [UInt8](repeating: 0, count: zeros))).inserted, "\(zeros) zeros")
        }
        if length > 0 { #expect(seen.insert(digest(Array(bytes.dropLast()))).inserted, "one byte less") }
        #expect(digest(bytes) == digest(Array(bytes)))
    }

    @Test func arraysCountWithTheirShape() {
        func digest(_ shape: [Int], _ elements: [Double]) -> String {
            var digest = Digest()
            digest.add(NamedArray("x", shape: shape, elements[...]))
            return digest.text
        }
        let texts = [
            digest([2, 3], [1, 2, 3, 4, 5, 6]), digest([3, 2], [1, 2, 3, 4, 5, 6]), digest([6], [1, 2, 3, 4, 5, 6]),
            digest([2, 3], [1, 2, 3, 4, 5, 6.000000000000001]), digest([2, 3], [2, 1, 3, 4, 5, 6]), digest([1], [0]),
            digest([1], [-0.0]),
            digest([0], []),
        ]
        #expect(Set(texts).count == texts.count)
    }

    /// A file, read block by block, has the digest of its bytes; also one that ends at the end of a block, or in a word.
    @Test(arguments: [0, 5, 1 << 20, (1 << 20) + 8, (3 << 20) + 13]) func filesCountAsTheirBytes(length: Int) throws {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 7) }
        try withTemporaryDirectory { directory in
            try AtomicFile.write(bytes, to: directory + "/x")
            var digest = Digest()
            try digest.add(file: directory + "/x")
            #expect(digest.text == self.digest(bytes))
        }
    }
}
