#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A scalar field in d = 0, 1 or 2 dimensions that is a sum of cosine neurons, and the box in which it interacts.
///
///     φ(x) = Σ_{i≤N} s(kᵢ) √(2/N) aᵢ cos(kᵢ·x + bᵢ),   k ~ p on |k| < Λ,   E a² = 1,   b uniform,   p s² = 1/((2π)^d (k² + m²))
///
/// so that N → ∞ is the free field of mass m. How much of the propagator is in p, ∝ (k² + m²)^{−κ}, and how much in s, is a choice that only
/// finite N sees. The interaction is exp(−λ Σ_z w φ(z)⁴) over the points z of a grid in the box, w their volume.
public struct NeuronField: Sendable, Equatable {
    /// Where the propagator is.
    public enum Weighting: String, Sendable, CaseIterable {
        /// κ = 1: s is constant.
        case momenta
        /// κ = ½
        case both
        /// κ = 0: momenta are uniform.
        case amplitudes
    }

    /// The law of a.
    public enum Amplitude: String, Sendable, CaseIterable {
        /// Standard normal.
        case gaussian
        /// ±1
        case sign

        /// E a⁴ and E a⁶
        public var moments: (fourth: Double, sixth: Double) { self == .gaussian ? (3, 15) : (1, 1) }
    }

    /// d: 0, 1 or 2.
    public var dimension = 1
    /// m
    public var mass = 1.0
    /// Λ
    public var cutoff = 10.0
    /// κ, as one of three choices.
    public var weighting = Weighting.momenta
    /// The law of a.
    public var amplitude = Amplitude.sign
    /// Edge of the box, and grid points along it; one point in d = 0.
    public var box = 4.0
    /// Grid points along an edge of the box.
    public var points = 16

    /// One dimension, m = 1, Λ = 10, a box of edge 4 with 16 points.
    public init() {}

    /// κ
    public var exponent: Double { weighting == .momenta ? 1 : weighting == .both ? 0.5 : 0 }

    /// ∫_{|k|<Λ} (k² + m²)^{−κ} d^dk; 1 in d = 0, where there are no momenta.
    public var momentumVolume: Double {
        let (m, Λ) = (mass, cutoff)
        switch (dimension, weighting) {
        case (0, _): return 1
        case (1, .momenta): return 2 * atan(Λ / m) / m
        case (1, .both): return 2 * asinh(Λ / m)
        case (1, .amplitudes): return 2 * Λ
        case (_, .momenta): return Double.pi * log1p(Λ * Λ / (m * m))
        case (_, .both): return 2 * Double.pi * ((Λ * Λ + m * m).squareRoot() - m)
        case (_, .amplitudes): return Double.pi * Λ * Λ
        }
    }

    /// |k| below which a share u of the momenta is.
    public func momentum(quantile u: Double) -> Double {
        let (m, Λ) = (mass, cutoff)
        switch (dimension, weighting) {
        case (0, _): return 0
        case (1, .momenta): return m * tan(u * atan(Λ / m))
        case (1, .both): return m * sinh(u * asinh(Λ / m))
        case (1, .amplitudes): return u * Λ
        case (_, .momenta): return m * expm1(u * log1p(Λ * Λ / (m * m))).squareRoot()
        case (_, .both):
            let root = m + u * ((Λ * Λ + m * m).squareRoot() - m)
            return (root * root - m * m).squareRoot()
        case (_, .amplitudes): return Λ * u.squareRoot()
        }
    }

    /// s²(k)
    public func squaredAmplitude(_ k: Double) -> Double {
        if dimension == 0 { return 1 / (mass * mass) }
        return momentumVolume * pow(k * k + mass * mass, exponent - 1) / pow(2 * Double.pi, Double(dimension))
    }

    /// Points of the grid, in steps from its first one.
    public var grid: [[Int]] {
        switch dimension {
        case 0: [[]]
        case 1: (0..<points).map { [$0] }
        default: (0..<points * points).map { [$0 / points, $0 % points] }
        }
    }

    /// Distance of neighbours, and w.
    public var spacing: Double { box / Double(points) }
    /// w, the volume of a grid point: spacing^d.
    public var cell: Double { pow(spacing, Double(dimension)) }

    /// The point in the middle, and those beyond it along the last axis, itself first.
    public var line: [Int] {
        let half = points / 2
        switch dimension {
        case 0: return [0]
        case 1: return Array(half..<points)
        default: return (half..<points).map { half * points + $0 }
        }
    }
}
