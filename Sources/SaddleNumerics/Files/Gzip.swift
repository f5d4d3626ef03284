/// Files compressed with gzip, read with a bound: a few megabytes can hold gigabytes.
public enum Gzip {
    /// Whether the bytes start like a gzip file.
    public static func isCompressed(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1f, 0x8b]) }

    /// The decompressed contents of all members. Zeros after the last member, as tapes have them, are ignored.
    ///
    /// - Parameters:
    ///   - file: what errors call the bytes.
    ///   - limit: how many bytes may come out; nil for ``ReadingLimit/inflated(from:)``.
    /// - Throws: ``FileError/malformed(file:reason:)`` if the bytes are cut short, damaged, not gzip, or become too many.
    public static func inflate(_ bytes: [UInt8], file: String, limit: Int? = nil) throws(FileError) -> [UInt8] {
        let most = limit ?? ReadingLimit.inflated(from: bytes.count)
        let (output, isCut) = try inflate(bytes, file: file, upTo: most)
        if isCut {
            let reason =
                limit.map { "too long: its array needs \($0) bytes with their header, and more come out of the gzip file" }
                ?? "its \(bytes.count) compressed bytes become more than \(ReadingLimit.gigabytes(most)): 100 times as many, or an "
                + "eighth of the available memory; expected less, or the file decompressed"
            throw .malformed(file: file, reason: reason)
        }
        return output
    }

    /// The first bytes that come out, `count` of them if there are as many.
    static func beginning(_ bytes: [UInt8], _ count: Int, file: String) throws(FileError) -> ArraySlice<UInt8> {
        try inflate(bytes, file: file, upTo: count).output.prefix(count)
    }

    private static func inflate(
        _ bytes: [UInt8], file: String, upTo limit: Int
    ) throws(FileError) -> (output: [UInt8], isCut: Bool) {
        if !isCompressed(bytes) { throw .malformed(file: file, reason: "not a gzip file") }
        var output: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            if !rest.starts(with: [0x1f, 0x8b]) {
                if rest.allSatisfy({ $0 == 0 }) { break }
                // One byte 1f may be all that is left of a cut member.
                let reason = rest.count == 1 ? "truncated gzip file" : "\(rest.count) bytes after the end of the gzip data"
                throw .malformed(file: file, reason: reason)
            }
            do throws(Inflate.Failure) {
                let member = try Inflate.stream(rest, .gzip, limit: limit - output.count)
                if output.isEmpty { output = member.output } else { output += member.output }
                if member.isCut { return (output, true) }
                rest = rest.dropFirst(member.consumed)
            } catch {
                throw .malformed(file: file, reason: "damaged gzip file: its data \(error.reason)")
            }
        }
        return (output, false)
    }

    /// The contents of a file, decompressed if it is gzip, whatever its name.
    public static func read(_ path: String) throws(FileError) -> [UInt8] {
        let bytes = try WholeFile.read(path)
        return isCompressed(bytes) ? try inflate(bytes, file: path) : bytes
    }
}
