/// A file with one array, `.npy` or IDX, told apart by how it begins; gzip-compressed or not.
public enum ArrayFile {
    /// - Throws: ``FileError`` if the file cannot be read, is neither, or holds more or less than its header says.
    public static func read(_ path: String) throws(FileError) -> StoredArray { try stored(WholeFile.read(path), file: path) }

    /// A compressed array is inflated only as far as its own header asks.
    package static func stored(_ bytes: [UInt8], file: String) throws(FileError) -> StoredArray {
        if !Gzip.isCompressed(bytes) {
            let (header, size) = try header(bytes[...], file: file)
            return try StoredArray(file, header, bytes.dropFirst(size))
        }
        let (header, size) = try header(Gzip.beginning(bytes, NPYHeader.longest + 12, file: file), file: file)
        let needed = try header.byteCount(file: file)
        guard needed <= ReadingLimit.bytes else { throw .malformed(file: file, reason: ReadingLimit.refusal(needed)) }
        return try StoredArray(file, header, Gzip.inflate(bytes, file: file, limit: size + needed).dropFirst(size))
    }

    private static func header(
        _ bytes: ArraySlice<UInt8>, file: String
    ) throws(FileError) -> (header: ArrayHeader, size: Int) {
        if bytes.starts(with: NPYHeader.magic) { return try NPYHeader.read(bytes, file: file) }
        if bytes.starts(with: [0, 0]) { return try IDX.header(bytes, file: file) }
        throw .malformed(file: file, reason: "neither a .npy nor an IDX file: it must begin with 93 NUMPY or 00 00 and a type")
    }
}
