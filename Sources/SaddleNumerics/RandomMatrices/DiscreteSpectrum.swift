import Numerics

/// A law of finitely many values: what is not random yet.
public struct DiscreteSpectrum: LimitingSpectrum, Equatable {
    public let atoms: [SpectralAtom]
    public var bands: [SpectralBand] { [] }

    /// - Parameter weights: above 0, divided by their sum here; equal if nil. Equal values are joined.
    public init(_ values: [Double], weights: [Double]? = nil) throws {
        if values.isEmpty { throw SpectrumError.empty }
        let weights = weights ?? [Double](repeating: 1, count: values.count)
        precondition(weights.count == values.count, "\(weights.count) weights for \(values.count) values")
        if let bad = values.first(where: { !$0.isFinite }) {
            throw RandomMatrixError.badParameter(name: "a value of a spectrum", value: bad, accepted: "a finite number")
        }
        if let k = weights.firstIndex(where: { !($0.isFinite && $0 > 0) }) {
            throw SpectrumError.badMultiplicity(index: k, value: weights[k])
        }
        let total = weights.reduce(0, +)
        var atoms: [SpectralAtom] = []
        for (value, weight) in zip(values, weights).sorted(by: { $0.0 < $1.0 }) {
            let mass = weight / total
            if let last = atoms.last, last.position == value {
                atoms[atoms.count - 1] = SpectralAtom(position: value, mass: last.mass + mass)
            } else {
                atoms.append(SpectralAtom(position: value, mass: mass))
            }
        }
        self.atoms = atoms
    }

    /// The eigenvalues of a population, with weights in proportion to their multiplicities.
    public init(_ population: PopulationSpectrum) throws {
        try self.init(population.eigenvalues, weights: population.multiplicities)
    }

    public func resolvent(_ z: Complex<Double>) -> Complex<Double> {
        atoms.reduce(0) { $0 + Complex($1.mass) / (z - Complex($1.position)) }
    }

    public func moments(_ count: Int) -> [Double] {
        var powers = atoms.map(\.mass)
        return (0..<count).map { _ in
            for i in powers.indices { powers[i] *= atoms[i].position }
            return powers.reduce(0, +)
        }
    }
}
