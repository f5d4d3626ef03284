#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// L∞ + A x^{−α}, by its values y₁ and y₂ at the first and last size, which are positive and well determined whatever α is:
//
//     L(x) = y₁ + (y₂ − y₁) g(x),   g = (1 − e^{−α(u − u₁)})/(1 − e^{−α(u₂ − u₁)}),   u = log x
//
// For α → 0 this is a straight line in log x. Parameters are log y₁ and log y₂, the shape is α.

extension ScalingProfile {
    /// Exponents that are considered: smaller ones are straight lines in log x, larger ones a single step.
    static let exponents = (low: 0.01, high: 10.0)

    static func powerWithLimit(_ data: LogLosses) -> ScalingProfile {
        let family = LimitFamily(data: data)
        let count = 32
        let grid = (0...count).map { exponents.low * pow(exponents.high / exponents.low, Double($0) / Double(count)) }
        return ScalingProfile(shapes: grid, solve: { family.fit(exponent: $0) }, polish: { family.polished($0) })
    }
}

struct LimitFamily: Sendable {
    let data: LogLosses
    private var first: Double { data.sizes.first! }
    private var span: Double { data.sizes.last! - data.sizes.first! }

    /// g at all sizes.
    private func shares(_ exponent: Double) -> [Double] {
        let whole = expm1(-exponent * span)
        return data.sizes.map { expm1(-exponent * ($0 - first)) / whole }
    }

    private func residual(_ g: [Double], _ p: Double, _ q: Double) -> Double {
        let (y, rise) = (exp(p), exp(q) - exp(p))
        var sum = 0.0
        for i in 0..<data.count {
            let miss = data.losses[i] - log(y + rise * g[i])
            sum += data.weights[i] * miss * miss
        }
        return sum
    }

    /// Gauss–Newton in log y₁ and log y₂, with halved steps where the sum would rise.
    func fit(exponent: Double) -> ScalingProfile.Point {
        let g = shares(exponent)
        var (p, q) = start(g)
        var sum = residual(g, p, q)
        for _ in 0..<40 {
            let (normal, right) = equations(g, p, q)
            let inverse = inverted(normal)
            let (dp, dq) = (
                inverse[0][0] * right[0] + inverse[0][1] * right[1], inverse[1][0] * right[0] + inverse[1][1] * right[1]
            )
            var (step, next) = (1.0, residual(g, p + dp, q + dq))
            while !(next <= sum) && step > 1e-6 {
                step /= 2
                next = residual(g, p + step * dp, q + step * dq)
            }
            if !(next < sum) { break }
            let gain = sum - next
            (p, q, sum) = (p + step * dp, q + step * dq, next)
            if gain <= 1e-13 * sum { break }
        }
        return point(exponent, g, p, q, sum)
    }

    /// Gauss–Newton in all three: golden sections find α to half the digits only.
    func polished(_ start: ScalingProfile.Point) -> ScalingProfile.Point {
        var best = start
        for _ in 0..<20 {
            let (α, p, q) = (best.shape, best.parameters[0], best.parameters[1])
            let g = shares(α)
            let slopes = shareSlopes(α, g)
            var normal = Matrix3()
            let (y, z) = (exp(p), exp(q))
            for i in 0..<data.count {
                let value = y + (z - y) * g[i]
                normal.add(
                    y * (1 - g[i]) / value, z * g[i] / value, (z - y) * slopes[i] / value, weight: data.weights[i],
                    miss: data.losses[i] - log(value))
            }
            guard let step = normal.solution() else { break }
            var (factor, improved) = (1.0, false)
            while factor > 1e-3 {
                let exponent = α + factor * step[2]
                if exponent >= ScalingProfile.exponents.low, exponent <= ScalingProfile.exponents.high {
                    let shares = shares(exponent)
                    let sum = residual(shares, p + factor * step[0], q + factor * step[1])
                    if sum < best.residual {
                        best = point(exponent, shares, p + factor * step[0], q + factor * step[1], sum)
                        improved = true
                        break
                    }
                }
                factor /= 2
            }
            if !improved { break }
        }
        return best
    }

    /// ∂g/∂α
    private func shareSlopes(_ α: Double, _ g: [Double]) -> [Double] {
        let whole = expm1(-α * span)
        return data.sizes.indices.map {
            let u = data.sizes[$0] - first
            return (g[$0] * span * exp(-α * span) - u * exp(-α * u)) / whole
        }
    }

    /// Linear least squares with relative errors; the first and last loss where that is not positive.
    private func start(_ g: [Double]) -> (Double, Double) {
        var (aa, ab, bb, ya, yb) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for i in 0..<data.count {
            let loss = exp(data.losses[i])
            let weight = data.weights[i] / (loss * loss)
            let (a, b) = (1 - g[i], g[i])
            aa += weight * a * a
            ab += weight * a * b
            bb += weight * b * b
            ya += weight * a * loss
            yb += weight * b * loss
        }
        let determinant = aa * bb - ab * ab
        let (y, z) = ((bb * ya - ab * yb) / determinant, (aa * yb - ab * ya) / determinant)
        if y > 0 && z > 0 && y.isFinite && z.isFinite { return (log(y), log(z)) }
        return (data.losses.first!, data.losses.last!)
    }

    private func equations(_ g: [Double], _ p: Double, _ q: Double) -> (normal: [Double], right: [Double]) {
        let (y, z) = (exp(p), exp(q))
        var (aa, ab, bb, ra, rb) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for i in 0..<data.count {
            let value = y + (z - y) * g[i]
            let (a, b, w) = (y * (1 - g[i]) / value, z * g[i] / value, data.weights[i])
            let miss = data.losses[i] - log(value)
            aa += w * a * a
            ab += w * a * b
            bb += w * b * b
            ra += w * a * miss
            rb += w * b * miss
        }
        return ([aa, ab, bb], [ra, rb])
    }

    private func inverted(_ normal: [Double]) -> [[Double]] {
        let determinant = normal[0] * normal[2] - normal[1] * normal[1]
        return [
            [normal[2] / determinant, -normal[1] / determinant], [-normal[1] / determinant, normal[0] / determinant],
        ]
    }

    private func point(_ α: Double, _ g: [Double], _ p: Double, _ q: Double, _ sum: Double) -> ScalingProfile.Point {
        // y₁ − L∞ = A x₁^{−α} = (y₁ − y₂)/(1 − e^{−α span})
        let excess = (exp(p) - exp(q)) / -expm1(-α * span)
        let law = ScalingLaw(
            .powerWithLimit, exponent: α, amplitude: excess * exp(α * first), limit: exp(p) - excess)
        return ScalingProfile.Point(
            shape: α, residual: sum, parameters: [p, q], inverse: inverted(equations(g, p, q).normal), law: law)
    }

    /// L(x) and its derivatives by log y₁ and log y₂; at x = ∞ the limit.
    func value(_ point: ScalingProfile.Point, logSize u: Double) -> (value: Double, gradient: [Double]) {
        let g = expm1(-point.shape * (u - first)) / expm1(-point.shape * span)
        let (y, z) = (exp(point.parameters[0]), exp(point.parameters[1]))
        return (y + (z - y) * g, [y * (1 - g), z * g])
    }
}
