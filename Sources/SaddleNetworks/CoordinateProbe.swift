import SaddleModels
import SaddleNumerics

/// Something whose typical size is watched against the width. Layers count from 1.
public enum Coordinate: Sendable, Hashable {
    /// h and φ(h) of a hidden layer, at initialisation.
    case preactivation(Int), activation(Int)
    /// Moved since initialisation.
    case preactivationUpdate(Int), activationUpdate(Int)
    /// Preactivations of the last layer and how they moved, in networks of whatever depth.
    case lastPreactivation, lastPreactivationUpdate
    /// ΔW φ, what weights do to the features of the trained network by having moved: m ΔW v for a weight that reads v with the multiplier m,
    /// without the factor of a residual branch. Over all hidden weights together; of the readout what it does to f.
    case weightUpdate(LayerRole)
    /// f at initialisation; how far it moved.
    case output, outputUpdate

    /// Those of every layer, of every group of weights and of the outputs, in networks of so many hidden layers.
    public static func all(hiddenLayers: Int) -> [Coordinate] {
        let layers = (0..<hiddenLayers).map { $0 + 1 }
        return layers.map { .preactivation($0) } + layers.map { .activation($0) } + layers.map { .preactivationUpdate($0) }
            + layers.map { .activationUpdate($0) }
            + LayerRole.allCases.filter { $0 != .hidden || hiddenLayers > 1 }.map { .weightUpdate($0) } + [
                .output, .outputUpdate,
            ]
    }

    /// Those that networks of any depth have in common.
    public static let ofDeepNetworks: [Coordinate] =
        [.lastPreactivation, .lastPreactivationUpdate] + LayerRole.allCases.map { .weightUpdate($0) } + [.output, .outputUpdate]
}

/// Measures how large the coordinates of networks of one width are, and how far a few steps of training move them.
public struct CoordinateProbe: Sendable {
    /// What is measured, in the order of the results.
    public let coordinates: [Coordinate]
    private let trainer: Trainer

    /// - Parameter experiment: all of its training steps are done; its recorded steps play no role.
    public init(_ experiment: Experiment, width: Int, coordinates: [Coordinate]? = nil) {
        trainer = Trainer(experiment, width: width, recordsKernels: false)
        self.coordinates = coordinates ?? Coordinate.all(hiddenLayers: trainer.graph.layers.count)
    }

    /// The mean square of each of `coordinates` over neurons (or outputs) and training samples, for network number `index`.
    ///
    /// - Throws: ``Divergence`` if a number is not finite; ``EnsembleError/width(_:expected:)``.
    public func meanSquares(seed: Int, index: Int) throws -> [Double] {
        let experiment = trainer.experiment
        try trainer.graph.check(width: trainer.width)
        let network = trainer.initialNetwork(seed: seed, index: index)
        var trained = network
        _ = try trainer.train(&trained, index: index)
        let (before, after) = (State(network, trainer), State(trained, trainer))
        func moved(_ a: Matrix, _ b: Matrix) -> Double {
            var difference = b
            difference.add(a, scale: -1)
            return difference.meanSquare
        }
        func preactivation(_ layer: Int) -> Double { before.preactivation(layer).meanSquare }
        func preactivationUpdate(_ layer: Int) -> Double { moved(before.preactivation(layer), after.preactivation(layer)) }
        let last = trainer.graph.layers.count
        let sizes = coordinates.map { coordinate in
            switch coordinate {
            case .preactivation(let layer): preactivation(layer)
            case .activation(let layer): before.feature(layer).meanSquare
            case .preactivationUpdate(let layer): preactivationUpdate(layer)
            case .activationUpdate(let layer): moved(before.feature(layer), after.feature(layer))
            case .lastPreactivation: preactivation(last)
            case .lastPreactivationUpdate: preactivationUpdate(last)
            case .weightUpdate(let role): after.updates(by: role, since: before)
            case .output: before.outputs.meanSquare
            case .outputUpdate: moved(before.outputs, after.outputs)
            }
        }
        guard sizes.allSatisfy(\.isFinite) else {
            let steps = experiment.training.steps
            throw Divergence(
                network: index, width: trainer.width, step: steps, learningRate: experiment.training.rate(at: max(steps - 1, 0)))
        }
        return sizes
    }

    /// A network and its fields.
    private struct State {
        private let parameters: Parameters<Double>
        private let inputs: NetworkMatrix<Double>
        private let fields: Fields<Double>

        init(_ network: FiniteNetwork, _ trainer: Trainer) {
            parameters = Parameters(network)
            inputs = trainer.graph.entering(NetworkMatrix<Double>(trainer.trainColumns))
            var fields = Fields(of: network, samples: trainer.trainColumns.columns)
            fields.forward(parameters, inputs)
            self.fields = fields
        }

        func preactivation(_ layer: Int) -> Matrix { fields.preactivations[layer - 1].doubles }
        func feature(_ layer: Int) -> Matrix { fields.features[layer - 1].doubles }
        var outputs: Matrix { fields.outputs.doubles }

        /// The mean square of m ΔW v over all weights of that role.
        func updates(by role: LayerRole, since before: State) -> Double {
            let readout = parameters.weights.count - 1
            let weights = (0...readout).filter { LayerRole(weight: $0, of: readout + 1) == role }
            let squares = weights.map { weight -> Double in
                var change = parameters.weights[weight]
                change.add(before.parameters.weights[weight], scale: -1)
                let read = fields.read(weight, inputs), scaling = parameters.scaling
                // The readout is laid out with its outputs as columns.
                let (left, right) = weight == readout ? (read.ᵀ, change.plain) : (change.plain, read.plain)
                var product = NetworkMatrix<Double>(rows: left.rows, columns: right.columns)
                product.add(
                    left, right,
                    scale: scaling.weights[weight].multiplier * (weight == readout ? scaling.outputScale : 1), keeping: 0)
                return product.doubles.meanSquare
            }
            return squares.reduce(0, +) / Double(squares.count)
        }
    }
}

extension Matrix {
    fileprivate var meanSquare: Double { elements.reduce(0) { $0 + $1 * $1 } / Double(elements.count) }
}
