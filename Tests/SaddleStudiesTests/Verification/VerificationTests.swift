import SaddleModels
import SaddleStudies
import TestSupport
import Testing

/// Theory against ensembles of real networks of width 256, which share only the description with it: outputs, losses and kernels,
/// means within Monte Carlo errors of f_∞ + b/N, N·variance to 12 % (25 % deep ReLU) beyond its errors. Each case compares a few
/// hundred numbers at a false-alarm rate of 1e-4 in all; seeds are fixed. Catches missing responses (a half-counted equal-time
/// response moves Gˡ by tens of per cent), a wrong order of batches, optimiser mismatches and factors in either part.
@Suite(.serialized) struct VerificationTests {
    static let everyday = [
        "tanh, L = 1, γ₀ = 0.3", "gelu, L = 2, γ₀ = 3.0", "relu, L = 2, γ₀ = 0.3", "erf, L = 3, γ₀ = 0.3",
        "linear, L = 4, γ₀ = 3.0",
        "Nesterov, weight decay", "two outputs, centred", "softmax, three outputs, batches",
    ]

    static let byName = Dictionary(uniqueKeysWithValues: VerificationCase.all.map { ($0.name, $0) })

    @Test(arguments: everyday) func agrees(name: String) throws {
        guard let verificationCase = Self.byName[name] else {
            Issue.record("no case '\(name)'; there are \(Self.byName.keys.sorted())")
            return
        }
        var verification = Verification()
        (verification.networks, verification.directions) = (300, 120)
        let result = try verification.run(verificationCase)
        #expect(
            result.passes,
            """
            \(name): means off by \(result.largestMeanScore), variances by \(result.largestVarianceScore) standard errors; \
            \(result.threshold) allowed for \(result.count) numbers
            """)
    }

    /// Negative control: a learning rate wrong by 5 % in one of the two must be seen.
    @Test func seesAWrongLearningRate() throws {
        var verification = Verification()
        (verification.networks, verification.directions) = (300, 60)
        var wrong = Self.byName["momentum"]!
        let right = try verification.run(wrong)
        #expect(right.passes)
        wrong.training.momentum = 0.63
        let result = try verification.run(wrong, simulating: Self.byName["momentum"]!)
        #expect(!result.passes && result.largestMeanScore > 1.3 * result.threshold, "largest score \(result.largestMeanScore)")
    }
}
