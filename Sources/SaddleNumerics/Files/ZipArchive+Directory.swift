/// Finding and reading the central directory.
extension ZipArchive {
    /// Where the central directory is and how many members it lists, from the record at the end of the file.
    static func findDirectory(_ bytes: [UInt8], file: String) throws(FileError) -> (range: Range<Int>, count: Int) {
        guard bytes.starts(with: [0x50, 0x4b]) else { throw .malformed(file: file, reason: "not a ZIP or .npz file") }
        let end = try findEnd(bytes, file: file)
        var reader = ByteReader(bytes[...], at: end + 4, file: file)
        let (disk, directoryDisk) = (try reader.uint16(), try reader.uint16())
        let (countHere, count) = (try reader.uint16(), try reader.uint16())
        let (size, offset) = (try reader.uint32(), try reader.uint32())
        var directory = (offset: Int(offset), size: Int(size), count: count, end: end)
        if count == 0xFFFF || size == .max || offset == .max {
            if let wide = try findWideDirectory(bytes, before: end, file: file) { directory = wide }
        }
        guard disk == 0, directoryDisk == 0, countHere == count else {
            throw .malformed(file: file, reason: "damaged, or a ZIP archive in several parts")
        }
        guard directory.offset <= directory.end, directory.size == directory.end - directory.offset else {
            throw .malformed(file: file, reason: "damaged: the ZIP directory does not end where the end record begins")
        }
        return (directory.offset..<directory.end, directory.count)
    }

    /// The next entry of the central directory.
    static func nextMember(_ reader: inout ByteReader, file: String) throws(FileError) -> Member {
        guard try reader.uint32() == 0x0201_4b50 else { throw .malformed(file: file, reason: "damaged ZIP directory") }
        _ = try reader.uint32()
        let (flags, method) = (try reader.uint16(), try reader.uint16())
        _ = try reader.uint32()
        let checksum = try reader.uint32()
        let narrow = (try reader.uint32(), try reader.uint32())
        let lengths = (try reader.uint16(), try reader.uint16(), try reader.uint16())
        _ = try reader.take(8)
        let narrowOffset = try reader.uint32()
        let name = String(decoding: try reader.take(lengths.0), as: UTF8.self)
        var wide = try zip64Fields(try reader.take(lengths.1), file: file)
        _ = try reader.take(lengths.2)
        // Wide fields stand in this order, each only if its narrow field is full.
        let size = narrow.1 == .max ? wide.popLast() : Int(narrow.1)
        let compressedSize = narrow.0 == .max ? wide.popLast() : Int(narrow.0)
        let offset = narrowOffset == .max ? wide.popLast() : Int(narrowOffset)
        guard let size, let compressedSize, let offset else {
            throw .malformed(file: file, reason: "damaged ZIP directory: member '\(name)' lacks its ZIP64 sizes")
        }
        if flags & 1 != 0 { throw .malformed(file: "\(file), member '\(name)'", reason: "encrypted members are not read") }
        return Member(
            name: name, method: method, checksum: checksum, compressedSize: compressedSize, size: size, headerOffset: offset)
    }

    /// The 64-bit numbers of a member's ZIP64 extra field, the first one last; empty without such a field.
    static func zip64Fields(_ extra: ArraySlice<UInt8>, file: String) throws(FileError) -> [Int] {
        var reader = ByteReader(extra, file: file)
        while extra.endIndex - reader.position >= 4 {
            let (identifier, length) = (try reader.uint16(), try reader.uint16())
            let body = try reader.take(length)
            if identifier != 1 { continue }
            var fields = ByteReader(body, file: file)
            var numbers: [Int] = []
            for _ in 0..<min(length / 8, 3) { numbers.insert(try fields.size64(), at: 0) }
            return numbers
        }
        return []
    }

    /// Offset of the end record: the last one whose comment reaches exactly to the end of the file.
    private static func findEnd(_ bytes: [UInt8], file: String) throws(FileError) -> Int {
        var position = bytes.count - 22
        let earliest = max(0, position - 0xFFFF)
        while position >= earliest {
            if bytes[position...].starts(with: [0x50, 0x4b, 5, 6]),
                Int(bytes[position + 20]) + Int(bytes[position + 21]) << 8 == bytes.count - position - 22
            {
                return position
            }
            position -= 1
        }
        throw .malformed(file: file, reason: "truncated: the ZIP directory at its end is missing")
    }

    /// The directory according to the ZIP64 records before the end record, if there are any.
    private static func findWideDirectory(
        _ bytes: [UInt8], before end: Int, file: String
    ) throws(FileError) -> (offset: Int, size: Int, count: Int, end: Int)? {
        guard end >= 20, bytes[(end - 20)...].starts(with: [0x50, 0x4b, 6, 7]) else { return nil }
        var locator = ByteReader(bytes[...], at: end - 12, file: file)
        let position = try locator.size64()
        var reader = ByteReader(bytes[...], at: position, file: file)
        guard try reader.uint32() == 0x0606_4b50 else { throw .malformed(file: file, reason: "damaged ZIP64 end record") }
        _ = try reader.take(20)
        let (countHere, count) = (try reader.size64(), try reader.size64())
        let (size, offset) = (try reader.size64(), try reader.size64())
        guard countHere == count else { throw .malformed(file: file, reason: "damaged ZIP64 end record") }
        return (offset, size, count, position)
    }
}
