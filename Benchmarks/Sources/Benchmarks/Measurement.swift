#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How long one case took: quartiles over repeats of the processor time of all threads, per unit of work.
struct Measurement: Codable {
    let benchmark: String
    let label: String
    /// Such as `ns/element`.
    let unit: String
    let median: Double
    let lowerQuartile: Double
    let upperQuartile: Double
    let fastest: Double
    let repeats: Int

    /// Half the distance of the quartiles, relative to the median.
    var spread: Double { median > 0 ? (upperQuartile - lowerQuartile) / (2 * median) : 0 }
}

/// Processor time of this process in nanoseconds: what other programs use does not count.
func processorTime() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now)
    return Double(now.tv_sec) * 1e9 + Double(now.tv_nsec)
}

/// Times `body` in `repeats` samples. A sample calls it often enough to last `minimum` nanoseconds, so that short bodies are
/// not lost in the resolution of the clock. Samples before that number of calls is known, with cold caches and a clock frequency
/// that still rises, are not counted.
func nanosecondsPerCall(repeats: Int, minimum: Double, _ body: () throws -> Void) rethrows -> [Double] {
    var calls = 1
    func sample() throws -> Double {
        let start = processorTime()
        for _ in 0..<calls { try body() }
        return processorTime() - start
    }
    while true {
        let elapsed = try sample()
        if elapsed >= minimum { break }
        calls *= max(2, min(100, Int(1.2 * minimum / max(elapsed, 1))))
    }
    _ = try sample()
    return try (0..<repeats).map { _ in try sample() / Double(calls) }.sorted()
}
