/// What a training step makes of gradients, in units that do not change with the width.
///
/// In the mean-field parameterisation a parameter θ moves by
///
///     θ ← θ + η c u(G),   G = −s ∂ℒ/∂θ                                                                     (1)
///
/// | rule acts | s | c |
/// |---|---|---|
/// | linearly or on singular values | γ₀√N | γ₀√N |
/// | on entries, hidden weights | γ₀N/m = γ₀N^{3/2} | m = 1/√N |
/// | on entries, weights of D inputs | γ₀N/m = γ₀N√D | 1 |
/// | on entries, readout | γ₀N/m = γ₀N | m = 1 |
/// | on entries, biases below the output | γ₀N/m | 1/m |
/// | on entries, bias of the output | γ₀N/m = γ₀√N | N/m = √N |
///
/// with the multipliers m of ``NetworkScaling``: so s·c = γ₀²N for descent as everywhere, singular values of G are of order one on the
/// way in and those of u on the way out, and so are the entries of G = Σ_μ Δ_μ g_μ φ_μᵀ/P. One η then moves features by as much at any width.
///
/// **In PyTorch**, for a network written with its factors (`W @ phi / sqrt(N)`, f = w·φ/(γ₀N), weights of variance σ_w²), with the loss
/// ½ mean (f − y)²: the learning rate of a weight is η s c for descent and η c for all other rules, ε of Adam is ε/s, that of Shampoo's
/// accumulators ε/s². For `nn.Linear` layers that hold m·W (the readout m·w/(γ₀N)), without factors:
///
/// | | input | hidden | readout |
/// |---|---|---|---|
/// | lr of SGD | ηγ₀²N/D | ηγ₀² | η/N |
/// | lr of Muon (updates of spectral norm 1) | ηγ₀√(N/D) | ηγ₀ | η/√N |
/// | lr of Adam, sign descent | η/√D | η/N | η/(γ₀N) |
/// | `eps` of Adam | ε/(γ₀N) | ε/(γ₀N) | ε |
///
/// These are the rates of μP with its constants. PyTorch's usual `eps` of 1e-8 at N = 1000, γ₀ = 1 thus is ε = 1e-5 in hidden layers here.
/// `weight_decay` of AdamW is λη/lr, that of Adam λ/s.
public struct Optimizer: Sendable, Equatable {
    /// How the decay λ acts.
    public enum Decay: String, Sendable, CaseIterable {
        /// G ← G − λθ where the rule acts on entries, else G ← G − (λ/c)θ (so that plain descent takes θ to (1 − ηλ)θ), before anything
        /// else: momentum and all that follows see it.
        case coupled
        /// θ ← (1 − ηλ)θ beside the step.
        case decoupled
    }

    /// Of the weights between hidden layers.
    public var rule: UpdateRule
    /// Of the weights of inputs, the readout and biases.
    public var others: UpdateRule
    /// How weight decay acts.
    public var decay: Decay

    /// Rules for the hidden weights and for all other parameters; nil: the same for both.
    public init(_ rule: UpdateRule, others: UpdateRule? = nil, decay: Decay) {
        self.rule = rule
        self.others = others ?? rule
        self.decay = decay
    }

    /// Gradient descent, with ``Training/momentum``.
    public static let descent = Optimizer(.descent, decay: .coupled)

    /// Whether this is gradient descent with coupled weight decay, as in the formula of ``Training``.
    public var isDescent: Bool { self == .descent }

    /// The rule of a weight, or of the bias beside it.
    public func rule(of role: LayerRole, isBias: Bool = false) -> UpdateRule { role == .hidden && !isBias ? rule : others }
}

extension UpdateRule {
    /// s and c of equation (1) of ``Optimizer`` for a parameter with multiplier m in a network of width N.
    ///
    /// - Parameters:
    ///   - parameter: of the mean-field parameterisation.
    public func units(
        of parameter: NetworkScaling.Parameter, _ role: LayerRole, isBias: Bool = false, richness: Double, width: Int
    ) -> (gradient: Double, step: Double) {
        let n = Double(width), m = parameter.multiplier
        guard action == .onEntries else { return (richness * n.squareRoot(), richness * n.squareRoot()) }
        // Gradients stand to hᴸ⁺¹ = γ₀Nf, so that outputs move by η u/γ₀ as hidden fields do by η u.
        let step = isBias ? (role == .readout ? n / m : 1 / m) : role == .input ? 1 : m
        return (richness * n / m, step)
    }
}
