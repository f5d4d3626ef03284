import Foundation
import SaddleNumerics

/// Collects measurements and prints each as it is made: a line to read or, with `--json`, an object a line.
final class Recorder {
    let benchmark: String
    let asJSON: Bool
    private(set) var measurements: [Measurement] = []

    init(benchmark: String, asJSON: Bool) {
        self.benchmark = benchmark
        self.asJSON = asJSON
    }

    /// Measures `body`, which does `work` units of work a call, in nanoseconds of processor time per unit.
    @discardableResult
    func measure(
        _ label: String, per unit: String, work: Double, repeats: Int = 21, minimum: Double = 5e6, _ body: () throws -> Void
    ) rethrows -> Measurement {
        let times = try nanosecondsPerCall(repeats: repeats, minimum: minimum, body).map { $0 / work }
        let result = Measurement(
            benchmark: benchmark, label: label, unit: "ns/\(unit)", median: times[repeats / 2], lowerQuartile: times[repeats / 4],
            upperQuartile: times[3 * repeats / 4], fastest: times[0], repeats: repeats)
        measurements.append(result)
        print(asJSON ? Self.json(result) : Self.line(result))
        return result
    }

    /// Prints a number measured in some other way: a time, a ratio, or words.
    func note(_ label: String, seconds: Double) { note(label, String(format: "%.3f s", seconds)) }
    func note(_ label: String, ratio: Double) { note(label, String(format: "%.2f", ratio)) }
    func note(_ label: String, _ value: String) {
        print(asJSON ? Self.json(["benchmark": benchmark, "label": label, "value": value]) : "\(benchmark): \(label): \(value)")
    }

    /// Stops the benchmark if a result is wrong: a wrong number computed quickly is worth nothing.
    func check(_ condition: Bool, _ message: @autoclosure () -> String) throws {
        if !condition { throw BenchmarkError.wrongResult("\(benchmark): \(message())") }
    }

    static func line(_ m: Measurement) -> String {
        let name = "\(m.benchmark) \(m.label)".padding(toLength: 42, withPad: " ", startingAt: 0)
        return name + String(format: "%10.3f %@  ± %.0f %%  (fastest %.3f)", m.median, m.unit, 100 * m.spread, m.fastest)
    }

    static func json(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: (try? encoder.encode(value)) ?? Data(), as: UTF8.self)
    }
}

enum BenchmarkError: Error, CustomStringConvertible {
    case wrongResult(String)
    case unknownName(String)

    var description: String {
        switch self {
        case .wrongResult(let what): "wrong result in \(what)"
        case .unknownName(let name): "no benchmark '\(name)'; known: \(Benchmark.all.map(\.name).joined(separator: ", "))"
        }
    }
}
