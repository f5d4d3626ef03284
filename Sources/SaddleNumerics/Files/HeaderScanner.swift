/// Walks through the literals of a header: the few of Python in a `.npy` file, JSON in a `.safetensors` file.
struct HeaderScanner {
    let text: [UInt8]
    /// What errors call the header and its file.
    let file: String
    let what: String
    var position = 0

    init(_ text: some Sequence<UInt8>, _ what: String, file: String) {
        (self.text, self.what, self.file) = (Array(text), what, file)
    }

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

    /// The entries of a mapping in braces; `entry` reads each value.
    mutating func mapping(_ entry: (inout HeaderScanner, String) throws(FileError) -> Void) throws(FileError) {
        try expect("{")
        while !skip("}") {
            let key = try string()
            try expect(":")
            try entry(&self, key)
            if !skip(",") {
                try expect("}")
                break
            }
        }
    }

    /// Whole numbers from 0 between brackets: `()`, `(3,)`, `(3, 4)`, `[3, 4]`.
    mutating func sizes(_ open: Character, _ close: Character) throws(FileError) -> [Int] {
        var sizes: [Int] = []
        try expect(open)
        while !skip(close) {
            var digits = word()
            if digits.hasSuffix("L") { digits.removeLast() }  // long integers of Python 2
            guard let size = Int(digits), size >= 0 else { throw malformed("a size, found '\(digits.prefix(30))'") }
            sizes.append(size)
            if !skip(",") {
                try expect(close)
                break
            }
        }
        return sizes
    }

    mutating func boolean() throws(FileError) -> Bool {
        switch word() {
        case "True": return true
        case "False": return false
        default: throw malformed("True or False")
        }
    }

    /// A text in quotes, in which \ begins an escape of JSON.
    mutating func string() throws(FileError) -> String {
        let quote: UInt8
        if skip("'") { quote = 0x27 } else if skip("\"") { quote = 0x22 } else { throw malformed("a quoted word") }
        var units: [UInt8] = []
        while position < text.count, text[position] != quote {
            if text[position] == 0x5c {
                units += try escape().utf8
            } else {
                units.append(text[position])
                position += 1
            }
        }
        guard position < text.count else { throw malformed("a closing quote") }
        position += 1
        guard let string = String(validating: units, as: UTF8.self) else { throw malformed("text in UTF-8") }
        return string
    }

    private mutating func escape() throws(FileError) -> String {
        guard position + 1 < text.count else { throw malformed("a closing quote") }
        defer { position += 2 }
        switch text[position + 1] {
        case 0x22, 0x27, 0x2f, 0x5c: return String(decoding: [text[position + 1]], as: UTF8.self)
        case 0x62: return "\u{8}"
        case 0x66: return "\u{c}"
        case 0x6e: return "\n"
        case 0x72: return "\r"
        case 0x74: return "\t"
        case 0x75:
            var units = [try codeUnit()]
            // Beyond the basic plane two escapes make one character.
            if UTF16.isLeadSurrogate(units[0]), text[(position + 2)...].starts(with: [0x5c, 0x75]) {
                position += 2
                units.append(try codeUnit())
            }
            guard let character = String(validating: units, as: UTF16.self) else { throw malformed("a character") }
            return character
        default: throw malformed("an escape of JSON")
        }
    }

    /// The four hexadecimal digits of an escape; the last two of its six bytes are still to be skipped.
    private mutating func codeUnit() throws(FileError) -> UInt16 {
        let digits = text[(position + 2)...].prefix(4)
        guard digits.count == 4, let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16) else {
            throw malformed("four hexadecimal digits")
        }
        position += 4
        return unit
    }

    private mutating func word() -> String {
        skipBlanks()
        let start = position
        while position < text.count, ![44, 41, 93, 125, 58, 32, 10].contains(text[position]) { position += 1 }
        return String(decoding: text[start..<position], as: UTF8.self)
    }

    func malformed(_ expected: String) -> FileError {
        .malformed(file: file, reason: "damaged \(what) header at character \(position): expected \(expected)")
    }
}
