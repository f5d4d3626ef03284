#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A lock on a file, held until deinitialised. The system drops it when the process ends, however that happens.
public final class FolderLock {
    private let file: Int32

    /// Nil if somebody else holds the lock.
    public init?(_ path: String) throws {
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        if file < 0 {
            throw FileError.writing(path)
        }
        if flock(file, LOCK_EX | LOCK_NB) != 0 {
            let reason = errno
            if reason == EWOULDBLOCK { return nil }
            throw FileError.refused(action: "lock", path: path, reason: String(cString: strerror(reason)))
        }
    }

    deinit { if file >= 0 { close(file) } }
}
