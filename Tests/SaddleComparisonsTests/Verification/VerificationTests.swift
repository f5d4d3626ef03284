import SaddleComparisons
import SaddleModels
import TestSupport
import Testing

/// Theory against ensembles of real networks of widths 64 and 256, which share only the description with it: outputs, losses and kernels,
/// number by number and pooled, by the comparison of studies. A correct case disagrees once in 10 000; seeds are fixed. Catches missing
/// responses (a half-counted equal-time response moves Gˡ by tens of per cent), a wrong order of batches, optimiser mismatches and
/// factors in either part.
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
        (verification.networks, verification.accuracy) = (300, 0.07)
        let result = try verification.run(verificationCase)
        #expect([.agrees, .outsideRegime].contains(result.verdict), "\(name): \(result.comparison.summary)")
        // Each case would have seen outputs off by 10 %.
        let outputs = result.comparison.pooled.first { $0.quantity.observable == .output(.train) && $0.statistic == .size }
        #expect(outputs!.values.compactMap(\.visible).min()! < 0.1)
    }

    /// Negative control: a momentum of 0.63 instead of 0.6 must be seen.
    @Test func seesAWrongLearningRate() throws {
        var verification = Verification()
        (verification.networks, verification.accuracy) = (300, 0.1)
        var wrong = Self.byName["momentum"]!
        let right = try verification.run(wrong)
        #expect(right.verdict == .agrees)
        wrong.training.momentum = 0.63
        let result = try verification.run(wrong, simulating: Self.byName["momentum"]!)
        #expect(result.verdict == .disagrees, "\(result.comparison.summary)")
    }
}
