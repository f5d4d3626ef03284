import Foundation
import SaddleModels
import SaddleNumerics
import SaddleTheory
import Synchronization
import TestSupport
import Testing

@testable import SaddleStudies

/// A study by the adjoint that is stopped after its first scalars: the run folder holds them, the next run goes on from there, and
/// ends with the same bytes. Catches checkpoints that lose scalars, and those of another study that are used.
@Suite struct InterruptedAdjointTests {
    @Test func continuesFromItsOwnCheckpointOnly() throws {
        let place = try Workplace()
        func study(_ seed: Int) throws -> Study {
            try Study(
                text: """
                    data: {source: gaussian, train: 4, test: 2, dimension: 3, teacher: linear}
                    network: {hidden_layers: 2, activation: tanh}
                    training: {steps: 8, learning_rate: 0.1}
                    predict: {sites: 60, tolerance: 1.0e-2, replicas: 3, seed: \(seed), record_two_time: true, method: adjoint, observables: [test_loss, train_loss, "test_output[1]"]}
                    record: 3
                    """, file: place.path("theory.yaml"))
        }
        /// What a run was given to start from: scalars that were finished; -1 for no state.
        func run(_ study: Study, _ folder: String, stopsAtFirstScalars: Bool = false) throws -> Int {
            let isOver = Mutex(false)
            let given = Mutex(-1)
            var engines = StudyEngines.standard
            let predict = engines.predict
            engines.predict = { experiment, settings, recordsKernels, state, context, checkpoint in
                given.withLock { $0 = state?.scalarSquares.count ?? -1 }
                return try predict(experiment, settings, recordsKernels, state, context) { state in
                    try checkpoint(state)
                    if stopsAtFirstScalars && !state.scalarSquares.isEmpty { isOver.withLock { $0 = true } }
                }
            }
            let runner = StudyRunner(
                study, output: place.path(folder), shouldStop: { isOver.withLock { $0 } }, engines: engines)
            do { _ = try runner.run(.prediction) } catch StudyFailure.interrupted where stopsAtFirstScalars {}
            return given.withLock { $0 }
        }
        func file(_ name: String) -> String { place.path(name) }

        #expect(try run(study(1), "reference") == -1)
        let expected = try WholeFile.read(file("reference/theory.npz"))

        #expect(try run(study(1), "run", stopsAtFirstScalars: true) == -1)
        let kept = try NPZ(contentsOf: file("run/theory.npz.partial")).array("scalar_squares").elements.count
        #expect((8..<27).contains(kept), "\(kept) of 27")
        #expect(try run(study(1), "run") == kept)
        #expect(try WholeFile.read(file("run/theory.npz")) == expected)
        #expect(try NPZ(contentsOf: file("run/theory.npz")).array("feature_two_time_kernel_2").shape == [3, 3, 4, 4])
        #expect(!FileManager.default.fileExists(atPath: file("run/theory.npz.partial")))

        // Negative control: the checkpoint of another seed lies in the folder.
        _ = try run(study(2), "other", stopsAtFirstScalars: true)
        try FileManager.default.createDirectory(atPath: file("third"), withIntermediateDirectories: false)
        try FileManager.default.copyItem(atPath: file("other/theory.npz.partial"), toPath: file("third/theory.npz.partial"))
        try FileManager.default.copyItem(atPath: file("other/manifest.json"), toPath: file("third/manifest.json"))
        try FileManager.default.copyItem(atPath: file("other/study.yaml"), toPath: file("third/study.yaml"))
        #expect(try run(study(1), "third") == -1)
        #expect(try WholeFile.read(file("third/theory.npz")) == expected)
    }
}
