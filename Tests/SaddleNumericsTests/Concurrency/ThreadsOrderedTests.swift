import SaddleNumerics
import Synchronization
import Testing

/// Reduction in order: catches results committed as they finish, work that runs ahead without bound, and lost errors.
@Suite struct ThreadsOrderedTests {
    private struct Fault: Error, Equatable { let index: Int }

    /// Work whose duration falls with the index within each group of four, so that later calls finish first.
    private static func work(_ i: Int) -> Int {
        var x = UInt64(i)
        for _ in 0..<(4 - i % 4) * 20_000 { x = x &* 6_364_136_223_846_793_005 &+ 1 }
        return x == 0 ? -1 : i
    }

    @Test(arguments: [1, 2, 5]) func commitsInOrder(workers: Int) throws {
        let order = try Threads.reduceInOrder(3..<203, into: [Int](), workers: workers, compute: Self.work) { all, i, result in
            let value = try result.get()
            #expect(value == i)
            all.append(value)
            return true
        }
        #expect(order == Array(3..<203))
    }

    @Test func neverRunsFarAhead() throws {
        let committed = Atomic<Int>(0)
        let lead = Atomic<Int>(0)
        _ = try Threads.reduceInOrder(0..<300, into: (), workers: 3) { i in
            lead.max(i - committed.load(ordering: .relaxed), ordering: .relaxed)
            return Self.work(i)
        } commit: { _, i, _ in
            committed.store(i + 1, ordering: .relaxed)
            return true
        }
        #expect(lead.load(ordering: .relaxed) <= 6, "two results a worker may be under way")
    }

    @Test(arguments: [1, 4]) func handsErrorsOverInTheirTurn(workers: Int) throws {
        let seen = Mutex<[Int]>([])
        #expect(throws: Fault(index: 41)) {
            try Threads.reduceInOrder(0..<100, into: 0, workers: workers) { i in
                if i >= 41 { throw Fault(index: i) }
                return Self.work(i)
            } commit: { _, i, result in
                _ = try result.get()
                seen.withLock { $0.append(i) }
                return true
            }
        }
        #expect(seen.withLock { $0 } == Array(0..<41))
    }

    @Test func stopsWhenTold() throws {
        let sum = try Threads.reduceInOrder(0..<100, into: 0, workers: 2, compute: Self.work) { sum, i, result in
            sum += try result.get()
            return i < 10
        }
        #expect(sum == 55)
        let untouched = try Threads.reduceInOrder(5..<5, into: 7, compute: Self.work) { _, _, _ in true }
        #expect(untouched == 7)
    }
}
