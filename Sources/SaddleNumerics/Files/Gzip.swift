/// Files compressed with gzip.
public enum Gzip {
    /// Whether the bytes start like a gzip file.
    public static func isCompressed(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1f, 0x8b]) }

    /// The decompressed contents of all members. Zeros after the last member, as tapes have them, are ignored.
    ///
    /// - Parameter file: what errors call the bytes.
    /// - Throws: ``FileError/malformed(file:reason:)`` if the bytes are cut short, damaged, or not gzip.
    public static func inflate(_ bytes: [UInt8], file: String) throws(FileError) -> [UInt8] {
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
                let member = try Inflate.stream(rest, .gzip)
                output = output.isEmpty ? member.output : output + member.output
                rest = rest.dropFirst(member.consumed)
            } catch {
                switch error {
                case .truncated: throw .malformed(file: file, reason: "truncated gzip file")
                case .corrupt(let reason): throw .malformed(file: file, reason: "damaged gzip file: \(reason)")
                case .tooLong: preconditionFailure("no limit was given")
                }
            }
        }
        return output
    }

    /// The contents of a file, decompressed if it is gzip, whatever its name.
    public static func read(_ path: String) throws(FileError) -> [UInt8] {
        let bytes = try WholeFile.read(path)
        return isCompressed(bytes) ? try inflate(bytes, file: path) : bytes
    }
}
