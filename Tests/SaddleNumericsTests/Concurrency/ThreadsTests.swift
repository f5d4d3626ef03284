// Threads: results come in order, every index runs once, and the error thrown is always that of the smallest index,
// whatever the number of threads. (The suite is serial: the number of threads is global.)
import SaddleNumerics
import Synchronization
import Testing

struct Failure: Error, Equatable { let index: Int }

@Suite(.serialized) struct ThreadsTests {
    @Test(arguments: [1, 2, 5])
    func mapKeepsOrder(threads: Int) throws {
        Threads.use(threads)
        #expect(Threads.count == threads)
        let results = try Threads.map(1000) { i in
            // Unequal work, so that indices finish out of order.
            (0..<(i % 7) * 1000).reduce(i) { a, b in a &+ b &- b }
        }
        #expect(results == Array(0..<1000))
        let none = try Threads.map(0) { $0 }
        #expect(none.isEmpty)
    }

    @Test func everyIndexRunsOnce() throws {
        Threads.use(4)
        let counts = Mutex([Int](repeating: 0, count: 500))
        try Threads.forEach(500) { i in counts.withLock { $0[i] += 1 } }
        #expect(counts.withLock { $0 } == [Int](repeating: 1, count: 500))
    }

    @Test(arguments: [1, 3])
    func theFirstErrorIsThrown(threads: Int) {
        Threads.use(threads)
        for _ in 0..<200 {
            #expect(throws: Failure(index: 7)) {
                try Threads.forEach(100) { i in
                    if i == 7 || i == 8 || i > 50 { throw Failure(index: i) }
                }
            }
        }
    }

    @Test func nothingStartsAfterAnError() {
        Threads.use(2)
        let started = Atomic<Int>(0)
        #expect(throws: Failure.self) {
            try Threads.map(100_000) { i in
                started.wrappingAdd(1, ordering: .relaxed)
                throw Failure(index: i)
            }
        }
        #expect(started.load(ordering: .relaxed) <= 2)
    }
}
