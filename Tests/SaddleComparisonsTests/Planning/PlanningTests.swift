import Foundation
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import Synchronization
import Testing

@testable import SaddleComparisons

/// Widths that tolerances need, budgets, and the evidence behind both.
@Suite struct PlanningTests {
    /// A series that is known exactly: what is fitted to its values is the series, errors are those of the coefficients.
    @Test func seriesOfWidths() throws {
        let widths = [16, 32, 64, 128]
        let values = widths.map { n in
            Estimate(mean: 2 + 3 / Double(n) - 5 / Double(n * n), standardError: 1e-3 / Double(n), count: 100)
        }
        let series = try #require(WidthSeries(fitting: values, widths: widths, powers: [0, 1, 2]))
        for n in [20.0, 1000] {
            #expect(abs(series.value(at: n).value - (2 + 3 / n - 5 / n / n)) < 1e-12)
            #expect(abs(series.relativeExcess(at: n).value - (3 / n - 5 / n / n) / 2) < 1e-12)
        }
        #expect(abs(series.difference(20, 40).value - (3 / 40 - 5 * 3 / 1600)) < 1e-12)
        #expect(series.misfit! < 1e-6)
        // 5/N = 0.2 · 3
        #expect(abs(series.width(whereLastTermIs: 0.2)!.value - 5 / 0.6) < 1e-9)
        // Two numbers and two terms: errors by hand. q(∞) = 2q(2) − q(1).
        let line = try #require(
            WidthSeries(
                fitting: [Estimate(mean: 3, standardError: 0.3, count: 9), Estimate(mean: 2, standardError: 0.2, count: 9)],
                widths: [1, 2], powers: [0, 1]))
        #expect(abs(line.value(at: .infinity).value - 1) < 1e-12)
        #expect(abs(line.value(at: .infinity).error - hypot(0.3, 0.4)) < 1e-12)
        #expect(line.misfit == nil)
    }

    /// The misfit of a right series is a normal value; a term that is left out is seen.
    @Test func misfitIsNormal() {
        var stream = RandomStream(seed: 3, .test)
        let widths = [16, 32, 64, 128]
        func misfit(_ left: Double) -> Double {
            let values = widths.map { n in
                let u = 16 / Double(n)
                return Estimate(mean: 1 + u - u * u + left * u * u * u + 0.01 * stream.normal(), standardError: 0.01, count: 50)
            }
            return WidthSeries(fitting: values, widths: widths, powers: [0, 1, 2])!.misfit!
        }
        let right = (0..<400).map { _ in misfit(0) }
        let beyond = right.count { $0 > 1.96 }
        // Binomial 400 × 0.05: 20 ± 4.4
        #expect(beyond > 5 && beyond < 38, "\(beyond)")
        let wrong = (0..<20).map { _ in misfit(6) }
        #expect(wrong.allSatisfy { $0 > 3 }, "\(wrong)")
    }

    @Test func whereQuantitiesStay() {
        #expect(abs(widthFromWhere({ 5 / $0 }, staysWithin: 0.1, from: 1, to: 1e6)! - 50) < 1e-6)
        // It is below the level early, leaves it, and comes back.
        #expect(abs(widthFromWhere({ $0 < 10 ? 0 : 5 / $0 }, staysWithin: 0.1, from: 1, to: 1e6)! - 50) < 1e-6)
        #expect(widthFromWhere({ _ in 1 }, staysWithin: 0.1, from: 1, to: 1e6) == nil)
        #expect(widthFromWhere({ _ in 0 }, staysWithin: 0.1, from: 4, to: 1e6) == 4)
    }

    /// One output f ~ N(m, s²/N): two networks disagree with probability 2p(1 − p), p = Φ(m√N/s).
    @Test func flipsOfGaussianOutputs() throws {
        var stream = RandomStream(seed: 5, .test)
        let (m, s) = (0.3, 2.0)
        let made = MadeNetworks(
            limits: [[m]], shifts: [[0]], fluctuations: (0..<4000).map { _ in [s * stream.normal()] }, outputs: 1)
        for width in [10.0, 40, 160] {
            let p = 1 - 0.5 * normalTail(twoSided: m * width.squareRoot() / s)
            let error = 3 * (0.25 / 4000).squareRoot()
            #expect(abs(made.flipRate(width: width) - 2 * p * (1 - p)) < error, "\(width)")
        }
        let rows = (0..<400).map { _ in [m + 0.5 * stream.normal(), 0.2 * m] }
        let direct = try #require(MadeNetworks.flipRate(of: rows, outputs: 2))
        let share = Double(rows.count { $0[0] > $0[1] }) / 400
        #expect(abs(direct.mean - 2 * share * (1 - share) * 400 / 399) < 1e-12)
        #expect(direct.standardError > 0 && direct.standardError < 0.05)
    }

    private var experiment: Experiment {
        get throws {
            var source = DataSource(source: "gaussian", train: 10, test: 20)
            (source.dimension, source.teacher) = (6, .linear)
            let data = try source.load(loss: .squared).dataset
            let network = Network(hiddenLayers: 1, activation: .tanh)
            let training = Training(steps: 20, learningRate: LearningRate(base: 0.5))
            return Experiment(network: network, data: data, training: training, recordedSteps: [20])
        }
    }

    /// Counts of parameters are those of a real network.
    @Test func costOfNetworks() throws {
        let experiment = try experiment
        let network = FiniteNetwork(experiment.network, inputDimension: 6, outputCount: 1, width: 24, seed: 1, index: 0)
        let count = network.weights.reduce(0) { $0 + $1.rows * $1.columns }
        #expect(experiment.graph.parameterCount(width: 24, outputs: 1, hasBiases: false) == count)
        // Two operations a weight and sample where there is one position.
        #expect(experiment.graph.forwardOperations(width: 24, outputs: 1) == Double(2 * count))
    }

    /// Small ensembles foretell fresh networks of another width; the choice within a budget is that of all choices.
    @Test func pilotsForetell() throws {
        let experiment = try experiment
        let pilots = try PilotEnsembles(experiment, seed: 4)
        let evidence = try pilots.evidence(
            goal: 1.3, looseness: { WidthRequirement(.excessLoss, 0.05, $0).looseness }, progress: { _, _ in }, notice: { _ in },
            shouldStop: { false })
        let excess = WidthRequirement(.excessLoss, 0.05, evidence), width = Int(excess.high!.rounded(.up))
        #expect(excess.looseness <= 1.3 && excess.low! < excess.width! && excess.width! < excess.high!)
        let spread = WidthRequirement(.outputSpread, evidence.outputSpread(at: Double(width)).value, evidence)
        #expect(abs(spread.width! / Double(width) - 1) < 1e-6)
        let check = try PlanCheck(
            experiment, evidence, [excess, spread], width: width,
            networks: PlanCheck.networks(evidence, [excess], width: width), seed: 5, progress: { _, _ in }, shouldStop: { false })
        for row in check.rows {
            let error = hypot(row.measured.standardError, row.expected.error)
            #expect(abs(row.measured.mean - row.expected.value) < 4 * error, "\(row)")
        }
        #expect(check.rows[0].word != .broken)
        // Half the width does not do.
        let half = try PlanCheck(
            experiment, evidence, [excess], width: width / 2, networks: 1000, seed: 6, progress: { _, _ in },
            shouldStop: { false })
        #expect(half.word != .held && half.rows[0].measured.mean > 0.05 + half.rows[0].measured.standardError, "\(half.rows)")

        func cost(_ n: Int) -> Double { Double(experiment.graph.parameterCount(width: n, outputs: 1, hasBiases: false)) }
        let plan = try #require(BudgetPlan(evidence, budget: 5000, unit: 1, cost: cost))
        var best = (loss: Double.infinity, width: 0, networks: 0)
        for networks in BudgetPlan.sizes {
            for n in evidence.least...2000 where cost(n) * Double(networks) <= 5000 {
                let loss = evidence.loss(width: Double(n), networks: networks).value
                if loss < best.loss { best = (loss, n, networks) }
            }
        }
        #expect(plan.best.networks == best.networks && plan.best.loss <= best.loss + 1e-12, "\(plan.best), \(best)")
        #expect(plan.choices.allSatisfy { cost($0.width) * Double($0.networks) <= 5000 })
        #expect(BudgetPlan(evidence, budget: 10, unit: 1, cost: cost) == nil)
    }

    /// Ensembles that are stopped again and again tell the same, to the last bit, as those that never were.
    @Test func stoppedPilotsContinue() throws {
        let experiment = try experiment
        func coefficients(_ store: PilotMemory?, stopAfter steps: Int?) throws -> [Double] {
            let left = Mutex(steps ?? .max)
            let evidence = try PilotEnsembles(experiment, seed: 4, store: store).evidence(
                goal: 1.4, looseness: { WidthRequirement(.excessLoss, 0.05, $0).looseness }, progress: { _, _ in },
                notice: { _ in },
                shouldStop: {
                    left.withLock {
                        $0 -= 1
                        return $0 < 0
                    }
                })
            return evidence.loss.coefficients + [evidence.spread.value(at: 20).error, evidence.made.flipRate(width: 40)]
        }
        let whole = try coefficients(nil, stopAfter: nil), store = PilotMemory()
        var stops = 0
        while true {
            do {
                #expect(try coefficients(store, stopAfter: 20 * (150 + 37 * stops)) == whole)
                break
            } catch is CancellationError { stops += 1 }
        }
        #expect(stops > 2, "\(stops)")
        // All is there: nothing is trained.
        #expect(try coefficients(store, stopAfter: 0) == whole)
    }

    /// y∞ = (x − 1)²/2 + (x − 1)³/10, r = 3x + x²: x* = 1, s = −(3 + 2)/1, of losses y∞ and r, and of losses exp(y∞) and r exp(y∞); errors against many
    /// tables drawn anew.
    @Test(arguments: [false, true]) func shiftOfOptima(isLogarithmic: Bool) throws {
        let x = (0..<9).map { 0.25 * Double($0) }
        func shift(_ noise: (Int) -> Double) -> OptimumShift? {
            var (limits, excesses): ([(value: Double, error: Double)], [(value: Double, error: Double)]) = ([], [])
            for (i, x) in x.enumerated() {
                let u = x - 1, y = 0.5 * u * u + 0.1 * u * u * u
                // Below 0 there are no logarithms.
                let scale = isLogarithmic ? exp(y) : 1, limit = isLogarithmic ? scale : y - 1
                limits.append((limit + noise(2 * i) * scale, 0.01 * scale))
                excesses.append(((3 * x + x * x + 10 * noise(2 * i + 1)) * scale, 0.1 * scale))
            }
            return OptimumShift(x: x, limits: limits, excesses: excesses)
        }
        let exact = try #require(shift { _ in 0 })
        #expect(abs(exact.optimum.value - 1) < 1e-9 && abs(exact.slope.value + 5) < 1e-8)
        #expect(abs(exact.optimum(width: 10).value - 0.5) < 1e-8)
        var stream = RandomStream(seed: 8, .test)
        let found = (0..<300).compactMap { _ -> OptimumShift? in
            let z = stream.normals(2 * x.count)
            return shift { 0.01 * z[$0] }
        }
        #expect(found.count > 295)
        let scores = found.map { ($0.optimum.value - 1) / $0.optimum.error },
            slopes = found.map { ($0.slope.value + 5) / $0.slope.error }
        for z in [scores, slopes] {
            let square = z.reduce(0) { $0 + $1 * $1 } / Double(z.count)
            #expect(square > 0.75 && square < 1.35, "\(square)")
        }
        // Flat: no optimum is told.
        #expect(OptimumShift(x: x, limits: x.map { _ in (stream.normal() - 9, 1) }, excesses: x.map { _ in (0, 1) }) == nil)
    }
}

/// Keeps pilot ensembles in memory.
private final class PilotMemory: PilotStore {
    private let kept = Mutex<(round: PilotRound?, states: [Int: EnsembleState])>((nil, [:]))

    func round() -> PilotRound? { kept.withLock(\.round) }
    func keep(_ round: PilotRound) { kept.withLock { $0.round = round } }
    func state(width: Int) -> EnsembleState? { kept.withLock { $0.states[width] } }
    func keep(_ state: EnsembleState, width: Int) { kept.withLock { $0.states[width] = state } }
}
