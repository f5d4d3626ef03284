/// How one parameter moves: what becomes of its gradient G before it is added to the parameter, in the units of ``Optimizer``.
public enum UpdateRule: Sendable, Equatable {
    /// u = v, with v ← βv + G of ``Training/momentum``; Nesterov: u = G + βv.
    case descent
    /// u = v/‖v‖_F
    case normalized
    /// u = U·Vᵀ of v = U·S·Vᵀ
    case muon(Orthogonalization)
    /// u = (ε + A)^{−1/4} v (ε + B)^{−1/4}, A = ΣGGᵀ and B = ΣGᵀG over all steps so far (Gupta, Koren & Singer 2018).
    case shampoo(epsilon: Double)
    /// u = sign v, element by element.
    case sign
    /// u = m̂/(√v̂ + ε), element by element, with m ← β₁m + (1 − β₁)G, v ← β₂v + (1 − β₂)G² and m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ) at step
    /// t = 1, 2, … (Kingma & Ba 2015).
    case adam(beta1: Double, beta2: Double, epsilon: Double)

    /// How singular values become one.
    public enum Orthogonalization: Sendable, Equatable {
        /// s/√(s² + ε²‖v‖_F²); with ε = 0 exactly 1, and 0 for directions that are absent.
        case exact(epsilon: Double)
        /// Five steps of a polynomial, which bring those above 0.002 ‖v‖_F between 0.68 and 1.21, as in common use (K. Jordan 2024).
        case newtonSchulz
    }

    /// What a rule is a function of, which decides how a theory can follow it.
    public enum Action: Sendable, Equatable {
        /// Sums of gradients.
        case linear
        /// Singular values: the rule commutes with rotations from either side, and acts on a matrix in any orthonormal bases alike.
        case onSingularValues
        /// Elements, one by one: bases matter.
        case onEntries
    }

    /// Whether it is Adam's, whatever its constants.
    public var isAdam: Bool { if case .adam = self { true } else { false } }

    /// The ε that stands beside the size of gradients, so that its units matter: of Adam and Shampoo. Others have none, and keep none.
    public var epsilon: Double? {
        get {
            switch self {
            case .adam(_, _, let ε), .shampoo(let ε): ε
            case .descent, .normalized, .muon, .sign: nil
            }
        }
        set {
            guard let newValue else { return }
            switch self {
            case .adam(let β1, let β2, _): self = .adam(beta1: β1, beta2: β2, epsilon: newValue)
            case .shampoo: self = .shampoo(epsilon: newValue)
            case .descent, .normalized, .muon, .sign: break
            }
        }
    }

    /// What the update depends on: sums of gradients, singular values or entries.
    public var action: Action {
        switch self {
        case .descent: .linear
        case .normalized, .muon, .shampoo: .onSingularValues
        case .sign, .adam: .onEntries
        }
    }
}
