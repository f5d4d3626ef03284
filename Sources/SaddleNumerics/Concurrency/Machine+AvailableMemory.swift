#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Machine {
    /// Bytes that the program may still take: what the system says is free, within the limits of a container and of the shell.
    public static var availableMemory: Double {
        var present = memory
        if let free = number("/proc/meminfo", after: "MemAvailable:") { present = min(present, 1024 * free) }
        let containers = [
            ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
            ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
        ]
        for (limit, used) in containers {
            if let limit = number(limit), let used = number(used), limit < memory { present = min(present, limit - used) }
        }
        var limit = rlimit()
        #if canImport(Glibc)
            let addressSpace = getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
        #else
            let addressSpace = getrlimit(RLIMIT_AS, &limit)
        #endif
        if addressSpace == 0 { present = min(present, Double(limit.rlim_cur)) }
        return max(present, 0)
    }

    /// The first number of a short system file, or of what follows a word in it.
    private static func number(_ path: String, after word: String = "") -> Double? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let text = String(decoding: buffer.prefix(fread(&buffer, 1, buffer.count, file)), as: UTF8.self)
        guard let place = word.isEmpty ? text.startIndex : text.firstRange(of: word)?.upperBound else { return nil }
        return Double(text[place...].drop { $0 == " " }.prefix { $0.isNumber })
    }
}
