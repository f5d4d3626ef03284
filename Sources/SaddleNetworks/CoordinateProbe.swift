import SaddleModels
import SaddleNumerics

/// Something whose typical size is watched against the width. Layers count from 1.
public enum Coordinate: Sendable, Hashable {
    case preactivation(Int), activation(Int)
    /// Moved since initialisation.
    case preactivationUpdate(Int), activationUpdate(Int)
    case output, outputUpdate

    public static func all(hiddenLayers: Int) -> [Coordinate] {
        let layers = (0..<hiddenLayers).map { $0 + 1 }
        return layers.map { .preactivation($0) } + layers.map { .activation($0) } + layers.map { .preactivationUpdate($0) }
            + layers.map { .activationUpdate($0) } + [.output, .outputUpdate]
    }
}

/// Measures how large the coordinates of networks of one width are, and how far a few steps of training move them.
public struct CoordinateProbe: Sendable {
    public let coordinates: [Coordinate]
    private let trainer: Trainer

    /// - Parameter experiment: all of its training steps are done; its recorded steps play no role.
    public init(_ experiment: Experiment, width: Int) {
        trainer = Trainer(experiment, width: width, recordsKernels: false)
        coordinates = Coordinate.all(hiddenLayers: trainer.graph.layers.count)
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
        let (before, after) = (fields(network), fields(trained))
        func moved(_ a: Matrix, _ b: Matrix) -> Double {
            var difference = b
            difference.add(a, scale: -1)
            return difference.meanSquare
        }
        let sizes = coordinates.map { coordinate in
            switch coordinate {
            case .preactivation(let layer): before.preactivations[layer - 1].meanSquare
            case .activation(let layer): before.features[layer - 1].meanSquare
            case .preactivationUpdate(let layer):
                moved(before.preactivations[layer - 1], after.preactivations[layer - 1])
            case .activationUpdate(let layer): moved(before.features[layer - 1], after.features[layer - 1])
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

    private func fields(_ network: FiniteNetwork) -> (preactivations: [Matrix], features: [Matrix], outputs: Matrix) {
        var fields = Fields(of: network, samples: trainer.trainColumns.columns)
        fields.forward(Parameters(network), trainer.graph.entering(NetworkMatrix<Double>(trainer.trainColumns)))
        return (fields.preactivations.map(\.doubles), fields.features.map(\.doubles), fields.outputs.doubles)
    }
}

extension Matrix {
    fileprivate var meanSquare: Double { elements.reduce(0) { $0 + $1 * $1 } / Double(elements.count) }
}
