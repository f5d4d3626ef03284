#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the machine has, and what of it this process may use.
public enum Machine {
    /// Physical memory in bytes.
    public static var memory: Double { Double(sysconf(Int32(_SC_PHYS_PAGES))) * Double(sysconf(Int32(_SC_PAGESIZE))) }

    /// Bytes that this process can still take: what the system has available, within the limits of its container and of its shell.
    ///
    /// What is not known is no limit; on macOS only physical memory and the shell's limit are.
    public static var availableMemory: Double {
        [memory, systemAvailable, containerAvailable, addressSpaceLeft].compactMap { $0 }.min() ?? memory
    }

    /// MemAvailable: free memory, and what the system can take back.
    private static var systemAvailable: Double? { field("MemAvailable:", in: "/proc/meminfo").map { $0 * 1024 } }

    /// Of a control group (version 2, then 1): its limit less what it uses and cannot give back.
    private static var containerAvailable: Double? {
        for (limit, usage) in [
            ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
            ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
        ] {
            guard let most = number(limit), let used = number(usage), most < 0x1p60 else { continue }
            let cache = field("inactive_file ", in: limit.replacing("memory.max", with: "memory.stat")) ?? 0
            return max(most - used + cache, 0)
        }
        return nil
    }

    /// `ulimit -v`, less what is mapped already.
    private static var addressSpaceLeft: Double? {
        var limit = rlimit()
        #if canImport(Glibc)
            let found = getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
        #else
            let found = getrlimit(RLIMIT_AS, &limit)
        #endif
        guard found == 0, limit.rlim_cur < UInt64.max / 2 else { return nil }
        let mapped = (field("VmSize:", in: "/proc/self/status") ?? 0) * 1024
        return max(Double(limit.rlim_cur) - mapped, 0)
    }

    /// The name of the processor; "unknown" if the system does not tell.
    public static var processor: String {
        #if canImport(Darwin)
            var size = 0
            sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0)
            var name = [UInt8](repeating: 0, count: size)
            sysctlbyname("machdep.cpu.brand_string", &name, &size, nil, 0)
            return String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
        #else
            let line = (text("/proc/cpuinfo") ?? "").split(separator: "\n").first { $0.hasPrefix("model name") }
            let name = line?.split(separator: ":", maxSplits: 1).last.map(String.init) ?? "unknown"
            return String(name.drop { $0 == " " })
        #endif
    }

    private static func number(_ path: String) -> Double? {
        text(path).flatMap { Double($0.prefix { !$0.isNewline }) }
    }

    /// The number after a name at the start of a line.
    private static func field(_ name: String, in path: String) -> Double? {
        text(path)?.split(separator: "\n").first { $0.hasPrefix(name) }.flatMap { line in
            line.dropFirst(name.count).split(separator: " ").first.flatMap { Double($0) }
        }
    }

    private static func text(_ path: String) -> String? {
        (try? WholeFile.read(path)).map { String(decoding: $0, as: UTF8.self) }
    }
}
