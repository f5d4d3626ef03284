import Foundation
import SaddleMeasures
import Testing

/// Published inputs give the published numbers.
struct GeneralizationDifficultyTests {
    private func imageNet(_ samples: Double = 1_280_901) -> GeneralizationDifficulty {
        GeneralizationDifficulty(
            .init(samples: samples, classes: 1000, dimension: 48, radius: 943.5923, resolution: 65, errorRate: 0.1))
    }

    @Test func imageNetNeedsWhatWasPublished() {
        #expect(abs(imageNet().bits! / 3.583e41 - 1) < 2e-4)
    }

    /// Published inputs of three tasks; the order is the abstract's.
    @Test func tasksInTheirOrder() {
        func difficulty(_ n: Double, _ r: Double, _ m: Double, _ δ: Double, _ ε: Double) -> Double {
            GeneralizationDifficulty(.init(samples: n, classes: 10, dimension: m, radius: r, resolution: δ, errorRate: ε))
                .logBits!
        }
        let mnist = difficulty(60_000, 17.179045827183984, 14, 2.3987084824335305, 0.001)
        let cifar = difficulty(50_000, 54.9156786783691, 27, 2.7506414616587023, 0.01)
        #expect(mnist < cifar && cifar < imageNet().logBits!)
    }

    /// By sums of binomials of whole K, in plain arithmetic.
    @Test func agreesWithPlainArithmetic() {
        // m = 3: K is whole where M² = K(K + 2).
        let k = 6.0, frequency = (k * (k + 2)).squareRoot(), n = 50.0, c = 4.0, ε = 0.05
        let task = GeneralizationDifficulty.Task(
            samples: n, classes: c, dimension: 3, radius: frequency, resolution: 2 * .pi, errorRate: ε)
        let functions = 84.0 + 56  // binom(9, 3) + binom(8, 3)
        let constant = (3.0 / 6).squareRoot() * pow(2 * .pi * .pi * c / 1, 1.0 / 3)
        let each = log2(c - 1) + 0.5 * log2(c) + log2(k) - log2(n) / 3 - log2(ε) + log2(constant)
        let expected = (2 * c * (c - 1) * functions - n * (c - 1)) * each
        #expect(abs(GeneralizationDifficulty(task).bits! / expected - 1) < 1e-12)
    }

    @Test func enoughSamplesLeaveNothing() {
        let task = GeneralizationDifficulty.Task(
            samples: 1e9, classes: 2, dimension: 1, radius: 1, resolution: 1, errorRate: 0.1)
        #expect(GeneralizationDifficulty(task).logBits == nil)
    }

    @Test func observationsOfThePole() {
        for (t, bits) in zip(1...5, [4.4147e9, 3.3257e17, 1.4639e25, 4.6891e32, 1.1873e40]) {
            #expect(
                abs(
                    GeneralizationDifficulty.poleBits(observations: t, samples: 1e4, resolution: 1e-3, errorRate: 1e-3) / bits - 1
                ) < 1e-4)
        }
    }
}
