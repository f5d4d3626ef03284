import Numerics

/// The spectrum of sample covariances XᵀX/P of P independent samples in D = qP dimensions with covariance `scale`·1.
///
///     ρ(x) = √((b − x)(x − a))/(2πq·scale·x),    a, b = scale·(1 ∓ √q)²,    an atom 1 − 1/q at zero for q > 1
///     m_k = scaleᵏ Σ_{r<k} qʳ/(r+1) C(k, r) C(k−1, r)    (Narayana)
///
/// At q = 1 the lower edge is hard: ρ ~ x^{−1/2}. Source: Marchenko and Pastur 1967.
public struct MarchenkoPasturLaw: SubordinatedSpectrum {
    /// q = D/P
    public let ratio: Double
    /// Variance of each component of the samples.
    public let scale: Double
    public let atoms: [SpectralAtom]
    public let bands: [SpectralBand]

    /// The law with that q and variance.
    ///
    /// - Throws: ``RandomMatrixError/badParameter(name:value:accepted:)`` unless both are finite and above 0.
    public init(ratio: Double, scale: Double = 1) throws(RandomMatrixError) {
        guard ratio > 0, ratio.isFinite else {
            throw .badParameter(name: "the ratio D/P of dimensions to samples", value: ratio, accepted: "a finite number above 0")
        }
        guard scale > 0, scale.isFinite else {
            throw .badParameter(name: "the variance of the samples", value: scale, accepted: "a finite number above 0")
        }
        self.ratio = ratio
        self.scale = scale
        atoms = ratio > 1 ? [SpectralAtom(position: 0, mass: 1 - 1 / ratio)] : []
        let root = ratio.squareRoot()
        bands = [
            SpectralBand(lower: scale * (1 - root) * (1 - root), upper: scale * (1 + root) * (1 + root), isHardBelow: ratio == 1)
        ]
    }

    /// √((z − a)(z − b)), z at infinity.
    private func root(_ z: Complex<Double>) -> Complex<Double> {
        Complex.sqrt(z - Complex(bands[0].lower)) * Complex.sqrt(z - Complex(bands[0].upper))
    }

    public func resolvent(_ z: Complex<Double>) -> Complex<Double> {
        // With more dimensions than samples, by the P × P matrix of the same positive eigenvalues: no cancellation near zero.
        if ratio > 1 {
            return Complex(1 - 1 / ratio) / z + 2 / (Complex(ratio) * (z + Complex(scale * (1 - ratio)) + root(z)))
        }
        return 2 / (z + Complex(scale * (ratio - 1)) + root(z))
    }

    public func density(_ x: Double) -> Double {
        let band = bands[0]
        guard band.contains(x) else { return 0 }
        return ((band.upper - x) * (x - band.lower)).squareRoot() / (2 * .pi * ratio * scale * x)
    }

    public func moments(_ count: Int) -> [Double] {
        var power = 1.0
        return (0..<count).map { n in
            let k = Double(n + 1)
            power *= scale
            var (term, sum) = (1.0, 1.0)
            for j in 1..<(n + 1) where n > 0 {
                let r = Double(j)
                term *= ratio * (k - r + 1) * (k - r) / (r * (r + 1))
                sum += term
            }
            return power * sum
        }
    }

    // z = u (1 + q·scale/(u − scale))

    public func stages(along path: [Complex<Double>]) -> [[SubordinationStage<Complex<Double>>]] {
        path.map { z in
            // Both roots of u² − (z + scale(1 − q))u + scale·z = 0; the smaller one by their product.
            let (sum, root) = (z + Complex(scale * (1 - ratio)), root(z))
            let (plus, minus) = ((sum + root) / 2, (sum - root) / 2)
            let u = plus.length >= minus.length ? plus : Complex(scale) * z / minus
            let inverse = Complex(scale) / (u - Complex(scale))
            return [.init(value: u, slope: 1), .init(value: z, slope: 1 - Complex(ratio) * inverse * inverse)]
        }
    }

    public func stages(of u: Double) -> [SubordinationStage<Double>] {
        let inverse = scale / (u - scale)
        return [.init(value: u, slope: 1), .init(value: u * (1 + ratio * inverse), slope: 1 - ratio * inverse * inverse)]
    }

    public func residueShare(u: Double, z: Double) -> Double { u / z }
}
