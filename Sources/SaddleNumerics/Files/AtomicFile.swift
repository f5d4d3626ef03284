import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Files that appear only complete: written under a temporary name in the same directory, flushed to disk, renamed.
///
/// If anything fails, the temporary file is removed and an earlier file of that name is untouched.
public enum AtomicFile {
    /// Writes the bytes as one file, which appears only complete.
    public static func write(_ bytes: [UInt8], to path: String) throws(FileError) { try write([Pending(bytes, to: path)]) }

    /// A file that is still to be written.
    public struct Pending {
        let path: String
        let body: (Output) throws(FileError) -> Void

        /// - Parameter body: appends the contents, piece by piece.
        public init(to path: String, _ body: @escaping (Output) throws(FileError) -> Void) {
            self.path = path
            self.body = body
        }

        /// A file with these contents.
        public init(_ bytes: [UInt8], to path: String) {
            self.init(to: path) { output throws(FileError) in try output.append(bytes) }
        }
    }

    /// Writes files that belong together: all are complete under temporary names before the first is renamed.
    public static func write(_ files: [Pending]) throws(FileError) {
        var complete: [(temporary: String, path: String)] = []
        do throws(FileError) {
            for file in files {
                let temporary = temporaryPath(beside: file.path)
                try fill(temporary, for: file.path, file.body)
                complete.append((temporary, file.path))
            }
            for (temporary, path) in complete where rename(temporary, path) != 0 { throw FileError.writing(path) }
        } catch {
            for (temporary, _) in complete { unlink(temporary) }
            throw error
        }
    }

    /// Writes what `body` appends, piece by piece, so that a large file need not be in memory at once.
    public static func write(to path: String, _ body: (Output) throws(FileError) -> Void) throws(FileError) {
        let temporary = temporaryPath(beside: path)
        try fill(temporary, for: path, body)
        if rename(temporary, path) != 0 {
            let error = FileError.writing(path)
            unlink(temporary)
            throw error
        }
    }

    /// Writes a temporary file to its end, or leaves none.
    private static func fill(
        _ temporary: String, for path: String, _ body: (Output) throws(FileError) -> Void
    ) throws(FileError) {
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        if file < 0 { throw .writing(path) }
        unfinished.withLock { _ = $0.insert(temporary) }
        defer { unfinished.withLock { _ = $0.remove(temporary) } }
        do throws(FileError) {
            defer { close(file) }
            try body(Output(file: file, path: path))
            if fsync(file) != 0 { throw .writing(path) }
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// An open file that takes bytes at its end.
    public struct Output {
        fileprivate let file: Int32
        fileprivate let path: String

        /// Writes bytes after those before.
        public func append(_ bytes: [UInt8]) throws(FileError) {
            let failure = bytes.withUnsafeBytes(write)
            if let failure { throw failure }
        }

        /// The numbers as they are in memory: eight bytes each, little-endian on every platform of Swift.
        func append(_ numbers: ArraySlice<Double>) throws(FileError) {
            let failure = numbers.withUnsafeBytes(write)
            if let failure { throw failure }
        }

        private func write(_ bytes: UnsafeRawBufferPointer) -> FileError? {
            var start = 0
            while start < bytes.count {
                // A single call transfers less than 2 GiB on Linux and macOS.
                let count = min(bytes.count - start, 1 << 30)
                let written = systemWrite(file, bytes.baseAddress! + start, count)
                if written < 0 && errno == EINTR { continue }
                if written < 0 { return .writing(path) }
                start += written
            }
            return nil
        }
    }

    private static let counter = Atomic<Int>(0)
    /// Temporary files that are being written.
    private static let unfinished = Mutex<Set<String>>([])

    /// A new name in the directory of `path`, short enough wherever that directory can be used.
    private static func temporaryPath(beside path: String) -> String {
        let directory = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        return "\(directory).saddle-\(getpid())-\(counter.wrappingAdd(1, ordering: .relaxed).newValue)-\(host).tmp"
    }

    /// This machine among those that share a file system: numbers of processes mean something on one of them only.
    private static let host: String = {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        // FNV-1a
        let hash = name.prefix { $0 != 0 }.reduce(0x811c_9dc5 as UInt32) { ($0 ^ UInt32(UInt8(bitPattern: $1))) &* 0x0100_0193 }
        return String(hash, radix: 36)
    }()

    /// Removes temporary files that are not complete, before the program is ended while it writes.
    public static func abandon() { unfinished.withLock { for path in $0 { unlink(path) } } }

    /// Removes temporary files that programs of this machine which are no longer there left in a directory.
    public static func removeLeftovers(in directory: String) {
        guard let listing = opendir(directory) else { return }
        defer { closedir(listing) }
        var stale: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            let parts = name.dropLast(".tmp".count).split(separator: "-")
            guard name.hasPrefix(".saddle-"), name.hasSuffix(".tmp"), parts.count == 3 || parts.last.map(String.init) == host,
                let process = parts.dropFirst().first.flatMap({ pid_t($0) }), process > 0
            else { continue }
            if kill(process, 0) != 0 && errno == ESRCH { stale.append("\(directory)/\(name)") }
        }
        for path in stale { unlink(path) }
    }
}

/// `write` of the C library, whose name `AtomicFile.write` hides.
private func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int { write(file, bytes, count) }
