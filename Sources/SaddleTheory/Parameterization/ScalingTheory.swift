import SaddleModels

/// What an abc-parameterisation does to networks of L hidden layers as their width n goes to infinity.
///
/// After a few steps of stochastic gradient descent at times of order one, features of layer l have moved by Δhˡ ~ n^{−rₗ},
///
///     rₗ = min_{k≤l} [ g + c − 1 + 2a_k + [k=1] ],   g = min(a_{L+1} + b_{L+1}, 2a_{L+1} + c),   r = r_L                 (1)
///
/// where n^{−g} is the size of ∂f/∂φ(hᴸ): of the output weights as they start, n^{−a−b}, or as they have moved, n^{−2a−c}. The
/// update of W^k is its gradient times n^{−c−2a_k} times φφᵀ, and φ·φ ~ n, but x·x ~ 1 for the input layer.
///
/// The parameterisation is **stable**, that is, nothing diverges as n → ∞, if and only if all of ``Condition`` hold. A stable one is
/// **trivial** (outputs do not move) unless a_{L+1} + b_{L+1} + r = 1 or 2a_{L+1} + c = 1. One that is stable and not trivial learns
/// features if r = 0, and follows its fixed tangent kernel if r > 0: there is nothing between.
///
/// Source: Yang & Hu, "Feature learning in infinite-width neural networks" (2011.14522), section 3: the definition of r, the
/// theorems on stability, on nontriviality and on the dynamical dichotomy, for tanh or a smoothed ReLU. Layer by layer (rₗ): its
/// section on initial and update sizes. Constants (σ_w, γ₀, D) play no role. Exact; exponents within 1e-9 count as equal.
public struct ScalingTheory: Sendable {
    public let parameterization: Parameterization
    /// L
    public let hiddenLayers: Int

    public init(_ parameterization: Parameterization, hiddenLayers: Int) {
        precondition(hiddenLayers >= 1, "\(hiddenLayers) hidden layers")
        self.parameterization = parameterization
        self.hiddenLayers = hiddenLayers
    }

    /// What a stable parameterisation fulfils.
    public enum Condition: Sendable, Equatable, CaseIterable {
        case inputAtStart, hiddenAtStart, outputAtStart
        case features, outputByReadout, outputByFeatures

        public var text: String {
            switch self {
            case .inputAtStart: "a₁ + b₁ = 0: the first layer starts at order one"
            case .hiddenAtStart: "aₗ + bₗ = ½ for 2 ≤ l ≤ L: hidden layers start at order one"
            case .outputAtStart: "a + b ≥ ½ at the output: outputs do not start beyond order one"
            case .features: "r ≥ 0: features do not blow up in training"
            case .outputByReadout: "2a + c ≥ 1 at the output: the readout's updates do not blow up the outputs"
            case .outputByFeatures: "a + b + r ≥ 1 at the output: features that move do not blow up the outputs"
            }
        }
    }

    public enum Regime: String, Sendable {
        case unstable, trivial, kernel
        case featureLearning = "feature_learning"
    }

    static let rounding = 1e-9

    private var a: Parameterization.Exponents { parameterization.multiplier }
    private var b: Parameterization.Exponents { parameterization.initialDeviation }
    private var c: Double { parameterization.learningRate }

    /// rₗ for l = 1 … L, for c in place of the parameterisation's.
    func movements(learningRate c: Double) -> [Double] {
        let gradient = min(a.output + b.output, 2 * a.output + c)
        var smallest = Double.infinity
        return (1...hiddenLayers).map { layer in
            let ownUpdate = gradient + c - 1 + (layer == 1 ? 2 * a.input + 1 : 2 * a.hidden)
            smallest = min(smallest, ownUpdate)
            return smallest
        }
    }

    /// rₗ for l = 1 … L: features of layer l move by n^{−rₗ}.
    public var movements: [Double] { movements(learningRate: c) }

    /// r of equation 1.
    public var r: Double { movements[hiddenLayers - 1] }

    public var violations: [Condition] {
        Condition.allCases.filter { condition in
            switch condition {
            case .inputAtStart: abs(a.input + b.input) > Self.rounding
            case .hiddenAtStart: hiddenLayers > 1 && abs(a.hidden + b.hidden - 0.5) > Self.rounding
            case .outputAtStart: a.output + b.output < 0.5 - Self.rounding
            case .features: r < -Self.rounding
            case .outputByReadout: 2 * a.output + c < 1 - Self.rounding
            case .outputByFeatures: a.output + b.output + r < 1 - Self.rounding
            }
        }
    }

    public var regime: Regime {
        if !violations.isEmpty { return .unstable }
        let moves = abs(a.output + b.output + r - 1) < Self.rounding || abs(2 * a.output + c - 1) < Self.rounding
        return !moves ? .trivial : r < Self.rounding ? .featureLearning : .kernel
    }

    /// The hidden layers (from 1) whose features move at infinite width; only a stable parameterisation has such layers.
    public var learningLayers: [Int] {
        violations.isEmpty ? (1...hiddenLayers).filter { movements[$0 - 1] < Self.rounding } : []
    }

    /// The smallest c, that is the largest step size n^{−c}, with which training is stable for these a and b; nil if the network
    /// is not stable at initialisation.
    ///
    ///     c ≥ 1 − 2a_{L+1}  and  r(c) ≥ r* = max(0, 1 − a_{L+1} − b_{L+1});   r grows with c, piecewise linearly
    public var smallestStableLearningRate: Double? {
        let isStableAtStart = !violations.contains { [.inputAtStart, .hiddenAtStart, .outputAtStart].contains($0) }
        guard isStableAtStart else { return nil }
        let wanted = max(0, 1 - a.output - b.output)
        let layers = hiddenLayers > 1 ? min(2 * a.input + 1, 2 * a.hidden) : 2 * a.input + 1
        return max(
            1 - 2 * a.output, wanted + 1 - layers - a.output - b.output, (wanted + 1 - layers - 2 * a.output) / 2)
    }
}
