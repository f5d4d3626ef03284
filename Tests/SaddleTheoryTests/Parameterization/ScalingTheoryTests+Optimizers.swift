import SaddleModels
import SaddleTheory
import TestSupport
import Testing

/// Regimes under optimisers other than descent. Catches steps of one rule judged by the powers of another.
extension ScalingTheoryTests {
    static func custom(_ a: [Double], _ b: [Double], c: Double) -> Parameterization {
        Parameterization(
            multiplier: .init(input: a[0], hidden: a[1], output: a[2]),
            initialDeviation: .init(input: b[0], hidden: b[1], output: b[2]),
            learningRate: c)
    }

    /// One learning rate for all layers, multipliers and deviations that make it maximal: by hand from what one step does. Entries: h moves by n^{−a}·n for a
    /// hidden layer, n^{−a} for inputs; singular values: n^{−a} and n^{−a}/√n.
    @Test func maximalWithOneStep() {
        let (sign, muon) = (Optimizer(.sign, decay: .decoupled), Optimizer(.muon(.newtonSchulz), decay: .decoupled))
        let byEntries = Self.custom([0, 1, 1], [0, -0.5, 0], c: 0),
            byValues = Self.custom([-0.5, 0, 0.5], [0.5, 0.5, 0.5], c: 0)
        for layers in [1, 3] {
            func regime(_ p: Parameterization, _ optimizer: Optimizer) -> ScalingTheory.Regime {
                ScalingTheory(p, hiddenLayers: layers, optimizer: optimizer).regime
            }
            #expect(regime(byEntries, sign) == .featureLearning && regime(byValues, muon) == .featureLearning)
            #expect(ScalingTheory(byEntries, hiddenLayers: layers, optimizer: sign).learningLayers == Array(1...layers))
            // Deviations are those of μP by all rules, so its multipliers serve Muon, but not sign descent.
            #expect(regime(.maximalUpdate, muon) == .featureLearning && regime(.maximalUpdate, sign) == .unstable)
            #expect(regime(byEntries, .descent) != .featureLearning)
            for optimizer in MaximalUpdateTests.all { #expect(regime(.meanField, optimizer) == .featureLearning, "\(optimizer)") }
        }
    }

    /// Standard networks with Adam and one rate: logits of W·φ with features that move by n^{1−c} are n^{½+1−c} at least, so c = 3/2 is the border.
    @Test func standardWithAdam() {
        let adam = MaximalUpdateTests.adam
        let theory = ScalingTheory(.standard, hiddenLayers: 3, optimizer: adam)
        #expect(theory.smallestStableLearningRate == 1.5 && theory.regime == .unstable && theory.r == -1)
        // An ε that stays while gradients vanish turns Adam into descent, layer by layer; one below all of them does not: h of hidden layers moves by n^{1−c}, not by n^{1−c−½}.
        #expect(
            ScalingTheory(Self.standardStable, hiddenLayers: 3, optimizer: adam).movements == [1, 0, 0]
                && ScalingTheory(Self.standardStable, hiddenLayers: 3).movements == [1.5, 0.5, 0.5])
        for p in [Parameterization.standard, .neuralTangent, .maximalUpdate.shifted(by: 0.5)] {
            let fixed = ScalingTheory(p, hiddenLayers: 3, optimizer: adam, fixedEpsilon: true),
                descent = ScalingTheory(p, hiddenLayers: 3)
            #expect(fixed.movements == descent.movements && fixed.regime == descent.regime, "\(p.name)")
            #expect(fixed.smallestStableLearningRate == descent.smallestStableLearningRate)
        }
    }

    @Test(arguments: MaximalUpdateTests.all, [false, true]) func bordersOfOptimizers(optimizer: Optimizer, fixedEpsilon: Bool)
        throws
    {
        for named in [Parameterization.standard, .neuralTangent, .maximalUpdate] {
            var p = named
            func theory() -> ScalingTheory { ScalingTheory(p, hiddenLayers: 3, optimizer: optimizer, fixedEpsilon: fixedEpsilon) }
            p.learningRate = try #require(theory().smallestStableLearningRate)
            #expect([.kernel, .featureLearning].contains(theory().regime), "\(named.name), \(optimizer)")
            p.learningRate += 0.01
            #expect(theory().regime == .trivial, "\(named.name), \(optimizer)")
            p.learningRate -= 0.02
            #expect(theory().regime == .unstable, "\(named.name), \(optimizer)")
        }
    }
}
