import SaddleNumerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Does a law miss losses systematically, by a bend somewhere? A hinge max(u − c, 0), u = log x, is added at every place c; what it
/// explains of the residuals beyond the law's own parameters is compared with what the best of all places explains of noise.
///
/// The hinge has no place under the law alone, so that the F test of one place, or of two more parameters, would cry wolf. The
/// probability is that of the tube around the curve of hinges on the unit sphere of residuals (``Scatter``).
struct BendTest: Sendable {
    /// The probability that noise around the law does as much.
    let probability: Double

    /// - Parameters:
    ///   - tangents: derivatives of log L by the law's parameters at all sizes.
    ///   - law: fitted.
    init(_ data: LogLosses, law: ScalingLaw, tangents: [[Double]]) {
        let n = data.count
        let roots = data.weights.map { $0.squareRoot() }
        var basis: [[Double]] = []
        for tangent in tangents {
            if let next = Projection.direction((0..<n).map { roots[$0] * tangent[$0] }, beside: basis) { basis.append(next) }
        }
        let misses = (0..<n).map { roots[$0] * (data.losses[$0] - log(law(exp(data.sizes[$0])))) }
        let left = Projection.rest(misses, beside: basis)
        let total = left.reduce(0) { $0 + $1 * $1 }

        let places = 128
        let (low, high) = (data.sizes[1], data.sizes[n - 2])
        var (best, length) = (0.0, 0.0)
        var previous: [Double]?
        for k in 0...places {
            let c = low + (high - low) * Double(k) / Double(places)
            guard let hinge = Projection.direction((0..<n).map { roots[$0] * max(data.sizes[$0] - c, 0) }, beside: basis) else {
                continue
            }
            let overlap = Projection.dot(hinge, left)
            best = max(best, overlap * overlap)
            // The angle from its chord, which keeps small angles.
            if let previous {
                let chord = zip(hinge, previous).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
                length += 2 * asin(min(chord / 2, 1))
            }
            previous = hinge
        }
        // With errors from the residuals themselves, the scatter is what the best hinge leaves.
        let scatter = data.scatter(residual: max(total - best, 0), parameters: basis.count + 1)
        probability = scatter.probability(gain: best, curveLength: length)
    }
}
