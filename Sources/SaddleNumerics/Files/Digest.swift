/// A fingerprint of whatever a result depends on, or of a result, to notice that it has changed (FNV-1a, 64 bits a word; not for secrecy).
/// Each step maps states one to one, so that a change of one word is always seen.
public struct Digest: Sendable {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    /// Of nothing yet.
    public init() {}

    /// Takes in 64 bits.
    public mutating func add(_ word: UInt64) {
        // Whole words at once, then a mixing step, since one multiplication does not carry high bits down.
        state = (state ^ word) &* 0x0000_0100_0000_01b3
        state ^= state >> 32
    }

    /// Takes in the bytes of a text in UTF-8, and their number.
    public mutating func add(_ text: String) {
        for byte in text.utf8 { add(UInt64(byte)) }
        add(UInt64(text.utf8.count))
    }

    /// Takes in rows, columns and the bits of the elements, column by column.
    public mutating func add(_ matrix: Matrix) {
        add(UInt64(matrix.rows))
        add(UInt64(matrix.columns))
        for x in matrix.elements { add(x.bitPattern) }
    }

    /// Takes in name, shape and the bits of the elements.
    public mutating func add(_ array: NamedArray) {
        add(array.name)
        add("\(array.shape)")
        for x in array.elements { add(x.bitPattern) }
    }

    /// The bytes, eight at a time, and their number.
    public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        addWords(bytes)
        add(UInt64(bytes.count))
    }

    /// The bytes of a file likewise. About 10 ms for 100 MB.
    public mutating func add(file path: String) throws(FileError) {
        var (digest, count) = (self, 0)
        // Blocks but for the last are whole words.
        try WholeFile.forEachBlock(of: path, bytes: 1 << 20) { bytes in
            digest.addWords(bytes)
            count += bytes.count
        }
        digest.add(UInt64(count))
        self = digest
    }

    private mutating func addWords(_ bytes: UnsafeRawBufferPointer) {
        let words = bytes.count / 8
        for i in 0..<words { add(bytes.loadUnaligned(fromByteOffset: 8 * i, as: UInt64.self).littleEndian) }
        for i in 8 * words..<bytes.count { add(UInt64(bytes[i])) }
    }

    /// Sixteen hexadecimal digits.
    public var text: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
