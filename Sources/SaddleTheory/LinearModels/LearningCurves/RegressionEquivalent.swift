import Numerics
import SaddleModels
import SaddleNumerics

/// What averages over data and features know of one ridge λ: a few sums over the spectrum at the effective ridges.
///
///     λ = κ(1 − d/P),   κ = κ₂(1 − d/N),   d = Σ mλ_k/(λ_k + κ₂) + τ/κ₂,   g = Σ u_k²/(λ_k + κ₂)
///
/// λ_k are the eigenvalues of μ₁²Σ, τ = μ_*² tr Σ. κ is what P samples make of the ridge for given features, κ₂ what N features make of κ; u_k² are the energies of the task.
struct EquivalentNode: Sendable {
    /// κ₂
    let inner: Complex<Double>
    /// d and −∂d/∂κ₂
    let degrees, degreesDecline: Complex<Double>
    /// g and −∂g/∂κ₂
    let resolvent, resolventDecline: Complex<Double>
    /// κ and ∂κ/∂κ₂
    let outer, outerSlope: Complex<Double>

    /// O(κ) = κ₂g, twice the smallest value of the ridge problem on the population, and ∂O/∂κ₂.
    var objective: Complex<Double> { inner * resolvent }
    var objectiveSlope: Complex<Double> { resolvent - inner * resolventDecline }
}

/// The deterministic equivalent of a regression task: two layers of sampling, of data and of features, over one spectrum.
///
/// Nonlinear features are linear ones of a longer input: what φ has beyond its linear part is noise, drawn anew for each feature and each
/// sample, and A₊x₊ is that too if x₊ has infinitely many directions of infinitesimal variance, in which the teacher has no energy. So a tail
/// τ of the spectrum is all that they add, to every average and every split of the loss.
///
/// Source: Atanasov, Zavatone-Veth, Pehlevan 2024 (scaling and renormalization); Simon et al. 2023.
struct RegressionEquivalent: Sendable {
    let task: RegressionTask
    let map: EffectiveRidge
    let samples: Double
    /// μ₁²Σ
    var population: PopulationSpectrum { map.spectrum }

    /// - Parameter isOnePass: Fresh samples at each step: the average over data is that of the population.
    init(_ task: RegressionTask, isOnePass: Bool = false) throws {
        self.task = task
        samples = isOnePass ? .infinity : task.samples
        let (spectrum, φ) = (task.spectrum, task.activation)
        let population =
            φ.isLinear
            ? spectrum
            : try PopulationSpectrum(
                spectrum.eigenvalues.map { φ.slope * φ.slope * $0 }, multiplicities: spectrum.multiplicities)
        map = try EffectiveRidge(population, counts: [task.width, samples], tail: φ.rest * spectrum.trace)
    }

    /// - Parameters:
    ///   - inner: κ₂ of `ridge`; not 0.
    ///   - degrees: d where it is known exactly.
    func node(inner κ₂: Complex<Double>, ridge λ: Complex<Double>, degrees exact: Double? = nil) -> EquivalentNode {
        let (sum, decline) = map.degreesOfFreedom(κ₂)
        let (g, gDecline) = population.resolventSums(task.energies, at: κ₂)
        let d = exact.map { Complex($0) } ?? sum
        let (ofData, ofFeatures) = (1 - d / Complex(samples), 1 - d / Complex(task.width))
        // Both are κ; the larger factor has lost fewer digits.
        let κ = ofData.length >= ofFeatures.length ? λ / ofData : κ₂ * ofFeatures
        return EquivalentNode(
            inner: κ₂, degrees: d, degreesDecline: decline, resolvent: g, resolventDecline: gDecline, outer: κ,
            outerSlope: ofFeatures + κ₂ * decline / Complex(task.width))
    }

    /// Nodes at λ = −z for points z that lead from near 0 around the spectrum, in the upper half-plane.
    ///
    /// The path is cut into a fixed number of pieces, so that threads share it and results do not depend on how many there are.
    func nodes(at points: [Complex<Double>]) throws -> [EquivalentNode] {
        let pieces = 4
        let size = (points.count + pieces - 1) / pieces
        return try Threads.map(pieces) { piece -> [EquivalentNode] in
            let path = points[min(piece * size, points.count)..<min((piece + 1) * size, points.count)].map { -$0 }
            return zip(path, try map.solve(path: path)).map { node(inner: $1, ridge: $0) }
        }.flatMap { $0 }
    }

    /// λ₊, the upper edge of the spectrum of the sample covariance of the features.
    ///
    /// Below −λ_max the map λ(κ₂) is real and rises to a maximum, −λ₊, then falls: the edge is where its slope is zero.
    var edge: Double {
        let top = population.largest
        if map.counts.isEmpty { return top }
        func at(_ s: Double) -> Complex<Double> { Complex(-top * (1 + Double.exp(s))) }
        let s = bracketedRoot(-36, 36) { map.ridge(at($0)).slope.real }
        return -map.ridge(at(s)).value.real
    }
}
