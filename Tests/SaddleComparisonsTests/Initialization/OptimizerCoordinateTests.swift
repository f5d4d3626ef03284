import Foundation
import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory
import Testing

/// Slopes of updates in finite networks against the counting of optimisers, in width and in depth. Catches a power of the width in the units of a rule, a
/// branch's factor counted once too often, and a check that passes whatever the slopes.
@Suite struct OptimizerCoordinateTests {
    static let adam = UpdateRule.adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-7)
    static let optimizers = [
        Optimizer(.muon(.newtonSchulz), decay: .decoupled),
        Optimizer(.muon(.exact(epsilon: 0.02)), others: adam, decay: .decoupled),
        Optimizer(.normalized, decay: .decoupled), Optimizer(.sign, decay: .decoupled), Optimizer(adam, decay: .decoupled),
        Optimizer(.adam(beta1: 0.9, beta2: 0.999, epsilon: 0.3), decay: .decoupled),
        Optimizer(.shampoo(epsilon: 1e-2), others: .descent, decay: .decoupled),
    ]

    static func experiment(_ network: Network, _ optimizer: Optimizer, rate: Double) -> Experiment {
        var stream = RandomStream(seed: 4, .test)
        let data = Dataset(
            trainInputs: stream.normals(rows: 6, columns: 5), trainLabels: stream.normals(rows: 6, columns: 1),
            testInputs: Matrix(rows: 0, columns: 5), testLabels: Matrix(rows: 0, columns: 1))
        var training = Training(steps: 3, learningRate: LearningRate(base: rate))
        training.optimizer = optimizer
        return Experiment(network: network, data: data, training: training, recordedSteps: [3])
    }

    static func wrong(_ check: CoordinateCheck) -> [String] { check.check.failures.map { "\($0.quantity) \($0.place)" } }

    @Test(arguments: optimizers) func widths(optimizer: Optimizer) throws {
        let check = try CoordinateCheck(
            Self.experiment(Network(hiddenLayers: 2, activation: .tanh), optimizer, rate: 0.1), widths: [32, 64, 128, 256],
            networks: 12, seed: 1, expecting: ScalingTheory(.meanField, hiddenLayers: 2, optimizer: optimizer))
        #expect(check.check.verdict == .agrees, "\(check.check.reason)")
        // Negative control: exponents half a power away.
        let other = Self.wrong(check.expecting(ScalingTheory(.neuralTangent, hiddenLayers: 2)))
        #expect(other.contains("slope of Δh layer 1") && other.contains("slope of ΔWφ hidden weights"), "\(other)")
        #expect(!other.contains("slope of h layer 1"))
    }

    /// - Parameter inputShare: learning rate of the input weights over that of the others.
    static func depths(
        _ optimizer: Optimizer, _ α: Double, form: Residual.Form = .pre, rate: Double = 0.1, inputShare: Double = 1, scaled: Bool
    ) throws -> CoordinateCheck {
        let maximal = MaximalUpdate(optimizer, multipliers: .meanField, branchExponent: α)[.hiddenWeights].depth!
        // By descent, updates differ more from network to network, and cost less.
        let points = (optimizer.isDescent ? [8, 16, 32, 64] : [8, 16, 32]).map { branches in
            let network = Network(
                hiddenLayers: branches + 1, activation: .tanh, residual: Residual(form: form, scale: .depth(1, exponent: α)))
            var experiment = experiment(network, optimizer, rate: rate)
            experiment.training.layerRates.input = rate * inputShare
            if scaled { experiment.training.layerRates.hidden = rate * pow(Double(branches) / 8, maximal.learningRate) }
            return CoordinateCheck.Point(size: branches, experiment, width: 48)
        }
        return try CoordinateCheck(
            depths: points, networks: optimizer.isDescent ? 32 : 12, seed: 1,
            expecting: DepthScaling(branchExponent: α, optimizer.rule, rate: scaled ? nil : 0))
    }

    static let sign = Optimizer(.sign, decay: .decoupled)
    static let muon = Optimizer(.muon(.newtonSchulz), others: adam, decay: .decoupled)

    /// Learning rates of branches with the powers of depth-μP and CompleteP: features of the last layer move alike at every depth.
    @Test(arguments: [.descent, Optimizer(adam, decay: .decoupled), muon], [0.5, 1])
    func maximalAtEveryDepth(optimizer: Optimizer, α: Double) throws {
        let check = try Self.depths(optimizer, α, scaled: true)
        #expect(check.check.verdict == .agrees, "\(check.check.reason)")
        // Negative control: the powers of the other α.
        let other = check.expecting(DepthScaling(branchExponent: 1.5 - α, optimizer.rule))
        #expect(Self.wrong(other) == ["slope of ΔWφ hidden weights"], "\(Self.wrong(other))")
    }

    /// One learning rate at every depth: by descent branches of 1/L stand still.
    @Test(arguments: Residual.Form.allCases) func branchesThatStandStill(form: Residual.Form) throws {
        let still = try Self.depths(.descent, 1, form: form, scaled: false)
        #expect(still.check.verdict == .agrees, "\(still.check.reason)")
    }

    /// By sign descent with branches of L^−½ and one learning rate, features explode as √L, where the input weights hardly move.
    @Test func branchesThatExplode() throws {
        let theory = DepthScaling(branchExponent: 0.5, Self.sign.rule, rate: 0)
        let check = try Self.depths(Self.sign, 0.5, rate: 0.03, inputShare: 0.1, scaled: false)
        let slope = try #require(check.rows.first { $0.coordinate == .lastPreactivationUpdate }).fit.exponent.mean
        #expect(abs(slope - theory.featureUpdate) < 0.1, "\(slope)")
        // No exponents are expected of what is not stable; those of maximal updates are refuted.
        #expect(check.check.verdict == .cannotTell)
        let stable = check.expecting(DepthScaling(branchExponent: 0.5, Self.sign.rule))
        #expect(Self.wrong(stable).contains("slope of Δh last layer"), "\(Self.wrong(stable))")
    }
}
