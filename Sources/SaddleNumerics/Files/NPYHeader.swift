/// The description at the start of a `.npy` file: `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`.
///
/// Source: NumPy's format description, `numpy.lib.format`, versions 1 to 3.
enum NPYHeader {
    static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    /// Longer headers, which only records have, are refused.
    static let longest = 0xFFFF

    /// The description at the start of `bytes`, and how many bytes it takes.
    ///
    /// - Throws: ``FileError/malformed(file:reason:)``, naming the part that is not as NumPy writes it.
    static func read(_ bytes: ArraySlice<UInt8>, file: String) throws(FileError) -> (header: ArrayHeader, size: Int) {
        var reader = ByteReader(bytes, file: file)
        guard bytes.starts(with: magic) else { throw .malformed(file: file, reason: "not a .npy file") }
        _ = try reader.take(magic.count)
        let version = try reader.take(2)
        guard (1...3).contains(version.first!), version.last! == 0 else {
            throw .malformed(file: file, reason: ".npy version \(version.first!).\(version.last!); 1.0, 2.0 and 3.0 are read")
        }
        let length = version.first! == 1 ? try reader.uint16() : Int(try reader.uint32())
        guard length <= longest else {
            throw .malformed(file: file, reason: "a .npy header of \(length) bytes; at most \(longest) are read")
        }
        let header = try parse(try reader.take(length), file: file)
        return (header, reader.position - bytes.startIndex)
    }

    private static func parse(_ text: ArraySlice<UInt8>, file: String) throws(FileError) -> ArrayHeader {
        var scanner = HeaderScanner(text, ".npy", file: file)
        var (type, order, shape): (ElementType?, Bool?, [Int]?) = (nil, nil, nil)
        try scanner.mapping { (scanner, key) throws(FileError) in
            switch key {
            // The description of a record is a list.
            case "descr": type = try elementType(scanner.skip("[") ? "record" : scanner.string(), file: file)
            case "fortran_order": order = try scanner.boolean()
            case "shape": shape = try scanner.sizes("(", ")")
            default: throw .malformed(file: file, reason: "unknown key '\(key.prefix(40))' in the .npy header")
            }
        }
        try scanner.expectEnd()
        guard let type, let order, let shape else {
            throw .malformed(file: file, reason: "the .npy header must give descr, fortran_order and shape")
        }
        return ArrayHeader(shape: shape, type: type, isFortranOrder: order)
    }

    private static func elementType(_ name: String, file: String) throws(FileError) -> ElementType {
        let kinds: [Character: (NumberFormat.Kind, sizes: Set<Int>)] = [
            "f": (.float, [2, 4, 8]), "i": (.signed, [1, 2, 4, 8]), "u": (.unsigned, [1, 2, 4, 8]), "b": (.boolean, [1]),
        ]
        let (order, rest) = (name.prefix(1), name.dropFirst())
        if ["<", ">", "|", "="].contains(order), let letter = rest.first, let size = Int(rest.dropFirst()) {
            if let kind = kinds[letter], kind.sizes.contains(size) {
                return .number(NumberFormat(kind: kind.0, size: size, isBigEndian: order == ">"))
            }
            if (letter == "U" || letter == "S"), size > 0 {
                return .text(characters: size, isWide: letter == "U", isBigEndian: order == ">")
            }
        }
        let advice =
            switch rest.first {
            case "O": "Python objects are code, not data: save numbers, or texts with .astype(str)"
            case "V": "without a type of NumPy's own; save float32 (bfloat16 is read from .safetensors)"
            case "U", "S": "texts without characters"
            default: "expected \(ElementType.accepted)"
            }
        throw .malformed(file: file, reason: "elements of type '\(name.prefix(40))' are not read: \(advice)")
    }
}
