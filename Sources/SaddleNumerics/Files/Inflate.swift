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
        /// More than the given number of bytes came out.
        case tooLong
        /// zlib's words.
        case corrupt(String)
    }

    /// The bytes compressed at the start of `input`, and how many bytes of `input` they took.
    ///
    /// - Parameter limit: stop with ``Failure/tooLong`` when more bytes than this come out.
    static func stream(
        _ input: ArraySlice<UInt8>, _ container: Container, limit: Int = .max
    ) throws(Failure) -> (output: [UInt8], consumed: Int) {
        var state = z_stream()
        precondition(saddle_inflateInit2(&state, container.rawValue) == Z_OK, "zlib cannot start")
        defer { inflateEnd(&state) }

        var output: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 18)
        var consumed = 0
        while true {
            // zlib counts in 32 bits.
            let given = min(input.count - consumed, 1 << 30)
            var status = Z_OK
            var (left, produced) = (0, 0)
            input.withUnsafeBufferPointer { source in
                block.withUnsafeMutableBufferPointer { target in
                    state.next_in = source.baseAddress.map { UnsafeMutablePointer(mutating: $0 + consumed) }
                    state.avail_in = UInt32(given)
                    state.next_out = target.baseAddress
                    state.avail_out = UInt32(target.count)
                    status = inflate(&state, Z_NO_FLUSH)
                    (left, produced) = (Int(state.avail_in), target.count - Int(state.avail_out))
                }
            }
            consumed += given - left
            output += block[..<produced]
            if output.count > limit { throw .tooLong }
            switch status {
            case Z_STREAM_END: return (output, consumed)
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
