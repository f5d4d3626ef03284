#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import CSaddle
import Numerics

/// Why a spectrum or an equation over it cannot be served.
public enum SpectrumError: Error, Equatable, CustomStringConvertible {
    /// No eigenvalues.
    case empty
    /// An eigenvalue that is negative or above 1e100, or a largest one below 1e-100; indices count from 0.
    case badEigenvalue(index: Int, value: Double)
    /// A multiplicity that is not finite and positive.
    case badMultiplicity(index: Int, value: Double)
    /// No eigenvalue is positive.
    case allZero
    /// A number of samples or features that is not positive.
    case badCount(value: Double)
    /// A trace of the tail that is negative or not finite.
    case badTail(value: Double)
    /// A ridge that is negative or not finite.
    case badRidge(value: Double)
    /// The equation for κ stopped at this relative residual.
    case notConverged(residual: Double)

    public var description: String {
        switch self {
        case .empty: "the spectrum has no eigenvalues"
        case .badEigenvalue(let index, let value):
            "eigenvalue \(index + 1) of the spectrum is \(value); a covariance has finite eigenvalues of 0 or more (here at most 1e100, the largest at least 1e-100)"
        case .badMultiplicity(let index, let value):
            "multiplicity \(index + 1) of the spectrum is \(value); expected a number above 0"
        case .allZero: "all eigenvalues of the spectrum are 0; at least one must be positive"
        case .badCount(let value): "a matrix factor of \(value) rows; expected a number above 0, infinite for no sampling at all"
        case .badTail(let value): "the trace of the tail of the spectrum is \(value); expected a finite number of 0 or more"
        case .badRidge(let value): "the ridge is \(value); expected a finite number of 0 or more"
        case .notConverged(let residual):
            """
            the equation of the deterministic equivalent did not converge (relative residual \(residual)): the argument is at the \
            edge of the spectrum, or the spectrum has eigenvalues too far apart for double precision
            """
        }
    }
}

/// The spectrum of a population covariance Σ: eigenvalues and how often each occurs.
///
/// In proportional limits only ratios of multiplicities to numbers of samples matter, so that multiplicities need not be whole
/// numbers: `isotropic(dimension: 1)` with 0.5 samples is the ratio α = ½.
public struct PopulationSpectrum: Sendable, Equatable {
    /// λ_k ≥ 0, in any order; zeros are directions in which the data do not extend.
    public let eigenvalues: [Double]
    /// m_k > 0
    public let multiplicities: [Double]
    /// Σ m
    public let dimension: Double
    /// Σ m over positive eigenvalues
    public let rank: Double
    /// Σ mλ
    public let trace: Double

    /// (tr Σ)²/tr Σ²: how many directions the inputs have.
    public var effectiveRank: Double {
        trace * trace / zip(eigenvalues, multiplicities).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }
    }
    /// Largest eigenvalue, without regard to multiplicities.
    public let largest: Double

    /// - Parameter multiplicities: one for each eigenvalue; nil: 1 each.
    public init(_ eigenvalues: [Double], multiplicities: [Double]? = nil) throws(SpectrumError) {
        if eigenvalues.isEmpty { throw .empty }
        let counts = multiplicities ?? [Double](repeating: 1, count: eigenvalues.count)
        precondition(counts.count == eigenvalues.count, "\(counts.count) multiplicities for \(eigenvalues.count) eigenvalues")
        if let k = eigenvalues.firstIndex(where: { !($0 >= 0 && $0 <= 1e100) }) {
            throw .badEigenvalue(index: k, value: eigenvalues[k])
        }
        if let k = counts.firstIndex(where: { !($0.isFinite && $0 > 0) }) { throw .badMultiplicity(index: k, value: counts[k]) }
        largest = eigenvalues.max()!
        if largest == 0 { throw .allZero }
        if largest < 1e-100 { throw .badEigenvalue(index: eigenvalues.firstIndex(of: largest)!, value: largest) }
        self.eigenvalues = eigenvalues
        self.multiplicities = counts
        dimension = counts.reduce(0, +)
        rank = zip(eigenvalues, counts).reduce(0) { $1.0 > 0 ? $0 + $1.1 : $0 }
        trace = zip(eigenvalues, counts).reduce(0) { $0 + $1.0 * $1.1 }
    }

    /// Σ = scale · 1
    public static func isotropic(dimension: Double, scale: Double = 1) throws(SpectrumError) -> PopulationSpectrum {
        try PopulationSpectrum([scale], multiplicities: [dimension])
    }

    /// λ_k = k^{−exponent}, k = 1 … count
    public static func powerLaw(count: Int, exponent: Double) throws(SpectrumError) -> PopulationSpectrum {
        try PopulationSpectrum((0..<count).map { pow(Double($0 + 1), -exponent) })
    }

    /// Σ w/(λ + κ) and its derivative with the opposite sign, Σ w/(λ + κ)², at one complex κ off the negative real axis.
    ///
    /// - Parameter weights: one for each eigenvalue; multiplicities are not multiplied in.
    /// - Complexity: one division an eigenvalue, in vector instructions; the same bits on every machine.
    public func resolventSums(
        _ weights: [Double], at κ: Complex<Double>
    ) -> (first: Complex<Double>, second: Complex<Double>) {
        precondition(weights.count == eigenvalues.count, "\(weights.count) weights for \(eigenvalues.count) eigenvalues")
        var sums = (0.0, 0.0, 0.0, 0.0)
        withUnsafeMutableBytes(of: &sums) {
            sd_resolvent_sums(
                eigenvalues.count, eigenvalues, weights, κ.real, κ.imaginary, $0.assumingMemoryBound(to: Double.self).baseAddress!
            )
        }
        return (Complex(sums.0, sums.1), Complex(sums.2, sums.3))
    }
}
