import Numerics

/// Sample covariances of any population, and their products with more Wishart matrices (random features).
///
///     S = M_ℓᵀM_ℓ,  M_i = Z_i M_{i−1}/√N_i,  M₀ = Σ^{1/2},    Z_i: N_i rows of independent standard normals
///     z = u Π_i p_i,   p_i = 1 + s/N_i,   s = Σ mλ/(u − λ),    G(z) = (1/D) Σ m/(u − λ) / Π p_i
///
/// One count is the sample covariance of P = N₁ samples, two are P samples seen through N random features, in either order: the
/// spectrum does not depend on it. With u = −κ and z = −λ this is ``EffectiveRidge``. Eigenvalues are those of the D × D matrix: a share
/// of 1 − min(rank Σ, N_i)/D is zero. The lower edge is hard if that minimum occurs twice, j + 1 times with ρ ~ x^{−j/(j+1)}.
///
/// Sources: Marchenko and Pastur 1967; Silverstein and Choi 1995 for the edges; Müller 2002 for products.
public struct SampleCovarianceSpectrum: SubordinatedSpectrum {
    public let equivalent: EffectiveRidge
    /// Ascending and finite.
    public let counts: [Double]
    public let atoms: [SpectralAtom]
    public let bands: [SpectralBand]

    public var population: PopulationSpectrum { equivalent.spectrum }

    public init(_ population: PopulationSpectrum, counts: [Double]) throws {
        equivalent = try EffectiveRidge(population, counts: counts)
        let counts = equivalent.counts.sorted()
        self.counts = counts
        guard let fewest = counts.first else {
            throw RandomMatrixError.badParameter(
                name: "the number of samples", value: .infinity, accepted: "a finite number; without sampling nothing is random")
        }
        let rank = min(population.rank, fewest)
        atoms = rank < population.dimension ? [SpectralAtom(position: 0, mass: 1 - rank / population.dimension)] : []
        let isHard = (counts + [population.rank]).count { $0 == rank } > 1

        let positive = try DiscreteSpectrum(population).atoms.filter { $0.position > 0 }
        let (values, strengths) = (
            positive.map(\.position), positive.map { $0.mass * population.dimension * $0.position }
        )
        func canOpen(_ k: Int) -> Bool {
            let gap = values[k + 1] - values[k]
            let sum = Double.root(strengths[k] * values[k], 3) + Double.root(strengths[k + 1] * values[k + 1], 3)
            return sum * sum * sum < fewest * gap * gap
        }
        bands = SubordinationGaps(
            points: values, stages: { Self.stages(of: $0, values, strengths, counts) }, canOpen: canOpen,
            lowest: (-equivalent.smallest, isHard ? 0 : nil)
        ).bands()
    }

    /// A population of one value.
    public static func isotropic(ratios: [Double]) throws -> SampleCovarianceSpectrum {
        try SampleCovarianceSpectrum(.isotropic(dimension: 1), counts: ratios.map { 1 / $0 })
    }

    private static func stages(
        of u: Double, _ values: [Double], _ strengths: [Double], _ counts: [Double]
    ) -> [SubordinationStage<Double>] {
        var (sum, squares) = (0.0, 0.0)
        for k in values.indices {
            let inverse = 1 / (u - values[k])
            sum += strengths[k] * inverse
            squares += strengths[k] * inverse * inverse
        }
        var stages = [SubordinationStage(value: u, slope: 1.0)]
        for count in counts {
            let (before, share) = (stages.last!, 1 + sum / count)
            stages.append(.init(value: before.value * share, slope: before.slope * share - before.value * squares / count))
        }
        return stages
    }

    public func stages(of u: Double) -> [SubordinationStage<Double>] {
        let strengths = zip(population.eigenvalues, population.multiplicities).map(*)
        return Self.stages(of: u, population.eigenvalues, strengths, counts)
    }

    public func residueShare(u: Double, z: Double) -> Double { u / z }

    public func stages(along path: [Complex<Double>]) throws -> [[SubordinationStage<Complex<Double>>]] {
        try zip(path, equivalent.solve(path: path.map { -$0 })).map { z, κ in
            let (degrees, decline) = equivalent.degreesOfFreedom(κ)
            var stages = [SubordinationStage(value: -κ, slope: Complex<Double>(1))]
            for count in counts {
                let (before, share) = (stages.last!, 1 - degrees / Complex(count))
                stages.append(
                    .init(value: before.value * share, slope: before.slope * share - before.value * decline / Complex(count)))
            }
            return stages
        }
    }

    public func resolvent(_ z: Complex<Double>) throws -> Complex<Double> {
        let λ = -z
        let κ: Complex<Double>
        if λ.imaginary == 0 && λ.real >= 0 {
            κ = Complex(try equivalent.solve(λ.real))
        } else if λ.imaginary == 0 {
            // The limit from above in z is the limit from below in λ.
            κ = try equivalent.solve(path: [Complex(λ.real, λ.real), λ])[1]
        } else {
            κ = try equivalent.solve(complex: λ)
        }
        let share = counts.reduce(Complex<Double>(1)) { $0 * (1 - equivalent.degreesOfFreedom(κ).value / Complex($1)) }
        return -population.resolventSums(population.multiplicities, at: κ).first / (Complex(population.dimension) * share)
    }

    /// Stage by stage: the free cumulants of the N_i × N_i matrix of the same positive eigenvalues are (D/N_i) times the moments before.
    public func moments(_ count: Int) -> [Double] {
        var moments = (try? DiscreteSpectrum(population).moments(count)) ?? []
        for samples in counts {
            let ratio = population.dimension / samples
            moments = FreeCumulants.moments(of: moments.map { $0 * ratio }).map { $0 / ratio }
        }
        return moments
    }
}
