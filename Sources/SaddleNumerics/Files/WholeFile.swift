#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Reading a file in one go.
public enum WholeFile {
    /// All bytes of the file.
    ///
    /// - Throws: ``FileError/refused(action:path:reason:)`` if it is missing, a directory, or unreadable.
    public static func read(_ path: String) throws(FileError) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        if file < 0 { throw .system("read", path) }
        defer { close(file) }
        var status = stat()
        if fstat(file, &status) != 0 { throw .system("read", path) }
        if status.st_mode & S_IFMT == S_IFDIR { throw .system("read", path, code: EISDIR) }

        // One byte more than the size, so that the end shows at once; pipes have no size and grow.
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size) + 1)
        var count = 0
        while true {
            if count == bytes.count { bytes += [UInt8](repeating: 0, count: count) }
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
