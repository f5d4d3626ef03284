/// Array files laid out byte by byte, without Saddle's own code.
public enum ArrayBytes {
    /// A `.npy` file of version 1.0 with any description, also impossible ones.
    public static func npy(_ type: String, _ shape: String, _ content: [UInt8], isFortran: Bool = false) -> [UInt8] {
        let header = Array(
            "{'descr': '\(type)', 'fortran_order': \(isFortran ? "True" : "False"), 'shape': \(shape), }\n".utf8)
        let magic: [UInt8] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]
        return magic + littleEndian(header.count, 2) + header + content
    }

    /// The lowest `count` bytes of a number.
    public static func littleEndian(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// An IDX file of unsigned bytes.
    public static func idx(_ shape: [Int], _ content: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = [0, 0, 8, UInt8(shape.count)]
        for size in shape { bytes += littleEndian(size, 4).reversed() }
        return bytes + content
    }

    /// A `.safetensors` file with any header.
    public static func safetensors(_ header: String, _ content: [UInt8]) -> [UInt8] {
        littleEndian(header.utf8.count, 8) + Array(header.utf8) + content
    }

    /// Little-endian UTF-32 of texts, each filled up to `width` characters.
    public static func utf32(_ texts: [String], width: Int) -> [UInt8] {
        texts.flatMap { text -> [UInt8] in
            let scalars = text.unicodeScalars.map { Int($0.value) }
            let padded = scalars + [Int](repeating: 0, count: width - scalars.count)
            return padded.flatMap { littleEndian($0, 4) }
        }
    }

    /// A deflate stream of 1 + 258·`runs` zeros in one block with the fixed code (RFC 1951, 3.2.6): a literal 0, then copies of 258
    /// bytes from one byte before.
    public static func deflatedZeros(runs: Int) -> [UInt8] {
        var (bytes, used): ([UInt8], Int) = ([], 8)
        func put(_ bits: [Int], into bytes: inout [UInt8], _ used: inout Int) {
            for bit in bits {
                if used == 8 {
                    bytes.append(0)
                    used = 0
                }
                bytes[bytes.count - 1] |= UInt8(bit << used)
                used += 1
            }
        }
        put([1, 1, 0], into: &bytes, &used)  // the last block; fixed code
        put([0, 0, 1, 1, 0, 0, 0, 0], into: &bytes, &used)
        for _ in 0..<runs { put([1, 1, 0, 0, 0, 1, 0, 1] + [0, 0, 0, 0, 0], into: &bytes, &used) }
        put([0, 0, 0, 0, 0, 0, 0], into: &bytes, &used)
        return bytes
    }

    /// A gzip file of a stored beginning and a bomb of zeros behind it, without its checksum: whoever comes that far has read too much.
    public static func gzipBomb(_ beginning: [UInt8], runs: Int) -> [UInt8] {
        [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3] + stored(beginning) + deflatedZeros(runs: runs)
    }

    /// A block of deflate that holds bytes as they are, and is not the last one.
    public static func stored(_ bytes: [UInt8]) -> [UInt8] {
        [0] + littleEndian(bytes.count, 2) + littleEndian(~bytes.count, 2) + bytes
    }
}
