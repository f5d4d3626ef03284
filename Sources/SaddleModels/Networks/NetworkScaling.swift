#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The constants of a network of width n: what its ``Parameterization`` and scales come to for each weight of its graph.
///
///     h = m Σ_k W_k v + m_b b,   W ~ N(0, s²),  b ~ N(0, s_b²),   f = hᴸ⁺¹/(γ₀ n^{a+b})        (a, b of the output layer)
///
/// so that in the mean-field parameterisation of fully connected layers hᴸ⁺¹ = w·φ(hᴸ) and f = hᴸ⁺¹/(γ₀n). A weight with K places in
/// its window and a source of r·n units (or c components of the inputs) has a further factor 1/√(Kr) (1/√(Kc)); of the readout too.
/// With g = ∂hᴸ⁺¹/∂h = γ₀n^{a+b} ∂f/∂h and the kernels Φ, the mean product of what a unit of the target reads (Φ⁰ = x·x/D), and
/// G = g·g/n, the tangent kernel in units of the step is
///
///     K = γ₀² n^{−c} Σ_θ ∂_θf ∂_θf = Σ_W G ⊙ (λ_W Φ + λ_b),   G = 1 at the outputs                                         (1)
///
/// with a sum over both positions inside; for wide fully connected networks at initialisation also
/// Θˡ⁺¹ = λ_W Φˡ + λ_b + σ_w² Φ̇ˡ ⊙ Θˡ.
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

    /// Of every weight of the graph; fully connected: W⁰ … Wᴸ⁻¹, w.
    public let weights: [Parameter]
    /// Of the bias of each of them; none if σ_b = 0.
    public let biases: [Parameter]
    /// f/hᴸ⁺¹ = 1/(γ₀n^{a+b})
    public let outputScale: Double
    /// γ₀n^{−c−a−b}: a step of size η moves θ by η times this times the mean over samples of Δ ∂hᴸ⁺¹/∂θ.
    public let stepScale: Double

    /// Where a weight stands, which tells its exponents, and the number whose root divides it beside powers of n.
    private enum Place {
        case input(fanIn: Double)
        case hidden(fanIn: Double)
        case output(fanIn: Double)
    }

    /// Of every weight of a network's graph, at width n.
    public init(_ network: Network, _ graph: NetworkGraph, width: Int) {
        self.init(
            network, width: width,
            graph.weights.map { weight in
                switch weight.source {
                case .inputs(let channels): .input(fanIn: Double(weight.places * channels))
                case .population(let source):
                    weight.target == nil
                        ? .output(fanIn: graph.populations[source].ratio)
                        : .hidden(fanIn: Double(weight.places) * graph.populations[source].ratio)
                }
            })
    }

    /// Of fully connected layers of equal width.
    public init(_ network: Network, width: Int, inputDimension: Int) {
        self.init(
            network, width: width,
            (0...network.hiddenLayers).map { layer in
                layer == 0
                    ? .input(fanIn: Double(inputDimension))
                    : layer < network.hiddenLayers ? .hidden(fanIn: 1) : .output(fanIn: 1)
            })
    }

    private init(_ network: Network, width: Int, _ places: [Place]) {
        precondition(width >= 1, "width \(width)")
        let p = network.parameterization, n = Double(width)
        let (a, b, c) = (p.multiplier, p.initialDeviation, p.learningRate)
        /// A parameter with multiplier n^{−exponent} and deviation n^{−start}, times the scale σ and over √fanIn.
        func parameter(_ σ: Double, exponent: Double, start: Double, fanIn: Double = 1, powers: Double) -> Parameter {
            let root = fanIn.squareRoot()
            return Parameter(
                multiplier: (p.scaleIsMultiplier ? σ : 1) / ((p.fanInIsDeviation ? 1 : root) * power(n, exponent)),
                deviation: (p.scaleIsMultiplier ? 1 : σ) / ((p.fanInIsDeviation ? root : 1) * power(n, start)),
                // Powers of n: of the step, of the sum over fan-in, and of G, which is a mean over n.
                kernelFactor: (p.scaleIsMultiplier ? σ * σ : 1) * (p.fanInIsDeviation ? fanIn : 1)
                    * power(n, -c - 2 * (a.output + b.output) + powers - 2 * exponent))
        }
        weights = places.map { place in
            let σ = network.weightScale
            return switch place {
            case .input(let fanIn): parameter(σ, exponent: a.input, start: b.input, fanIn: fanIn, powers: 1)
            case .hidden(let fanIn): parameter(σ, exponent: a.hidden, start: b.hidden, fanIn: fanIn, powers: 2)
            case .output(let fanIn): parameter(σ, exponent: -b.output, start: b.output, fanIn: fanIn, powers: 1)
            }
        }
        biases =
            network.biasScale == 0
            ? []
            : places.map { place in
                if case .output = place {
                    return parameter(network.biasScale, exponent: a.input - 0.5, start: b.input, powers: 0)
                }
                return parameter(network.biasScale, exponent: a.input, start: b.input, powers: 1)
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
