import Foundation
import SaddleNumerics

@main
enum Main {
    static func main() {
        var arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.contains("--help") || arguments.contains("-h") { return print(help) }
        let asJSON = arguments.contains("--json")
        arguments.removeAll { $0 == "--json" }
        do {
            let chosen = try arguments.isEmpty ? Benchmark.all : arguments.map(benchmark(named:))
            Threads.use(1)
            let machine = Machine.current
            print(
                asJSON
                    ? Recorder.json(machine)
                    : "\(machine.processor), \(machine.processors) processors, \(machine.system), \(machine.blas), "
                        + "\(machine.build) build, one thread; median processor time")
            for benchmark in chosen { try benchmark.run(Recorder(benchmark: benchmark.name, asJSON: asJSON)) }
        } catch {
            FileHandle.standardError.write(Data("error: \(error)\n".utf8))
            exit(1)
        }
    }

    static func benchmark(named name: String) throws -> Benchmark {
        guard let found = Benchmark.all.first(where: { $0.name == name }) else { throw BenchmarkError.unknownName(name) }
        return found
    }

    static var help: String {
        "Benchmarks [--json] [name …]\n\n"
            + Benchmark.all.map { "  \($0.name): \($0.summary)" }.joined(separator: "\n")
    }
}
