#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why a file could not be read or written.
public enum FileError: Error, Equatable, CustomStringConvertible {
    /// The operating system refused: what was tried ("read", "create", …), on which path, and its reason in words.
    case refused(action: String, path: String, reason: String)
    /// A file that could be opened could not be written to its end: a full disk, a quota, a limit.
    case unfinished(path: String, reason: String)
    /// The contents are not what they should be. `file` is the path, with the member or array where there is one.
    case malformed(file: String, reason: String)

    public var description: String {
        switch self {
        case .refused(let action, let path, let reason): "cannot \(action) '\(path)': \(reason)"
        case .unfinished(let path, let reason): "cannot write '\(path)' to its end: \(reason)"
        case .malformed(let file, let reason): "\(file): \(reason)"
        }
    }

    /// What `errno` says of writing a file: refused, or not possible to the end.
    package static func writing(_ path: String, code: Int32 = errno) -> FileError {
        if [ENOSPC, EDQUOT, EFBIG, EIO].contains(code) {
            return .unfinished(path: path, reason: String(cString: strerror(code)))
        }
        return .system("write", path, code: code)
    }

    /// The refusal that `errno` describes.
    static func system(_ action: String, _ path: String, code: Int32 = errno) -> FileError {
        .refused(action: action, path: path, reason: String(cString: strerror(code)))
    }
}
