/// The array format in which MNIST is distributed: big-endian, `00 00 type axes`, the size of each axis, the elements.
///
/// Elements are decoded when asked for, since eight bytes a pixel would be eight times the file.
public struct IDX: Sendable {
    public let shape: [Int]
    /// Whether elements are integers, so that none of them can be NaN.
    public let isInteger: Bool
    private let format: NumberFormat
    private let bytes: [UInt8]
    private let file: String
    private let start: Int

    /// Reads an IDX file, gzip-compressed or not.
    ///
    /// - Throws: ``FileError`` if the file cannot be read, is cut short or damaged, or is no IDX file.
    public static func read(_ path: String) throws(FileError) -> IDX { try IDX(Gzip.read(path), file: path) }

    package init(_ bytes: [UInt8], file: String) throws(FileError) {
        guard bytes.count >= 4, bytes[0] == 0, bytes[1] == 0, let format = Self.formats[bytes[2]], bytes[3] > 0 else {
            throw .malformed(file: file, reason: "not an IDX file: it must begin with 00 00, a type 08 … 0e and a number of axes")
        }
        start = 4 + 4 * Int(bytes[3])
        guard bytes.count >= start else { throw .malformed(file: file, reason: "truncated: it ends within the header") }
        shape = (0..<Int(bytes[3])).map { axis in bytes[(4 + 4 * axis)..<(8 + 4 * axis)].reduce(0) { $0 << 8 | Int($1) } }
        let available = bytes.count - start
        guard let count = shape.elementCount, count <= Int.max / format.size else {
            throw .malformed(file: file, reason: "impossible shape \(shape)")
        }
        guard available == count * format.size else {
            throw .malformed(
                file: file,
                reason: (available < count * format.size ? "truncated: " : "too long: ")
                    + "shape \(shape) needs \(count * format.size) bytes, there are \(available)")
        }
        (self.bytes, self.file, self.format) = (bytes, file, format)
        isInteger = format.kind != .float
    }

    /// Elements number `range`, in C order.
    public func elements(_ range: Range<Int>) throws(FileError) -> [Double] {
        try format.decode(bytes[(start + range.lowerBound * format.size)..<(start + range.upperBound * format.size)], file: file)
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
