import Numerics
import SaddleModels
import SaddleNumerics
@testable import SaddleTheory
import TestSupport
import Testing

// Learning curves by contours against three things that share no code with them: integrals over the density of Marchenko and Pastur on
// the real line, recursions of single modes, and trained students (LearningCurveEnsembleTests). They would catch a wrong two-point
// function, a filter that is not that of the optimiser, a contour that loses digits, and noise of batches fed with the wrong loss.

/// λ_k = k^−a, w_k² ∝ k^−b, signal 1.
func powerLawTask(
    _ dimension: Int, _ a: Double, teacher b: Double = 0.5, samples: Double = .infinity, width: Double = .infinity,
    noise: Double = 0, initialVariance: Double = 0
) throws -> RegressionTask {
    let spectrum = try PopulationSpectrum.powerLaw(count: dimension, exponent: a)
    let energies = (1...dimension).map { Double.pow(Double($0), -a - b) }
    let sum = energies.reduce(0, +)
    return try RegressionTask(
        spectrum: spectrum, energies: energies.map { $0 / sum }, samples: samples, width: width, noise: noise,
        initialVariance: initialVariance)
}

@Suite struct LearningCurveTests {
    /// Σ = 1 in D = 1 units: time of Advani and Saxe is ours over α.
    @Test(arguments: [0.3, 0.95, 1.05, 3.0])
    func isotropicFlowIsThatOfMarchenkoAndPastur(_ ratio: Double) throws {
        let (snr, inr) = (5.0, 0.4)
        let exact = try IsotropicRegression(ratio: ratio, signalToNoise: snr, initialToTeacher: inr)
        let task = try RegressionTask(
            spectrum: .isotropic(dimension: 1), energies: [1], samples: ratio, noise: 1 / snr, initialVariance: inr)
        let times = [0, 1e-3, 0.1, 1, 7, 100, 1e4, 1e6]
        let curve = try LearningCurve(task, .flow, last: ratio * times.last!)
        for (t, loss) in zip(times, try curve.losses(at: times.map { ratio * $0 })) {
            let general = try exact.generalizationError(time: t)
            expectClose((loss.test + 1 / snr) / general, 1, within: 1e-11, "E_g at \(t)")
            let train = try exact.trainingError(time: t)
            expectClose(loss.train, train, within: 1e-11 * (train + 1e-3), "E_t at \(t)")
        }
        let ridge = try RidgeCurve(task)
        for λ in [0, 1e-6, 0.2, 30] {
            expectClose(
                try (ridge.losses(ridge: λ / ratio).test + 1 / snr) / exact.generalizationError(ridge: λ), 1, within: 1e-11,
                "\(λ)")
        }
    }

    /// The two-point functions off their diagonal, against the diagonal: a ridge as a filter over the contour of gradient flow.
    @Test(arguments: [(200.0, 150.0), (150, 200), (1000, 150), (150, 1000), (200, .infinity), (3000, 4000)])
    func ridgeFilterGivesTheClosedFormOfRidge(_ samples: Double, _ width: Double) throws {
        let task = try powerLawTask(
            300, 1.2, samples: samples, width: width, noise: 0.3, initialVariance: 0.01)
        let (curve, closed) = (try LearningCurve(task, .flow, last: 1e5), try RidgeCurve(task))
        for λ in [1e-4, 0.02, 3.0] {
            let filters = [curve.contour.nodes.map { Complex(λ) / (Complex(λ) + $0) }]
            let averages = try PairAverages.integrals(curve.nodes, curve.contour, samples: samples, filters: filters)
            let sources = LossSources(averages.map { $0[0] }, noise: task.noise, initialVariance: task.initialVariance)
            let expected = try closed.losses(ridge: λ)
            for (found, wanted) in zip(sources.parts, expected.sources.parts) {
                expectClose(found.value, wanted.value, within: 1e-11 * expected.test, "\(wanted.name) at \(λ)")
            }
            let train = curve.contour.integral(zip(filters[0], curve.trainingDensity).map { $0 * $0 * $1 })
            expectClose(train / expected.train, 1, within: 1e-11, "train at \(λ)")
        }
    }

    /// Late flow is the ridgeless limit, on every side of double descent.
    @Test(arguments: [(200.0, 150.0), (150, 200), (1000, 150), (150, .infinity), (3000, 4000), (500, .infinity)])
    func flowEndsAtZeroRidge(_ samples: Double, _ width: Double) throws {
        let task = try powerLawTask(
            300, 0.6, samples: samples, width: width, noise: 0.3, initialVariance: 0.01)
        let late = try LearningCurve(task, .flow, last: 1e9).losses(at: [1e9])[0]
        let limit = try RidgeCurve(task).losses(ridge: 0)
        expectClose(late.test / limit.test, 1, within: 1e-10)
        expectClose(late.train, limit.train, within: 1e-10)
        // Continuity of the closed form itself.
        expectClose(try RidgeCurve(task).losses(ridge: 1e-13).test / limit.test, 1, within: 1e-8)
    }

    /// Without sampling every mode is by itself; its recursion is done in real numbers here.
    @Test(arguments: [
        RegressionOptimizer(rate: 0.9), RegressionOptimizer(rate: 1.9), RegressionOptimizer(rate: 0.3, momentum: 0.6),
        RegressionOptimizer(rate: 3.5, momentum: 0.9), RegressionOptimizer(rate: 0.5, momentum: 0.9, usesNesterov: true),
    ])
    func stepsOfSingleModes(_ optimizer: RegressionOptimizer) throws {
        let task = try powerLawTask(40, 1.5, noise: 0.1)
        let steps = [0, 1, 2, 7, 60, 900]
        let losses = try LearningCurve(task, .descent(optimizer), last: 900).losses(at: steps.map(Double.init))
        for (step, loss) in zip(steps, losses) {
            var exact = 0.0
            for (λ, energy) in zip(task.spectrum.eigenvalues, task.energies) {
                var (w, u) = (1.0, 0.0)
                for _ in 0..<step {
                    u = optimizer.momentum * u + λ * w
                    w -= optimizer.rate * (optimizer.usesNesterov ? optimizer.momentum * u + λ * w : u)
                }
                exact += energy * w * w
            }
            expectClose(loss.test, exact, within: 1e-11 * (exact + 1e-3), "step \(step)")
            expectClose(loss.train, exact + 0.1, within: 1e-11, "step \(step)")
        }
    }

    /// Fresh Gaussian samples, N = ∞: the second moments of single modes are closed at any dimension.
    @Test func onePassIsExactWithoutFeatures() throws {
        let task = try powerLawTask(30, 1.2, noise: 0.2, initialVariance: 0.05)
        let (rate, batch) = (0.3, 2)
        let steps = [0, 1, 5, 50, 500]
        let losses = try LearningCurve(task, .onePass(RegressionOptimizer(rate: rate), size: batch), last: 500)
            .losses(at: steps.map(Double.init))
        var moments = zip(task.energies, task.spectrum.eigenvalues).map { $0 + 0.05 * $1 }
        var exact: [Double] = []
        for step in 0...500 {
            let loss = moments.reduce(0, +)
            if steps.contains(step) { exact.append(loss) }
            for (k, λ) in task.spectrum.eigenvalues.enumerated() {
                let x = rate * λ
                moments[k] = moments[k] * (1 - 2 * x + x * x * (1 + 1 / Double(batch))) + x * x / Double(batch) * (loss + 0.2)
            }
        }
        for (loss, wanted) in zip(losses, exact) {
            expectClose(loss.test / wanted, 1, within: 1e-11)
            expectClose(loss.train, loss.test + 0.2, within: 1e-12)
        }
        #expect(losses[4].sources.batches > 0.05)
    }

    /// Random features, fresh samples: the average over Σ_A alone is the late limit of bias, features and nothing else.
    @Test func onePassWithFeaturesEndsAboveTheBestStudent() throws {
        let task = try powerLawTask(300, 1.2, samples: 10, width: 100, noise: 0)
        let curve = try LearningCurve(task, .onePass(RegressionOptimizer(rate: 0.05), size: 10), last: 20_000)
        let sources = try curve.losses(at: [20_000])[0].sources
        let best = try RidgeCurve(task.with(samples: .infinity)).losses(ridge: 0).sources
        #expect(sources.bias + sources.features > best.bias + best.features)
        #expect(sources.batches > 0 && sources.data == 0 && sources.labelNoise == 0)
    }

    /// Parts are what ensembles remove: no number is negative, and the mean over infinitely many members has what they share.
    @Test func sourcesAddUp() throws {
        let task = try powerLawTask(300, 1.2, samples: 200, width: 150, noise: 0.3, initialVariance: 0.01)
        let curve = try LearningCurve(task, .batches(RegressionOptimizer(rate: 0.1), size: 20), last: 3000)
        for loss in try curve.losses(at: [0, 10, 300, 3000]) {
            let sources = loss.sources
            for part in sources.parts { #expect(part.value > -1e-12, "\(part)") }
            for members in LossSources.Members.allCases {
                expectClose(sources.ensemble(members, count: 1), sources.total, within: 1e-12)
                #expect(sources.ensemble(members, count: 10) <= sources.total + 1e-12)
            }
            expectClose(sources.ensemble(.both, count: .infinity), sources.bias, within: 1e-12)
            expectClose(loss.test, sources.total, within: 1e-15)
        }
    }

    /// Directions without variance change nothing.
    @Test func zeroEigenvaluesAreNotSeen() throws {
        let task = try powerLawTask(50, 1, samples: 30, width: 70, noise: 0.1)
        let larger = try RegressionTask(
            spectrum: PopulationSpectrum(task.spectrum.eigenvalues + [0, 0]), energies: task.energies + [0, 0], samples: 30,
            width: 70, noise: 0.1)
        let (a, b) = (try LearningCurve(task, .flow, last: 100), try LearningCurve(larger, .flow, last: 100))
        expectClose(try a.losses(at: [100])[0].test, try b.losses(at: [100])[0].test, within: 1e-13)
        expectClose(
            try RidgeCurve(task).losses(ridge: 0).test, try RidgeCurve(larger).losses(ridge: 0).test, within: 1e-13)
    }

    @Test func peakIsInfinite() throws {
        let task = try powerLawTask(300, 1, samples: 100, width: 100, noise: 0.1)
        #expect(try RidgeCurve(task).losses(ridge: 0).test == .infinity)
        #expect(try RidgeCurve(task.with(samples: 300, width: .infinity)).losses(ridge: 0).test == .infinity)
        #expect(try RidgeCurve(task).losses(ridge: 1e-3).test < 1)
    }

    /// With the prior's ridge no other is better; for isotropic inputs it is noise over teacher variance.
    @Test func optima() throws {
        for ratio in [0.5, 1, 2] {
            let exact = try IsotropicRegression(ratio: ratio, signalToNoise: 5)
            let task = try RegressionTask(spectrum: .isotropic(dimension: 1), energies: [1], samples: ratio, noise: 0.2)
            let ridge = try RidgeCurve(task).bestRidge()
            expectClose(ridge.argument * ratio / exact.bestRidge, 1, within: 1e-4)
            expectClose(ridge.loss + 0.2, try exact.generalizationError(ridge: exact.bestRidge), within: 1e-12)
            let stop = try LearningCurve(task, .flow, last: 1e3).bestStoppingTime()
            let wanted = try exact.bestStoppingTime(last: 1e3)
            expectClose(stop.argument / ratio / wanted.argument, 1, within: 1e-3)
            expectClose(stop.loss + 0.2, wanted.loss, within: 1e-10)
            // Stopping in time is nearly as good as the best ridge, never better.
            #expect(stop.loss >= ridge.loss && stop.loss < 1.05 * ridge.loss)
        }
    }

    @Test(arguments: [
        (RegressionTraining.descent(RegressionOptimizer(rate: 2)), "beyond the stability limit"),
        (.descent(RegressionOptimizer(rate: -1)), "the learning rate is -1.0; expected a finite number above 0"),
        (.descent(RegressionOptimizer(rate: 0.1, momentum: 1)), "the momentum is 1.0; expected 0 or more, below 1"),
        (.batches(RegressionOptimizer(rate: 0.1), size: 101), "the batch size is 101; expected 1 or more, at most"),
        (.batches(RegressionOptimizer(rate: 0.9), size: 1), "feeds on itself"),
        (.onePass(RegressionOptimizer(rate: 0.9), size: 1), "feeds on itself"),
    ])
    func badTrainingIsRefused(_ training: RegressionTraining, message: String) throws {
        let task = try powerLawTask(200, 0.5, samples: 100, noise: 0.1)
        do {
            _ = try LearningCurve(task, training, last: 10)
            Issue.record("no error")
        } catch { #expect("\(error)".contains(message), "\(error)") }
    }

    /// The limit that the error of a rate names is the limit: just below it training is accepted.
    @Test func namedLimitsAreSharp() throws {
        let task = try powerLawTask(200, 0.5, samples: 100, noise: 0.1)
        for training in [
            RegressionTraining.batches(RegressionOptimizer(rate: 0.9), size: 1),
            .onePass(RegressionOptimizer(rate: 0.9), size: 1),
        ] {
            do {
                _ = try LearningCurve(task, training, last: 10)
                Issue.record("no error")
            } catch RegressionError.unstableNoise(_, _, let limit) {
                func at(_ rate: Double) -> RegressionTraining {
                    let optimizer = RegressionOptimizer(rate: rate)
                    return training.isOnePass ? .onePass(optimizer, size: 1) : .batches(optimizer, size: 1)
                }
                _ = try LearningCurve(task, at(0.999 * limit), last: 10)
                #expect(throws: RegressionError.self) { try LearningCurve(task, at(1.001 * limit), last: 10) }
            }
        }
        // Fresh samples of isotropic inputs, N = ∞: the second moment grows by 1 − 2η + η²(D + B + 1)/B a step.
        let isotropic = try RegressionTask(spectrum: .isotropic(dimension: 90), energies: [1], samples: 1)
        let largest = 2.0 * 9 / (90 + 9 + 1)
        func onePass(_ rate: Double) -> RegressionTraining { .onePass(RegressionOptimizer(rate: rate), size: 9) }
        _ = try LearningCurve(isotropic, onePass((1 - 1e-9) * largest), last: 10)
        #expect(throws: RegressionError.self) { try LearningCurve(isotropic, onePass((1 + 1e-9) * largest), last: 10) }
        #expect(throws: RegressionError.badCount("samples", value: 0)) { try task.with(samples: 0) }
    }
}

@Suite struct IsotropicRegressionTests {
    /// Advani and Saxe 2017; the simulated values of the same cases are 0.902 and 0.397.
    @Test func lateErrors() throws {
        for (ratio, error) in [(0.5, 0.9), (2, 0.4)] {
            let regression = try IsotropicRegression(ratio: ratio, signalToNoise: 5)
            expectClose(try regression.generalizationError(time: .infinity), error, within: 1e-13)
            expectClose(try regression.generalizationError(time: 1e6), error, within: 1e-11)
        }
        #expect(try IsotropicRegression(ratio: 1, signalToNoise: 5).generalizationError(time: .infinity) == .infinity)
        #expect(try IsotropicRegression(ratio: 1, signalToNoise: 5).generalizationError(time: 1e6) > 100)
        // Initial weights in the frozen subspace stay.
        let large = try IsotropicRegression(ratio: 0.5, signalToNoise: 5, initialToTeacher: 3)
        expectClose(try large.generalizationError(time: .infinity), 0.9 + 3 * 0.5, within: 1e-13)
        // A null teacher at time 0, and moments of the density by the errors at small times: d E_g/dt = −2α(1 + INR).
        expectClose(try large.generalizationError(time: 0), 4.2, within: 1e-13)
        expectClose(try large.trainingError(time: 0), 4.2, within: 1e-13)
        let slope = try (large.generalizationError(time: 1e-5) - large.generalizationError(time: 0)) / 1e-5
        expectClose(slope, -2 * 0.5 * 4, within: 1e-4)
    }

    /// Optimal stopping beside the optimal ridge: a few per cent apart near α = 1, where it matters most.
    @Test func stoppingIsNearlyTheBestRidge() throws {
        for ratio in [0.3, 0.5, 1, 2, 5] {
            let regression = try IsotropicRegression(ratio: ratio, signalToNoise: 5)
            let stop = try regression.bestStoppingTime(last: 1e4)
            let ridge = try regression.generalizationError(ridge: regression.bestRidge)
            #expect(stop.place == .inside && stop.loss >= ridge && stop.loss < 1.03 * ridge, "\(ratio): \(stop.loss / ridge)")
            for factor in [0.9, 1.1] {
                #expect(try regression.generalizationError(ridge: factor * regression.bestRidge) > ridge)
            }
        }
    }

    @Test func badInput() {
        #expect(throws: RegressionError.self) { try IsotropicRegression(ratio: 0, signalToNoise: 1) }
        #expect(throws: RegressionError.self) { try IsotropicRegression(ratio: 1, signalToNoise: 0) }
        #expect(throws: RegressionError.self) {
            try IsotropicRegression(ratio: 1, signalToNoise: 1).generalizationError(time: -1)
        }
    }
}
