import Foundation
import SaddleModels
import SaddleNumerics
import SaddleTheory
import Synchronization
import TestSupport
import Testing

@testable import SaddleStudies

final class Calls: Sendable {
    private let counts = Mutex<[String: Int]>([:])
    func count(_ name: String) { counts.withLock { $0[name, default: 0] += 1 } }
    subscript(name: String) -> Int { counts.withLock { $0[name] ?? 0 } }
}

/// An empty directory that goes away with it.
final class Workplace: Sendable {
    let directory: String
    let calls = Calls()
    var folder: String { path("run") }

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("saddle-study-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func path(_ name: String) -> String { directory + "/" + name }

    var engines: StudyEngines {
        let calls = calls
        return StudyEngines(
            predict: { experiment, prediction, recordsKernels, _, _, _ in
                calls.count("predict")
                let layout = ObservableLayout(experiment, withKernels: recordsKernels)
                let vector = { (x: Double) in [Double](repeating: x, count: layout.count) }
                var result = MeanFieldPrediction(
                    stored: layout, mean: vector(Double(prediction.seed)), meanError: vector(10), solutions: 4,
                    ranks: Tensor(shape: [experiment.recordedSteps.count, 0, 2]))
                result.directions = 8
                (result.variance, result.varianceError) = (vector(1), vector(0.5))
                (result.bias, result.biasError) = (vector(1), vector(1))
                result.warnings = ["made up"]
                return result
            }, report: { _, _ in calls.count("report") })
    }

    func study(steps: Int = 6, widths: String = "[4, 8]", networks: Int = 12, seed: Int = 1) throws -> Study {
        try Study(
            text: """
                data: {source: gaussian, train: 5, test: 3, dimension: 4, teacher: linear}
                network: {hidden_layers: 1}
                training: {steps: \(steps), learning_rate: 0.1}
                predict: {seed: \(seed)}
                simulate: {widths: \(widths), networks: \(networks)}
                record: 4
                """, file: path("tiny.yaml"))
    }

    @discardableResult func run(
        _ study: Study, goal: StudyRunner.Goal = .everything, force: Bool = false, output: String? = nil,
        observe: @escaping StudyObserver = { _ in }, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> StudySummary {
        try StudyRunner(
            study, output: output ?? folder, isForced: force, observe: observe, shouldStop: shouldStop, engines: engines
        ).run(goal)
    }

    func bytes(_ name: String) throws -> [UInt8] { try WholeFile.read(folder + "/" + name) }
    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: folder + "/" + name) }
}

/// Which stages were computed and which reused, in order.
final class Log: Sendable {
    private let entries = Mutex<[String]>([])
    func note(_ event: StudyEvent) {
        if case .finished(let stage, _, let reused) = event { entries.withLock { $0.append((reused ? "= " : "+ ") + stage) } }
    }
    var lines: [String] { entries.withLock { $0 } }
}
