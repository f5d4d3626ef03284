import Foundation
import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// Networks of a study's ensembles and parts of its theory as shards.
struct StudyShards: Sharded {
    let parts: [StudyPart]
    private let study: Study
    private let experiment: Experiment
    private let digests: StudyDigests
    let directory: String

    init(_ parts: [StudyPart], _ study: Study, _ experiment: Experiment, _ folder: RunFolder) {
        (self.parts, self.study, self.experiment) = (parts, study, experiment)
        digests = StudyDigests(study, experiment.data)
        directory = folder.parts
    }

    var names: [String] { parts.map(\.name) }
    func file(_ index: Int) -> String { parts[index].file }
    func isFinished(_ index: Int) -> Bool { StudyParts.read(parts[index], directory, digests) != nil }
    func discard() { for part in parts { unlink("\(directory)/\(part.file)") } }

    func compute(_ index: Int, shouldStop: @escaping @Sendable () -> Bool) throws {
        let part = parts[index], timer = Timer(earlier: 0)
        let rows: [[[Double]]]
        do {
            rows = try part.width.map { try networks(part, width: $0, shouldStop) } ?? theory(part, shouldStop)
        } catch {
            if shouldStop() { throw StudyFailure.interrupted(folder: nil) }
            throw ShardFailure(text: "\(study.explained(error))")
        }
        try badInput { try StudyParts.write(rows, part, directory, digests, seconds: timer.seconds) }
    }

    private func networks(_ part: StudyPart, width: Int, _ shouldStop: @escaping @Sendable () -> Bool) throws -> [[[Double]]] {
        let settings = study.simulate!.settings(width: width, recordsKernels: recordsKernels)
        return try Ensemble(experiment, settings).observables(of: part.range, shouldStop: shouldStop).map { [$0] }
    }

    private func theory(_ part: StudyPart, _ shouldStop: @escaping @Sendable () -> Bool) throws -> [[[Double]]] {
        guard let ways = MeanFieldWays(part.ways) else { return [] }
        let solver = solver
        return try Threads.reduceInOrder(part.range, into: [[[Double]]]()) { index in
            try solver.part(index, ways, shouldStop: shouldStop)
        } commit: { rows, _, numbers in
            // What goes wrong here goes wrong again where all is put together, which then knows what to do.
            if case .failure(let error) = numbers, !shouldStop(), error is MeanFieldError { return false }
            rows.append(try numbers.get())
            return true
        }
    }

    private var recordsKernels: Bool { study.recordsKernels(samples: experiment.data.trainCount).records }
    private var solver: MeanFieldSolver { Self.solver(study, experiment) }

    static func solver(_ study: Study, _ experiment: Experiment) -> MeanFieldSolver {
        var settings = study.predict
        settings.recordsKernels = study.recordsKernels(samples: experiment.data.trainCount).records
        return MeanFieldSolver(experiment, settings: settings)
    }

    /// The pieces of the theory from one on, as far as they are expected to be needed; if more are, half as many as there were.
    static func theory(_ study: Study, _ experiment: Experiment, from first: Int = 0, _ ways: MeanFieldWays? = nil) throws
        -> [StudyPart]
    {
        let solver = solver(study, experiment), ways = try ways ?? solver.firstWays(), (count, large) = solver.expectedParts(ways)
        let last = max(count, first + max((first - large) / 2, 1)), small = max(first, large)
        return StudyPart.split(first..<max(small, first), ways: ways.numbers, isLarge: true)
            + StudyPart.split(small..<max(last, small), ways: ways.numbers)
    }
}
