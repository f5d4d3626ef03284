import SaddleModels

/// How parameters have to start and learn so that features of every layer move by order one, at any width and, in residual networks, at any
/// depth: the tables of μP, depth-μP and CompleteP, by counting, for any ``Optimizer``.
///
/// **Width n.** A weight with n^i columns and n^o rows acts as W = n^{−a} w. Outputs of its layer stay of order one, and move by order one
/// (the readout: by one at most), if (Yang, Simon & Bernstein 2023, condition 1)
///
///     |W| ~ √(rows/columns):       entries of W ~ n^{−i/2} min(1, n^{(o−i)/2})
///     |ΔW φ| ~ 1:                  learning rate of w ~ n^{a − ρ},   ρ the response to a gradient of w with entries n^{−a−o}       (1)
///
/// since ∂ℒ/∂h ~ 1/n for each of n units and ∂ℒ/∂f ~ 1.
///
/// **Depth L.** Each of L branches is b = L^{−α} times its weights' output, so that its gradient has a factor b. Sums of branches start at
/// order one if α ≥ ½, as their terms are independent, and move by order one if
///
///     L·b·|ΔW φ| ~ 1:              learning rate ~ L^{α − 1 − ρ},     ρ the response to L^{−α}                                       (2)
///
/// since their updates are aligned. α = ½ is depth-μP (Yang, Yu, Zhu & Hayou 2023; Bordelon et al. 2023); with α = 1, CompleteP
/// (Dey et al. 2025), alone the updates |ΔW φ| of each branch are as large as what it computes at initialisation, so that none is linearised.
///
/// ε moves with the gradient that it stands beside. A decoupled decay λ, which multiplies weights by 1 − (learning rate)·λ, has the reciprocal
/// exponent of the learning rate: parameters then forget in as many steps at every size. Constants play no role.
public struct MaximalUpdate: Sendable {
    /// A kind of parameter.
    public enum Place: String, Sendable, CaseIterable {
        /// From the inputs to n units.
        case inputWeights = "input weights"
        /// From n units to n.
        case hiddenWeights = "hidden weights"
        /// From n units to the outputs.
        case outputWeights = "output weights"
        /// One for each of n units.
        case hiddenBiases = "hidden biases"
        /// One for each output.
        case outputBias = "output bias"

        /// Kind of layer, by which optimisers choose their rule.
        public var role: LayerRole {
            switch self {
            case .inputWeights: .input
            case .hiddenWeights, .hiddenBiases: .hidden
            case .outputWeights, .outputBias: .readout
            }
        }

        /// Whether it acts on a constant.
        public var isBias: Bool { self == .hiddenBiases || self == .outputBias }

        /// A bias is a weight on one constant.
        var shape: UpdateCount.Shape {
            switch self {
            case .inputWeights, .hiddenBiases: .init(fanIn: 0, fanOut: 1)
            case .hiddenWeights: .init(fanIn: 1, fanOut: 1)
            case .outputWeights: .init(fanIn: 1, fanOut: 0)
            case .outputBias: .init(fanIn: 0, fanOut: 0)
            }
        }

        /// a, b of its multiplier and its deviation.
        func exponent(_ p: Parameterization) -> (multiplier: Double, deviation: Double) {
            let (a, b) = (p.multiplier, p.initialDeviation)
            switch self {
            case .inputWeights, .hiddenBiases: return (a.input, b.input)
            case .hiddenWeights: return (a.hidden, b.hidden)
            case .outputWeights: return (a.output, b.output)
            case .outputBias: return (a.input + a.output + b.output - 0.5, b.input)
            }
        }
    }

    /// Exponents e of n or L, as in n^e.
    public struct Exponents: Sendable, Equatable {
        /// Exponent of the size of a step.
        public let learningRate: Double
        /// Nil: the rule has none.
        public let epsilon: Double?
        /// Of the decoupled λ beside that learning rate.
        public var weightDecay: Double { learningRate == 0 ? 0 : -learningRate }
    }

    /// One kind of parameter, in powers of n and L.
    public struct Row: Sendable, Equatable {
        /// Which kind of parameter the exponents are of.
        public let place: Place
        /// The optimiser's rule for it.
        public let rule: UpdateRule
        /// Of n: multiplier and standard deviation of the parameter.
        public let multiplier: Double
        /// Of the standard deviation at initialisation.
        public let deviation: Double
        /// Learning rate and ε, in powers of the width n.
        public let width: Exponents
        /// Nil: no residual branches with a power of the depth.
        public let depth: Exponents?
    }

    /// One for each place.
    public let rows: [Row]
    /// α
    public let branchExponent: Double?

    /// - Parameters:
    ///   - multipliers: the parameterisation whose multipliers n^{−a} stand before parameters; nil: none do, as in layers W·x + b of most software.
    ///   - branchExponent: α of residual branches.
    public init(_ optimizer: Optimizer, multipliers p: Parameterization? = nil, branchExponent α: Double? = nil) {
        branchExponent = α
        rows = Place.allCases.map { place in
            let (rule, shape, a) = (
                optimizer.rule(of: place.role, isBias: place.isBias), place.shape, p.map { place.exponent($0).multiplier } ?? 0
            )
            let count = UpdateCount(rule)
            let entries = shape.fanIn / 2 + max(0, (shape.fanIn - shape.fanOut) / 2)
            func exponents(_ gradient: Double, _ shape: UpdateCount.Shape, others: Double) -> Exponents {
                Exponents(
                    learningRate: others - count.response(gradient: gradient, shape),
                    epsilon: UpdateCount.epsilon(of: rule, gradient: gradient, shape))
            }
            return Row(
                place: place, rule: rule, multiplier: 0 - a, deviation: a - entries,
                width: exponents(0 - a - shape.fanOut, shape, others: a),
                depth: α.map { α in
                    guard place.role == .hidden else { return exponents(0, .init(fanIn: 0, fanOut: 0), others: 0) }
                    return exponents(-α, .init(fanIn: 0, fanOut: 0), others: α - 1)
                })
        }
    }

    /// The row of a place.
    public subscript(place: Place) -> Row { rows.first { $0.place == place }! }
}
