#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The constants of a network of width n: what its ``Parameterization`` and scales come to in each layer.
///
///     hˡ⁺¹ = m W φ(hˡ) + m_b b,   W ~ N(0, s²),  b ~ N(0, s_b²),   f = hᴸ⁺¹/(γ₀ n^{a+b})        (a, b of the output layer)
///
/// so that in the mean-field parameterisation hᴸ⁺¹ = w·φ(hᴸ) and f = hᴸ⁺¹/(γ₀n). With gˡ = ∂hᴸ⁺¹/∂hˡ = γ₀n^{a+b} ∂f/∂hˡ and the
/// kernels Φˡ = φ(hˡ)·φ(hˡ)/n (Φ⁰ = x·x/D), Gˡ = gˡ·gˡ/n, the tangent kernel in units of the step is
///
///     K = γ₀² n^{−c} Σ_θ ∂_θf ∂_θf = Σ_ℓ Gˡ⁺¹ ⊙ (λ_W Φˡ + λ_b),   G^{L+1} = 1                                       (1)
///
/// or, for wide networks at initialisation, Θˡ⁺¹ = λ_W Φˡ + λ_b + σ_w² Φ̇ˡ ⊙ Θˡ.
///
/// **Biases** are weights of the input layer on a constant input 1: multiplier n^{−a₁} and deviation σ_b n^{−b₁}, with the
/// input layer's a and b, in every layer. That of the output has in addition the size of the readout, n^{½−a−b}/γ₀: then it
/// stands to wφ/√n as other biases do. So λ_b = 1 in `mean_field` and `mup`, 1 in `standard` (whose biases are stepped on
/// themselves), σ_b² in `ntk`.
public struct NetworkScaling: Sendable, Equatable {
    /// How one parameter acts, starts and enters the tangent kernel.
    public struct Parameter: Sendable, Equatable {
        /// m
        public let multiplier: Double
        /// s, the standard deviation at initialisation.
        public let deviation: Double
        /// λ of equation 1.
        public let kernelFactor: Double
    }

    /// W⁰ … Wᴸ⁻¹, w.
    public let weights: [Parameter]
    /// b⁰ … bᴸ; none if σ_b = 0.
    public let biases: [Parameter]
    /// f/hᴸ⁺¹ = 1/(γ₀n^{a+b})
    public let outputScale: Double
    /// γ₀n^{−c−a−b}: a step of size η moves θ by η times this times the mean over samples of Δ ∂hᴸ⁺¹/∂θ.
    public let stepScale: Double

    public init(_ network: Network, width: Int, inputDimension: Int) {
        precondition(width >= 1 && inputDimension >= 1, "width \(width), \(inputDimension) inputs")
        let (p, depth, n) = (network.parameterization, network.hiddenLayers, Double(width))
        let (a, b, c) = (p.multiplier, p.initialDeviation, p.learningRate)
        let rootD = Double(inputDimension).squareRoot()

        /// A parameter with multiplier n^{−exponent} and deviation n^{−start}, times the scale σ.
        func parameter(_ layer: Int, _ σ: Double, exponent: Double, start: Double, isWeight: Bool) -> Parameter {
            let isOfInputs = layer == 0 && isWeight
            let multiplierRoot = isOfInputs && !p.fanInIsDeviation ? rootD : 1
            let deviationRoot = isOfInputs && p.fanInIsDeviation ? rootD : 1
            // Powers of n: of the step, of the sum over fan-in, and of G, which is a mean over n.
            let fanIn: Double = isWeight && layer > 0 ? 1 : 0
            let sum: Double = layer < depth ? 1 : 0
            return Parameter(
                multiplier: (p.scaleIsMultiplier ? σ : 1) / (multiplierRoot * power(n, exponent)),
                deviation: (p.scaleIsMultiplier ? 1 : σ) / (deviationRoot * power(n, start)),
                kernelFactor: (p.scaleIsMultiplier ? σ * σ : 1) * (deviationRoot == 1 ? 1 : Double(inputDimension))
                    * power(n, -c - 2 * (a.output + b.output) + fanIn + sum - 2 * exponent))
        }
        weights = (0...depth).map { layer in
            let (exponent, start) =
                layer == 0 ? (a.input, b.input) : layer < depth ? (a.hidden, b.hidden) : (-b.output, b.output)
            return parameter(layer, network.weightScale, exponent: exponent, start: start, isWeight: true)
        }
        biases =
            network.biasScale == 0
            ? []
            : (0...depth).map { layer in
                let exponent = layer < depth ? a.input : a.input - 0.5
                return parameter(layer, network.biasScale, exponent: exponent, start: b.input, isWeight: false)
            }
        outputScale = 1 / (network.richness * power(n, a.output + b.output))
        stepScale = network.richness * power(n, -c - a.output - b.output)
    }
}

/// nᵉ, with square roots and reciprocals rounded once.
private func power(_ n: Double, _ exponent: Double) -> Double {
    if exponent < 0 { return 1 / power(n, -exponent) }
    return exponent == 0.5 ? n.squareRoot() : pow(n, exponent)
}
