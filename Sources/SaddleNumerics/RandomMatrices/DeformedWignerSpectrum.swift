import Numerics

/// A fixed symmetric matrix A plus a Wigner matrix: signal and noise, A ⊞ semicircle.
///
///     z = u + σ² g(u),    G(z) = g(u) = Σ w/(u − a)
///
/// with the root u of largest imaginary part (Pastur 1972). On the real axis u = p + iv has  σ² Σ w/((p − a)² + v²) = 1, which has one
/// v for every p (Biane 1997). Edges are the critical points of z(u).
public struct DeformedWignerSpectrum: SubordinatedSpectrum {
    /// The law of A.
    public let signal: DiscreteSpectrum
    /// σ: independent entries of the noise have the variance σ²/N.
    public let deviation: Double
    public let atoms: [SpectralAtom] = []
    public let bands: [SpectralBand]

    /// The spectrum of A + σW, with W a Wigner matrix of entries of variance 1/N.
    ///
    /// - Throws: ``RandomMatrixError/badParameter(name:value:accepted:)`` unless σ is finite and above 0.
    public init(_ signal: DiscreteSpectrum, deviation: Double) throws {
        guard deviation > 0, deviation.isFinite else {
            throw RandomMatrixError.badParameter(
                name: "the deviation of the Wigner matrix", value: deviation, accepted: "a finite number above 0")
        }
        self.signal = signal
        self.deviation = deviation
        let square = deviation * deviation, atoms = signal.atoms
        bands =
            SubordinationGaps(
                points: atoms.map(\.position), stages: { Self.stages(of: $0, atoms, square) },
                canOpen: { Self.canOpen(atoms[$0], atoms[$0 + 1], square) }, lowest: (atoms[0].position - deviation, nil)
            ).bands().bands
    }

    /// Whether two neighbours alone leave the slope positive somewhere between them.
    private static func canOpen(_ a: SpectralAtom, _ b: SpectralAtom, _ square: Double) -> Bool {
        let gap = b.position - a.position
        let sum = Double.root(a.mass, 3) + Double.root(b.mass, 3)
        return square * sum * sum * sum < gap * gap
    }

    private static func stages(of u: Double, _ atoms: [SpectralAtom], _ square: Double) -> [SubordinationStage<Double>] {
        var (sum, squares) = (0.0, 0.0)
        for atom in atoms {
            let inverse = 1 / (u - atom.position)
            sum += atom.mass * inverse
            squares += atom.mass * inverse * inverse
        }
        return [.init(value: u, slope: 1), .init(value: u + square * sum, slope: 1 - square * squares)]
    }

    public func stages(of u: Double) -> [SubordinationStage<Double>] {
        Self.stages(of: u, signal.atoms, deviation * deviation)
    }

    public func residueShare(u: Double, z: Double) -> Double { 1 }

    public func stages(along path: [Complex<Double>]) throws -> [[SubordinationStage<Complex<Double>>]] {
        try path.map { z in
            let u = try subordinated(z)
            let squares = signal.atoms.reduce(Complex<Double>(0)) { sum, atom in
                let inverse = 1 / (u - Complex(atom.position))
                return sum + Complex(atom.mass) * inverse * inverse
            }
            return [.init(value: u, slope: 1), .init(value: z, slope: 1 - Complex(deviation * deviation) * squares)]
        }
    }

    public func resolvent(_ z: Complex<Double>) throws -> Complex<Double> { signal.resolvent(try subordinated(z)) }

    /// u(z)
    private func subordinated(_ z: Complex<Double>) throws -> Complex<Double> {
        if z.imaginary < 0 { return try subordinated(z.conjugate).conjugate }
        let square = Complex(deviation * deviation)
        let scale = deviation + max(abs(signal.hull.lower), abs(signal.hull.upper))
        var u = z + Complex(0, deviation)
        // Towards the real axis from above, so that a step starts near its root.
        var height = deviation
        while height > z.imaginary {
            let above = Complex(z.real, height)
            u = try HalfPlaneFixedPoint.solve(at: above, from: u, scale: scale) { above - square * signal.resolvent($0) }
            height = height > 1e-3 * deviation ? height / 4 : 0
        }
        return try HalfPlaneFixedPoint.solve(at: z, from: u, scale: scale) { z - square * signal.resolvent($0) }
    }

    /// By free cumulants: those of the signal, and σ² added to the second.
    public func moments(_ count: Int) -> [Double] {
        var cumulants = FreeCumulants.cumulants(of: signal.moments(count))
        if count >= 2 { cumulants[1] += deviation * deviation }
        return FreeCumulants.moments(of: cumulants)
    }
}
