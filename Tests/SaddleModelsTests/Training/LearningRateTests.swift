// Schedules at their corner points: first and last step, end of the warm-up, each drop. Off-by-one errors show here.
import SaddleModels
import TestSupport
import Testing

@Suite struct LearningRateTests {
    @Test func constant() {
        let rate = LearningRate(base: 0.3)
        #expect([0, 1, 50, 99].allSatisfy { rate.rate(at: $0, of: 100) == 0.3 })
    }

    @Test func warmupRisesLinearly() {
        let rate = LearningRate(base: 0.5, warmup: 4)
        #expect((0..<6).map { rate.rate(at: $0, of: 10) } == [0.125, 0.25, 0.375, 0.5, 0.5, 0.5])
    }

    /// Half a cosine from the base at the first step after the warm-up to `final · base` at the last step, the mean halfway.
    @Test(arguments: [0, 10])
    func cosine(warmup: Int) {
        let rate = LearningRate(base: 2, warmup: warmup, decay: .cosine(final: 0.1)), steps = 101 + warmup
        expectClose(rate.rate(at: warmup, of: steps), 2, within: 1e-15)
        expectClose(rate.rate(at: warmup + 50, of: steps), 1.1, within: 1e-15)
        expectClose(rate.rate(at: warmup + 100, of: steps), 0.2, within: 1e-15)
        // A third of the way, cos 60° = ½: 2·(0.1 + 0.9·¾).
        expectClose(LearningRate(base: 2, decay: .cosine(final: 0.1)).rate(at: 30, of: 91), 1.55, within: 1e-14)
        let rates = (warmup..<steps).map { rate.rate(at: $0, of: steps) }
        #expect(zip(rates, rates.dropFirst()).allSatisfy { $0 > $1 })
    }

    @Test func shortCosines() {
        for steps in 1...3 { #expect(LearningRate(base: 1, decay: .cosine(final: 0)).rate(at: 0, of: steps) == 1) }
    }

    @Test func steps() {
        let rate = LearningRate(base: 1, warmup: 2, decay: .step(every: 3, factor: 0.5))
        #expect((0..<12).map { rate.rate(at: $0, of: 12) } == [0.5, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125])
    }
}
