/// Reads the members of a ZIP archive, stored or deflated, with or without ZIP64, checking every checksum.
///
/// The central directory at the end says where everything is; the header before each member must agree with it.
/// Source: PKWARE APPNOTE 6.3.10, sections 4.3 and 4.5.3.
struct ZipArchive {
    struct Member {
        let name: String
        let method: Int
        let checksum: UInt32
        let compressedSize: Int
        let size: Int
        let headerOffset: Int
    }

    let members: [Member]
    private let bytes: [UInt8]
    private let file: String

    /// - Parameter file: what errors call the bytes.
    init(_ bytes: [UInt8], file: String) throws(FileError) {
        self.bytes = bytes
        self.file = file
        let directory = try Self.findDirectory(bytes, file: file)
        var reader = ByteReader(bytes[directory.range], file: "\(file), ZIP directory")
        var members: [Member] = []
        while !reader.isAtEnd { members.append(try Self.nextMember(&reader, file: file)) }
        guard members.count == directory.count else {
            throw .malformed(file: file, reason: "damaged ZIP directory: \(members.count) members, not \(directory.count)")
        }
        if let twice = Dictionary(grouping: members, by: \.name).first(where: { $1.count > 1 }) {
            throw .malformed(file: file, reason: "two members are named '\(twice.key)'")
        }
        self.members = members
        // Also of members nobody reads: a damaged name must not make an array vanish.
        for member in members { _ = try compressed(member) }
    }

    /// The uncompressed bytes of a member.
    func contents(of member: Member) throws(FileError) -> ArraySlice<UInt8> {
        func malformed(_ reason: String) -> FileError { .malformed(file: describe(member), reason: reason) }
        let stored = try compressed(member)
        var contents = stored
        if member.method != 0 {
            guard member.size <= ReadingLimit.bytes else { throw malformed(ReadingLimit.refusal(member.size)) }
            let inflated = try inflate(member, stored, limit: member.size)
            if inflated.isCut { throw malformed("damaged: more than the promised \(member.size) bytes") }
            if inflated.consumed != stored.count { throw malformed("damaged: it ends early") }
            contents = inflated.output[...]
        }
        guard contents.count == member.size else {
            throw malformed("damaged: \(contents.count) bytes instead of \(member.size)")
        }
        guard Inflate.checksum(contents) == member.checksum else { throw malformed("damaged: its checksum (CRC-32) is wrong") }
        return contents
    }

    /// The first bytes of a member, `count` of them if it has as many; their checksum is not checked.
    func beginning(of member: Member, _ count: Int) throws(FileError) -> ArraySlice<UInt8> {
        let stored = try compressed(member)
        return member.method == 0 ? stored.prefix(count) : try inflate(member, stored, limit: count).output.prefix(count)
    }

    private func inflate(_ member: Member, _ stored: ArraySlice<UInt8>, limit: Int) throws(FileError) -> Inflate.Result {
        let name = describe(member)
        guard member.method == 8 else {
            throw .malformed(
                file: name, reason: "compression method \(member.method); stored and deflated members are read")
        }
        do throws(Inflate.Failure) {
            return try Inflate.stream(stored, .none, limit: limit)
        } catch {
            throw .malformed(file: name, reason: "damaged: the compressed data \(error.reason)")
        }
    }

    /// The bytes of a member as stored, after its own header, which must agree with the directory.
    private func compressed(_ member: Member) throws(FileError) -> ArraySlice<UInt8> {
        let name = describe(member)
        var reader = ByteReader(bytes[...], at: member.headerOffset, file: name)
        guard try reader.uint32() == 0x0403_4b50 else {
            throw .malformed(file: name, reason: "no member where the directory says")
        }
        _ = try reader.uint16()
        let (flags, method) = (try reader.uint16(), try reader.uint16())
        _ = try reader.uint32()
        let checksum = try reader.uint32()
        var sizes = (Int(try reader.uint32()), Int(try reader.uint32()))
        let (nameLength, extraLength) = (try reader.uint16(), try reader.uint16())
        let memberName = String(decoding: try reader.take(nameLength), as: UTF8.self)
        var extra = try Self.zip64Fields(try reader.take(extraLength), file: name)
        if sizes.1 == 0xFFFF_FFFF, let wide = extra.popLast() { sizes.1 = wide }
        if sizes.0 == 0xFFFF_FFFF, let wide = extra.popLast() { sizes.0 = wide }

        // With bit 3 sizes and checksum follow the data; the directory has them too.
        let sizesFollow = flags & 8 != 0
        guard memberName == member.name, method == member.method,
            sizesFollow || (checksum == member.checksum && sizes == (member.compressedSize, member.size))
        else { throw .malformed(file: name, reason: "damaged: its header and the ZIP directory disagree") }
        guard member.compressedSize <= bytes.count - reader.position else {
            throw .malformed(file: name, reason: "truncated: \(member.compressedSize) bytes do not fit into the file")
        }
        return try reader.take(member.compressedSize)
    }

    private func describe(_ member: Member) -> String { "\(file), member '\(member.name)'" }
}
