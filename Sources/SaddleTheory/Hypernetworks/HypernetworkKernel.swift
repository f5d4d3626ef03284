import SaddleModels
import SaddleNumerics

/// The kernels of a hypernetwork when both of its widths go to infinity, and what a finite primary network leaves random.
///
/// With θ(x) = σ₀θ₀ + f(e(x)) and a wide meta network, every weight of the primary network is a Gaussian field of its own,
///
///     S = σ₀² + Σ_f(x, x′),          Θ_θ = σ₀² + Θ_f(x, x′),          ∂θᵢ·∂θⱼ = δᵢⱼ Θ_θ
///
/// so that the tangent kernel of the whole is that of the parts, elementwise ("hyperkernel"):
///
///     Θ_h = Σᵢⱼ ∂ᵢg ∂ⱼg′ (∂θᵢ·∂θⱼ) → Θ_θ(x, x′) · Θ_g(z, z′; S)
///
/// with Θ_g the tangent kernel of the primary network whose weights have covariance S. At finite m and infinite N it is
/// Θ_θ Σᵢ ∂ᵢg ∂ᵢg′, which fluctuates by O(1/m) however wide the meta network is. Source: Littwin et al. 2020, theorem 3 and
/// lemmas 1 to 4; the normalisation and the 1/m term follow from the definitions.
public struct HypernetworkKernel: Sendable {
    /// Kernels between samples (x, z), each samples × samples.
    public struct Kernels: Sendable {
        /// S, the covariance of one weight of the primary network.
        public var weights: Matrix
        /// Θ_θ, the tangent kernel of one weight.
        public var weightTangent: Matrix
        /// Θ_g
        public var primaryTangent: Matrix
        /// Θ_h = Θ_θ ⊙ Θ_g
        public var tangent: Matrix
        /// The covariance of the outputs h over initialisations.
        public var outputs: Matrix
        /// The variances of the preactivations h¹ … hᴴ and of the output, one list a layer.
        public var layerVariances: [[Double]]
    }

    /// Both networks and the encoding of the inputs.
    public let hypernetwork: Hypernetwork

    /// Of a hypernetwork whose widths go to infinity; nothing is computed yet.
    public init(_ hypernetwork: Hypernetwork) { self.hypernetwork = hypernetwork }

    /// - Parameters:
    ///   - x: inputs of the meta network before their encoding, one a row.
    ///   - z: inputs of the primary network, as many rows.
    /// - Note: Relative error about 1e-12; 1e-8 between two different samples whose x and z are equal, for a primary activation
    ///   with a kink (rounding of a correlation of one).
    public func kernels(_ x: Matrix, _ z: Matrix) throws(KernelError) -> Kernels {
        precondition(x.rows == z.rows, "\(x.rows) inputs of the meta network, \(z.rows) of the primary network")
        let encoded = hypernetwork.encoded(x)
        let meta = try NetworkKernel(hypernetwork.meta, inputDimension: encoded.columns)
        var (weights, weightTangent) = meta.within(try meta.prepare(encoded)).matrices()
        let base = Matrix(rows: x.rows, columns: x.rows, repeating: hypernetwork.baseScale * hypernetwork.baseScale)
        weights.add(base)
        weightTangent.add(base)
        let primary = try WeightedKernels(hypernetwork.primary, inputs: z, weights: weights)
        var tangent = weightTangent
        tangent.multiplyElements(by: primary.tangent)
        return Kernels(
            weights: weights, weightTangent: weightTangent, primaryTangent: primary.tangent, tangent: tangent,
            outputs: primary.covariance, layerVariances: primary.variances)
    }

    /// m·Var(Θ_h)/Θ_h² over initialisations at one sample (a row of each), for an infinitely wide meta network: what stays
    /// random when only the meta network is wide.
    ///
    /// To leading order in 1/m, by ``InitialRecursion`` with weights of variance S; exact for one hidden layer, whose
    /// kernel is a mean over m independent neurons.
    /// - Throws: ``KernelError`` or ``CriticalityError``.
    public func primaryFluctuation(_ x: Matrix, _ z: Matrix) throws -> Double {
        precondition(x.rows == 1 && z.rows == 1, "\(x.rows) and \(z.rows) samples; expected one")
        let kernels = try kernels(x, z)
        let scale = hypernetwork.primary.weightScale * hypernetwork.primary.weightScale
        let variance = scale * kernels.weights[0, 0]
        guard variance > 0 && variance.isFinite else { throw CriticalityError.kernelNotPositive(kernel: variance, layer: 1) }
        let recursion = InitialRecursion(
            KernelMap(hypernetwork.primary.activation, weightVariance: variance),
            rates: TangentRates(weight: scale, bias: 0),
            inputKernel: z.elements.reduce(0) { $0 + $1 * $1 } / Double(z.columns))
        let output = try recursion.layers(hypernetwork.primary.hiddenLayers + 1).last!
        return output.tangentVariance / (output.tangent * output.tangent)
    }

    /// Mean and variance of Θ_h at one sample for any widths N and m, when both networks are linear with one hidden layer,
    /// unit scales, no biases and no encoding, and |x|² = k, |z|² = d.
    ///
    /// Let C = χ²_N/N be the meta network's feature kernel and χ²_{N−1} what is orthogonal to its features. The weights are
    /// √C ξ with ξ normal, T = |∂g|² at ξ is χ²_{2m}/m, and G = g at ξ, so that by conditioning on the weights
    ///
    ///     Θ_h = C²T + 4CG²/N + CT χ²_{N−1}/N
    ///
    /// with mean 4 + 6/N. Relative variance: 1/m for N → ∞, about 5/N for m → ∞.
    public static func linearMoments(metaWidth: Int, primaryWidth: Int) -> (mean: Double, variance: Double) {
        let (n, m) = (Double(metaWidth), Double(primaryWidth))
        let c2 = 1 + 2 / n
        let c3 = c2 * (1 + 4 / n)
        let c4 = c3 * (1 + 6 / n)
        let (t, tt, gg, ggt, gggg) = (2.0, 4 + 4 / m, 1.0, 2 + 4 / m, 3 + 6 / m)
        let (r, rr) = ((n - 1) / n, (n - 1) * (n + 1) / (n * n))
        let mean = c2 * t + 4 / n * gg + t * r
        let cross = 4 / n * c3 * ggt + c3 * tt * r + 4 / n * c2 * ggt * r
        let square = c4 * tt + 16 / (n * n) * c2 * gggg + c2 * tt * rr + 2 * cross
        return (mean, square - mean * mean)
    }
}
