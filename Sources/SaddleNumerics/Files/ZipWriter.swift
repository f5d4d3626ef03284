/// Writes a ZIP archive of stored members whose bytes depend on names and contents only: every time stamp is 1980-01-01.
///
/// ZIP64 records are written where a size or offset needs them. Source: PKWARE APPNOTE 6.3.10.
package struct ZipWriter {
    private let output: AtomicFile.Output
    /// Sizes and offsets from this value on are written as ZIP64; tests lower it.
    private let wideFrom: Int
    private var directory: [UInt8] = []
    private var count = 0
    private var offset = 0

    package init(_ output: AtomicFile.Output, wideFrom: Int = 0xFFFF_FFFF) {
        self.output = output
        self.wideFrom = wideFrom
    }

    package mutating func append(_ name: String, _ contents: [UInt8]) throws(FileError) {
        try append(name, contents, [])
    }

    /// A member of some bytes and then numbers, which are not copied.
    mutating func append(_ name: String, _ head: [UInt8], _ numbers: ArraySlice<Double>) throws(FileError) {
        let checksum = Inflate.checksum(numbers, after: Inflate.checksum(head[...]))
        let length = head.count + 8 * numbers.count
        let (isWide, isFar) = (length >= wideFrom, offset >= wideFrom)
        let size = isWide ? .max : UInt32(length)

        // What the local header and the directory share.
        var common: [UInt8] = []
        common.append(littleEndian: UInt16(isWide || isFar ? 45 : 20))  // version needed
        common.append(littleEndian: UInt16(0x0800))  // names are UTF-8
        common.append(littleEndian: UInt16(0))  // stored
        common.append(littleEndian: UInt16(0))  // 00:00:00
        common.append(littleEndian: UInt16(0x0021))  // 1980-01-01
        common.append(littleEndian: checksum)
        common.append(littleEndian: size)
        common.append(littleEndian: size)
        common.append(littleEndian: UInt16(name.utf8.count))
        let sizes = isWide ? [length, length] : []

        var header: [UInt8] = []
        let localExtra = Self.wideField(sizes)
        header.append(littleEndian: UInt32(0x0403_4b50))
        header += common
        header.append(littleEndian: UInt16(localExtra.count))
        header += Array(name.utf8) + localExtra

        let extra = Self.wideField(sizes + (isFar ? [offset] : []))
        directory.append(littleEndian: UInt32(0x0201_4b50))
        directory.append(littleEndian: UInt16(45))  // made by
        directory += common
        directory.append(littleEndian: UInt16(extra.count))
        directory += [UInt8](repeating: 0, count: 10)  // no comment, disk 0, no attributes
        directory.append(littleEndian: isFar ? .max : UInt32(offset))
        directory += Array(name.utf8) + extra

        try output.append(header)
        try output.append(head)
        try output.append(numbers)
        offset += header.count + length
        count += 1
    }

    /// Writes the directory. Nothing can be appended afterwards.
    package consuming func finish() throws(FileError) {
        var end: [UInt8] = []
        let isWide = offset >= wideFrom || directory.count >= wideFrom || count >= min(wideFrom, 0xFFFF)
        if isWide {
            end.append(littleEndian: UInt32(0x0606_4b50))
            end.append(littleEndian: UInt64(44))  // length of the rest of this record
            end.append(littleEndian: UInt16(45))
            end.append(littleEndian: UInt16(45))
            end.append(littleEndian: UInt64(0))  // disks
            for number in [count, count, directory.count, offset] { end.append(littleEndian: UInt64(number)) }
            end.append(littleEndian: UInt32(0x0706_4b50))
            end.append(littleEndian: UInt32(0))
            end.append(littleEndian: UInt64(offset + directory.count))
            end.append(littleEndian: UInt32(1))
        }
        end.append(littleEndian: UInt32(0x0605_4b50))
        end.append(littleEndian: UInt32(0))
        end.append(littleEndian: isWide ? .max : UInt16(count))
        end.append(littleEndian: isWide ? .max : UInt16(count))
        end.append(littleEndian: isWide ? .max : UInt32(directory.count))
        end.append(littleEndian: isWide ? .max : UInt32(offset))
        end.append(littleEndian: UInt16(0))
        try output.append(directory + end)
    }

    /// The extra field that holds 64-bit sizes and offsets.
    private static func wideField(_ numbers: [Int]) -> [UInt8] {
        if numbers.isEmpty { return [] }
        var field: [UInt8] = []
        field.append(littleEndian: UInt16(1))
        field.append(littleEndian: UInt16(8 * numbers.count))
        for number in numbers { field.append(littleEndian: UInt64(number)) }
        return field
    }
}
