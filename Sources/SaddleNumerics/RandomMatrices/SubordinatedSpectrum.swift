import Numerics

/// One stage of a subordination: u_i, and its derivative du_i/du₀.
public struct SubordinationStage<Value: Sendable>: Sendable {
    /// u_i and du_i/du₀.
    public let value, slope: Value

    /// A stage by its place and slope.
    public init(value: Value, slope: Value) {
        self.value = value
        self.slope = slope
    }
}

/// An eigenvalue outside the bands that a single direction of the population makes.
public struct SpectralOutlier: Sendable, Equatable {
    /// The direction's own value.
    public let spike: Double
    /// Where the eigenvalue is.
    public let position: Double
    /// Squared overlap of the eigenvector with the direction; below 1.
    public let overlap: Double
}

/// What independent Gaussian matrices, added or multiplied one after the other, make of a fixed population.
///
/// Each of them moves the place where one looks at the population: the resolvent at z is that of the population at u₀(z), with
///
///     z = u_ℓ ← u_{ℓ−1} ← … ← u₀
///
/// (subordination; Biane 1998). Everything about the limit follows from this map, and so do the fluctuations (``SpectralFluctuations``).
public protocol SubordinatedSpectrum: LimitingSpectrum {
    /// u₀, u₁, …, u_ℓ = z for each point of a path in the upper half-plane (or all of it in the lower one).
    func stages(along path: [Complex<Double>]) throws -> [[SubordinationStage<Complex<Double>>]]
    /// u₀, u₁, …, u_ℓ for a real u₀ outside the population, whether or not it is the image of some z.
    func stages(of u: Double) -> [SubordinationStage<Double>]
    /// The share of the residue at z of a direction whose pole is at u: (z − H)⁻¹ ≃ share · (u − Σ)⁻¹.
    func residueShare(u: Double, z: Double) -> Double
}

extension SubordinatedSpectrum {
    /// Where a single direction of this value in the population shows up; nil if it drowns in a band (the transition of Baik, Ben
    /// Arous, Péché 2005).
    ///
    ///     position z(ℓ),  |overlap|² = share · dz/du at u = ℓ,   if du_i/du_{i−1} > 0 at every stage
    ///
    /// Sources: Benaych-Georges and Nadakuditi 2011; Bai and Yao 2012.
    public func outlier(spike: Double) -> SpectralOutlier? {
        let stages = stages(of: spike)
        for (i, stage) in stages.enumerated() {
            let before = i == 0 ? 1 : stages[i - 1].slope
            if !(stage.slope * before > 0) { return nil }
        }
        let last = stages.last!
        return SpectralOutlier(
            spike: spike, position: last.value, overlap: residueShare(u: spike, z: last.value) * last.slope)
    }
}
