/// The description at the start of a `.npy` file: `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`.
///
/// Source: NumPy's format description, `numpy.lib.format`, versions 1 to 3.
struct NPYHeader: Equatable {
    var format: NumberFormat
    var isFortranOrder: Bool
    var shape: [Int]

    /// Reads the Python dictionary; everything else about the file is in `NPY`.
    ///
    /// - Throws: ``FileError/malformed(file:reason:)``, naming the part that is not as NumPy writes it.
    init(_ text: String, file: String) throws(FileError) {
        var scanner = Scanner(text: Array(text.utf8), file: file)
        var (format, order, shape): (NumberFormat?, Bool?, [Int]?) = (nil, nil, nil)
        try scanner.expect("{")
        while !scanner.skip("}") {
            let key = try scanner.string()
            try scanner.expect(":")
            switch key {
            case "descr": format = try Self.numberFormat(scanner.typeName(), file: file)
            case "fortran_order": order = try scanner.boolean()
            case "shape": shape = try scanner.tuple()
            default: throw .malformed(file: file, reason: "unknown key '\(key)' in the .npy header")
            }
            if !scanner.skip(",") {
                try scanner.expect("}")
                break
            }
        }
        try scanner.expectEnd()
        guard let format, let order, let shape else {
            throw .malformed(file: file, reason: "the .npy header must give descr, fortran_order and shape, not \(text)")
        }
        (self.format, self.isFortranOrder, self.shape) = (format, order, shape)
    }

    private static func numberFormat(_ name: String, file: String) throws(FileError) -> NumberFormat {
        let kinds: [Character: (NumberFormat.Kind, sizes: Set<Int>)] = [
            "f": (.float, [4, 8]), "i": (.signed, [1, 2, 4, 8]), "u": (.unsigned, [1, 2, 4, 8]), "b": (.boolean, [1]),
        ]
        let (order, rest) = (name.prefix(1), name.dropFirst())
        if ["<", ">", "|", "="].contains(order), let letter = rest.first, let kind = kinds[letter],
            let size = Int(rest.dropFirst()), kind.sizes.contains(size)
        {
            return NumberFormat(kind: kind.0, size: size, isBigEndian: order == ">")
        }
        throw .malformed(
            file: file,
            reason: "numbers of type '\(name)' are not read; use float64, float32, int8 to int64, uint8 to uint64 or bool")
    }
}

/// Walks through the few Python literals that a header holds.
private struct Scanner {
    let text: [UInt8]
    let file: String
    var position = 0

    mutating func skipBlanks() {
        while position < text.count, [9, 10, 13, 32].contains(text[position]) { position += 1 }
    }

    mutating func skip(_ mark: Character) -> Bool {
        skipBlanks()
        guard position < text.count, text[position] == mark.asciiValue else { return false }
        position += 1
        return true
    }

    mutating func expect(_ mark: Character) throws(FileError) {
        if !skip(mark) { throw malformed("'\(mark)'") }
    }

    mutating func expectEnd() throws(FileError) {
        skipBlanks()
        if position < text.count { throw malformed("nothing more") }
    }

    mutating func string() throws(FileError) -> String {
        let quote: Character
        if skip("'") { quote = "'" } else if skip("\"") { quote = "\"" } else { throw malformed("a quoted word") }
        guard let end = text[position...].firstIndex(of: quote.asciiValue!) else { throw malformed("a closing quote") }
        defer { position = end + 1 }
        return String(decoding: text[position..<end], as: UTF8.self)
    }

    /// The type's name; for a record, whose description is a list, the name by which an error can call it.
    mutating func typeName() throws(FileError) -> String { skip("[") ? "record" : try string() }

    mutating func word() -> String {
        skipBlanks()
        let start = position
        while position < text.count, ![44, 41, 125, 58, 32, 10].contains(text[position]) { position += 1 }
        return String(decoding: text[start..<position], as: UTF8.self)
    }

    mutating func boolean() throws(FileError) -> Bool {
        switch word() {
        case "True": return true
        case "False": return false
        default: throw malformed("True or False")
        }
    }

    /// A tuple of sizes: `()`, `(3,)`, `(3, 4)`.
    mutating func tuple() throws(FileError) -> [Int] {
        var sizes: [Int] = []
        try expect("(")
        while !skip(")") {
            var digits = word()
            if digits.hasSuffix("L") { digits.removeLast() }  // long integers of Python 2
            guard let size = Int(digits), size >= 0 else { throw malformed("a size, found '\(digits)'") }
            sizes.append(size)
            if !skip(",") {
                try expect(")")
                break
            }
        }
        return sizes
    }

    private func malformed(_ expected: String) -> FileError {
        .malformed(file: file, reason: "damaged .npy header at character \(position): expected \(expected)")
    }
}
