import Numerics

/// The deterministic equivalent of sample covariances and of products of Wishart matrices: a ridge λ acts like a larger ridge κ on the population.
///
///     λ(S + λ)⁻¹ ≃ κ(Σ + κ)⁻¹,    λ = κ · Π_i (1 − d(κ)/N_i),    d(κ) = Σ_k m_k λ_k/(λ_k + κ) + τ/κ
///
/// S has the spectrum of A₁ᵀA₁ ⋯ A_nᵀA_n Σ with A_i an N_i × D matrix of independent entries of variance 1/N_i: one count P is the
/// sample covariance of P samples (Marchenko–Pastur with population Σ), counts P and N are N random features of P samples. An infinite
/// count is no sampling. Valid for traces and bilinear forms up to relative corrections of order 1/N_i. With λ = −z this is the
/// resolvent at z. A tail τ is the trace of infinitely many more directions of infinitesimal eigenvalues: it acts like a ridge of its own.
///
/// Goals, in this order: the right branch (κ is the one root that continues to λ at infinity and keeps the half-plane of λ); the
/// last digits; speed (one pass over the spectrum for each Newton step).
///
/// Sources: Marchenko and Pastur 1967; Silverstein 1995; Simon et al. 2023 (random features); Atanasov, Zavatone-Veth,
/// Pehlevan 2024, section III.
public struct EffectiveRidge: Sendable {
    /// λ_k and m_k of Σ.
    public let spectrum: PopulationSpectrum
    /// The finite N_i.
    public let counts: [Double]
    /// τ
    public let tail: Double
    private let strengths: [Double]

    /// - Parameters:
    ///   - counts: Above 0; infinite ones have no effect.
    ///   - tail: τ ≥ 0
    public init(_ spectrum: PopulationSpectrum, counts: [Double], tail: Double = 0) throws(SpectrumError) {
        if let bad = counts.first(where: { !($0 > 0) }) { throw .badCount(value: bad) }
        guard tail.isFinite, tail >= 0 else { throw .badTail(value: tail) }
        self.spectrum = spectrum
        self.counts = counts.filter(\.isFinite)
        self.tail = tail
        strengths = zip(spectrum.eigenvalues, spectrum.multiplicities).map(*)
    }

    /// tr Σ + τ
    public var trace: Double { spectrum.trace + tail }
    /// The number of directions in which the population extends; infinite with a tail.
    public var rank: Double { tail > 0 ? .infinity : spectrum.rank }

    /// d(κ) and −d′(κ) = Σ mλ/(λ + κ)² + τ/κ²
    public func degreesOfFreedom(_ κ: Complex<Double>) -> (value: Complex<Double>, decline: Complex<Double>) {
        let sums = spectrum.resolventSums(strengths, at: κ)
        if tail == 0 { return (sums.first, sums.second) }
        let ofTail = Complex(tail) / κ
        return (sums.first + ofTail, sums.second + ofTail / κ)
    }

    /// d(κ) for κ > 0; the rank at κ = 0.
    public func degreesOfFreedom(_ κ: Double) -> Double { κ == 0 ? rank : degreesOfFreedom(Complex(κ)).value.real }

    /// λ(κ) and dλ/dκ
    public func ridge(_ κ: Complex<Double>) -> (value: Complex<Double>, slope: Complex<Double>) {
        let (d, decline) = degreesOfFreedom(κ)
        var product = Complex<Double>(1)
        var slope = Complex<Double>(0)
        for n in counts {
            let factor = 1 - d / Complex(n)
            slope = slope * factor + product * decline / Complex(n)
            product *= factor
        }
        return (κ * product, product + κ * slope)
    }

    /// κ at λ = 0: where d(κ) reaches the smallest count, or 0 if the rank is below it.
    public var smallest: Double {
        guard let count = counts.min(), count < rank else { return 0 }
        // τ/κ ≤ d(κ) ≤ (tr Σ + τ)/κ and, with the least positive eigenvalue, d(κ) ≥ rank·λ/(λ + κ); but for rounding.
        let least = spectrum.eigenvalues.reduce(spectrum.largest) { $1 > 0 ? min($0, $1) : $0 }
        let low = max(tail / count, least * (spectrum.rank / count - 1)) * (1 - 1e-12)
        return geometricRoot(low, trace / count * (1 + 1e-12)) { degreesOfFreedom($0) - count }
    }

    /// κ of a real ridge λ ≥ 0, to rounding.
    ///
    /// λ(κ) rises from 0 at `smallest`, and λ(κ) ≥ κ − (tr Σ + τ)·Σ 1/N_i.
    public func solve(_ ridge: Double) throws(SpectrumError) -> Double {
        guard ridge.isFinite, ridge >= 0 else { throw .badRidge(value: ridge) }
        let low = smallest
        if ridge == 0 { return low }
        let high = (ridge + trace * counts.reduce(0) { $0 + 1 / $1 }) * (1 + 1e-14)
        // Above `low` every factor is positive but for rounding.
        func excess(_ κ: Double) -> Double {
            let d = degreesOfFreedom(κ)
            return counts.reduce(κ) { $0 * max(1 - d / $1, 0) } - ridge
        }
        // λ(κ) ≤ κ. At a ridge below the rounding of d the root is `smallest` itself.
        let start = max(low, ridge * (1 - 1e-14))
        return excess(start) >= 0 ? start : geometricRoot(start, high, excess)
    }

    /// κ of a complex ridge off the negative real axis.
    public func solve(complex ridge: Complex<Double>) throws(SpectrumError) -> Complex<Double> {
        let start = Complex(ridge.length)
        return try follow(from: start, Complex(solve(start.real)), to: [ridge])[0]
    }

    /// κ at each point of a path of ridges that does not cross the negative real axis.
    public func solve(path: [Complex<Double>]) throws(SpectrumError) -> [Complex<Double>] {
        guard let first = path.first else { return [] }
        return try follow(from: first, solve(complex: first), to: path)
    }

    /// Continues κ from a ridge where it is known along straight lines through all points of a path.
    ///
    /// A predictor along dκ/dλ and Newton's method; a step is halved until Newton converges at once and stays in the half-plane of λ.
    /// A path may end on the negative real axis: that is the limit from the side where it came from.
    public func follow(
        from start: Complex<Double>, _ root: Complex<Double>, to path: [Complex<Double>]
    ) throws(SpectrumError) -> [Complex<Double>] {
        var (λ, κ) = (start, root)
        var roots: [Complex<Double>] = []
        for target in path {
            var fraction = 1.0
            while λ != target {
                let rest = target - λ
                let next = fraction >= 1 ? target : λ + Complex(fraction) * rest
                if next == λ { throw .notConverged(residual: rest.length / target.length) }
                if let found = corrected(κ + (next - λ) / ridge(κ).slope, from: κ, at: next) {
                    (λ, κ) = (next, found)
                    fraction = min(2 * fraction / max(1 - fraction, 0.5), 1)
                } else {
                    fraction /= 2
                    if fraction < 1e-12 { throw .notConverged(residual: (ridge(κ).value - target).length / target.length) }
                }
            }
            roots.append(κ)
        }
        return roots
    }

    /// Newton's method from a prediction; nil if the correction is not small beside the step, or the half-plane is left.
    private func corrected(
        _ prediction: Complex<Double>, from origin: Complex<Double>, at λ: Complex<Double>
    ) -> Complex<Double>? {
        var κ = prediction
        var last = 0.5 * (prediction - origin).length
        for iteration in 0..<12 {
            let (value, slope) = ridge(κ)
            let correction = (value - λ) / slope
            guard correction.isFinite else { return nil }
            let size = correction.length
            let isRounding = size <= 4e-16 * κ.length
            if !isRounding && size > (iteration == 0 ? last : 0.5 * last) {
                // Where rounding of the sum limits it, corrections stop shrinking at a size that does not matter.
                return size <= 1e-13 * κ.length && isInside(κ, λ) ? κ : nil
            }
            κ -= correction
            last = size
            if isRounding { break }
        }
        return isInside(κ, λ) ? κ : nil
    }

    private func isInside(_ κ: Complex<Double>, _ λ: Complex<Double>) -> Bool {
        λ.imaginary == 0 || κ.imaginary == 0 || (κ.imaginary > 0) == (λ.imaginary > 0)
    }
}
