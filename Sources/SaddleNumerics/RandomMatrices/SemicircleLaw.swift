import Numerics

/// The semicircle of Wigner matrices: symmetric, independent entries of variance σ²/N (twice that on the diagonal for the GOE).
///
///     ρ(x) = √(4σ² − x²)/(2πσ²),    G = 2/(z + √(z² − 4σ²)),    m_{2k} = σ^{2k} C_k (Catalan)
///
/// Edge 2σ. Source: Wigner 1955.
public struct SemicircleLaw: SubordinatedSpectrum {
    /// σ
    public let deviation: Double
    public let atoms: [SpectralAtom] = []
    public let bands: [SpectralBand]

    /// The semicircle from −2σ to 2σ.
    ///
    /// - Throws: ``RandomMatrixError/badParameter(name:value:accepted:)`` unless σ is finite and above 0.
    public init(deviation: Double = 1) throws(RandomMatrixError) {
        guard deviation > 0, deviation.isFinite else {
            throw .badParameter(name: "the deviation of a Wigner matrix", value: deviation, accepted: "a finite number above 0")
        }
        self.deviation = deviation
        bands = [SpectralBand(lower: -2 * deviation, upper: 2 * deviation)]
    }

    public func resolvent(_ z: Complex<Double>) -> Complex<Double> {
        2 / (z + Complex.sqrt(z - Complex(2 * deviation)) * Complex.sqrt(z + Complex(2 * deviation)))
    }

    public func density(_ x: Double) -> Double {
        let square = 4 * deviation * deviation - x * x
        return square > 0 ? square.squareRoot() / (2 * .pi * deviation * deviation) : 0
    }

    public func moments(_ count: Int) -> [Double] {
        var (catalan, power) = (1.0, 1.0)
        return (1...max(count, 1)).prefix(count).map { n in
            if n % 2 == 1 { return 0 }
            let k = Double(n / 2)
            catalan *= 2 * (2 * k - 1) / (k + 1)
            power *= deviation * deviation
            return catalan * power
        }
    }

    // z = u + σ²/u: the population is a matrix of zeros.

    public func stages(along path: [Complex<Double>]) -> [[SubordinationStage<Complex<Double>>]] {
        path.map { z in
            let g = resolvent(z)
            return [
                .init(value: 1 / g, slope: 1), .init(value: z, slope: 1 - Complex(deviation * deviation) * g * g),
            ]
        }
    }

    public func stages(of u: Double) -> [SubordinationStage<Double>] {
        let square = deviation * deviation
        return [.init(value: u, slope: 1), .init(value: u + square / u, slope: 1 - square / (u * u))]
    }

    public func residueShare(u: Double, z: Double) -> Double { 1 }
}
