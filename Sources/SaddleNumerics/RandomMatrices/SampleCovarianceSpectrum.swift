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
    /// The same as a ridge on the population.
    public let equivalent: EffectiveRidge
    /// Ascending and finite.
    public let counts: [Double]
    public let atoms: [SpectralAtom]
    public let bands: [SpectralBand]
    private var edges: [Edge] = []

    /// z − position ≈ c (u − u₀)ᵐ beside an end of a band.
    private struct Edge {
        let position, u, coefficient: Double
        let multiplicity: Int
        /// The distance in u at which the expansion is no longer a good start.
        let reach: Double
        /// The distance below which rounding of z(u) costs more digits than the expansion does.
        let finest: Double
        /// The phase of u − u₀ inside the band and in the gap.
        let inside, outside: Double
    }

    /// λ_k and m_k of Σ.
    public var population: PopulationSpectrum { equivalent.spectrum }

    /// The spectrum of covariances of a population, with counts N_i.
    ///
    /// - Throws: ``SpectrumError`` for a count that is not positive; ``RandomMatrixError`` if all of them are infinite.
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
        let ends: [Double]
        (bands, ends) = SubordinationGaps(
            points: values, stages: { Self.stages(of: $0, values, strengths, counts) }, canOpen: canOpen,
            lowest: (-equivalent.smallest, isHard ? 0 : nil)
        ).bands()
        for (i, position) in bands.flatMap({ [$0.lower, $0.upper] }).enumerated() {
            edges.append(i == 0 && isHard ? hardEdge(values, strengths, rank) : softEdge(position, ends[i], i, values))
        }
    }

    /// A critical point of z(u).
    private func softEdge(_ position: Double, _ u: Double, _ index: Int, _ values: [Double]) -> Edge {
        let room = values.reduce(Double.infinity) { min($0, abs($1 - u)) }
        let step = 1e-4 * room
        let curvature = (stages(of: u + step).last!.slope - stages(of: u - step).last!.slope) / (2 * step)
        return Edge(
            position: position, u: u, coefficient: curvature / 2, multiplicity: 2, reach: 1e-2 * room,
            finest: 1e-6 * room, inside: .pi / 2,
            outside: index % 2 == 0 ? .pi : 0)
    }

    /// Every count equal to the least rank makes a factor p_i that vanishes at u₀; so does u itself where that is the rank of Σ.
    private func hardEdge(_ values: [Double], _ strengths: [Double], _ rank: Double) -> Edge {
        let u = -equivalent.smallest
        let decline = zip(values, strengths).reduce(0) { $0 + $1.1 / (($1.0 - u) * ($1.0 - u)) }
        let factors = counts.map { $0 == rank ? -decline / $0 : 1 - equivalent.degreesOfFreedom(-u) / $0 }
        let m = counts.count { $0 == rank } + (u == 0 ? 1 : 0)
        let room = u == 0 ? values[0] : min(values[0], -u)
        return Edge(
            position: 0, u: u, coefficient: factors.reduce(u == 0 ? 1 : u, *), multiplicity: m,
            reach: 1e-2 * room, finest: 1e-8 * room, inside: .pi * (1 - 1 / Double(m)), outside: .pi)
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
            κ = -(try subordinated(z.real))
        } else {
            κ = try equivalent.solve(complex: λ)
        }
        // Π p = z/u; the product itself has no digits beside a hard edge.
        let share = z == 0 ? counts.reduce(1) { $0 * (1 - equivalent.degreesOfFreedom(κ).value / Complex($1)) } : -z / κ
        return -population.resolventSums(population.multiplicities, at: κ).first / (Complex(population.dimension) * share)
    }

    /// u(x + i0) for x > 0.
    private func subordinated(_ x: Double) throws -> Complex<Double> {
        let isInside = bands.contains { $0.contains(x) }
        for edge in edges {
            if let u = continued(x, from: edge, isInside) { return u }
        }
        // The limit from above in z is the limit from below in λ = −z.
        return -(try equivalent.solve(path: [Complex(-x, -x), Complex(-x)])[1])
    }

    /// u(x + i0) near an edge, where a continuation would meet two roots: by Newton's method from the expansion.
    private func continued(_ x: Double, from edge: Edge, _ isInside: Bool) -> Complex<Double>? {
        let share = abs(x - edge.position) / abs(edge.coefficient)
        let distance = Double.root(share, edge.multiplicity)
        if !(distance < edge.reach) { return nil }
        let phase = isInside ? edge.inside : edge.outside
        let start = Complex(edge.u) + Complex(length: distance, phase: phase)
        if distance < edge.finest { return start }
        var u = start
        var last = distance
        while true {
            let (ridge, slope) = equivalent.ridge(-u)
            let correction = (-ridge - Complex(x)) / slope
            if !(correction.length < 0.5 * last) { break }
            u -= correction
            last = correction.length
        }
        return last < 1e-3 * distance && (u - start).length < 0.2 * distance && u.imaginary >= 0 ? u : nil
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
