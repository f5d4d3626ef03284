import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Ctrl-C and SIGTERM as a question that running work asks often: the first request is polite, the second one kills.
public enum Interruption {
    private static let received = Atomic<Int32>(0)

    /// From now on SIGINT and SIGTERM are only noted.
    public static func watch() {
        // Touched here once, since a signal handler must not initialise anything.
        _ = received.load(ordering: .relaxed)
        // A program that starts this one from a worker thread may have handed down blocked signals.
        var watched = sigset_t()
        sigemptyset(&watched)
        for number in [SIGINT, SIGTERM] {
            sigaddset(&watched, number)
            signal(number) { number in
                Interruption.received.store(number, ordering: .relaxed)
                signal(number, SIG_DFL)
            }
        }
        pthread_sigmask(SIG_UNBLOCK, &watched, nil)
    }

    public static var isRequested: Bool { received.load(ordering: .relaxed) != 0 }

    /// What a shell expects of a program that a signal ended: 128 + its number.
    public static var exitCode: Int32 { 128 + max(received.load(ordering: .relaxed), SIGINT) }
}
