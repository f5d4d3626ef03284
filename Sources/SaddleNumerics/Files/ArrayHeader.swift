/// How one element of an array is stored: a number, or a text of fixed length.
enum ElementType: Sendable, Equatable {
    case number(NumberFormat)
    /// UTF-32 (`isWide`) or bytes, filled up with zeros.
    case text(characters: Int, isWide: Bool, isBigEndian: Bool)

    /// Bytes an element.
    var size: Int? {
        switch self {
        case .number(let format): format.size
        case .text(let characters, let isWide, _): isWide ? (characters <= Int.max / 4 ? 4 * characters : nil) : characters
        }
    }

    /// NumPy's name of the type.
    var name: String {
        switch self {
        case .number(let format): format.name
        case .text(let characters, _, _): "text of \(characters) character\(characters == 1 ? "" : "s")"
        }
    }

    /// The names of all that are read, for errors.
    static let accepted = "float16 to float64, bfloat16 (.safetensors), int8 to int64, uint8 to uint64, bool, or text (U, S)"
}

extension NumberFormat {
    var name: String {
        switch kind {
        case .float: "float\(8 * size)"
        case .brain: "bfloat16"
        case .signed: "int\(8 * size)"
        case .unsigned: "uint\(8 * size)"
        case .boolean: "bool"
        }
    }
}

/// What an array file says of an array before its elements.
public struct ArrayHeader: Sendable, Equatable, CustomStringConvertible {
    /// Axes, as the file has them.
    public let shape: [Int]
    let type: ElementType
    /// Whether the first axis is the fastest.
    var isFortranOrder = false

    /// Whether elements are texts of fixed length.
    public var isText: Bool { if case .text = type { true } else { false } }

    /// As errors describe an array: `60 × 2, float32`.
    public var description: String {
        (shape.isEmpty ? "a single element" : shape.map(String.init).joined(separator: " × ")) + ", \(type.name)"
    }

    /// The bytes that the elements take.
    ///
    /// - Throws: ``FileError`` for a shape that no memory holds.
    func byteCount(file: String) throws(FileError) -> Int {
        guard let count = shape.elementCount, let size = type.size, count == 0 || size <= Int.max / count else {
            throw .malformed(file: file, reason: "impossible shape \(shape)")
        }
        return count * size
    }

    /// The one place where promised and present bytes are compared.
    func check(available: Int, file: String) throws(FileError) {
        let needed = try byteCount(file: file)
        if available == needed { return }
        throw .malformed(
            file: file,
            reason: (available < needed ? "truncated: " : "too long: ")
                + "shape \(shape) needs \(needed) bytes, there are \(available)")
    }
}
