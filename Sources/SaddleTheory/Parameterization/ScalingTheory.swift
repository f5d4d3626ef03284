import SaddleModels

/// What an abc-parameterisation does to networks of L hidden layers as their width n goes to infinity, under descent or another optimiser.
///
/// After a few steps at times of order one, features of layer l have moved by Δhˡ ~ n^{−rₗ},
///
///     rₗ = min_{k≤l} [ a_k + c_k − ρ_k(−a_k − g) ],   g = min(a_{L+1} + b_{L+1}, q),   r = r_L                 (1)
///     q = 1 + a_{L+1} + c_{L+1} − ρ_{L+1}(−a_{L+1})
///
/// where n^{−g} is the size of ∂f/∂φ(hᴸ): of the output weights as they start, n^{−a−b}, or as they have moved, n^{−q}. The parameters of
/// layer k step by n^{−c_k} u(G), where entries of G = ∂ℒ/∂w are n^{−a_k−g} (n^{−a} at the readout), and ρ_k counts what u(G)φ makes of these
/// (``UpdateCount``). By descent q = 2a_{L+1} + c and rₗ = min_{k≤l} [g + c − 1 + 2a_k + [k=1]].
///
/// The parameterisation is **stable**, that is, nothing diverges as n → ∞, if and only if all of ``Condition`` hold. A stable one is
/// **trivial** (outputs do not move) unless a_{L+1} + b_{L+1} + r = 1 or q = 1. One that is stable and not trivial learns
/// features if r = 0, and follows its fixed tangent kernel if r > 0: there is nothing between.
///
/// Source: Yang & Hu, "Feature learning in infinite-width neural networks" (2011.14522), section 3: the definition of r, the
/// theorems on stability, on nontriviality and on the dynamical dichotomy, for tanh or a smoothed ReLU and descent. Layer by layer (rₗ): its
/// section on initial and update sizes. Rules on entries: Yang & Littwin 2023 (2308.01814); on singular values by the same counting. Constants
/// (σ_w, γ₀, D) play no role. Exact; exponents within 1e-9 count as equal.
public struct ScalingTheory: Sendable {
    /// Exponents a and b, and c of descent.
    public let parameterization: Parameterization
    /// L
    public let hiddenLayers: Int
    /// Of the input, hidden and output weights.
    let counts: (input: UpdateCount, hidden: UpdateCount, output: UpdateCount)
    /// c: the step is η n^{−c}, in the units of the parameters or, with ``Optimizer`` in the mean-field parameterisation, in its own.
    public let learningRate: Double
    /// c_k − c
    private let offsets: Parameterization.Exponents

    /// By descent.
    public init(_ parameterization: Parameterization, hiddenLayers: Int) {
        self.init(parameterization, hiddenLayers: hiddenLayers, optimizer: .descent)
    }

    /// - Parameters:
    ///   - optimizer: acts on gradients of the parameters with steps η n^{−c}; in the mean-field parameterisation, where it is not descent, in the units
    ///     of ``Optimizer``, that is, with the learning rates of ``MaximalUpdate`` and ε that follows gradients.
    ///   - fixedEpsilon: whether the ε of its rules is the same number at every width, in the units of the parameters; else it is below all gradients.
    public init(
        _ parameterization: Parameterization, hiddenLayers: Int, optimizer: Optimizer, fixedEpsilon: Bool = false
    ) {
        precondition(hiddenLayers >= 1, "\(hiddenLayers) hidden layers")
        self.parameterization = parameterization
        self.hiddenLayers = hiddenLayers
        func count(_ role: LayerRole) -> UpdateCount { UpdateCount(optimizer.rule(of: role), fixedEpsilon: fixedEpsilon) }
        counts = (count(.input), count(.hidden), count(.readout))
        if !optimizer.isDescent && parameterization == .meanField {
            let maximal = MaximalUpdate(optimizer, multipliers: parameterization)
            func offset(_ place: MaximalUpdate.Place) -> Double { 0 - maximal[place].width.learningRate }
            learningRate = 0
            offsets = .init(
                input: offset(.inputWeights), hidden: offset(.hiddenWeights), output: offset(.outputWeights))
        } else {
            learningRate = parameterization.learningRate
            offsets = .init(input: 0, hidden: 0, output: 0)
        }
    }

    /// What a stable parameterisation fulfils.
    public enum Condition: Sendable, Equatable, CaseIterable {
        /// Preactivations of the first layer and of hidden ones are of order one at initialisation (a + b = 0 and ½), outputs at
        /// most (≥ ½).
        case inputAtStart, hiddenAtStart, outputAtStart
        /// Features move by order one at most (r ≥ 0), and outputs do by the readout's own step (q ≥ 1) and by features (a + b +
        /// r ≥ 1).
        case features, outputByReadout, outputByFeatures
    }

    /// What becomes of networks as n → ∞; raw values are those of results.
    public enum Regime: String, Sendable {
        /// Something diverges; outputs do not move; outputs move and features do not.
        case unstable, trivial, kernel
        /// Features and outputs move.
        case featureLearning = "feature_learning"
    }

    static let rounding = 1e-9

    private var a: Parameterization.Exponents { parameterization.multiplier }
    private var b: Parameterization.Exponents { parameterization.initialDeviation }
    var isDescent: Bool { counts == (.linear, .linear, .linear) }

    /// a_k + c_k − ρ_k with ρ_k as the smallest of its pieces, each as `value` + `slope`·g; g = 0 at the readout.
    private func own(_ place: MaximalUpdate.Place, _ c: Double) -> [(value: Double, slope: Double)] {
        let (count, a, offset) =
            switch place.role {
            case .input: (counts.input, a.input, offsets.input)
            case .hidden: (counts.hidden, a.hidden, offsets.hidden)
            case .readout: (counts.output, a.output, offsets.output)
            }
        return count.pieces(place.shape).map { (a + c + offset - $0.constant + $0.slope * a, $0.slope) }
    }

    /// q, for c in place of that of the theory.
    private func readoutMovement(_ c: Double) -> Double { 1 + own(.outputWeights, c).map(\.value).max()! }

    /// Sizes of updates by the layer's own weights: n^{−rate} for each kind of layer, Δf by the readout alone.
    public func ownMovement(of role: LayerRole) -> Double {
        if role == .readout { return readoutMovement(learningRate) - 1 }
        return ownMovement(role == .input ? .inputWeights : .hiddenWeights, learningRate)
    }

    private func ownMovement(_ place: MaximalUpdate.Place, _ c: Double) -> Double {
        own(place, c).map { $0.value + $0.slope * min(a.output + b.output, readoutMovement(c)) }.max()!
    }

    /// The same for ∂f/∂φ(hᴸ) ~ n^{−gradient}.
    func movement(_ place: MaximalUpdate.Place, gradient: Double) -> Double {
        own(place, learningRate).map { $0.value + $0.slope * gradient }.max()!
    }

    /// rₗ for l = 1 … L, for c in place of the theory's.
    func movements(learningRate c: Double) -> [Double] {
        var smallest = Double.infinity
        return (1...hiddenLayers).map { layer in
            smallest = min(smallest, ownMovement(layer == 1 ? .inputWeights : .hiddenWeights, c))
            return smallest
        }
    }

    /// rₗ for l = 1 … L: features of layer l move by n^{−rₗ}.
    public var movements: [Double] { movements(learningRate: learningRate) }

    /// r of equation 1.
    public var r: Double { movements[hiddenLayers - 1] }

    /// q of equation 1.
    var readoutMovement: Double { readoutMovement(learningRate) }

    /// Conditions that do not hold; empty for a stable parameterisation.
    public var violations: [Condition] { violations(learningRate: learningRate) }

    private func violations(learningRate c: Double) -> [Condition] {
        let r = movements(learningRate: c)[hiddenLayers - 1]
        return Condition.allCases.filter { condition in
            switch condition {
            case .inputAtStart: abs(a.input + b.input) > Self.rounding
            case .hiddenAtStart: hiddenLayers > 1 && abs(a.hidden + b.hidden - 0.5) > Self.rounding
            case .outputAtStart: a.output + b.output < 0.5 - Self.rounding
            case .features: r < -Self.rounding
            case .outputByReadout: readoutMovement(c) < 1 - Self.rounding
            case .outputByFeatures: a.output + b.output + r < 1 - Self.rounding
            }
        }
    }

    /// By ``violations``, then by what moves.
    public var regime: Regime {
        if !violations.isEmpty { return .unstable }
        let moves = abs(a.output + b.output + r - 1) < Self.rounding || abs(readoutMovement - 1) < Self.rounding
        return !moves ? .trivial : r < Self.rounding ? .featureLearning : .kernel
    }

    /// The hidden layers (from 1) whose features move at infinite width; only a stable parameterisation has such layers.
    public var learningLayers: [Int] {
        violations.isEmpty ? (1...hiddenLayers).filter { movements[$0 - 1] < Self.rounding } : []
    }

    /// The smallest c, that is the largest step size n^{−c}, with which training is stable for these a and b; nil if the network
    /// is not stable at initialisation.
    ///
    ///     c such that  q(c) ≥ 1  and  r(c) ≥ max(0, 1 − a_{L+1} − b_{L+1})
    ///
    /// q and r grow with c, piecewise linearly: the border is where one of the pieces meets its bound.
    public var smallestStableLearningRate: Double? {
        let wanted = max(0, 1 - a.output - b.output), readout = own(.outputWeights, 0).map(\.value)
        var candidates = readout.map { 0 - $0 }
        for place in hiddenLayers > 1 ? [MaximalUpdate.Place.inputWeights, .hiddenWeights] : [.inputWeights] {
            for piece in own(place, 0) {
                candidates.append(wanted - piece.value - piece.slope * (a.output + b.output))
                candidates += readout.map { (wanted - piece.value - piece.slope * (1 + $0)) / (1 + piece.slope) }
            }
        }
        return candidates.sorted().first { violations(learningRate: $0).isEmpty }
    }
}
