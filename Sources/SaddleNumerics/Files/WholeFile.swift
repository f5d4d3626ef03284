import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reading a file in one go.
public enum WholeFile {
    /// Whether there is a file, a folder or anything else of that path.
    public static func exists(_ path: String) -> Bool { MemoryFiles.read(path) != nil || access(path, F_OK) == 0 }

    /// The path of the standard input. It can be read once; what was read is kept for whoever asks again.
    public static let standardInput = "/dev/stdin"
    private static let input = Mutex<[UInt8]?>(nil)

    /// All bytes of the file.
    ///
    /// - Throws: ``FileError/refused(action:path:reason:)`` if it is missing, a directory, unreadable, or larger than the memory.
    public static func read(_ path: String) throws(FileError) -> [UInt8] {
        if let held = MemoryFiles.read(path) { return held }
        guard path == standardInput else { return try readAll(path) }
        if let known = input.withLock({ $0 }) { return known }
        if isatty(0) != 0 {
            throw .refused(
                action: "read", path: path, reason: "the standard input is a terminal; expected data, as in '… < data.npz'")
        }
        let bytes = try readAll(path)
        input.withLock { $0 = bytes }
        return bytes
    }

    /// The CRC-32 of ZIP and gzip.
    package static func checksum(_ bytes: [UInt8]) -> UInt32 { Inflate.checksum(bytes[...]) }

    private static func readAll(_ path: String) throws(FileError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        if file < 0 { throw .system("read", path) }
        defer { close(file) }
        var status = stat()
        if fstat(file, &status) != 0 { throw .system("read", path) }
        if status.st_mode & S_IFMT == S_IFDIR { throw .system("read", path, code: EISDIR) }

        // A file has a size, a pipe has none and its bytes move as they become more.
        let size = Int(status.st_size)
        func check(_ count: Int) throws(FileError) {
            // Of small files, such as those that tell the memory, nobody asks.
            if count <= 1 << 26 { return }
            let limit = size > 0 ? ReadingLimit.bytes : ReadingLimit.bytes / 4
            if count > limit {
                throw .refused(action: "read", path: path, reason: ReadingLimit.refusal(count, limit: limit))
            }
        }
        try check(size)

        // One byte more than the size, so that the end shows at once.
        var bytes = [UInt8](repeating: 0, count: size > 0 ? size + 1 : 1 << 16)
        var count = 0
        while true {
            if count == bytes.count {
                // Memory that is taken is no longer available: pipes are asked about before they grow.
                try check(2 * count)
                bytes.reserveCapacity(2 * count)
                for _ in 0..<count { bytes.append(0) }
            }
            // A single call transfers less than 2 GiB on Linux and macOS.
            let wanted = min(bytes.count - count, 1 << 30)
            let got = bytes.withUnsafeMutableBytes { Self.readOnce(file, $0.baseAddress! + count, wanted) }
            if got < 0 { throw .system("read", path) }
            if got == 0 { break }
            count += got
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    /// Hands over the bytes of a file block by block; all but the last have the given length.
    public static func forEachBlock(
        of path: String, bytes length: Int, _ body: (UnsafeRawBufferPointer) -> Void
    ) throws(FileError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        if file < 0 { throw .system("read", path) }
        defer { close(file) }
        var block = [UInt8](repeating: 0, count: length)
        while true {
            var count = 0
            while count < length {
                let got = block.withUnsafeMutableBytes { readOnce(file, $0.baseAddress! + count, length - count) }
                if got < 0 { throw .system("read", path) }
                if got == 0 { break }
                count += got
            }
            if count > 0 { block.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0.prefix(count))) } }
            if count < length { return }
        }
    }

    private static func readOnce(_ file: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
        while true {
            let got = systemRead(file, buffer, count)
            if got >= 0 || errno != EINTR { return got }
        }
    }
}

/// `read` of the C library, whose name `WholeFile.read` hides.
private func systemRead(_ file: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int { read(file, buffer, count) }
