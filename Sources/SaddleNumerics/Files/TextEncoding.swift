/// Text files as UTF-8, whatever they are written in.
public enum TextEncoding: Sendable {
    /// UTF-8; UTF-16 of either byte order; Latin-1, one byte a character.
    case utf8, utf16, latin1

    /// The text as UTF-8 without a byte order mark, and what it was written in: UTF-8; UTF-16 with a byte order mark; else, if the
    /// bytes are no UTF-8, Latin-1, in which every byte is a character.
    ///
    /// - Parameter file: what errors call the bytes.
    /// - Throws: ``FileError/malformed(file:reason:)`` for damaged UTF-16, UTF-32 and bytes that are no text.
    public static func decode(_ bytes: [UInt8], file: String) throws(FileError) -> (text: [UInt8], encoding: TextEncoding) {
        if bytes.starts(with: [0xff, 0xfe, 0, 0]) || bytes.starts(with: [0, 0, 0xfe, 0xff]) {
            throw .malformed(file: file, reason: "a text in UTF-32; expected UTF-8 or UTF-16")
        }
        for (mark, isBigEndian) in [([0xff, 0xfe] as [UInt8], false), ([0xfe, 0xff], true)] where bytes.starts(with: mark) {
            if bytes.count % 2 != 0 { throw .malformed(file: file, reason: "truncated UTF-16: an odd number of bytes") }
            let units = stride(from: 2, to: bytes.count, by: 2).map { (i: Int) -> UInt16 in
                let (first, second) = (UInt16(bytes[i]), UInt16(bytes[i + 1]))
                return isBigEndian ? first * 256 + second : second * 256 + first
            }
            guard let text = String(validating: units, as: UTF16.self), !text.utf8.contains(0) else {
                throw .malformed(file: file, reason: "damaged UTF-16")
            }
            return (Array(text.utf8), .utf16)
        }
        if let zero = bytes.firstIndex(of: 0) {
            throw .malformed(
                file: file,
                reason: "not a text: byte \(zero) (from 0) is zero; expected UTF-8, or UTF-16 that begins with a byte order mark")
        }
        let text = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? Array(bytes[3...]) : bytes
        if text.allSatisfy({ $0 < 0x80 }) || String(validating: text, as: UTF8.self) != nil { return (text, .utf8) }
        return (Array(String(String.UnicodeScalarView(text.map { Unicode.Scalar($0) })).utf8), .latin1)
    }
}
