#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the machine has.
public enum Machine {
    /// Physical memory in bytes.
    public static var memory: Double { Double(sysconf(Int32(_SC_PHYS_PAGES))) * Double(sysconf(Int32(_SC_PAGESIZE))) }
}
