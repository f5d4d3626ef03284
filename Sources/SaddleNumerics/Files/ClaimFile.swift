#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Which process is at which of many pieces of work: a file with a byte for each, on a file system that the machines share.
///
/// A piece is claimed by a lock on its byte, which ends with the process, however that ends. The byte counts how often the piece was begun. Locks on
/// ranges are the ones that network file systems have; on them nothing but speed depends, as long as pieces are written whole and are the same
/// whoever computes them.
public final class ClaimFile: @unchecked Sendable {
    private let file: Int32
    private let path: String

    /// Opens the file, or makes it.
    public init(_ path: String) throws(FileError) {
        self.path = path
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        if file < 0 { throw .writing(path) }
    }

    deinit { if file >= 0 { close(file) } }

    /// Nil if another process, or another opening of the file, has the piece.
    public func claim(_ index: Int) throws(FileError) -> Bool {
        if setLock(index, Int32(F_WRLCK)) { return true }
        let code = errno
        if code == EACCES || code == EAGAIN { return false }
        throw .refused(action: "lock", path: path, reason: String(cString: strerror(code)))
    }

    public func release(_ index: Int) { _ = setLock(index, Int32(F_UNLCK)) }

    /// Whether somebody else has one of the pieces.
    public func isClaimed(_ range: Range<Int>) -> Bool {
        var lock = Self.lock(range, Int32(F_WRLCK))
        return withUnsafeMutablePointer(to: &lock) { fcntl(file, Self.get, $0) } == 0 && lock.l_type != Int16(F_UNLCK)
    }

    /// How often a piece was begun, as far as anybody noted it; 255 at most.
    public func attempts(of index: Int) -> Int {
        var byte: UInt8 = 0
        return pread(file, &byte, 1, off_t(index)) == 1 ? Int(byte) : 0
    }

    /// The same of the first pieces.
    public func attempts(_ count: Int) -> [Int] {
        var bytes = [UInt8](repeating: 0, count: count)
        let present = pread(file, &bytes, count, 0)
        return bytes.enumerated().map { $0 < present ? Int($1) : 0 }
    }

    public func setAttempts(_ index: Int, _ count: Int) throws(FileError) {
        var byte = UInt8(clamping: count)
        if pwrite(file, &byte, 1, off_t(index)) != 1 { throw .writing(path) }
    }

    private func setLock(_ index: Int, _ kind: Int32) -> Bool {
        var lock = Self.lock(index..<index + 1, kind)
        return withUnsafeMutablePointer(to: &lock) { fcntl(file, Self.set, $0) } == 0
    }

    private static func lock(_ range: Range<Int>, _ kind: Int32) -> flock {
        var lock = flock()
        lock.l_type = Int16(kind)
        lock.l_whence = Int16(SEEK_SET)
        (lock.l_start, lock.l_len) = (off_t(range.lowerBound), off_t(range.count))
        return lock
    }

    // F_OFD_GETLK and F_OFD_SETLK: they belong to the opening, so that two of one process exclude each other.
    #if canImport(Glibc)
        private static let (get, set): (Int32, Int32) = (36, 37)
    #else
        private static let (get, set): (Int32, Int32) = (92, 90)
    #endif
}
