/// The array format in which MNIST is distributed: big-endian, `00 00 type axes`, the size of each axis, the elements.
public enum IDX {
    /// The array in the bytes of an IDX file, which errors call `file`.
    ///
    /// - Throws: ``FileError`` if it is cut short or damaged, or no IDX file.
    package static func stored(_ bytes: ArraySlice<UInt8>, file: String) throws(FileError) -> StoredArray {
        let (header, size) = try header(bytes, file: file)
        return try StoredArray(file, header, bytes.dropFirst(size))
    }

    /// What the file says of its array, and how many bytes that takes.
    static func header(_ bytes: ArraySlice<UInt8>, file: String) throws(FileError) -> (header: ArrayHeader, size: Int) {
        var reader = ByteReader(bytes, file: file)
        guard bytes.count >= 4 else { throw notIDX(file) }
        let magic = Array(try reader.take(4))
        guard magic.starts(with: [0, 0]), let format = formats[magic[2]], magic[3] > 0 else { throw notIDX(file) }
        var shape: [Int] = []
        for _ in 0..<magic[3] { shape.append(try reader.take(4).reduce(0) { $0 << 8 | Int($1) }) }
        return (ArrayHeader(shape: shape, type: .number(format)), reader.position - bytes.startIndex)
    }

    private static func notIDX(_ file: String) -> FileError {
        .malformed(file: file, reason: "not an IDX file: it must begin with 00 00, a type 08 … 0e and a number of axes")
    }

    private static let formats: [UInt8: NumberFormat] = [
        0x08: NumberFormat(kind: .unsigned, size: 1, isBigEndian: true),
        0x09: NumberFormat(kind: .signed, size: 1, isBigEndian: true),
        0x0b: NumberFormat(kind: .signed, size: 2, isBigEndian: true),
        0x0c: NumberFormat(kind: .signed, size: 4, isBigEndian: true),
        0x0d: NumberFormat(kind: .float, size: 4, isBigEndian: true),
        0x0e: NumberFormat(kind: .float, size: 8, isBigEndian: true),
    ]
}
