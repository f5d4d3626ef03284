/// An array as it lies in a file: its shape and type are known, its elements are decoded when asked for.
///
/// Eight bytes for every pixel would be eight times the file.
public struct StoredArray: Sendable {
    /// What errors call it: the file and, where the file holds several, the array.
    public let name: String
    /// Shape and type.
    public let header: ArrayHeader
    /// The elements, last axis fastest.
    private let bytes: ArraySlice<UInt8>
    private let size: Int

    /// - Throws: ``FileError`` unless `bytes` are as many as the shape needs.
    init(_ name: String, _ header: ArrayHeader, _ bytes: ArraySlice<UInt8>) throws(FileError) {
        try header.check(available: bytes.count, file: name)
        (self.name, self.header, size) = (name, header, header.type.size ?? 0)
        let isMixed = header.isFortranOrder && header.shape.count > 1
        self.bytes = isMixed ? Self.rowMajor(bytes, shape: header.shape, size: size)[...] : bytes
    }

    /// Axes, as the file has them.
    public var shape: [Int] { header.shape }
    /// Number of elements.
    public var count: Int { bytes.count / size }

    /// Whether elements are integers or booleans, so that none of them can be NaN.
    public var isInteger: Bool {
        if case .number(let format) = header.type { ![.float, .brain].contains(format.kind) } else { false }
    }

    /// Whether elements are texts.
    public var isText: Bool { header.isText }

    /// Elements number `range`, in C order.
    ///
    /// - Throws: ``FileError`` for texts, and for an integer that no `Double` equals.
    public func elements(_ range: Range<Int>) throws(FileError) -> [Double] {
        guard case .number(let format) = header.type else {
            throw .malformed(file: name, reason: "\(header), where numbers are expected")
        }
        let start = bytes.startIndex
        return try format.decode(
            bytes[start + range.lowerBound * size..<start + range.upperBound * size], file: name, first: range.lowerBound)
    }

    /// All elements as numbers.
    public func tensor() throws(FileError) -> Tensor { Tensor(shape: shape, elements: try elements(0..<count)) }

    /// All elements as texts, without the zeros that fill them up.
    public func texts() throws(FileError) -> [String] {
        guard case .text(_, let isWide, let isBigEndian) = header.type else {
            throw .malformed(file: name, reason: "\(header), where texts are expected")
        }
        var texts: [String] = []
        texts.reserveCapacity(count)
        for index in 0..<count {
            let element = bytes[bytes.startIndex + index * size..<bytes.startIndex + (index + 1) * size]
            let text =
                isWide
                ? String(validating: Self.words(element, isBigEndian).prefix { $0 != 0 }, as: UTF32.self)
                : String(validating: element.prefix { $0 != 0 }, as: UTF8.self)
            guard let text else { throw .malformed(file: name, reason: "element \(index) (from 0) is no text") }
            texts.append(text)
        }
        return texts
    }

    private static func words(_ bytes: ArraySlice<UInt8>, _ isBigEndian: Bool) -> [UInt32] {
        stride(from: bytes.startIndex, to: bytes.endIndex, by: 4).map { start in
            let word = bytes[start..<start + 4]
            return (isBigEndian ? Array(word) : word.reversed()).reduce(0) { $0 << 8 | UInt32($1) }
        }
    }

    /// Reorders elements stored first axis fastest so that the last axis is fastest.
    private static func rowMajor(_ bytes: ArraySlice<UInt8>, shape: [Int], size: Int) -> [UInt8] {
        var strides = [Int](repeating: size, count: shape.count)
        for axis in 1..<shape.count { strides[axis] = strides[axis - 1] * shape[axis - 1] }
        var index = [Int](repeating: 0, count: shape.count)
        var source = bytes.startIndex
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        while result.count < bytes.count {
            result += bytes[source..<source + size]
            var axis = shape.count - 1
            while axis >= 0 {
                index[axis] += 1
                source += strides[axis]
                if index[axis] < shape[axis] { break }
                source -= strides[axis] * shape[axis]
                index[axis] = 0
                axis -= 1
            }
        }
        return result
    }
}
