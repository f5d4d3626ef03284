#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The Chebyshev expansion of exp(−z(1 + x)) on [−1, 1]:
///
///     e^{−z(1 + x)} = e^{−z} [I₀(z) + 2 Σₖ (−1)ᵏ Iₖ(z) Tₖ(x)]
///
/// ended where what is left out, bounded by 2e^{−z} Σ Iₖ(z) since |Tₖ| ≤ 1, is below the tolerance. About √(2z log 1/tolerance) terms
/// for large z. Source: Shuman, Vandergheynst, Frossard 2011; DLMF 10.35.
public struct HeatExpansion: Sendable {
    /// Of T₀, T₁, … at x, with e^{−z}, signs and factors 2 in them.
    public let coefficients: [Double]
    /// Bound of the error in the operator norm, and so of every entry.
    public let truncation: Double

    /// - Parameter z: half of time times the upper end of the spectrum.
    public init(_ z: Double, tolerance: Double) {
        precondition(z >= 0 && z.isFinite && tolerance > 0, "z = \(z), tolerance \(tolerance)")
        // Beyond, Iₖ falls at least as fast as e^{−k²/2z}.
        let most = Int(30 + 1.5 * (2 * z * 750).squareRoot() + min(z, 750))
        let bessel = scaledBesselSequence(z / 2, symmetry: 1, count: most)
        var (tail, last) = (0.0, most - 1)
        while last > 0, tail + 2 * bessel[last] <= tolerance {
            tail += 2 * bessel[last]
            last -= 1
        }
        truncation = tail
        var coefficients = Array(bessel[...last])
        for k in 1..<max(last + 1, 1) { coefficients[k] *= k % 2 == 0 ? 2 : -2 }
        self.coefficients = coefficients
    }

    /// exp(−tL)x with x = L/b − 1, b half the upper end of the spectrum.
    func chebyshev(_ laplacian: GraphLaplacian, _ x: Matrix, _ shouldStop: () -> Bool) throws -> Matrix {
        let half = laplacian.largestEigenvalue / 2
        func shifted(_ v: Matrix) -> Matrix {
            var image = laplacian.apply(v)
            image.scale(by: 1 / half)
            image.add(v, scale: -1)
            return image
        }
        var sum = x
        sum.scale(by: coefficients[0])
        if coefficients.count == 1 { return sum }
        var (before, now) = (x, shifted(x))
        sum.add(now, scale: coefficients[1])
        for c in coefficients.dropFirst(2) {
            if shouldStop() { throw CancellationError() }
            var next = shifted(now)
            next.scale(by: 2)
            next.add(before, scale: -1)
            sum.add(next, scale: c)
            (before, now) = (now, next)
        }
        return sum
    }

    /// e^{−c} Σₖ cᵏ/k! Sᵏx with S = 1 − L/r ≥ 0 and c = tr, until every entry has what is left out below the tolerance of itself.
    ///
    /// - Returns: the sum, and a bound of its relative errors: truncation, and the rounding of sums of positive terms.
    static func series(
        _ laplacian: GraphLaplacian, time: Double, _ x: Matrix, tolerance: Double, _ products: inout Int, _ shouldStop: () -> Bool
    ) throws -> (Matrix, Double) {
        let c = time * laplacian.rate
        var (power, sum) = (x, x)
        sum.scale(by: exp(-c))
        var k = 0
        while true {
            if shouldStop() { throw CancellationError() }
            k += 1
            power = laplacian.walk(power)
            let logWeight = Double(k) * log(c) - c - lgamma(Double(k) + 1)
            sum.add(power, scale: exp(logWeight))
            // Weights fall by c/k from here on; Sᵏ of connected graphs hardly grows once heat has arrived.
            let ratio = 2 * c / Double(k + 1)
            if ratio >= 1 && Double(k) < c + 12 * c.squareRoot() + 20 { continue }
            if Double(k) > c && isSettled(power, sum, weight: exp(logWeight), limit: tolerance * (1 - min(ratio, 0.9))) { break }
            // All further weights together vanish in double precision.
            if Double(k) > c && logWeight < -740 { break }
        }
        products = k
        return (sum, tolerance + 4 * Double(k) * .ulpOfOne)
    }

    private static func isSettled(_ power: Matrix, _ sum: Matrix, weight: Double, limit: Double) -> Bool {
        power.elements.withUnsafeBufferPointer { p in
            sum.elements.withUnsafeBufferPointer { s in
                for i in p.indices where !(weight * p[i] <= limit * s[i] && s[i] > 0) { return false }
                return true
            }
        }
    }
}
