import SaddleModels
import SaddleNumerics

/// The kernels of a convolutional network in the limit of infinitely many channels.
///
///     Σ¹_{αα′} = σ_b² + σ_w² ⟨x_β·x′_β′/C₀⟩,         Σˡ⁺¹_{αα′} = σ_b² + σ_w² ⟨F(Σˡ_{ββ′})⟩
///     Θ¹_{αα′} = λ_b + λ_w ⟨x_β·x′_β′/C₀⟩,           Θˡ⁺¹_{αα′} = λ_b + ⟨λ_w F + σ_w² Ḟ(Σˡ_{ββ′}) Θˡ_{ββ′}⟩
///
/// with ⟨⟩ the mean over the windows of positions α and α′, shifted together, zero outside. The readout takes the mean over all pairs
/// of positions (average pooling), or over equal ones (flatten), and then only equal positions are needed at all.
///
/// Accuracy is that of ``DualActivation``, except that angles between windows below 1e-7 cannot be told from zero for activations with
/// a kink: covariances within 16 units in the last place of their bound are taken for it.
///
/// Model: as ``NetworkKernel``; ntk, mean-field and μ parameterisations. Residual connections need paddings that keep the shape.
/// Sources: Novak et al. 2019 ("Bayesian deep convolutional networks with many channels are Gaussian processes"), Arora et al. 2019
/// ("On exact computation with an infinitely wide neural net").
///
/// - Complexity: A pair of images and a layer costs A² evaluations of the dual for A positions with average pooling, A with flatten.
public struct ConvolutionalKernel: Sendable {
    let recursion: KernelRecursion
    let convolution: Convolution
    private let network: Network
    private let dual: DualActivation

    /// - Throws: ``KernelError/unsupported(_:)``, ``KernelError/needsWidth(parameterization:)``.
    /// - Precondition: the network has a convolution.
    public init(_ network: Network) throws(KernelError) {
        convolution = network.convolution!
        if let trait = network.trait(beyond: [.plainResidual, .convolution]) {
            throw .unsupported("\(trait.title) are not served by kernel limits")
        }
        var dense = network
        dense.convolution = nil
        do {
            recursion = try KernelRecursion(dense, inputDimension: convolution.inputDimension, width: nil)
        } catch {
            throw .unsupported(
                "convolutions are served in the ntk, mean_field and mup parameterisations, not '\(network.parameterization.name)'"
            )
        }
        if recursion.isResidual && convolution.padding == .valid {
            throw .unsupported("residual layers keep their shape: 'convolution.padding' must be same or circular, not valid")
        }
        for layer in 1...network.hiddenLayers where WindowGrid(convolution, layer: layer - 1).isTooSmall {
            throw .unsupported(
                "windows of \(convolution.window) positions do not fit into layer \(layer) of \(network.hiddenLayers) with padding "
                    + "'valid'; use fewer layers, smaller windows, or padding same or circular")
        }
        self.network = network
        dual = DualActivation(network.activation)
    }

    /// Variances of every position of every image in all layers.
    ///
    /// - Parameter inputs: one image per row, position by position, channels last.
    public func prepare(_ inputs: Matrix) throws(KernelError) -> ImagePoints {
        precondition(
            inputs.columns == convolution.inputDimension,
            "\(inputs.columns) inputs, \(convolution.inputDimension) in the convolution")
        if let sample = network.inputWithoutVariation(in: inputs) { throw .constantInput(sample: sample) }
        return try ImagePoints(network.entering(inputs), self, dual)
    }

    /// The symmetric kernels of a set of images.
    public func within(_ points: ImagePoints, progress: ProgressHandler? = nil) throws -> (nngp: Matrix, ntk: Matrix) {
        try ImagePair(self, rows: points, columns: points, isSymmetric: true).matrices(progress)
    }

    /// The kernels between two sets of images.
    public func between(
        _ rows: ImagePoints, _ columns: ImagePoints, progress: ProgressHandler? = nil
    ) throws -> (nngp: Matrix, ntk: Matrix) {
        try ImagePair(self, rows: rows, columns: columns, isSymmetric: false).matrices(progress)
    }

    /// Relative accuracy of entries, for ``SemidefiniteSpectrum``: angles between windows are known to 1e-7 for kinked activations.
    public var accuracy: Double { recursion.activation.isSmooth ? 1e-12 : 1e-8 }

    /// The kernels of each image with itself.
    public func diagonals(_ points: ImagePoints) throws -> (nngp: [Double], ntk: [Double]) {
        try ImagePair(self, rows: points, columns: points, isSymmetric: true).diagonals()
    }
}

/// Images prepared for a convolutional kernel. Point α·images + i is position α of image i.
public struct ImagePoints: Sendable {
    /// Number of images.
    public let count: Int
    /// Channel values by columns, channels × (positions · images).
    let inputs: Matrix
    /// The preactivations of layers 1 … L.
    let layers: [DualPoints]

    init(_ rows: Matrix, _ kernel: ConvolutionalKernel, _ dual: DualActivation) throws(KernelError) {
        let r = kernel.recursion, channels = kernel.convolution.channels, count = rows.rows
        if let bad = (0..<count).first(where: { i in (0..<rows.columns).contains { !rows[i, $0].isFinite } }) {
            throw .inputNotFinite(sample: bad)
        }
        let positions = rows.columns / channels
        let inputs = Matrix(rows: channels, columns: positions * count) { c, point in
            rows[point % max(count, 1), point / max(count, 1) * channels + c]
        }
        self.count = count
        self.inputs = inputs
        var features = (0..<positions * count).map { p in
            (0..<channels).reduce(0) { $0 + inputs[$1, p] * inputs[$1, p] } / Double(channels)
        }
        var layers: [DualPoints] = [], spare: [Double] = []
        for layer in 1...r.hiddenLayers {
            let grid = WindowGrid(kernel.convolution, layer: layer - 1)
            grid.takeMeans(of: &features, spare: &spare, isPaired: false, stride: count)
            var variances = features.map { r.biasVariance + r.weightVariance * $0 }
            if r.skips(layer - 1) { for i in variances.indices { variances[i] += layers.last!.variances[i] } }
            layers.append(try dual.prepare(variances))
            features = layers.last!.values
        }
        self.layers = layers
    }
}
