import SaddleModels
import SaddleNumerics

/// How an activation can be tuned so that kernel and gradients neither grow nor decay exponentially with depth.
public enum UniversalityClass: Sendable, Equatable {
    /// φ(cx) = cφ(x) for c > 0: every kernel is a fixed point of the critical map.
    case scaleInvariant
    /// K* = 0 attracts: K → 1/(−a₁ℓ).
    case vanishingKernel
    /// K* > 0 attracts from one side and repels to the other.
    case halfStable
    /// No critical point that attracts.
    case none
}

/// Parameters with χ_∥ = χ_⊥ = 1 at a fixed point K*.
public struct CriticalPoint: Sendable, Equatable {
    /// C_W and C_b
    public let weightVariance: Double, biasVariance: Double
    /// K*; nil if every kernel is one.
    public let kernel: Double?
    /// a₁ = ½C_W d²⟨φ²⟩/dK² and b₁ = C_W d⟨φ′²⟩/dK at K*: near it, with k = K − K*,
    ///
    ///     k⁺ = k + a₁k² + …,   χ_⊥ = 1 + b₁k + …,   so that   k → −1/(a₁ℓ),   χ_⊥ → 1 − p_⊥/ℓ,   p_⊥ = b₁/a₁
    ///
    /// At K* = 0, a₁ = σ₃/σ₁ + ¾(σ₂/σ₁)² and b₁ = σ₃/σ₁ + (σ₂/σ₁)² with the derivatives σₙ of φ at 0.
    public let curvature: Double, slope: Double

    /// Whether nearby kernels tend to K*: at K* = 0 only those above it exist.
    public var stability: Stability {
        if kernel == nil || curvature == 0 { return .neutral }
        if kernel == 0 { return curvature < 0 ? .attracting : .repelling }
        return curvature < 0 ? .halfStable(fromAbove: true) : .halfStable(fromAbove: false)
    }

    /// What becomes of kernels near K*.
    public enum Stability: Sendable, Equatable {
        /// Every kernel is a fixed point, or a₁ vanishes.
        case neutral
        /// They tend to K*.
        case attracting
        /// They move away from K*.
        case repelling
        /// They tend to K* on one side, from above or from below, and move away on the other.
        case halfStable(fromAbove: Bool)
    }

    /// p_⊥ = b₁/a₁: far from the input ∏χ_⊥ ∝ ℓ^{−p_⊥}; 0 if every kernel is a fixed point.
    public var gradientExponent: Double { curvature == 0 ? 0 : slope / curvature }

    /// At K* > 0 for kernels that start at K*: the powers of the approach to it are reached only beyond 1/|a₁K*| layers.
    public var learningRates: LearningRateScaling {
        LearningRateScaling(gradientExponent: kernel == 0 ? gradientExponent : 0, kernelExponent: kernel == 0 ? 1 : 0)
    }
}

/// How the rates λ of layer ℓ must depend on ℓ and on the depth L at criticality, so that every layer contributes equally
/// to the tangent kernel and their sum stays of order one:
///
///     λ_b(ℓ) ∝ L^{p−1} ℓ^{−p},     λ_W(ℓ) ∝ L^{p−1} ℓ^{q−p}
///
/// because a layer's contribution is (λ_b + λ_WΦ)·∏χ_⊥ with Φ ∝ ℓ^{−q} and ∏χ_⊥ → (ℓ/L)^p. Source: Roberts, Yaida, Hanin,
/// 2106.10165, section 9.4.
public struct LearningRateScaling: Sendable, Equatable {
    /// p = p_⊥
    public let gradientExponent: Double
    /// q: 1 where the kernel decays as 1/ℓ, else 0.
    public let kernelExponent: Double

    /// Power of the depth L in both rates, p − 1.
    public var depthPower: Double { gradientExponent - 1 }
    /// Power of the layer ℓ in λ_b, −p.
    public var biasLayerPower: Double { -gradientExponent }
    /// Power of the layer ℓ in λ_W, q − p.
    public var weightLayerPower: Double { kernelExponent - gradientExponent }
}

/// The critical points of an activation.
///
/// χ_∥ = χ_⊥ is a property of the activation alone, ⟨hφφ′⟩/K = ⟨φ′²⟩; its solutions K* are looked for from 1e-4 to 1e4
/// (or to where averages overflow). Each gives C_W = 1/⟨φ′²⟩ and C_b = K* − C_W⟨φ²⟩, which must not be negative. Source: Roberts, Yaida, Hanin, "The principles
/// of deep learning theory" (2106.10165), sections 5.3 and 5.4.
///
/// - Note: Relative errors: 1e-15 for the scale-invariant class and K* = 0; 1e-11 for K* > 0; 1e-9 for a₁ and b₁.
public struct Criticality: Sendable, Equatable {
    /// The class of the activation.
    public let universality: UniversalityClass
    /// All critical points, those of the class first, the others (repelling ones) after them.
    public let points: [CriticalPoint]
    /// Why something that looks like a critical point, or its absence, is not one; for the reader.
    public let remarks: [String]

    /// Finds all critical points of the activation.
    public init(of activation: Activation) throws(CriticalityError) {
        if let critical = Self.scaleInvariantPoint(of: activation) {
            (universality, points, remarks) = (.scaleInvariant, [critical], [])
            return
        }
        var (points, remarks): ([CriticalPoint], [String]) = ([], [])
        Self.addVanishingKernel(of: activation, &points, &remarks)
        try Self.addFixedPoints(of: activation, &points, &remarks)
        if points.contains(where: { $0.stability == .attracting }) {
            universality = .vanishingKernel
        } else if points.contains(where: { $0.kernel != 0 }) {
            universality = .halfStable
            points.sort { $0.kernel! > $1.kernel! }
        } else {
            universality = .none
        }
        (self.points, self.remarks) = (points, remarks)
    }
}
