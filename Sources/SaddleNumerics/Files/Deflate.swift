import CZlib

/// Compression by zlib.
public enum Deflate {
    /// The bytes as a zlib stream (RFC 1950), as PNG files hold them. The same bytes give the same stream with the same version of zlib.
    public static func zlib(_ bytes: [UInt8]) -> [UInt8] {
        var length = compressBound(UInt(bytes.count))
        var stream = [UInt8](repeating: 0, count: Int(length))
        // Level 9: pictures are small, and this is tried once.
        let status = compress2(&stream, &length, bytes, UInt(bytes.count), 9)
        precondition(status == Z_OK, "zlib cannot compress \(bytes.count) bytes: error \(status)")
        return Array(stream.prefix(Int(length)))
    }

    /// The CRC-32 of PNG, ZIP and gzip.
    public static func checksum(_ bytes: [UInt8]) -> UInt32 { Inflate.checksum(bytes[...]) }
}
