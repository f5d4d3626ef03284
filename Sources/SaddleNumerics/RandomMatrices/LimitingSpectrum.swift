import Numerics

/// A point that holds a positive share of the eigenvalues.
public struct SpectralAtom: Sendable, Equatable {
    /// Where it is, and which share of the eigenvalues it holds.
    public let position, mass: Double

    /// A point with that share of the eigenvalues.
    public init(position: Double, mass: Double) {
        self.position = position
        self.mass = mass
    }
}

/// An interval on which eigenvalues have a density, which vanishes like a square root at each end unless that is hard.
public struct SpectralBand: Sendable, Equatable {
    /// Its ends.
    public let lower, upper: Double
    /// Whether the density diverges at the end, as where eigenvalues are pressed against zero.
    public let isHardBelow, isHardAbove: Bool

    /// A band with soft ends unless told otherwise.
    public init(lower: Double, upper: Double, isHardBelow: Bool = false, isHardAbove: Bool = false) {
        self.lower = lower
        self.upper = upper
        self.isHardBelow = isHardBelow
        self.isHardAbove = isHardAbove
    }

    /// Whether x lies inside; the ends do not.
    public func contains(_ x: Double) -> Bool { x > lower && x < upper }
}

/// Where the eigenvalues of a large symmetric random matrix H of order N are.
///
///     G(z) = (1/N) tr (z − H)⁻¹ → ∫ρ(x) dx/(z − x),    ρ(x) = −Im G(x + i0)/π,    m_k = ∫xᵏρ(x) dx
///
/// The sign of G and its limit from above are fixed here for all of this folder.
public protocol LimitingSpectrum: Sendable {
    /// Ascending in position.
    var atoms: [SpectralAtom] { get }
    /// Ascending; what is between them holds no eigenvalues.
    var bands: [SpectralBand] { get }
    /// G(z); for a real z its limit from above.
    func resolvent(_ z: Complex<Double>) throws -> Complex<Double>
    /// m₁ … m_count, by recursions that are exact.
    func moments(_ count: Int) -> [Double]
}

extension LimitingSpectrum {
    /// ρ(x), without the atoms; zero outside the bands.
    public func density(_ x: Double) throws -> Double {
        guard bands.contains(where: { $0.contains(x) }) else { return 0 }
        return try -resolvent(Complex(x)).imaginary / .pi
    }

    /// The share of eigenvalues that are zero.
    public var massAtZero: Double { atoms.reduce(0) { $1.position == 0 ? $0 + $1.mass : $0 } }

    /// The smallest interval that holds the limit.
    public var hull: (lower: Double, upper: Double) {
        let ends = bands.flatMap { [$0.lower, $0.upper] } + atoms.map(\.position)
        return (ends.min()!, ends.max()!)
    }

    /// ∫f dρ over bands and atoms, by the double-exponential rule on each band.
    ///
    /// - Parameter f: smooth inside each band; it may diverge like a logarithm at a hard edge.
    /// - Throws: ``IntegralError``, errors of the resolvent, or what f throws.
    /// - Note: Error below 1e-10 of ∫|f|dρ; 1e-6 where the density diverges at an end other than zero.
    public func average(_ f: (Double) throws -> Double) throws -> Double {
        var sum = try atoms.reduce(0) { try $0 + $1.mass * f($1.position) }
        for band in bands {
            // Where the density vanishes like a root, what is closer holds less than 1e-18 of the band.
            let margin = 1e-12 * (band.upper - band.lower)
            // Beside an end other than zero, arguments have few digits of their distance from it.
            let isBlunt = band.isHardAbove || band.isHardBelow && band.lower != 0
            sum += try IntervalQuadrature.integral(
                from: band.lower, to: band.upper, tolerance: isBlunt ? 1e-6 : 1e-11
            ) { x in
                if !band.isHardAbove && band.upper - x < margin || !band.isHardBelow && x - band.lower < margin { return 0 }
                return try f(x) * density(x)
            }
        }
        return sum
    }
}
