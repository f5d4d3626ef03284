import Numerics

/// How many points of a determinantal process lie in a set, where the kernel restricted to the set has eigenvalues in [0, 1]: a sum of independent
/// trials, one for each eigenvalue.
///
/// Source: Hough, Krishnapur, Peres, Virág 2006, theorem 7.
public struct DeterminantalCount: Sendable, Equatable {
    /// Eigenvalues of the restricted kernel.
    public let probabilities: [Double]

    /// A sum of independent trials with these probabilities, each in [0, 1].
    public init(probabilities: [Double]) { self.probabilities = probabilities }

    /// Mean number of points, tr K.
    public var mean: Double { probabilities.reduce(0, +) }
    /// Variance of the number of points, tr K(1 − K).
    public var variance: Double { probabilities.reduce(0) { $0 + $1 * (1 - $1) } }
    /// Probability that there is none: det(1 − K).
    public var gapProbability: Double { probabilities.reduce(1) { $0 * (1 - $1) } }

    /// Probabilities of 0, 1, 2, … points.
    public var distribution: [Double] {
        var all = [1.0]
        for p in probabilities {
            all.append(0)
            for k in stride(from: all.count - 1, through: 0, by: -1) { all[k] = (1 - p) * all[k] + (k > 0 ? p * all[k - 1] : 0) }
        }
        return all
    }
}

extension RadialCoulombGas {
    /// Charges within a disc around the centre, at β = 2: the kernel of the gas is diagonal in the angular momentum on every disc, and its eigenvalues are the
    /// probabilities that the independent gamma variables of the radii lie within.
    public func count(within radius: Double) -> DeterminantalCount {
        precondition(beta == 2, "determinantal at β = 2 only, not at \(beta)")
        let s = 2 * Double(charges) / trapPower * .pow(radius, trapPower)
        return DeterminantalCount(
            probabilities: (1...charges).map { regularizedGamma(2 * Double($0) / trapPower, s) })
    }
}
