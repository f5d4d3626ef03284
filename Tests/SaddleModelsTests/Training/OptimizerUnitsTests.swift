// The units of optimisers, against the table of Documentation/Optimizers.md and its translation to layers of PyTorch. It would catch a power of N, D or γ₀
// in the wrong place.
import SaddleModels
import TestSupport
import Testing

@Suite struct OptimizerUnitsTests {
    static let (n, d, γ) = (64, 5, 0.7)
    static let scaling = NetworkScaling(
        Network(hiddenLayers: 2, activation: .tanh, weightScale: 1.3, biasScale: 0.5, richness: γ), width: n, inputDimension: d)

    static func units(_ rule: UpdateRule, _ layer: Int, isBias: Bool = false) -> (gradient: Double, step: Double) {
        rule.units(
            of: isBias ? scaling.biases[layer] : scaling.weights[layer], LayerRole(weight: layer, of: 3), isBias: isBias,
            richness: γ,
            width: n)
    }

    @Test func entries() {
        let (n, d, γ) = (Double(Self.n), Double(Self.d), Self.γ), root = n.squareRoot()
        let weights = [(γ * n * d.squareRoot(), 1), (γ * n * root, 1 / root), (γ * n, 1)]
        let biases = [(γ * n, 1), (γ * n, 1), (γ * root, root)]
        for rule in [UpdateRule.sign, .adam(beta1: 0.9, beta2: 0.9, epsilon: 1)] {
            for layer in 0..<3 {
                let (weight, bias) = (Self.units(rule, layer), Self.units(rule, layer, isBias: true))
                expectClose(weight.gradient, weights[layer].0, within: 1e-12 * n * root)
                expectClose(weight.step, weights[layer].1, within: 1e-14)
                expectClose(bias.gradient, biases[layer].0, within: 1e-12 * n)
                expectClose(bias.step, biases[layer].1, within: 1e-13)
            }
        }
    }

    /// s·c = γ₀²N: descent by the units is descent.
    @Test func singularValues() {
        for rule in [UpdateRule.descent, .normalized, .muon(.newtonSchulz), .shampoo(epsilon: 1)] {
            for layer in 0..<3 {
                let units = Self.units(rule, layer)
                expectClose(units.gradient * units.step, Self.γ * Self.γ * Double(Self.n), within: 1e-12)
                expectClose(units.step, Self.γ * 8, within: 1e-14)
            }
        }
    }

    /// For layers V = W⁰/√D, W/√N, w/(γ₀N): V moves by η·lr·u, and u is a function of ∂ℒ/∂V·(factor), with the lr and eps = ε/factor of the table.
    @Test func linearLayersOfPyTorch() {
        let (n, d, γ) = (Double(Self.n), Double(Self.d), Self.γ)
        let shrink = [1 / d.squareRoot(), 1 / n.squareRoot(), 1 / (γ * n)]
        let adam = [(1 / d.squareRoot(), γ * n), (1 / n, γ * n), (1 / (γ * n), 1)]
        let muon = [γ * (n / d).squareRoot(), γ, 1 / n.squareRoot()]
        for layer in 0..<3 {
            let entries = Self.units(.sign, layer), spectral = Self.units(.muon(.newtonSchulz), layer)
            expectClose(entries.step * shrink[layer], adam[layer].0, within: 1e-14)
            // ∂ℒ/∂W = shrink · ∂ℒ/∂V
            expectClose(entries.gradient * shrink[layer], adam[layer].1, within: 1e-12)
            expectClose(spectral.step * shrink[layer], muon[layer], within: 1e-13)
        }
    }

    @Test func rolesAndRules() {
        let muon = Optimizer(.muon(.newtonSchulz), others: .descent, decay: .decoupled)
        #expect(LayerRole.allCases.map { muon.rule(of: $0) } == [.descent, .muon(.newtonSchulz), .descent])
        #expect(muon.rule(of: .hidden, isBias: true) == .descent && !muon.isDescent && Optimizer.descent.isDescent)
        #expect((0..<4).map { LayerRole(weight: $0, of: 4) } == [.input, .hidden, .hidden, .readout])
    }
}
