import SaddleModels

/// A field that a normalisation of hidden layers cannot scale: all of its units are equal, up to rounding.
public struct FlatField: Sendable, Equatable, CustomStringConvertible {
    /// For people, as the graph calls it.
    public let population: String
    /// How many units it has.
    public let units: Int
    /// Number of the sample in what was put into the network: the training samples, those of a mini-batch, or test samples.
    public let sample: Int

    init(_ graph: NetworkGraph, field: Int, column: Int, width: Int) {
        let place = graph.fields[field]
        population = graph.populations[place.population].name
        units = graph.populations[place.population].width(width)
        sample = column / place.positions
    }

    public var description: String {
        units == 1
            ? "\(population) has 1 unit, which cannot be normalised: expected a larger width, or no layer norm of hidden layers"
            : "all \(units) units of \(population) are equal at sample \(sample) (from 0), so that they cannot be normalised to "
                + "variance 1; expected inputs, an activation or biases that keep them apart, or no layer norm of hidden layers"
    }
}

extension Fields {
    /// - Precondition: ``flat`` is nil.
    func requireVariation() { if let flat { preconditionFailure("\(flat)") } }
}
