import Numerics
import SaddleModels

/// What training does to one mode of curvature z: the factor q_t(z) that is left of the initial distance after time t.
///
///     gradient flow  q = e^{−zt};   steps  (q, u) ← T(z)(q, u) from (1, 0),   T = [1 − ηcz, −ηe; z, β]
///
/// u is the velocity; c and e are 1 and β for heavy ball, 1 + β and β² for Nesterov.
struct RegressionFilter: Sendable {
    let optimizer: RegressionOptimizer?
    /// For fresh Gaussian samples without momentum, whose second moments are exact: 1/B in F = (1 − ηz)² + (ηz)²/B; else 0.
    let excess: Double

    init(_ training: RegressionTraining) {
        optimizer = training.optimizer
        excess = training.isOnePass && optimizer!.momentum == 0 ? training.batchVariance(samples: .infinity) : 0
    }

    /// q_t(z), entire in z. For steps t is a whole number.
    func remaining(_ z: Complex<Double>, time t: Double) -> Complex<Double> {
        guard let optimizer else { return .exp(-z.multiplied(by: t)) }
        if optimizer.momentum == 0 { return .pow(1 - z.multiplied(by: optimizer.rate), Int(t)) }
        // T^t by repeated squaring, applied to (1, 0).
        var power = Step(optimizer, z)
        var (q, u) = (Complex<Double>(1), Complex<Double>(0))
        var n = Int(t)
        while n > 0 {
            if n & 1 == 1 { (q, u) = power.applied(q, u) }
            power = power.squared
            n >>= 1
        }
        return q
    }

    /// T(z)
    struct Step: Sendable {
        let a, b, c, d: Complex<Double>

        init(_ optimizer: RegressionOptimizer, _ z: Complex<Double>) {
            let η = optimizer.rate
            self.init(
                1 - z.multiplied(by: η * optimizer.gradientGain), Complex(-η * optimizer.velocityGain), z,
                Complex(optimizer.momentum))
        }

        private init(_ a: Complex<Double>, _ b: Complex<Double>, _ c: Complex<Double>, _ d: Complex<Double>) {
            (self.a, self.b, self.c, self.d) = (a, b, c, d)
        }

        func applied(_ q: Complex<Double>, _ u: Complex<Double>) -> (Complex<Double>, Complex<Double>) {
            (a * q + b * u, c * q + d * u)
        }
        var squared: Step { Step(a * a + b * c, a * b + b * d, c * a + d * c, c * b + d * d) }
        var trace: Complex<Double> { a + d }
        var determinant: Complex<Double> { a * d - b * c }

        /// The larger |eigenvalue|.
        var radius: Double {
            let root = Complex.sqrt(trace * trace - determinant.multiplied(by: 4))
            return max((trace + root).length, (trace - root).length) / 2
        }
    }

    /// A contour around [0, λ₊] on which no filter up to `last` grows by more than e.
    ///
    /// Flow decays wherever Re z > 0. Steps decay inside a region that touches 0 and the stability limit, a disc for plain descent and an
    /// ellipse for heavy ball; the contour keeps to 0.7 of its height.
    func contour(edge: Double, last: Double) throws(RegressionError) -> SpectralContour {
        guard let optimizer else {
            let δ = min(1 / max(last, 1 / edge), edge)
            return SpectralContour(left: δ, edge: edge, right: 1.5 * edge) { _ in 0.75 * edge }!
        }
        let limit = optimizer.stabilityLimit / (1 + excess) / optimizer.rate
        if edge >= limit {
            throw .unstableRate(rate: optimizer.rate, limit: limit * optimizer.rate / edge, edge: edge)
        }
        func grows(_ x: Double, _ y: Double) -> Bool {
            let z = Complex(x, y), step = Step(optimizer, z)
            let factor =
                excess == 0
                ? step.radius : (step.a * step.a + (1 - step.a) * (1 - step.a).multiplied(by: excess)).length.squareRoot()
            return factor > 1 + 1 / max(last, 1)
        }
        let pace = optimizer.rate / (1 - optimizer.momentum)
        let contour = SpectralContour(
            left: min(1 / (pace * max(last, 1)), edge), edge: edge, right: min(1.5 * edge, (edge + limit) / 2)
        ) { x in
            var (low, high) = (0.0, 0.75 * edge / 0.7)
            if grows(x, high) {
                for _ in 0..<30 {
                    let y = (low + high) / 2
                    if grows(x, y) { high = y } else { low = y }
                }
                return 0.7 * low
            }
            return 0.7 * high
        }
        guard let contour else { throw .momentumTooLarge(value: optimizer.momentum) }
        return contour
    }
}
