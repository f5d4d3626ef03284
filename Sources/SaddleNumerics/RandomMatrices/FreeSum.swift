import Numerics

/// The spectrum of A + U B Uᵀ with U a random rotation: the free additive convolution A ⊞ B.
///
///     G(z) = G_A(ω) = G_B(ω′),    ω + ω′ = z + 1/G(z)
///     ω = z + h_B(z + h_A(ω)),    h(ω) = 1/G(ω) − ω
///
/// by the fixed point of that map. Source: Belinschi and Bercovici 2007. Where B is a semicircle, ``DeformedWignerSpectrum`` knows more.
/// Edges are found between neighbours of 512 points of the sum of both hulls: gaps and bands narrower than that are not seen.
public struct FreeSum<First: LimitingSpectrum, Second: LimitingSpectrum>: LimitingSpectrum {
    /// The law of A.
    public let first: First
    /// The law of B.
    public let second: Second
    public let atoms: [SpectralAtom]
    public private(set) var bands: [SpectralBand] = []

    /// The sum of two laws.
    ///
    /// - Throws: where resolvents of the laws cannot be had, or the fixed point does not converge.
    public init(_ first: First, _ second: Second) throws {
        self.first = first
        self.second = second
        // Eigenspaces of more than half of the dimensions together meet.
        atoms = first.atoms.flatMap { a in
            second.atoms.compactMap { b in
                // More than rounding of the masses can make of 1.
                a.mass + b.mass > 1 + 1e-12 ? SpectralAtom(position: a.position + b.position, mass: a.mass + b.mass - 1) : nil
            }
        }.sorted { $0.position < $1.position }
        bands = try foundBands()
    }

    private var width: Double {
        first.hull.upper - first.hull.lower + second.hull.upper - second.hull.lower
    }

    public func resolvent(_ z: Complex<Double>) throws -> Complex<Double> {
        if z.imaginary < 0 { return try resolvent(z.conjugate).conjugate }
        func excess(_ law: some LimitingSpectrum, _ ω: Complex<Double>) throws -> Complex<Double> {
            1 / (try law.resolvent(ω)) - ω
        }
        let width = width
        var height = max(width, z.imaginary)
        var (ω, other) = (Complex(z.real, 2 * height), Complex(z.real, 2 * height))
        // ω is the argument of the first law, or of the second: one of them may be large, where its excess has few digits.
        var isFirst = true
        while true {
            let place = Complex(z.real, height)
            ω = try HalfPlaneFixedPoint.solve(at: place, from: ω, scale: width) { ω in
                isFirst
                    ? place + (try excess(second, place + (try excess(first, ω))))
                    : place + (try excess(first, place + (try excess(second, ω))))
            }
            if height <= z.imaginary { break }
            other = place + (isFirst ? try excess(first, ω) : try excess(second, ω))
            if other.length < 0.5 * ω.length { (ω, other, isFirst) = (other, ω, !isFirst) }
            height = height > 1e-4 * width ? max(height / 4, z.imaginary) : z.imaginary
        }
        return isFirst ? try first.resolvent(ω) : try second.resolvent(ω)
    }

    /// Whether x has a density, to the digits of the resolvent beside an atom or an edge.
    private func isInside(_ x: Double) throws -> Bool {
        let g = try resolvent(Complex(x))
        return -g.imaginary > 1e-6 * max(g.length, 1 / width)
    }

    private func foundBands() throws -> [SpectralBand] {
        let (low, high) = (first.hull.lower + second.hull.lower, first.hull.upper + second.hull.upper)
        if !(high > low) { return [] }
        let count = 512
        // Off the sums of atoms, where the resolvent may have a pole.
        let grid = (0...count).map { low + (high - low) * (Double($0) + 0.0137) / (Double(count) + 0.0274) }
        let inside = try Threads.map(grid.count) { try isInside(grid[$0]) }
        func edge(_ a: Double, _ b: Double) throws -> Double {
            var (a, b) = (a, b)
            let begins = try isInside(a)
            while true {
                let middle = (a + b) / 2
                if middle <= a || middle >= b || b - a < 1e-13 * width { return middle }
                if try isInside(middle) == begins { a = middle } else { b = middle }
            }
        }
        var edges = inside[0] ? [low] : []
        for k in 1..<grid.count where inside[k] != inside[k - 1] { edges.append(try edge(grid[k - 1], grid[k])) }
        if inside[count] { edges.append(high) }
        // Whether the density grows towards an end.
        func isHard(_ end: Double, _ length: Double) throws -> Bool {
            try -resolvent(Complex(end + 1e-6 * length)).imaginary > -resolvent(Complex(end + 4e-6 * length)).imaginary
        }
        return try stride(from: 0, to: edges.count, by: 2).map { k in
            let (lower, upper) = (edges[k], edges[k + 1])
            return SpectralBand(
                lower: lower, upper: upper, isHardBelow: try isHard(lower, upper - lower),
                isHardAbove: try isHard(upper, lower - upper))
        }
    }

    /// Free cumulants add.
    public func moments(_ count: Int) -> [Double] {
        let (a, b) = (FreeCumulants.cumulants(of: first.moments(count)), FreeCumulants.cumulants(of: second.moments(count)))
        return FreeCumulants.moments(of: zip(a, b).map(+))
    }
}
