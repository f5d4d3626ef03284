/// Reads little-endian integers from a stretch of bytes; the end of the bytes is an error, not a crash.
struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    private let file: String
    private(set) var position: Int

    /// - Parameter position: index into the array of which `bytes` is a slice.
    init(_ bytes: ArraySlice<UInt8>, at position: Int? = nil, file: String) {
        self.bytes = bytes
        self.file = file
        self.position = position ?? bytes.startIndex
    }

    var isAtEnd: Bool { position >= bytes.endIndex }

    /// The next `count` bytes.
    mutating func take(_ count: Int) throws(FileError) -> ArraySlice<UInt8> {
        guard count >= 0, position >= bytes.startIndex, position <= bytes.endIndex, count <= bytes.endIndex - position else {
            throw .malformed(file: file, reason: "truncated: it ends within a header")
        }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func integer<T: FixedWidthInteger & UnsignedInteger>(_: T.Type) throws(FileError) -> T {
        try take(T.bitWidth / 8).reversed().reduce(0) { $0 << 8 | T($1) }
    }
    mutating func uint16() throws(FileError) -> Int { Int(try integer(UInt16.self)) }
    mutating func uint32() throws(FileError) -> UInt32 { try integer(UInt32.self) }
    /// A 64-bit size or offset; one that no file can have is an error.
    mutating func size64() throws(FileError) -> Int {
        let value = try integer(UInt64.self)
        guard value < 1 << 62 else { throw .malformed(file: file, reason: "impossible size \(value) in a header") }
        return Int(value)
    }
}

extension Array where Element == UInt8 {
    /// Appends an integer in little-endian order.
    mutating func append<T: FixedWidthInteger>(littleEndian value: T) {
        Swift.withUnsafeBytes(of: value.littleEndian) { self += $0 }
    }
}
