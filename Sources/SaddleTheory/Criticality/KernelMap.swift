import SaddleModels
import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The map of the kernel from one layer of an infinitely wide random network to the next, at one input:
///
///     K⁺ = C_b + C_W⟨φ(h)²⟩,   h ~ N(0, K)
///
/// Source: Roberts, Yaida, Hanin, "The principles of deep learning theory" (2106.10165), chapter 5.
public struct KernelMap: Sendable {
    /// φ, the activation of the layer below.
    public var activation: Activation
    /// C_W = σ_w², the variance of a weight times the square root of its fan-in.
    public var weightVariance: Double
    /// C_b = σ_b²
    public var biasVariance: Double

    /// C_W is positive, C_b not negative, both finite.
    public init(_ activation: Activation, weightVariance: Double, biasVariance: Double = 0) {
        precondition(
            weightVariance > 0 && weightVariance.isFinite && biasVariance >= 0 && biasVariance.isFinite,
            "weight variance \(weightVariance), bias variance \(biasVariance)")
        self.activation = activation
        self.weightVariance = weightVariance
        self.biasVariance = biasVariance
    }

    /// K⁺ and the susceptibilities of a layer with kernel K > 0.
    public func response(at kernel: Double) throws(CriticalityError) -> KernelResponse {
        response(try ActivationAverages(of: activation, kernel: kernel))
    }

    func response(_ m: ActivationAverages) -> KernelResponse {
        KernelResponse(
            kernel: m.kernel, next: biasVariance + weightVariance * m.square, parallel: weightVariance * m.squareDerivative,
            perpendicular: weightVariance * m.slopeSquare)
    }
}

/// What a layer does to its kernel K and to small changes of its input.
public struct KernelResponse: Sendable, Equatable {
    /// K and K⁺.
    public let kernel: Double, next: Double
    /// χ_∥ = dK⁺/dK = C_W⟨hφφ′⟩/K: the growth of a change of the kernel.
    public let parallel: Double
    /// χ_⊥ = C_W⟨φ′²⟩: the growth of the squared distance of two nearby inputs, and of the squared gradient backwards.
    public let perpendicular: Double

    /// ξ_∥ = 1/|ln χ_∥|: layers in which a change of the kernel shrinks (χ_∥ < 1) or grows by a factor e; infinite at χ_∥ = 1.
    public var parallelDepth: Double { Self.depth(parallel) }
    /// ξ_⊥ = 1/|ln χ_⊥|: layers in which distances of nearby inputs, and gradients, shrink or grow by a factor e. In the
    /// ordered phase this is the depth over which the correlation of two inputs reaches 1.
    public var perpendicularDepth: Double { Self.depth(perpendicular) }

    /// |χ − 1| below 1e-14 is rounding.
    private static func depth(_ χ: Double) -> Double {
        abs(χ - 1) <= 1e-14 ? .infinity : χ == 0 ? 0 : 1 / abs(log(abs(χ)))
    }
}
