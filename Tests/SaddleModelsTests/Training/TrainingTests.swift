// The order of batches: each epoch visits distinct samples in whole batches, epochs differ, and the order depends on the
// batch seed only. Theory and networks see the same batches because they call the same function.
import SaddleModels
import Testing

@Suite struct TrainingTests {
    static func training(batchSize: Int?, seed: Int = 0) -> Training {
        Training(steps: 100, learningRate: LearningRate(base: 0.1), batchSize: batchSize, batchSeed: seed)
    }

    @Test func wholeBatchesOfDistinctSamples() throws {
        let training = Self.training(batchSize: 4)
        for epoch in 0..<5 {
            // 11 samples: two batches of 4 an epoch, 3 samples left out.
            let first = try #require(training.batch(at: 2 * epoch, of: 11)),
                second = try #require(training.batch(at: 2 * epoch + 1, of: 11))
            #expect(first.count == 4 && second.count == 4 && Set(first + second).count == 8)
            #expect((first + second).allSatisfy { (0..<11).contains($0) })
        }
    }

    @Test func everySampleIsUsedEquallyOften() throws {
        let training = Self.training(batchSize: 5)
        var uses = [Int](repeating: 0, count: 20)
        for step in 0..<40 { for i in try #require(training.batch(at: step, of: 20)) { uses[i] += 1 } }
        #expect(uses == [Int](repeating: 10, count: 20))
    }

    @Test func orderDependsOnSeedAndEpochOnly() throws {
        let a = Self.training(batchSize: 10), b = Self.training(batchSize: 10, seed: 1)
        #expect(a.batch(at: 7, of: 100) == a.batch(at: 7, of: 100))
        #expect(a.batch(at: 7, of: 100) != b.batch(at: 7, of: 100))
        #expect(a.batch(at: 0, of: 100) != a.batch(at: 10, of: 100))
    }

    /// Step by step, forwards and back, as one at a time.
    @Test func batchesOfASequenceAreThoseOfTheirSteps() throws {
        let training = Self.training(batchSize: 4)
        var batches = try #require(Batches(training, of: 11))
        for step in [0, 1, 2, 3, 9, 8, 0] { #expect(Array(batches.batch(at: step)) == training.batch(at: step, of: 11)) }
        #expect(batches.size == 4 && Batches(training, of: 4).map(\.size) == nil)
    }

    /// As the data have them, again in every epoch; the remainder is left out.
    @Test func sequentialBatches() throws {
        var training = Self.training(batchSize: 4)
        training.order = .sequential
        #expect(training.batch(at: 0, of: 11) == [0, 1, 2, 3] && training.batch(at: 1, of: 11) == [4, 5, 6, 7])
        #expect(training.batch(at: 2, of: 11) == [0, 1, 2, 3] && training.batch(at: 5, of: 11) == [4, 5, 6, 7])
    }

    /// Every sample once, with one batch more than there are steps; also where one batch is all there is.
    @Test(arguments: BatchOrder.allCases) func streams(order: BatchOrder) throws {
        var training = Self.training(batchSize: 3)
        (training.steps, training.isStream, training.order) = (4, true, order)
        #expect(training.streamLength == 15)
        let table = try #require(training.batchTable(of: 15))
        #expect(table.shape == [5, 3] && table.elements.sorted() == (0..<15).map(Double.init))
        #expect((table.elements == (0..<15).map(Double.init)) == (order == .sequential))
        training.steps = 0
        #expect(training.batch(at: 0, of: 3)?.count == 3)
    }

    /// Of what is not a stream, one row a step; nothing where every step sees all.
    @Test func tables() throws {
        var training = Self.training(batchSize: 4)
        training.steps = 7
        let table = try #require(training.batchTable(of: 11))
        #expect(table.shape == [7, 4])
        for step in 0..<7 {
            #expect(table.elements[4 * step..<4 * step + 4].map { Int($0) } == training.batch(at: step, of: 11))
        }
        #expect(Self.training(batchSize: nil).batchTable(of: 11) == nil)
    }

    /// Layers without a rate of their own have that of the training; all follow its schedule.
    @Test func ratesOfLayers() {
        var training = Self.training(batchSize: nil)
        training.learningRate = LearningRate(base: 1, warmup: 2, decay: .step(every: 10, factor: 0.1))
        training.layerRates.hidden = 0.5
        for (step, rate) in [(0, 0.5), (5, 1), (12, 0.1)] {
            #expect(abs(training.rate(at: step, of: .hidden) - rate / 2) < 1e-15 && training.rate(at: step, of: .input) == rate)
        }
        #expect(!training.isPlainDescent && Self.training(batchSize: nil).isPlainDescent)
    }

    @Test func fullBatchIsNil() {
        #expect(Self.training(batchSize: nil).batch(at: 3, of: 10) == nil)
        #expect(Self.training(batchSize: 10).batch(at: 3, of: 10) == nil)
        #expect(Self.training(batchSize: 9).batch(at: 3, of: 10)?.count == 9)
    }

    @Test func rateIsThatOfTheSchedule() {
        var training = Self.training(batchSize: nil)
        training.learningRate = LearningRate(base: 1, decay: .cosine(final: 0.5))
        #expect(training.rate(at: 99) == 0.5 && training.rate(at: 0) == 1)
    }
}
