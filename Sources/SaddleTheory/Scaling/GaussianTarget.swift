#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// f(x) = exp(−|x|²/2s²) in d dimensions, as an average over neurons, and what N of them miss.
///
///     f(x) = E cos ω·x,  ω ~ N(0, 1/s²)           an infinitely wide network with cosine neurons
///     E‖f − f_N‖² = (E‖φ‖² − ‖f‖²)/N              N independent neurons, exactly, at every N
///     C = ∫|ω| f̂(ω) dω = E|ω|                     the Barron norm
///     min ‖f − f_N‖² ≤ (2rC)²/N                   N chosen sigmoidal neurons, on a ball of radius r
///
/// The sampling error is the part of a finite width that training does not make: what remains of a network's deviation after subtracting
/// it is dynamical. Sources: Barron 1993 (theorem 1).
public struct GaussianTarget: Sendable, Equatable {
    /// d
    public let dimension: Int
    /// s
    public let scale: Double

    /// - Precondition: dimension ≥ 1, scale > 0.
    public init(dimension: Int, scale: Double) {
        precondition(dimension >= 1 && scale > 0, "dimension \(dimension), scale \(scale)")
        (self.dimension, self.scale) = (dimension, scale)
    }

    /// f at |x| = r.
    public func value(radius r: Double) -> Double { exp(-r * r / (2 * scale * scale)) }

    /// C = √2 Γ((d + 1)/2)/(s Γ(d/2)); √(2/π) for d = s = 1.
    public var barronNorm: Double {
        let half = Double(dimension) / 2
        return 2.0.squareRoot() / scale * exp(lgamma(half + 0.5).0 - lgamma(half).0)
    }

    /// N·E(f − f_N)² at |x| = r: the variance of one neuron, (1 + f(2x))/2 − f(x)².
    public func neuronVariance(radius r: Double) -> Double {
        let f = value(radius: r)
        // f(2x) = f⁴; written so that it keeps its digits near 0.
        let missing = -expm1(2 * log(f))
        return missing * missing / 2
    }

    /// The mean of `neuronVariance` over the ball |x| ≤ r: N times the mean square error of N neurons.
    ///
    /// The share v = (|x|/r)ᵈ of the ball's volume is uniform; with v = e^{−u} the mean is ∫ e^{−u} σ²(r e^{−u/d}) du, smooth in any
    /// dimension. By Simpson's rule, relative error below 1e-9.
    public func neuronVariance(ball r: Double) -> Double {
        let (step, panels) = (0.01, 4000)
        func weighted(_ u: Double) -> Double { exp(-u) * neuronVariance(radius: r * exp(-u / Double(dimension))) }
        return (0..<panels).reduce(0.0) { sum, k in
            let u = Double(k) * step
            return sum + step / 6 * (weighted(u) + 4 * weighted(u + step / 2) + weighted(u + step))
        }
    }

    /// (2rC)², N times Barron's bound for the mean square error on the ball.
    public func barronBound(ball r: Double) -> Double {
        let root = 2 * r * barronNorm
        return root * root
    }
}
