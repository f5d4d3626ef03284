#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleNumerics

/// A Gaussian process of vector fields whose features are eigenfields of the connection Laplacian:
///
///     k = Φ S(Λ) Φᵀ,   S(λ) = a d s(λ)/Σs,   s(λ) = (2ν/ℓ² + λ)^{−ν−d/2}   (Matérn)
///
/// observed with independent noise of variance σ² in every tangential coordinate. a is the mean variance of a coordinate. Source: Peach,
/// Vinograd, et al., "Implicit Gaussian process representation of vector fields over arbitrary latent manifolds" 2024; Borovitskiy et al. 2020.
public struct VectorFieldProcess: Sendable {
    /// Three numbers that the likelihood decides.
    public struct Hyperparameters: Sendable, Equatable {
        /// ℓ, a length on the manifold.
        public var lengthScale: Double
        /// a.
        public var variance: Double
        /// σ².
        public var noise: Double

        /// Positive ones; the noise may be 0.
        public init(lengthScale: Double, variance: Double, noise: Double) {
            (self.lengthScale, self.variance, self.noise) = (lengthScale, variance, noise)
        }
    }

    /// Mean and variance of coordinates of the field itself, without noise: d × points.
    public struct Posterior: Sendable {
        /// E and variance of each coordinate.
        public let mean, variance: Matrix
    }

    /// Eigenvalues of the connection Laplacian, ascending.
    public let values: [Double]
    /// (n·d) × modes.
    public let fields: Matrix
    /// d, of the tangent spaces.
    public let dimension: Int
    /// ν, about how often fields can be differentiated.
    public let smoothness: Double

    /// - Parameters:
    ///   - smoothness: ν above 0; fields are about ν times differentiable.
    public init(values: [Double], fields: Matrix, dimension: Int, smoothness: Double) {
        precondition(
            values.count == fields.columns && fields.rows % dimension == 0 && smoothness > 0,
            "\(values.count) eigenvalues, \(fields.columns) fields")
        (self.values, self.fields, self.dimension, self.smoothness) = (values, fields, dimension, smoothness)
    }

    /// Variances of the modes for a = 1: fields have unit mean square over n points of d coordinates, so that these sum to d.
    public func spectrum(lengthScale: Double) -> [Double] {
        let power = smoothness + Double(dimension) / 2, shift = 2 * smoothness / (lengthScale * lengthScale)
        // Relative to the largest: powers of small numbers overflow.
        let least = shift + max(values[0], 0)
        let weights = values.map { pow((shift + max($0, 0)) / least, -power) }
        let total = weights.reduce(0, +)
        return weights.map { Double(dimension) * $0 / total }
    }

    /// Singular values and vectors of the observed features times the roots of their variances.
    private struct Observed {
        let left: Matrix, squares: [Double], right: Matrix
        let roots: [Double]
        /// Uᵀy, and |y|² beyond it.
        let projections: [Double], rest: Double
        let count: Int
    }

    private func observed(_ rows: [Int], _ y: [Double], lengthScale: Double) throws -> Observed {
        var features = fields.selectingRows(rows)
        let roots = spectrum(lengthScale: lengthScale).map { $0.squareRoot() }
        features.scaleColumns(by: roots)
        let (left, singular, right) = try features.singularValueDecomposition()
        let projections = (left.ᵀ * Matrix(rows: y.count, columns: 1, elements: y)).elements
        let rest = y.reduce(0) { $0 + $1 * $1 } - projections.reduce(0) { $0 + $1 * $1 }
        return Observed(
            left: left, squares: singular.map { $0 * $0 }, right: right, roots: roots, projections: projections,
            rest: max(rest, 0), count: y.count)
    }

    private func rows(_ points: [Int]) -> [Int] { points.flatMap { i in (0..<dimension).map { i * dimension + $0 } } }

    /// The most likely hyperparameters: a is known in closed form, the ratio σ²/a by golden sections, ℓ on a grid and then between its
    /// neighbours.
    ///
    /// - Parameters:
    ///   - points: that were observed.
    ///   - coordinates: d × points.
    /// - Returns: the parameters and the logarithm of their marginal likelihood.
    public func fitted(
        _ points: [Int], _ coordinates: Matrix, noise fixedNoise: Double? = nil, shouldStop: () -> Bool = { false }
    ) throws -> (parameters: Hyperparameters, logLikelihood: Double) {
        let rows = rows(points), y = coordinates.elements
        if y.allSatisfy({ $0 == 0 }) { throw VectorFieldError.zeroField }
        let low = 1 / max(values.last!, 1e-300).squareRoot(),
            high = 8 / max(values.first { $0 > 1e-3 * values.last! } ?? 1, 1e-300).squareRoot()
        func best(_ logLength: Double) throws -> (parameters: Hyperparameters, logLikelihood: Double) {
            if shouldStop() { throw CancellationError() }
            let length = exp(logLength), seen = try observed(rows, y, lengthScale: length)
            let logRatio = minimum(
                of: { -Self.profile(seen, ratio: exp($0)).logLikelihood }, from: log(1e-8), to: log(1e3), tolerance: 1e-4)
            let (variance, likelihood) = Self.profile(seen, ratio: exp(logRatio))
            return (Hyperparameters(lengthScale: length, variance: variance, noise: variance * exp(logRatio)), likelihood)
        }
        let grid = (0...10).map { log(low) + Double($0) / 10 * (log(high) - log(low)) }
        let tried = try grid.map(best)
        let top = tried.indices.max { tried[$0].logLikelihood < tried[$1].logLikelihood }!
        let place = try minimum(
            of: { -(try best($0).logLikelihood) }, from: grid[max(top - 1, 0)], to: grid[min(top + 1, grid.count - 1)],
            tolerance: 0.02)
        let refined = try best(place)
        return refined.logLikelihood > tried[top].logLikelihood ? refined : tried[top]
    }

    /// The most likely a for given σ²/a, and the logarithm of the likelihood there: y ~ N(0, a(K + r)).
    private static func profile(_ seen: Observed, ratio r: Double) -> (variance: Double, logLikelihood: Double) {
        var (square, logDeterminant) = (seen.rest / r, Double(seen.count - seen.squares.count) * log(r))
        for (s, u) in zip(seen.squares, seen.projections) {
            square += u * u / (s + r)
            logDeterminant += log(s + r)
        }
        let n = Double(seen.count), variance = square / n
        return (variance, -0.5 * (n * log(variance) + logDeterminant + n * (1 + log(2 * .pi))))
    }

    /// The field at all points, given its coordinates at some.
    ///
    /// - Parameter parameters: a noise of 0 interpolates, as far as there are as many modes as observed coordinates.
    public func posterior(_ points: [Int], _ coordinates: Matrix, _ parameters: Hyperparameters) throws -> Posterior {
        let seen = try observed(rows(points), coordinates.elements, lengthScale: parameters.lengthScale)
        let r = parameters.noise / parameters.variance
        // Directions that rounding alone made carry nothing.
        let null = r > 0 ? 0 : 1e-13 * (seen.squares.first ?? 0)
        let kept = seen.squares.indices.filter { seen.squares[$0] > null }
        var mean = Matrix(rows: values.count, columns: 1)
        for k in kept {
            let factor = seen.squares[k].squareRoot() / (seen.squares[k] + r) * seen.projections[k]
            for m in 0..<values.count { mean.elements[m] += factor * seen.right[k, m] }
        }
        mean.scaleRows(by: seen.roots)
        // Variance of feature rows f: |f|² − Σ s²/(s² + r) (f·v)², by the directions v.
        var features = fields
        features.scaleColumns(by: seen.roots)
        let turned = features * seen.right.ᵀ
        var variance = [Double](repeating: 0, count: fields.rows)
        for row in 0..<fields.rows {
            var value = 0.0
            for m in 0..<values.count { value += features[row, m] * features[row, m] }
            for k in kept { value -= seen.squares[k] / (seen.squares[k] + r) * turned[row, k] * turned[row, k] }
            // What is known exactly is known to rounding.
            variance[row] = parameters.variance * max(value, 0)
        }
        let count = fields.rows / dimension
        return Posterior(
            mean: Matrix(rows: dimension, columns: count, elements: (fields * mean).elements),
            variance: Matrix(rows: dimension, columns: count, elements: variance))
    }
}
