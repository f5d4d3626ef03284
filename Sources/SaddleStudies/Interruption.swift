import Foundation
import SaddleNumerics
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Ctrl-C and SIGTERM: running work asks often whether to stop and saves what it has; what has not stopped within a second is ended.
///
/// Nothing is lost by that: files appear only complete, and what was saved last stays.
public enum Interruption {
    private static let received = Atomic<Int32>(0)
    private static let farewell = Mutex<@Sendable () -> Void>({})
    /// A folder that this program made, which goes if nothing was computed in it.
    private static let folder = Mutex<RunFolder?>(nil)

    static func created(_ folder: RunFolder) { self.folder.withLock { $0 = folder } }

    /// From now on SIGINT and SIGTERM are noted, and end the program a second later.
    ///
    /// - Parameter farewell: what to say then.
    public static func watch(farewell: @escaping @Sendable () -> Void = {}) {
        self.farewell.withLock { $0 = farewell }
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
        startWatchdog()
    }

    /// From now on the end of the standard input counts as SIGTERM: of a process that began this one, however that ended.
    public static func whenInputEnds() {
        Thread.detachNewThread {
            var byte: UInt8 = 0
            while true {
                let count = read(0, &byte, 1)
                if count == 0 || (count < 0 && errno != EINTR) { break }
            }
            kill(getpid(), SIGTERM)
        }
    }

    public static var isRequested: Bool { received.load(ordering: .relaxed) != 0 }

    /// What a shell expects of a program that a signal ended: 128 + its number.
    public static var exitCode: Int32 { 128 + max(received.load(ordering: .relaxed), SIGINT) }

    /// A thread that looks twenty times a second, since work inside a library call looks at nothing.
    private static func startWatchdog() {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        #if canImport(Glibc)
            var thread = pthread_t()
        #else
            var thread: pthread_t?
        #endif
        pthread_create(
            &thread, &attributes,
            { _ in
                while !Interruption.isRequested { usleep(50_000) }
                usleep(750_000)
                AtomicFile.abandon()
                Interruption.folder.withLock { $0 }?.removeIfWithoutResults()
                let say = Interruption.farewell.withLock { $0 }
                say()
                _exit(Interruption.exitCode)
            }, nil)
        pthread_attr_destroy(&attributes)
    }
}
