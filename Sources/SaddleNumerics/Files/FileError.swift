#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Why a file could not be read or written.
public enum FileError: Error, Equatable, CustomStringConvertible {
    /// The operating system refused: what was tried ("read", "create", …), on which path, and its reason in words.
    case refused(action: String, path: String, reason: String)
    /// The contents are not what they should be. `file` is the path, with the member or array where there is one.
    case malformed(file: String, reason: String)

    public var description: String {
        switch self {
        case .refused(let action, let path, let reason): "cannot \(action) '\(path)': \(reason)"
        case .malformed(let file, let reason): "\(file): \(reason)"
        }
    }

    /// The refusal that `errno` describes.
    static func system(_ action: String, _ path: String, code: Int32 = errno) -> FileError {
        .refused(action: action, path: path, reason: String(cString: strerror(code)))
    }
}
