import SaddleModels
import SaddleNetworks
import SaddleNumerics
import Synchronization
import TestSupport
import Testing

/// Ensembles: the same bits for any number of threads and any interruption, and no result without every network.
@Suite struct EnsembleTests {
    static func experiment(rate: Double = 0.3, steps: Int = 12) -> Experiment {
        Experiment(
            network: Network(hiddenLayers: 2, activation: .tanh), data: randomData(samples: 4, test: 3, dimension: 3, outputs: 1),
            training: Training(steps: steps, learningRate: LearningRate(base: rate)), recordedSteps: [0, steps / 2, steps])
    }

    static let settings = EnsembleSettings(width: 9, networks: 23, seed: 6)

    /// Every network trained alone, one after the other, in two passes.
    @Test func equalsNetworksTrainedOneByOne() throws {
        let ensemble = Ensemble(Self.experiment(), Self.settings)
        let result = try ensemble.train()
        let networks = try (0..<23).map { i in
            var network = ensemble.trainer.initialNetwork(seed: 6, index: i)
            return try ensemble.trainer.train(&network, index: i)
        }
        #expect(result.count == 23 && result.width == 9)
        for i in 0..<result.layout.count {
            let alone = Estimate(networks.map { $0[i] })
            expectClose(result.mean[i], alone.mean, within: 1e-13 * (1 + abs(alone.mean)))
            expectClose(result.meanError[i], alone.standardError, within: 1e-13 * (1 + alone.standardError))
            expectClose(
                result.variance[i], 23 * alone.standardError * alone.standardError, within: 1e-12 * (1 + result.variance[i]))
        }
        // Networks differ, so the comparison is not one of zeros.
        #expect(result.variance.allSatisfy { $0 > 0 })
    }

    @Test func sameBitsForAnyNumberOfThreads() throws {
        let ensemble = Ensemble(Self.experiment(), Self.settings)
        let one = try ensemble.train(threads: 1)
        for threads in [2, 3, 8] { #expect(try ensemble.train(threads: threads).state == one.state) }
    }

    @Test func continuesAfterEveryCheckpointToTheSameBits() throws {
        let ensemble = Ensemble(Self.experiment(), Self.settings)
        let states = Mutex<[EnsembleState]>([])
        let whole = try ensemble.train(checkpointEvery: .zero) { state in states.withLock { $0.append(state) } }
        let stored = states.withLock { $0 }
        #expect(stored.map(\.count) == Array(1...23))
        for state in [stored[0], stored[10], stored[22]] {
            #expect(try ensemble.train(from: state).state == whole.state)
        }
    }

    @Test func stoppingLeavesACheckpoint() throws {
        let ensemble = Ensemble(Self.experiment(), Self.settings)
        let whole = try ensemble.train()
        let calls = Atomic<Int>(0)
        let stored = Mutex<EnsembleState?>(nil)
        // Thirteen calls a network: the request comes in the middle of the eighth or so.
        #expect(throws: CancellationError.self) {
            try ensemble.train(shouldStop: { calls.wrappingAdd(1, ordering: .relaxed).newValue > 100 }) { state in
                stored.withLock { $0 = state }
            }
        }
        let state = try #require(stored.withLock { $0 })
        #expect(state.count > 0 && state.count < 9)
        #expect(try ensemble.train(from: state).state == whole.state)
    }

    /// Networks that somebody else trained give the same bits; what does not fit is trained here.
    @Test func sameBitsFromKnownNetworks() throws {
        let ensemble = Ensemble(Self.experiment(), Self.settings), whole = try ensemble.train()
        let rows = try ensemble.observables(of: 3..<9) + ensemble.observables(of: 9..<20)
        let trained = Atomic<Int>(0)
        func state(_ rows: [[Double]]) throws -> EnsembleState {
            try ensemble.train(known: { index in
                if (3..<20).contains(index) { return rows[index - 3] }
                trained.wrappingAdd(1, ordering: .relaxed)
                return nil
            }).state
        }
        #expect(try state(rows) == whole.state)
        #expect(trained.load(ordering: .relaxed) == 6)
        var others = rows
        others[4] = []
        #expect(try state(others) == whole.state)
        others[4] = rows[5]
        #expect(try state(others) != whole.state)
    }

    @Test func refusesAStateThatDoesNotFit() throws {
        let ensemble = Ensemble(Self.experiment(), Self.settings)
        let numbers = ensemble.trainer.layout.count
        #expect(throws: EnsembleError.stateHasOtherDimension(state: 5, experiment: numbers)) {
            try ensemble.train(from: EnsembleState(moments: StreamingMoments(dimension: 5), panel: []))
        }
        let state = try ensemble.train().state
        let fewer = Ensemble(Self.experiment(), EnsembleSettings(width: 9, networks: 22, seed: 6))
        #expect(throws: EnsembleError.stateHasMoreNetworks(state: 23, wanted: 22)) { try fewer.train(from: state) }
    }

    /// Linear networks with far too large a rate: every network diverges, the count stops at ten and the message says what to do.
    @Test func divergenceIsAnError() throws {
        var experiment = Self.experiment(rate: 50, steps: 400)
        experiment.network.activation = .linear
        let ensemble = Ensemble(experiment, EnsembleSettings(width: 9, networks: 40, seed: 6))
        let checkpoints = Atomic<Int>(0)
        do {
            _ = try ensemble.train(checkpointEvery: .zero) { _ in checkpoints.wrappingAdd(1, ordering: .relaxed) }
            Issue.record("no error")
        } catch let EnsembleError.networksDiverged(diverged, trained, first) {
            #expect(diverged == 10 && trained == 10)
            #expect(first.network == 0 && first.width == 9 && first.learningRate == 50 && (1...20).contains(first.step))
            let message = EnsembleError.networksDiverged(diverged: diverged, trained: trained, first: first).description
            #expect(
                message.contains("10 of 10") && message.contains("step \(first.step)")
                    && message.contains("lower the learning rate"))
        }
        #expect(checkpoints.load(ordering: .relaxed) == 0)
    }

    /// A learning rate at which only some networks diverge still gives no result, and no checkpoint after the first of them.
    @Test func oneDivergenceIsEnough() throws {
        let network = Network(hiddenLayers: 1, activation: .linear)
        let experiment = ExactCaseTests.experiment(network, rate: 1.1, steps: 200, recorded: [200])
        let ensemble = Ensemble(experiment, EnsembleSettings(width: 8, networks: 12, seed: 1))
        let outcomes = (0..<12).map { i -> Bool in
            var network = ensemble.trainer.initialNetwork(seed: 1, index: i)
            return (try? ensemble.trainer.train(&network, index: i)) != nil
        }
        let firstDiverged = try #require(outcomes.firstIndex(of: false))
        #expect(firstDiverged > 0 && outcomes.contains(true))
        let last = Mutex(0)
        #expect { try ensemble.train(checkpointEvery: .zero) { state in last.withLock { $0 = state.count } } } throws: { error in
            guard case EnsembleError.networksDiverged(let diverged, let trained, let first) = error else { return false }
            return diverged == outcomes.count { !$0 } && trained == 12 && first.network == firstDiverged
        }
        #expect(last.withLock { $0 } == firstDiverged)
    }

    /// The end too, when reports skip steps and their stride does not divide the number of all steps.
    @Test(arguments: [12, 120]) func reportsProgressUpToTheEnd(steps: Int) throws {
        let reports = Mutex<[Double]>([])
        let ensemble = Ensemble(Self.experiment(steps: steps), Self.settings)
        _ = try ensemble.train(progress: { done, total in
            #expect(total == 23)
            reports.withLock { $0.append(done) }
        })
        let seen = reports.withLock { $0 }
        #expect(seen.max() == 23 && seen.allSatisfy { $0 > 0 && $0 <= 23 } && seen.count >= 23 && seen.count <= 1500)
    }
}
