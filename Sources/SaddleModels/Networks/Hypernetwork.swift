import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A network whose weights are written by another one, h(x, z) = g(z; θ(x)) with θ(x) = σ₀θ₀ + f(e(x)).
///
///     meta:     f = σ_w v·φ(hᴸ)/√N + σ_b b,  one output for each weight of the primary network
///     primary:  h¹ = s θ¹z/√d,  hˡ⁺¹ = s θˡ⁺¹ψ(hˡ)/√m,  g = s θᴴ⁺¹·ψ(hᴴ)/√m                (its scale s, no biases)
///
/// Both in the tangent parameterisation: parameters have unit variance and scales multiply. Sources: Littwin et al., "On
/// infinite-width hypernetworks" (2003.12193); Gonzalez Ortiz, Guttag, Dalca, "Magnitude invariant
/// parametrizations improve hypernetwork learning" (2304.07645).
public struct Hypernetwork: Sendable {
    /// e(x): what the meta network sees of its input.
    public enum Encoding: String, Sendable, CaseIterable {
        /// x itself.
        case none
        /// [cos(πx/2), sin(πx/2)] for x in [0, 1]ᵏ: 2k components whose squares add up to k whatever x is.
        case magnitudeInvariant = "mip"
    }

    /// f; its width is N.
    public var meta: Network
    /// g; its width is m.
    public var primary: Network
    /// e, what the meta network sees of x.
    public var encoding: Encoding
    /// σ₀, the scale of weights of the primary network's own that the meta network adds to; 0: there are none.
    public var baseScale: Double

    /// A hypernetwork of two fully connected networks.
    ///
    /// - Precondition: both are in the tangent parameterisation with γ₀ = 1, not centred, without normalised inputs and
    ///   without any ``Network/Trait``; the primary network has no biases; σ₀ ≥ 0.
    public init(meta: Network, primary: Network, encoding: Encoding = .none, baseScale: Double = 0) {
        for network in [meta, primary] {
            precondition(
                network.parameterization == .neuralTangent && network.richness == 1 && !network.isCentered
                    && network.traits.isEmpty && !network.normalizesInputs,
                "both parts of a hypernetwork are fully connected, in the tangent parameterisation")
        }
        precondition(primary.biasScale == 0, "biases in the primary network of a hypernetwork")
        precondition(baseScale >= 0, "base scale \(baseScale)")
        self.meta = meta
        self.primary = primary
        self.encoding = encoding
        self.baseScale = baseScale
    }

    /// e(x) for inputs of the meta network, one a row.
    public func encoded(_ inputs: Matrix) -> Matrix {
        switch encoding {
        case .none: return inputs
        case .magnitudeInvariant:
            let (n, k) = (inputs.rows, inputs.columns)
            return Matrix(rows: n, columns: 2 * k) { i, j in
                let angle = Double.pi / 2 * inputs[i, j % k]
                return j < k ? cos(angle) : sin(angle)
            }
        }
    }

    /// How many weights the primary network has: dm + (H − 1)m² + m.
    public func weightCount(primaryWidth m: Int, inputDimension d: Int) -> Int { d * m + (primary.hiddenLayers - 1) * m * m + m }
}
