import CSaddle
import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How many threads the program uses. BLAS itself runs single-threaded: the parallelism is outside, over ensemble
/// members, replicas and directions, where it is most efficient and where no sum depends on the number of threads.
public enum Threads {
    private static let chosen = Mutex<Int?>(nil)

    /// The number of worker threads; the number of processors unless set.
    public static var count: Int { chosen.withLock { $0 } ?? max(1, processors) }

    /// Sets the number of worker threads (at least 1), and BLAS to one thread.
    public static func use(_ count: Int) {
        precondition(count >= 1, "\(count) threads")
        chosen.withLock { $0 = count }
        sd_set_blas_threads(1)
    }

    private static var processors: Int { Int(clamping: sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

    /// Calls `body(i)` for i in 0 ..< count on several threads, in no particular order, and waits for all.
    /// If calls throw, the error of the smallest index that threw is thrown, after running calls have finished.
    public static func forEach<Failure: Error>(
        _ count: Int, _ body: @Sendable (Int) throws(Failure) -> Void
    ) throws(Failure) {
        let next = Atomic<Int>(0)
        let failure = Mutex<(index: Int, error: Failure)?>(nil)
        DispatchQueue.concurrentPerform(iterations: min(count, Threads.count)) { _ in
            while true {
                let i = next.wrappingAdd(1, ordering: .relaxed).oldValue
                if i >= count || failure.withLock({ $0 != nil }) { return }
                do throws(Failure) { try body(i) } catch {
                    failure.withLock { first in
                        if first.map({ i < $0.index }) ?? true { first = (i, error) }
                    }
                }
            }
        }
        if let error = failure.withLock({ $0?.error }) { throw error }
    }

    /// `body(i)` for i in 0 ..< count, computed on several threads, in order.
    public static func map<T: Sendable, Failure: Error>(
        _ count: Int, _ body: @Sendable (Int) throws(Failure) -> T
    ) throws(Failure) -> [T] {
        let results = Mutex<[T?]>([T?](repeating: nil, count: count))
        try forEach(count) { (i: Int) throws(Failure) in
            let value = try body(i)
            results.withLock { $0[i] = value }
        }
        // All of them: what threw has left.
        return results.withLock { $0.compactMap(\.self) }
    }

    /// The same for what cannot fail.
    public static func compute<T: Sendable>(_ count: Int, _ body: @Sendable (Int) -> T) -> [T] {
        let results = Mutex<[T?]>([T?](repeating: nil, count: count))
        let workers = min(count, Threads.count)
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
            for i in stride(from: worker, to: count, by: workers) {
                let value = body(i)
                results.withLock { $0[i] = value }
            }
        }
        return results.withLock { $0.compactMap(\.self) }
    }
}
