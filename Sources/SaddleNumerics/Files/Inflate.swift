import CZlib

/// Decompression of one deflate stream by zlib.
enum Inflate {
    enum Container: Int32 {
        /// Nothing but the deflate stream, as inside a ZIP archive.
        case none = -15
        /// One gzip member with its header, length and checksum.
        case gzip = 31
    }

    enum Failure: Error, Equatable {
        case truncated
        /// zlib's words.
        case corrupt(String)

        /// What is wrong with the compressed data, as the end of a sentence.
        var reason: String {
            switch self {
            case .truncated: "are cut short"
            case .corrupt(let words): "cannot be inflated: \(words)"
            }
        }
    }

    struct Result {
        /// What came out, up to the limit and at most one block more.
        var output: [UInt8] = []
        /// How many bytes of the input that took.
        var consumed = 0
        /// Whether more than the limit came out, and the rest was left.
        var isCut = false
    }

    /// The bytes compressed at the start of `input`.
    ///
    /// - Parameter limit: inflating stops when more bytes than this have come out.
    static func stream(_ input: ArraySlice<UInt8>, _ container: Container, limit: Int) throws(Failure) -> Result {
        var state = z_stream()
        precondition(saddle_inflateInit2(&state, container.rawValue) == Z_OK, "zlib cannot start")
        defer { inflateEnd(&state) }

        var result = Result()
        // Deflate makes nothing more than 1032 times smaller, so that a limit beyond that is no promise.
        if limit <= 1032 * input.count { result.output.reserveCapacity(limit + (1 << 18)) }
        var block = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            // zlib counts in 32 bits.
            let given = min(input.count - result.consumed, 1 << 30)
            var status = Z_OK
            var (left, produced) = (0, 0)
            input.withUnsafeBufferPointer { source in
                block.withUnsafeMutableBufferPointer { target in
                    state.next_in = source.baseAddress.map { UnsafeMutablePointer(mutating: $0 + result.consumed) }
                    state.avail_in = UInt32(given)
                    state.next_out = target.baseAddress
                    state.avail_out = UInt32(target.count)
                    status = inflate(&state, Z_NO_FLUSH)
                    (left, produced) = (Int(state.avail_in), target.count - Int(state.avail_out))
                }
            }
            result.consumed += given - left
            result.output += block[..<produced]
            if result.output.count > limit {
                result.isCut = true
                return result
            }
            switch status {
            case Z_STREAM_END: return result
            case Z_OK where produced > 0 || given > left: continue
            case Z_OK, Z_BUF_ERROR: throw .truncated
            case Z_NEED_DICT: throw .corrupt("needs a preset dictionary")
            default: throw .corrupt(state.msg.map { String(cString: $0) } ?? "zlib error \(status)")
            }
        }
    }

    /// The CRC-32 of ZIP and gzip, of bytes followed by numbers as they are in memory.
    static func checksum(_ numbers: ArraySlice<Double>, after checksum: UInt32) -> UInt32 {
        numbers.withUnsafeBytes {
            $0.isEmpty
                ? checksum : UInt32(crc32_z(UInt(checksum), $0.baseAddress?.assumingMemoryBound(to: UInt8.self), $0.count))
        }
    }

    /// The CRC-32 of ZIP and gzip.
    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBufferPointer { UInt32($0.isEmpty ? 0 : crc32_z(0, $0.baseAddress, $0.count)) }
    }
}
