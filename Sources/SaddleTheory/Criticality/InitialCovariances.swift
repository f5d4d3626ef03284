import SaddleModels
import SaddleNumerics

/// Fluctuations of all kernels of a random network with L hidden layers of width N, at one input, to leading order in 1/N.
///
///     δΦˡ = a′C_W δΦˡ⁻¹ + εˡ,    δGˡ = χ_⊥δGˡ⁺¹ + C_W Gˡ⁺¹ b′C_W δΦˡ⁻¹ + ηˡ,       a = ⟨φ²⟩, b = ⟨φ′²⟩ at Kˡ
///
/// with Φˡ = |φ(hˡ)|²/N and Gˡ = |gˡ|²/N, the gradient kernel. ε and η are the sampling errors of the means of φ² and φ′²z² over N
/// neurons, z ~ N(0, C_W Gˡ⁺¹) independent of h: N·Var ε = ⟨φ⁴⟩ − a², N·Var η = (C_W Gˡ⁺¹)²(3⟨φ′⁴⟩ − b²), N·Cov(ε, η) =
/// C_W Gˡ⁺¹(⟨φ²φ′²⟩ − ab), independent between layers. The forward part is ``InitialRecursion``'s vertex, V = C_W²·N·Var Φ.
/// Source: Bordelon and Pehlevan, 2304.03408, section 5, for linear and ReLU networks; Documentation/Initialization.md.
public struct InitialCovariances: Sendable {
    /// Φ¹ … Φᴸ and G¹ … Gᴸ at infinite width.
    public let features: [Double], gradients: [Double]
    /// N·Cov(Φˡ, Φᵐ), N·Cov(Gˡ, Gᵐ) and N·Cov(Φˡ, Gᵐ); row and column 0 are layer 1.
    public let ofFeatures: Matrix, ofGradients: Matrix, mixed: Matrix
    /// N·Var of the tangent kernel Σ_{ℓ=0}^{L} Gˡ⁺¹(λ_WΦˡ + λ_b).
    public let tangentVariance: Double

    /// Of L hidden layers; memory and time grow as (2L)² and (2L)³.
    public init(_ recursion: InitialRecursion, hiddenLayers: Int) throws(CriticalityError) {
        let layers = try recursion.layers(hiddenLayers)
        var averages: [ActivationAverages] = []
        for layer in layers { averages.append(try recursion.averages(in: layer)) }
        let (depth, cw) = (hiddenLayers, recursion.map.weightVariance)

        // G¹ … G^{L+1} = 1
        var gradients = [Double](repeating: 1, count: depth + 1)
        for l in (0..<depth).reversed() { gradients[l] = cw * averages[l].slopeSquare * gradients[l + 1] }

        // Responses of Φ and G to the sampling errors: columns ε¹ … εᴸ, η¹ … ηᴸ.
        var (toFeatures, toGradients) = (Matrix(rows: depth, columns: 2 * depth), Matrix(rows: depth, columns: 2 * depth))
        for l in 0..<depth {
            toFeatures[l, l] = 1
            for k in 0..<l { toFeatures[l, k] = averages[l].squareDerivative * cw * toFeatures[l - 1, k] }
        }
        for l in (0..<depth).reversed() {
            toGradients[l, depth + l] = 1
            for k in 0..<2 * depth {
                if l + 1 < depth { toGradients[l, k] += cw * averages[l].slopeSquare * toGradients[l + 1, k] }
                if l > 0 {
                    toGradients[l, k] += cw * gradients[l + 1] * averages[l].slopeSquareDerivative * cw * toFeatures[l - 1, k]
                }
            }
        }
        var noise = Matrix(rows: 2 * depth, columns: 2 * depth)
        for (l, m) in averages.enumerated() {
            let unit = cw * gradients[l + 1]
            noise[l, l] = m.fourthPower - m.square * m.square
            noise[depth + l, depth + l] = unit * unit * (3 * m.slopeFourthPower - m.slopeSquare * m.slopeSquare)
            noise[l, depth + l] = unit * (m.squareTimesSlopeSquare - m.square * m.slopeSquare)
            noise[depth + l, l] = noise[l, depth + l]
        }
        func covariance(_ a: Matrix, _ b: Matrix) -> Matrix {
            Matrix.product(.plain(a), .plain(Matrix.product(.plain(noise), b.ᵀ)))
        }
        features = averages.map(\.square)
        self.gradients = Array(gradients.prefix(depth))
        ofFeatures = covariance(toFeatures, toFeatures)
        ofGradients = covariance(toGradients, toGradients)
        mixed = covariance(toFeatures, toGradients)

        let rates = recursion.rates
        var toTangent = Matrix(rows: 1, columns: 2 * depth)
        for l in 0..<depth {
            let below = rates.bias + rates.weight * (l == 0 ? recursion.inputKernel : averages[l - 1].square)
            for k in 0..<2 * depth {
                toTangent[0, k] += below * toGradients[l, k] + rates.weight * gradients[l + 1] * toFeatures[l, k]
            }
        }
        tangentVariance = covariance(toTangent, toTangent)[0, 0]
    }
}
