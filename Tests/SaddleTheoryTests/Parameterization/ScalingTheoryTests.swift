import Foundation
import SaddleModels
import SaddleTheory
import TestSupport
import Testing

/// Verdicts and exponents against the cases that Yang and Hu work out, and against a second way to them: multiplying sizes layer
/// by layer as numbers at two huge widths. Catches a layer or a term missing in r, a condition with the wrong sign, and forms
/// that are not equivalent.
@Suite struct ScalingTheoryTests {
    static let standardStable: Parameterization = {
        var p = Parameterization.standard
        p.learningRate = 1
        return p
    }()

    /// Table of the paper: μP and mean field learn features (r = 0), NTP and SP with c = 1 are kernels (r = ½), SP with c = 0 is not stable.
    @Test(arguments: [2, 3, 5]) func namedCases(layers: Int) {
        func theory(_ p: Parameterization) -> ScalingTheory { ScalingTheory(p, hiddenLayers: layers) }
        let cases: [(Parameterization, Double, ScalingTheory.Regime, Double)] = [
            (.maximalUpdate, 0, .featureLearning, 0), (.meanField, 0, .featureLearning, -1), (.neuralTangent, 0.5, .kernel, 0),
            (Self.standardStable, 0.5, .kernel, 1), (.standard, -1, .unstable, 1),
        ]
        for (p, r, regime, smallest) in cases {
            #expect(theory(p).r == r && theory(p).regime == regime, "\(p.name): \(theory(p).r), \(theory(p).regime)")
            #expect(theory(p).smallestStableLearningRate == smallest, "\(p.name)")
        }
        #expect(theory(.standard).violations == [.features, .outputByReadout, .outputByFeatures])
        #expect(theory(.maximalUpdate).learningLayers == Array(1...layers) && theory(.neuralTangent).learningLayers == [])
        // In SP the first layer, with a₁ = 0, moves a factor n less than the others.
        #expect(theory(Self.standardStable).movements[0] == 1.5 && theory(Self.standardStable).movements[1] == 0.5)
    }

    /// With one hidden layer only the input layer counts: r of SP is 3/2, and its outputs move by the readout alone.
    @Test func oneHiddenLayer() {
        #expect(ScalingTheory(Self.standardStable, hiddenLayers: 1).r == 1.5)
        #expect(ScalingTheory(Self.standardStable, hiddenLayers: 1).regime == .kernel)
        #expect(ScalingTheory(.neuralTangent, hiddenLayers: 1).r == 0.5)
        #expect(ScalingTheory(.maximalUpdate, hiddenLayers: 1).regime == .featureLearning)
    }

    /// Smaller steps than the largest stable ones: nothing moves. Larger: unstable.
    @Test(arguments: Parameterization.named) func theLargestStableStepIsTheBorder(_ named: Parameterization) throws {
        for layers in [1, 2, 4] {
            var p = named
            p.learningRate = try #require(ScalingTheory(named, hiddenLayers: layers).smallestStableLearningRate)
            #expect([.kernel, .featureLearning].contains(ScalingTheory(p, hiddenLayers: layers).regime))
            p.learningRate += 0.01
            #expect(ScalingTheory(p, hiddenLayers: layers).regime == .trivial)
            p.learningRate -= 0.02
            #expect(ScalingTheory(p, hiddenLayers: layers).regime == .unstable)
        }
    }

    @Test(arguments: Parameterization.named, [-0.7, 0.25, 1]) func shiftsChangeNothing(_ p: Parameterization, θ: Double) {
        for layers in [1, 3] {
            let (one, other) = (ScalingTheory(p, hiddenLayers: layers), ScalingTheory(p.shifted(by: θ), hiddenLayers: layers))
            for (x, y) in zip(one.movements, other.movements) { expectClose(x, y, within: 1e-14) }
            #expect(one.regime == other.regime && one.violations == other.violations)
            for (x, y) in zip(one.layerRules, other.layerRules) {
                expectClose(x.deviation, y.deviation, within: 1e-14, x.name)
                expectClose(x.learningRate, y.learningRate, within: 1e-14, x.name)
            }
            for (name, form) in one.equivalentForms {
                #expect(form.isEquivalent(to: p), "\(name)")
                #expect(name != "c = 0" || abs(form.learningRate) < 1e-15)
            }
        }
        var other = p
        other.learningRate += 0.1
        #expect(!other.isEquivalent(to: p))
    }

    @Test func meanFieldIsMaximalUpdate() {
        #expect(Parameterization.maximalUpdate.isEquivalent(to: .meanField))
        #expect(!Parameterization.neuralTangent.isEquivalent(to: .meanField))
        #expect(!Parameterization.standard.isEquivalent(to: .neuralTangent))
    }

    /// The table of μP for SGD: input weights and biases n, hidden weights 1, output weights 1/n, deviations 1, n^{−½}, 1/n
    /// (Yang, Hu et al., "Tensor programs V", table 3).
    @Test func maximalUpdateTable() {
        let rules = ScalingTheory(.maximalUpdate, hiddenLayers: 3).layerRules
        func rule(_ name: String) -> [Double] { rules.first { $0.name == name }.map { [$0.deviation, $0.learningRate] } ?? [] }
        #expect(rule("input weights") == [0, -1] && rule("hidden weights") == [0.5, 0] && rule("output weights") == [1, 1])
        #expect(rule("hidden biases") == [0, -1])
        // Standard: all steps alike.
        #expect(ScalingTheory(.standard, hiddenLayers: 3).layerRules.allSatisfy { $0.learningRate == 0 })
    }

    /// Sizes by multiplying numbers: two steps of descent followed as orders of magnitude at widths 1e8 and 1e12, as slopes.
    @Test(arguments: [Parameterization.meanField, .neuralTangent, standardStable, .maximalUpdate, .meanField.shifted(by: 0.3)])
    func exponentsFollowFromSizes(_ p: Parameterization) throws {
        let depth = 3
        /// Size of Δhˡ for each l, and of Δf, after two steps, everything of order one but powers of n.
        func sizes(_ n: Double) -> [Double] {
            func power(_ e: Double) -> Double { pow(n, e) }
            let (a, b, c) = (p.multiplier, p.initialDeviation, p.learningRate)
            let (readout, learntReadout) = (power(-a.output - b.output), power(-c - 2 * a.output))
            var moved: [Double] = []
            for layer in 1...depth {
                let gradient = readout + learntReadout  // ∂f/∂h of any layer
                let own = power(-c - 2 * (layer == 1 ? a.input : a.hidden)) * gradient * (layer == 1 ? 1 : n)
                moved.append(own + (moved.last ?? 0))
            }
            return moved + [n * learntReadout + n * (readout + learntReadout) * moved[depth - 1]]
        }
        let theory = ScalingTheory(p, hiddenLayers: depth)
        let expected = try #require(theory.sizes)
        let (small, large) = (sizes(1e8), sizes(1e12))
        for (k, exponent) in (expected.featureUpdates + [expected.outputUpdate]).enumerated() {
            expectClose((log10(large[k]) - log10(small[k])) / 4, exponent, within: 1e-3, "\(k)")
        }
        #expect(ScalingTheory(.standard, hiddenLayers: depth).sizes == nil)
    }
}
