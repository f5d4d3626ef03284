import Foundation
import SaddleModels
import SaddleTheory
import TestSupport
import Testing

/// The published tables of maximal updates come out of counting, and so do the units of this package's optimisers. Catches fan-in taken for fan-out, a
/// branch's factor that is forgotten on the way back, and updates of branches that are added as if they were independent.
@Suite struct MaximalUpdateTests {
    typealias Place = MaximalUpdate.Place
    static let adam = Optimizer(.adam(beta1: 0.9, beta2: 0.95, epsilon: 1e-8), decay: .decoupled)
    static let all: [Optimizer] = [
        .descent, adam, Optimizer(.sign, decay: .decoupled), Optimizer(.muon(.newtonSchulz), decay: .decoupled),
        Optimizer(.normalized, decay: .decoupled), Optimizer(.shampoo(epsilon: 1e-3), others: .descent, decay: .decoupled),
    ]

    static func widths(_ optimizer: Optimizer, _ of: (MaximalUpdate.Row) -> Double?) -> [Double?] {
        MaximalUpdate(optimizer).rows.map(of)
    }

    /// Yang, Hu et al. 2022 (Tensor Programs V), table 3: deviations, and learning rates for SGD and Adam, of input weights, hidden weights, output weights,
    /// hidden biases, output bias. The output bias is one of fan-out 1.
    @Test func maximalUpdate() {
        #expect(Self.widths(.descent, \.deviation) == [0, -0.5, -1, 0, 0])
        #expect(Self.widths(.descent, \.width.learningRate) == [1, 0, -1, 1, 0])
        #expect(Self.widths(Self.adam, \.width.learningRate) == [0, -1, -1, 0, 0])
        // ∂ℒ/∂h ~ 1/n, ∂ℒ/∂f ~ 1 (Yang & Littwin 2023; Everett et al. 2024): ε follows.
        #expect(Self.widths(Self.adam, \.width.epsilon) == [-1, -1, 0, -1, 0])
        #expect(Self.widths(.descent, \.width.epsilon) == [nil, nil, nil, nil, nil])
        // Decay in as many steps at every width: λ ∝ n beside Adam's rates of matrices (Wang & Aitchison 2024).
        #expect(Self.widths(Self.adam, \.width.weightDecay) == [0, 1, 1, 0, 0])
    }

    /// Spectral norm √(rows/columns) of updates (Yang, Simon & Bernstein 2023; Bernstein & Newhouse 2024).
    @Test func muon() {
        let muon = Optimizer(.muon(.newtonSchulz), decay: .decoupled)
        #expect(Self.widths(muon, \.width.learningRate) == [0.5, 0, -0.5, 0.5, 0])
        #expect(
            Self.widths(Optimizer(.muon(.newtonSchulz), others: Self.adam.rule, decay: .decoupled), \.width.learningRate) == [
                0, 0, -1, 0, 0,
            ])
    }

    /// Powers of the depth: depth-μP (Yang, Yu, Zhu & Hayou 2023, table 1: branches L^−½, rates of SGD 1, of Adam L^−½; Bordelon et al. 2023), CompleteP
    /// (Dey et al. 2025, table 1: branches L^−α, AdamW's rates L^{α−1}, ε L^−α, decay of hidden weights without the depth at α = 1), and
    /// SGD at α = 1 with rates ∝ L (Bordelon et al. 2024). Weights of inputs and readout know nothing of the depth.
    @Test func depths() throws {
        func depth(_ optimizer: Optimizer, _ α: Double, _ place: Place = .hiddenWeights) throws -> MaximalUpdate.Exponents {
            try #require(MaximalUpdate(optimizer, branchExponent: α)[place].depth)
        }
        let muon = Optimizer(.muon(.newtonSchulz), decay: .decoupled)
        #expect(try depth(.descent, 0.5).learningRate == 0 && depth(.descent, 1).learningRate == 1)
        #expect(try depth(Self.adam, 0.5).learningRate == -0.5 && depth(Self.adam, 1).learningRate == 0)
        #expect(try depth(muon, 0.5).learningRate == -0.5 && depth(muon, 1).learningRate == 0)
        #expect(try depth(Self.adam, 0.5).epsilon == -0.5 && depth(Self.adam, 1).epsilon == -1)
        #expect(try depth(Self.adam, 1).weightDecay == 0)
        #expect(try depth(Self.adam, 1, .hiddenBiases).epsilon == -1)
        for place in [Place.inputWeights, .outputWeights, .outputBias] {
            #expect(try depth(Self.adam, 1, place).learningRate == 0 && depth(Self.adam, 1, place).epsilon == 0)
            #expect(try depth(.descent, 1, place).learningRate == 0)
        }
        #expect(MaximalUpdate(.descent).rows.allSatisfy { $0.depth == nil })

        func regime(_ α: Double, _ optimizer: Optimizer, rate: Double? = nil) -> DepthScaling.Regime {
            DepthScaling(branchExponent: α, optimizer.rule, rate: rate).regime
        }
        for optimizer in Self.all {
            // Each branch learns as much as it is with CompleteP alone.
            #expect(
                regime(0.5, optimizer) == .linearized && regime(1, optimizer) == .complete && regime(0.25, optimizer) == .unstable
            )
        }
        #expect(regime(1, .descent, rate: 0) == .still && regime(0.5, .descent, rate: 0) == .linearized)
        #expect(regime(1, Self.adam, rate: 0) == .complete && regime(0.5, Self.adam, rate: 0) == .unstable)
        #expect(DepthScaling(branchExponent: 1, Self.adam.rule, rate: 0, fixedEpsilon: true).regime == .still)
    }

    /// The steps and gradients of this package's units, as powers between two widths; they are numbers, not exponents.
    @Test(arguments: all) func unitsAreMaximal(optimizer: Optimizer) throws {
        let network = Network(hiddenLayers: 2, activation: .tanh, biasScale: 1)
        let rows = MaximalUpdate(optimizer, multipliers: .meanField)
        let widths = [64, 4096]
        for (place, number) in [
            (Place.inputWeights, 0), (.hiddenWeights, 1), (.outputWeights, 2), (.hiddenBiases, 1), (.outputBias, 2),
        ] {
            let rule = optimizer.rule(of: place.role, isBias: place.isBias)
            let found = widths.map { width -> [Double] in
                let scaling = NetworkScaling(network, width: width, inputDimension: 5)
                let parameter = (place.isBias ? scaling.biases : scaling.weights)[number]
                let units = rule.units(of: parameter, place.role, isBias: place.isBias, richness: 1, width: width)
                // Descent steps by both.
                let step = units.step * (rule == .descent ? units.gradient : 1)
                let multiplier = parameter.multiplier * (place.role == .readout ? scaling.outputScale : 1)
                return [step, units.gradient, multiplier, parameter.deviation].map { log($0) }
            }
            let powers = zip(found[0], found[1]).map { ($1 - $0) / log(64) }, row = rows[place]
            expectClose(powers[0], row.width.learningRate, within: 1e-12, "\(place)")
            // ε stands beside s G.
            if case .adam = rule { expectClose(-powers[1], try #require(row.width.epsilon), within: 1e-12, "\(place)") }
            if case .shampoo = rule { expectClose(-2 * powers[1], try #require(row.width.epsilon), within: 1e-12, "\(place)") }
            expectClose(powers[2], row.multiplier, within: 1e-12, "\(place)")
            if place != .outputBias { expectClose(powers[3], row.deviation, within: 1e-12, "\(place)") }
        }
    }
}
