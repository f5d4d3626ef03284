import Synchronization

/// Files that a host program holds in memory, each under a path of its own: ``WholeFile/read(_:)`` finds them there.
public enum MemoryFiles {
    private static let files = Mutex<[String: [UInt8]]>([:])

    /// From now on the file of that path has these bytes.
    public static func provide(_ bytes: [UInt8], at path: String) { files.withLock { $0[path] = bytes } }

    public static func remove(_ path: String) { files.withLock { _ = $0.removeValue(forKey: path) } }

    static func read(_ path: String) -> [UInt8]? { files.withLock { $0[path] } }
}
