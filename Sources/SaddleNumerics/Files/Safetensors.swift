/// The file format of Hugging Face for named arrays: eight bytes with the length of a JSON header, the header, the elements.
///
///     {"x": {"dtype": "F32", "shape": [60, 2], "data_offsets": [0, 480]}, "__metadata__": {"format": "pt"}}
///
/// Little-endian, in C order; together the arrays fill the rest of the file without gap or overlap.
/// Source: github.com/huggingface/safetensors, README, "Format".
public struct Safetensors: NamedArrays {
    public let file: String
    public private(set) var names: [String] = []
    private var entries: [String: (header: ArrayHeader, range: Range<Int>)] = [:]
    private let content: ArraySlice<UInt8>

    /// The format's own limit.
    private static let longestHeader = 100_000_000

    /// - Parameter file: what errors call the bytes.
    /// - Throws: ``FileError`` if they are cut short, or offsets, shapes and types do not fit together.
    package init(_ bytes: [UInt8], file: String) throws(FileError) {
        func malformed(_ reason: String) -> FileError { .malformed(file: file, reason: reason) }
        guard Self.isPlausible(bytes) else { throw malformed("not a .safetensors file") }
        var reader = ByteReader(bytes[...], file: file)
        let length = try reader.size64()
        guard length <= Self.longestHeader else {
            throw malformed("a .safetensors header of \(length) bytes; at most \(Self.longestHeader) are read")
        }
        let text = try reader.take(length)
        self.file = file
        content = bytes[reader.position...]
        try readHeader(text)
        let order = names.sorted { Self.places(entries[$0]!.range) < Self.places(entries[$1]!.range) }
        var end = 0
        for name in order {
            let range = entries[name]!.range
            guard range.lowerBound == end else {
                throw malformed(
                    "array '\(name)' begins at byte \(range.lowerBound) of the elements, where the one before ends at \(end)")
            }
            end = range.upperBound
        }
        guard end == content.count else {
            throw malformed(
                (content.count < end ? "truncated: " : "too long: ") + "its arrays need \(end) bytes, there are \(content.count)")
        }
    }

    /// Whether bytes begin as such a file does.
    package static func isPlausible(_ bytes: [UInt8]) -> Bool {
        bytes.count > 8 && bytes[8] == 0x7b && bytes[5...7].allSatisfy { $0 == 0 }
    }

    public func header(_ name: String) throws(FileError) -> ArrayHeader {
        guard let entry = entries[name] else { throw missing(name) }
        return entry.header
    }

    public func stored(_ name: String) throws(FileError) -> StoredArray {
        guard let (header, range) = entries[name] else { throw missing(name) }
        let start = content.startIndex
        return try StoredArray(label(name), header, content[start + range.lowerBound..<start + range.upperBound])
    }

    private static func places(_ range: Range<Int>) -> (Int, Int) { (range.lowerBound, range.upperBound) }

    private mutating func readHeader(_ text: ArraySlice<UInt8>) throws(FileError) {
        var scanner = HeaderScanner(text, ".safetensors", file: file)
        var seen: Set<String> = []
        try scanner.mapping { (scanner, name) throws(FileError) in
            guard seen.insert(name).inserted else {
                throw .malformed(file: file, reason: "two arrays are named '\(name.prefix(40))'")
            }
            if name == "__metadata__" {
                try scanner.mapping { (scanner, _) throws(FileError) in _ = try scanner.string() }
                return
            }
            entries[name] = try entry(&scanner, label(name))
            names.append(name)
        }
        try scanner.expectEnd()
    }

    private func entry(
        _ scanner: inout HeaderScanner, _ label: String
    ) throws(FileError) -> (header: ArrayHeader, range: Range<Int>) {
        func malformed(_ reason: String) -> FileError { .malformed(file: label, reason: reason) }
        var (type, shape, offsets): (NumberFormat?, [Int]?, [Int]?) = (nil, nil, nil)
        try scanner.mapping { (scanner, key) throws(FileError) in
            switch key {
            case "dtype":
                let name = try scanner.string()
                type = Self.formats[name]
                if type == nil {
                    throw malformed("elements of type '\(name.prefix(40))' are not read; expected \(Self.accepted)")
                }
            case "shape": shape = try scanner.sizes("[", "]")
            case "data_offsets": offsets = try scanner.sizes("[", "]")
            default: throw malformed("unknown key '\(key.prefix(40))' in the .safetensors header")
            }
        }
        guard let type, let shape, let offsets, offsets.count == 2, offsets[0] <= offsets[1] else {
            throw malformed("the header must give dtype, shape and two ascending data_offsets")
        }
        let header = ArrayHeader(shape: shape, type: .number(type))
        try header.check(available: offsets[1] - offsets[0], file: label)
        return (header, offsets[0]..<offsets[1])
    }

    private static let accepted = formats.keys.sorted().joined(separator: ", ")
    private static let formats: [String: NumberFormat] = {
        let types: [(String, NumberFormat.Kind, Int)] = [
            ("BOOL", .boolean, 1), ("U8", .unsigned, 1), ("U16", .unsigned, 2), ("U32", .unsigned, 4), ("U64", .unsigned, 8),
            ("I8", .signed, 1), ("I16", .signed, 2), ("I32", .signed, 4), ("I64", .signed, 8), ("F16", .float, 2),
            ("BF16", .brain, 2), ("F32", .float, 4), ("F64", .float, 8),
        ]
        return Dictionary(
            uniqueKeysWithValues: types.map { ($0, NumberFormat(kind: $1, size: $2, isBigEndian: false)) })
    }()
}
