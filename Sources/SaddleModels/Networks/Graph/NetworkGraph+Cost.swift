/// What a network of a width holds and computes.
extension NetworkGraph {
    private func units(_ source: Weight.Source, width: Int) -> Int {
        switch source {
        case .inputs(let channels): channels
        case .population(let number): populations[number].width(width)
        }
    }

    /// Weights, and biases if there are any.
    public func parameterCount(width: Int, outputs: Int, hasBiases: Bool) -> Int {
        weights.reduce(0) { sum, weight in
            let written = weight.target.map { populations[$0].width(width) } ?? outputs
            let read = units(weight.source, width: width) * weight.places * (weight.target == nil ? readout.positions : 1)
            return sum + written * (read + (hasBiases ? 1 : 0))
        }
    }

    /// Multiplications and additions of the outputs of one sample, of weights and of attention; functions of single units are left out.
    public func forwardOperations(width: Int, outputs: Int) -> Double {
        var operations = 0.0
        for field in fields {
            let positions = Double(field.positions)
            switch field.operation {
            case .linear(let number, _):
                let weight = weights[number]
                let written = weight.target.map { populations[$0].width(width) } ?? outputs
                operations += 2 * positions * Double(written) * Double(units(weight.source, width: width) * weight.places)
            case .attention: operations += 4 * positions * positions * Double(populations[field.population].width(width))
            case .activation, .normalization, .pooling, .sum: break
            }
        }
        // The readout is no field.
        let read = Double(units(weights.last!.source, width: width) * readout.positions)
        return operations + 2 * read * Double(outputs)
    }

    /// The smallest width that can be built; all multiples of it can.
    public var widthUnit: Int { (1...4096).first { widthProblem($0) == nil } ?? 1 }
}
