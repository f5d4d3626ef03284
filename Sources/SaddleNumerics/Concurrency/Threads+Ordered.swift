import CSaddle
import Dispatch
import Synchronization

extension Threads {
    /// Computes `compute(i)` for each i of `range` on several threads and hands the results to `commit` one at a time, in
    /// the order of i, so that what is accumulated does not depend on the number of threads.
    ///
    /// At most `2 · workers` results are being computed or waiting for their turn, so memory does not grow with the range.
    /// A call that throws is committed in its turn like any other. When `commit` returns false or throws, nothing further is
    /// started or committed; running calls finish first.
    ///
    /// - Parameters:
    ///   - initial: what is accumulated into; `commit` has it to itself.
    ///   - commit: takes in the result of index i; returns whether to go on.
    /// - Returns: What has been accumulated.
    public static func reduceInOrder<Partial: Sendable, Result: Sendable>(
        _ range: Range<Int>, into initial: Result, workers: Int = Threads.count,
        compute: @Sendable (Int) throws -> Partial,
        commit: @Sendable (inout Result, Int, Swift.Result<Partial, any Error>) throws -> Bool
    ) throws -> Result {
        precondition(workers >= 1, "\(workers) workers")
        _ = singleThreadedBLAS
        let window = 2 * workers
        // A worker takes a slot before it takes an index: the smallest index not yet committed is then always being
        // computed, and waiting for a slot cannot deadlock.
        let slots = DispatchSemaphore(value: window)
        let shared = Mutex(Ordered<Partial, Result>(range: range, result: initial))
        DispatchQueue.concurrentPerform(iterations: min(workers, range.count)) { _ in
            while true {
                slots.wait()
                guard let index = shared.withLock({ $0.takeIndex() }) else {
                    slots.signal()
                    return
                }
                let partial = Swift.Result { try compute(index) }
                let committed = shared.withLock { $0.finish(index, partial, commit) }
                for _ in 0..<committed { slots.signal() }
            }
        }
        return try shared.withLock { state in
            if let error = state.failure { throw error }
            return state.result
        }
    }

    /// BLAS starts with threads of its own, which would compete with the workers; set once, since doing so is not free.
    private static let singleThreadedBLAS: Void = sd_set_blas_threads(1)

    /// Results that wait until all earlier ones have been committed.
    private struct Ordered<Partial: Sendable, Result: Sendable> {
        let range: Range<Int>
        var result: Result
        var nextIndex: Int
        var nextCommit: Int
        var waiting: [Int: Swift.Result<Partial, any Error>] = [:]
        var isOver = false
        var failure: (any Error)?

        init(range: Range<Int>, result: Result) {
            self.range = range
            self.result = result
            nextIndex = range.lowerBound
            nextCommit = range.lowerBound
        }

        mutating func takeIndex() -> Int? {
            if isOver || nextIndex >= range.upperBound { return nil }
            defer { nextIndex += 1 }
            return nextIndex
        }

        /// Returns how many slots have become free.
        mutating func finish(
            _ index: Int, _ partial: Swift.Result<Partial, any Error>,
            _ commit: (inout Result, Int, Swift.Result<Partial, any Error>) throws -> Bool
        ) -> Int {
            if isOver { return 1 }
            waiting[index] = partial
            var freed = 0
            while !isOver, let next = waiting.removeValue(forKey: nextCommit) {
                do { isOver = try !commit(&result, nextCommit, next) } catch {
                    failure = error
                    isOver = true
                }
                nextCommit += 1
                freed += 1
            }
            if isOver {
                freed += waiting.count
                waiting = [:]
            }
            return freed
        }
    }
}
