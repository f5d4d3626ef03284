import SaddleModels
import SaddleNumerics

/// Which kernel of a network of infinite width.
public enum KernelKind: String, Sendable, CaseIterable {
    /// The covariance of the outputs at initialisation (neural network Gaussian process), Σᴸ⁺¹.
    case nngp
    /// The neural tangent kernel, Θᴸ⁺¹.
    case ntk
}

/// The kernels of a fully connected network in the limit of infinite width.
///
///     Σ¹ = σ_b² + σ_w² xx′/D,        Σˡ⁺¹ = σ_b² + σ_w² E φ(u)φ(v),                         (u, v) ~ N(0, Σˡ)
///     Θ¹ = λ_w xx′/D + λ_b,          Θˡ⁺¹ = λ_w E φ(u)φ(v) + λ_b + σ_w² E φ′(u)φ′(v) Θˡ
///
/// NNGP = Σᴸ⁺¹ and NTK = Θᴸ⁺¹: the readout is one more layer. In the mean-field parameterisation λ = 1, which makes Θ the K of
/// `Documentation/MeanField.md`; in that of Jacot, Gabriel & Hongler 2018 λ_w = σ_w² and λ_b = σ_b².
///
/// Residual connections add Σˡ and Θˡ to what the hidden layers from the second on receive; layer norm shifts and scales inputs.
///
/// Model: independent Gaussian weights and biases, widths to infinity. Omits the O(1/width) corrections. Sources: Lee et al. 2018
/// (NNGP), Jacot, Gabriel & Hongler 2018 (NTK).
///
///     let kernel = try NetworkKernel(network, inputDimension: inputs.columns)
///     let train = try kernel.prepare(inputs), test = try kernel.prepare(testInputs)
///     let k = kernel.within(train).matrix(.ntk)
///     let cross = kernel.between(test, train).matrices()
///
/// Accuracy is that of ``DualActivation``. Diagonals follow their own recursion. For relu, leaky_relu, abs, linear and sign pairs
/// carry the defect 1 − |c| of their correlation through the layers, and nearly parallel inputs take it from what one has across the
/// other, so that repeated, nearly repeated and antipodal points keep their digits. All-zero inputs are served.
///
/// Results do not depend on the number of threads; they may differ in the last digits between different ways to cut a kernel into
/// blocks, as sums of BLAS do.
public struct NetworkKernel: Sendable {
    let recursion: KernelRecursion
    let dual: DualActivation
    private let entry: (network: Network, dimension: Int)?

    /// - Parameters:
    ///   - inputDimension: D.
    ///   - width: n, for parameterisations whose tangent kernel depends on it (standard: λ_w is the number of incoming weights).
    /// - Throws: ``KernelError/needsWidth(parameterization:)``; ``KernelError/unsupported(_:)``.
    public init(_ network: Network, inputDimension: Int, width: Int? = nil) throws(KernelError) {
        self.init(
            try KernelRecursion(network, inputDimension: inputDimension, width: width), entry: (network, inputDimension))
    }

    init(_ recursion: KernelRecursion, entry: (network: Network, dimension: Int)? = nil) {
        self.recursion = recursion
        self.entry = entry
        dual = DualActivation(recursion.activation)
    }

    /// What blocks need to know of each input alone: variances of all layers, diagonals, and coefficients of series.
    ///
    /// - Parameter inputs: one input per row.
    /// - Throws: ``KernelError/inputNotFinite(sample:)``, and as ``DualActivation/prepare(_:)``.
    /// - Complexity: O(P D) and, for a series, O(P · terms · nodes) a layer, about 40 · 80.
    public func prepare(_ inputs: Matrix) throws(KernelError) -> KernelPoints {
        guard let (network, dimension) = entry else { return try KernelPoints(inputs, recursion, dual) }
        precondition(inputs.columns == dimension, "inputs of dimension \(inputs.columns), kernel for \(dimension)")
        if let sample = network.inputWithoutVariation(in: inputs) { throw .constantInput(sample: sample) }
        return try KernelPoints(network.entering(inputs), recursion, dual)
    }

    /// The symmetric kernels of a set of points.
    public func within(_ points: KernelPoints) -> KernelPair {
        KernelPair(recursion, rows: points, columns: points, isSymmetric: true)
    }

    /// The kernels between two sets of points: one row for each of the first, one column for each of the second.
    public func between(_ rows: KernelPoints, _ columns: KernelPoints) -> KernelPair {
        KernelPair(recursion, rows: rows, columns: columns, isSymmetric: false)
    }
}
