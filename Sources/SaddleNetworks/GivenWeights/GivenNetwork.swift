import SaddleModels
import SaddleNumerics

/// A network with weights of one's own: those of a file, laid into its graph.
///
/// Matrices are out × in, convolutions out × in × height × width (or length), and a readout of all positions reads them channel by channel,
/// as in PyTorch; or in × out, height × width × in × out and position by position, as in Flax and Keras. Shapes tell which; square
/// matrices follow the others of their file, and are out × in where no shape tells.
public struct GivenNetwork: Sendable {
    /// What the numbers of a file are.
    public enum Values: String, Sendable, CaseIterable {
        /// What acts: h = W φ(h) + b, multipliers and 1/γ₀ included, as in a network of plain linear layers.
        case effective
        /// The parameters of the parameterisation, beside its multipliers: h = m W φ(h) + m_b b.
        case parameters
    }

    /// The axes of matrices.
    public enum Axes: String, Sendable, CaseIterable {
        /// As shapes tell; square ones as the others of their file, out × in where no shape tells.
        case auto
        /// One row for each unit that is written, as in PyTorch.
        case outIn = "out_in"
        /// One row for each unit that is read, as in Flax and Keras.
        case inOut = "in_out"
    }

    /// Where one array went.
    public struct Place: Sendable {
        /// Its name in the file.
        public let array: String
        /// Its axes in the file.
        public let shape: [Int]
        /// As the graph calls it.
        public let weight: String
        /// Whether the axes were in × out.
        public let isTransposed: Bool
        /// The root mean square of its entries over the deviation that they are drawn with.
        public let size: Double
    }

    /// With the weights of the file, as parameters of its parameterisation.
    public let network: FiniteNetwork
    /// Of every weight of the graph, in its order.
    public let places: [Place]
    /// Whether matrices are square of which nothing tells the axes.
    public let isOrderAssumed: Bool
    /// Arrays that an explicit order of modules left out.
    public let leftOut: [String]

    /// - Parameters:
    ///   - axes: of matrices; where shapes tell nothing else, out × in.
    /// - Throws: ``WeightArrayError``; `NetworkError` for a network that cannot be built.
    public init(
        _ network: Network, inputDimension: Int, arrays: WeightArrays, values: Values = .effective, axes: Axes = .auto
    ) throws {
        let graph = try network.graph(inputDimension: inputDimension)
        guard arrays.modules.count == graph.weights.count else {
            throw WeightArrayError.count(found: arrays.modules.map(\.weight.name), expected: graph.weights.map(\.name))
        }
        let layers = zip(arrays.modules, graph.weights).map { LaidArray($0.weight, $1, in: graph) }
        let width = try layers[0].width(axes)
        if let problem = graph.widthProblem(width) {
            throw WeightArrayError.width(width, array: layers[0].array.name, expected: problem)
        }
        let fits = try layers.map { try $0.fits(width: width, axes) }
        let told = fits.filter { !$0.isBoth }
        let rest = !told.isEmpty && told.allSatisfy(\.isTransposed)
        isOrderAssumed = axes == .auto && told.count < fits.count && (told.isEmpty || Set(told.map(\.isTransposed)).count == 2)
        let isTransposed = fits.map { $0.isBoth ? rest : $0.isTransposed }
        let outputs = layers.last!.outputs(isTransposed: isTransposed.last!)

        var result = FiniteNetwork(network, graph, outputCount: outputs, width: width, seed: 0, index: 0)
        let scaling = result.scaling
        // A readout of several positions also has the factor of their map.
        let readout = graph.readout.positions, positionScale = 1 / Double(readout).squareRoot()
        func factor(_ multiplier: Double, _ i: Int, isWeight: Bool) -> Double {
            if values == .parameters { return 1 }
            if graph.weights[i].target != nil { return 1 / multiplier }
            return 1 / (multiplier * scaling.outputScale * (isWeight ? positionScale : 1))
        }
        for (i, layer) in layers.enumerated() {
            var matrix = layer.matrix(isTransposed: isTransposed[i])
            matrix.scale(by: factor(scaling.weights[i].multiplier, i, isWeight: true))
            precondition(
                (matrix.rows, matrix.columns) == (result.weights[i].rows, result.weights[i].columns),
                "weight \(i) of another shape")
            result.weights[i] = matrix
        }
        try Self.checkBiases(arrays.modules, isWanted: network.biasScale != 0)
        for i in result.biases.indices {
            let bias = arrays.modules[i].bias!, length = result.biases[i].rows
            guard bias.tensor.elements.count == length, bias.tensor.shape.count(where: { $0 != 1 }) <= 1 else {
                throw WeightArrayError.biasShape(array: bias.name, shape: bias.tensor.shape, expected: length)
            }
            var column = Matrix(rows: length, columns: 1, elements: bias.tensor.elements)
            column.scale(by: factor(scaling.biases[i].multiplier, i, isWeight: false))
            result.biases[i] = column
        }
        places = layers.indices.map { i in
            let matrix = result.weights[i]
            let square = matrix.elements.reduce(0) { $0 + $1 * $1 } / Double(matrix.elements.count)
            return Place(
                array: layers[i].array.name, shape: layers[i].array.tensor.shape, weight: graph.weights[i].name,
                isTransposed: isTransposed[i], size: square.squareRoot() / scaling.weights[i].deviation)
        }
        self.network = result
        leftOut = arrays.leftOut
    }

    private static func checkBiases(_ modules: [WeightArrays.Module], isWanted: Bool) throws(WeightArrayError) {
        let present = modules.compactMap { $0.bias?.name }
        if !isWanted && !present.isEmpty { throw .biases(present) }
        let missing = modules.filter { $0.bias == nil }.map(\.weight.name)
        if isWanted && !missing.isEmpty { throw .noBias(of: missing) }
    }
}
