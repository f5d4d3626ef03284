import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Dimensions of a set of points from the distances of near neighbours.
///
/// Near a point, neighbours of a d-dimensional set with a smooth density are those of a Poisson process; with T_k the distance of the k-th,
///
///     maximum likelihood   d_k(x) = (k − 1)/Σ_{j<k} log(T_k/T_j)                      Levina and Bickel 2004
///        harmonic mean     d_k = (n(k − 1) − 1)/Σ_x Σ_{j<k} log(T_k/T_j)              MacKay and Ghahramani 2005; unbiased
///        arithmetic mean   d_k = (1/n) Σ_x (k − 2)/Σ_{j<k} log(T_k/T_j)               unbiased factor k − 2
///     two neighbours       d = (n − 1)/Σ_x log(T₂/T₁)                                 Facco and others 2017
///     generalised ratios   likelihood of T_{2m}/T_m                                   Denti and others 2022
///
/// None sees beyond the k-th neighbour, so each has a scale. What varies over that scale (curvature, density, a border) moves d_k by a multiple of
/// T_k² ∝ k^{2/d}, the more so the larger d is, since neighbours are then far. ``extrapolated`` takes it away to that order:
///
///     d = d_{k/2} + (d_{k/2} − d_k)/(2^{2/d_k} − 1)
///
/// Errors are from the scatter over groups of near points (``SpatialGroups``).
public struct DimensionEstimates: Sendable {
    /// A dimension with its interval.
    public struct Value: Sendable {
        /// d, or a difference of two.
        public let dimension: Double
        /// From the scatter over groups of near points.
        public let standardError: Double
        /// Lower end of the 95 % interval (Student).
        public let low: Double
        /// Upper end of the same interval.
        public let high: Double
    }

    /// At one scale, by generalised ratios.
    public struct Scale: Sendable {
        /// m: the ratio is that of neighbours 2m and m.
        public let neighbour: Int
        /// The mean distance of neighbour 2m.
        public let distance: Double
        /// From the likelihood of T_{2m}/T_m.
        public let value: Value
    }

    /// k of the likelihoods.
    public let neighbours: Int
    /// D, of features that vary: no set has more dimensions.
    public let features: Int
    /// Harmonic mean d_k over the points.
    public let harmonic: Value
    /// Arithmetic mean d_k over the points.
    public let arithmetic: Value
    /// From T₂/T₁.
    public let twoNeighbours: Value
    /// m = 1, 2, 4, … as far as 2m neighbours are known.
    public let scales: [Scale]
    /// The harmonic mean, continued to neighbours at no distance.
    public let extrapolated: Value
    /// d_{k/2} − d_k: what changes between two scales.
    public let drift: Value

    /// The extrapolated dimension less that of twice as many neighbours: no more than its error where what varies is smooth. Nil where there are too few.
    public let unsettled: Value?

    /// Whether the extrapolation does not depend on where it starts. If it does, the set has structure at every scale that these samples resolve (clusters, noise, many dimensions), and
    /// its dimension lies above what two neighbours give.
    public var isSettled: Bool {
        !exceedsFeatures && hasDistances && (unsettled.map { abs($0.dimension) <= 3 * $0.standardError } ?? !isBiased)
    }
    /// Whether more dimensions were extrapolated than there are features: neighbours are too far apart for it.
    public var exceedsFeatures: Bool { extrapolated.low > Double(features) }
    /// Where the dimension is: its 95 % interval, or, where samples do not settle it, between two neighbours' estimate and the extrapolated one, at most the features.
    public var range: ClosedRange<Double> {
        if isSettled { return extrapolated.low...extrapolated.high }
        let limit = Double(features), ends = [twoNeighbours.dimension, extrapolated.dimension].map { min($0, limit) }
        return ends.min()!...ends.max()!
    }
    /// The extrapolated dimension, or the upper end of ``range`` where samples do not settle it.
    public var largest: Double { isSettled ? extrapolated.dimension : range.upperBound }
    /// Whether nearest neighbours differ in distance; on a grid they do not, and ratios of distances say nothing.
    public var hasDistances: Bool {
        twoNeighbours.dimension.isFinite && extrapolated.dimension.isFinite && scales.allSatisfy { $0.value.dimension.isFinite }
    }
    /// Whether what the scale does to the plain estimate exceeds its error: then its interval says nothing of the dimension.
    public var isBiased: Bool { !(harmonic.low...harmonic.high).contains(extrapolated.dimension) }
    /// Whether the dimension changes with the scale beyond what neighbouring scales do by chance.
    public var dependsOnScale: Bool { abs(drift.dimension) > 3 * drift.standardError }

    /// - Parameters:
    ///   - neighbours: k of the likelihoods, at least 4.
    public init(_ sample: DimensionSample, neighbours wanted: Int) {
        let k = min(wanted, sample.neighbours.count), half = max(k / 2, 2)
        precondition(k >= 4, "\(k) neighbours; at least 4")
        neighbours = k
        features = sample.features - sample.constantFeatures
        func value(_ dimension: Double, _ influences: [Double]) -> Value {
            let error = sample.error(ofMean: influences), t = sample.quantile
            return Value(
                dimension: dimension, standardError: error, low: dimension - t * error, high: dimension + t * error)
        }
        func likelihood(_ k: Int) -> (dimension: Double, influences: [Double]) {
            let sums = sample.logSums(k), n = Double(sample.count), total = sums.reduce(0, +)
            let dimension = (n * Double(k - 1) - 1) / total
            return (dimension, sums.map { dimension * (1 - dimension * $0 / Double(k - 1)) })
        }
        let (near, whole) = (likelihood(half), likelihood(k))
        harmonic = value(whole.dimension, whole.influences)
        let local = sample.logSums(k).map { Double(k - 2) / $0 }, mean = local.reduce(0, +) / Double(local.count)
        arithmetic = value(mean, local.map { $0 - mean })
        let ratios = sample.logRatios(1, 2), two = Double(sample.count - 1) / ratios.reduce(0, +)
        twoNeighbours = value(two, ratios.map { two * (1 - two * $0) })
        scales = Self.powersOfTwo(upTo: sample.neighbours.count / 2).map { m in
            let ratios = sample.logRatios(m, 2 * m), d = Self.likelihood(ratios, m)
            return Scale(neighbour: m, distance: sample.scale(2 * m), value: value(d, Self.influences(ratios, m, d)))
        }
        typealias Likelihood = (dimension: Double, influences: [Double])
        /// What two scales give at no distance.
        func continued(_ near: Likelihood, _ far: Likelihood, ratio: Double) -> Likelihood {
            let step = pow(ratio, 2 / far.dimension) - 1
            return (
                near.dimension + (near.dimension - far.dimension) / step,
                zip(near.influences, far.influences).map { $0 + ($0 - $1) / step }
            )
        }
        let fine = continued(near, whole, ratio: Double(k) / Double(half))
        extrapolated = value(fine.dimension, fine.influences)
        drift = value(near.dimension - whole.dimension, zip(near.influences, whole.influences).map { $0 - $1 })
        let far = min(2 * k, sample.neighbours.count)
        if far >= 3 * k / 2 {
            let coarse = continued(whole, likelihood(far), ratio: Double(far) / Double(k))
            unsettled = value(
                fine.dimension - coarse.dimension, zip(fine.influences, coarse.influences).map { $0 - $1 })
        } else {
            unsettled = nil
        }
    }

    private static func powersOfTwo(upTo largest: Int) -> [Int] {
        Array(sequence(first: 1) { 2 * $0 <= largest ? 2 * $0 : nil })
    }

    /// The root of Σ ψ(d), ψ = 1/d + (m − 1)t/(1 − e^{−dt}) − (2m − 1)t with t = log(T_{2m}/T_m); it falls with d.
    ///
    /// The density of μ = e^t is d(μ^d − 1)^{m−1}/(B(m, m) μ^{d(2m−1)+1}).
    private static func likelihood(_ ratios: [Double], _ m: Int) -> Double {
        func total(_ d: Double) -> Double { ratios.reduce(0) { $0 + score($1, m, d) } }
        let mean = ratios.reduce(0, +) / Double(ratios.count)
        // All neighbours are equally far.
        if !(mean > 0) { return .infinity }
        // ⟨t⟩ = (H_{2m−1} − H_{m−1})/d
        var (low, high) = (0.5 / mean * log(2), 2 / mean * log(2))
        while total(low) < 0 { low /= 2 }
        while total(high) > 0 { high *= 2 }
        return bracketedRoot(low, high) { total($0) }
    }

    private static func score(_ t: Double, _ m: Int, _ d: Double) -> Double {
        // t/(1 − e^{−dt}) → 1/d where both neighbours are equally far.
        let ratio = m == 1 ? 0 : t > 0 ? t / -expm1(-d * t) : 1 / d
        return 1 / d + Double(m - 1) * ratio - Double(2 * m - 1) * t
    }

    private static func influences(_ ratios: [Double], _ m: Int, _ d: Double) -> [Double] {
        if !d.isFinite { return ratios.map { _ in .infinity } }
        let step = 1e-5 * d
        let slope =
            ratios.reduce(0.0) { $0 + (score($1, m, d + step) - score($1, m, d - step)) / (2 * step) } / Double(ratios.count)
        return ratios.map { -score($0, m, d) / slope }
    }
}
