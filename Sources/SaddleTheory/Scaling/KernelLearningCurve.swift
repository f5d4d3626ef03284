import Numerics
import SaddleNumerics

/// The mean test loss of kernel ridge regression on P samples, from the kernel's spectrum.
///
///     δ/P = κ(1 − d/P)/(1 − d/n),                           d = Σ_k λ_k/(λ_k + κ),   d₂ = Σ_k λ_k²/(λ_k + κ)²
///     E(P) = [Σ_k u_k²κ²/(λ_k + κ)² + σ²] / (1 − 2d/n + d²/(nP) − (1 − P/n)d₂/P)
///
/// where δ is added to the diagonal of the P × P kernel matrix and n is the size of the pool from which samples are drawn without
/// replacement; the loss is the mean square over samples that were not drawn (and over noise). For n → ∞ this is the known
///
///     κ = δ/P + (κ/P)d,     E = [Σ_k u_k²κ²/(λ_k + κ)² + σ²]/(1 − d₂/P)
///
/// (Bordelon, Canatar, Pehlevan 2020; Bahri et al. 2102.06701). The finite pool is this project's: (K + D)⁻¹ with D = δ on drawn
/// points and 1/η on the others is a free sum, so that G(κ) = Σ 1/(λ+κ)/n determines κ, and −∂_η of yᵀ(K + D)⁻¹y at η = 0 is the
/// loss on the others. It supposes eigenvectors in general position; Documentation/Scaling.md has the errors measured on real data.
public struct KernelLearningCurve: Sendable {
    /// Eigenvalues of the kernel, the target's powers and the noise.
    public let task: KernelTask
    /// δ ≥ 0
    public let ridge: Double
    /// n; infinite for fresh samples.
    public let pool: Double

    /// What theory says at one number of samples.
    public struct Point: Sendable, Equatable {
        /// P, the number of samples.
        public let samples: Double
        /// E(P), noise included.
        public let loss: Double
        /// κ: modes with λ_k > κ are learnt.
        public let threshold: Double
        /// d(κ), about the number of modes that are learnt.
        public let learntModes: Double
        /// By how much drawing a training set instead of averaging over all raises the loss: 1/(1 − d₂/P) in an infinite pool.
        public let varianceFactor: Double
    }

    /// - Precondition: ridge ≥ 0 and finite; the noise is 0 in a finite pool, whose targets have theirs.
    public init(_ task: KernelTask, ridge: Double = 0, pool: Double = .infinity) {
        precondition(ridge >= 0 && ridge.isFinite, "ridge \(ridge)")
        precondition(pool == .infinity || task.noise == 0, "noise beside a pool of \(pool) samples")
        (self.task, self.ridge, self.pool) = (task, ridge, pool)
    }

    /// The point at P samples.
    ///
    /// - Throws: ``SpectrumError/badCount(value:)`` for P ≤ 0 or P ≥ n; ``KernelCurveError/interpolates(samples:rank:)`` if P
    ///   reaches the number of modes without ridge and noise would diverge there.
    public func point(samples: Double) throws -> Point {
        guard samples > 0, samples < pool else { throw SpectrumError.badCount(value: samples) }
        let map = try EffectiveRidge(task.spectrum, counts: [samples])
        let κ = try threshold(map, samples: samples)
        // d₂ = d − κΣλ/(λ + κ)²
        let (d, decline) =
            κ == 0 ? (task.spectrum.rank, 0) : { ($0.value.real, $0.decline.real) }(map.degreesOfFreedom(Complex(κ)))
        let d2 = d - κ * decline
        let missed = task.spectrum.resolventSums(task.powers, at: Complex(κ)).second.real * κ * κ
        // With κ = 0 every mode is learnt but those with λ = 0.
        let unlearnt =
            κ > 0 ? missed : zip(task.spectrum.eigenvalues, task.powers).reduce(0) { $1.0 == 0 ? $0 + $1.1 : $0 }
        let share = samples / pool
        let factor = 1 - 2 * d / pool + d * d / pool / samples - (1 - share) * d2 / samples
        guard factor > 1e-12 else { throw KernelCurveError.interpolates(samples: samples, rank: task.spectrum.rank) }
        return Point(
            samples: samples, loss: (unlearnt + task.noise) / factor, threshold: κ, learntModes: d, varianceFactor: 1 / factor)
    }

    /// The same for several numbers of samples.
    ///
    /// - Throws: as ``point(samples:)``.
    public func points(samples: [Double]) throws -> [Point] { try samples.map(point) }

    /// κ(P)
    private func threshold(_ map: EffectiveRidge, samples: Double) throws -> Double {
        if pool == .infinity { return try map.solve(ridge / samples) }
        // κ(1 − d/P)/(1 − d/n) rises from where d = P; κ(1 − d/P) is below it.
        let low = map.smallest
        if ridge == 0 { return low }
        let high = try map.solve(ridge / samples)
        return bracketedRoot(low, high * (1 + 1e-14)) { κ -> Double in
            let d = map.degreesOfFreedom(κ)
            return κ * max(1 - d / samples, 0) / (1 - d / pool) - ridge / samples
        }
    }
}

/// Why the loss at a number of samples cannot be had.
public enum KernelCurveError: Error, Equatable, CustomStringConvertible {
    /// As many samples as modes, without ridge: the fit passes through noise with unbounded coefficients.
    case interpolates(samples: Double, rank: Double)
    /// The equations of the effective ridges stopped at this relative residual.
    case notConverged(samples: Double, residual: Double)

    public var description: String {
        switch self {
        case .interpolates(let samples, let rank):
            """
            at \(samples) samples and \(rank) modes the loss without ridge is unbounded (the peak of double descent); add a ridge \
            or take another number of samples
            """
        case .notConverged(let samples, let residual):
            "the effective ridges at \(samples) samples did not converge (relative residual \(residual)); add a ridge"
        }
    }
}
