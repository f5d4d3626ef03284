import Numerics

/// The limit shape of many noncolliding walks, q = e^{−κ/m} and m → ∞ with times and places of order m.
///
/// With S(z) = (1/m) Σ log(z − q^{−xᵢ}) and w = exp(−κ z ∂S/∂z), the exact mean that ``NoncollidingWalks/meanPotential(steps:)`` comes from turns into
///
///     e^{∂S/∂τ} [1/z + (1 − 1/z) w] = e^{−κ},
///
/// whose two terms are the complex weights of going straight and down. The bracket c is constant along characteristics, which carry z to 1/c + (z₀ − 1/c)e^{−κτ}, so that
/// the place u = e^{κξ} at τ belongs to the z₀ with
///
///     w₀(z₀) (z₀ − 1)(u − e^{−κτ} z₀) = z₀ − u,    w₀(z) = ∏ [(a/b)(z − b)/(z − a)]^{1/spacing}    (blocks from log a to log b over κ),
///
/// a polynomial equation to the power `spacing`. In the liquid region it has one pair of complex roots, and c u = 1 + Ω with Ω = weight(down)/weight(straight), which is the parameter of the local
/// statistics. Elsewhere all roots are real, and the one at which u grows with z₀ says whether the place is full or empty.
public struct WalkLimitShape: Sendable {
    /// κ
    public let rate: Double
    /// a and b of the blocks, at the scale of u.
    private let blocks: [(low: Double, high: Double)]
    private let spacing: Int
    private let walkers: Double

    /// - Parameter q: κ = −m log q.
    public init(q: Double, start: WalkStart) {
        walkers = Double(start.walkers)
        let rate = -walkers * .log(q)
        self.rate = rate
        blocks = start.intervals.map { [walkers] in
            (.exp(rate * Double($0.lowerBound) / walkers), .exp(rate * Double($0.upperBound) / walkers))
        }
        spacing = start.spacing
    }

    public enum Phase: Sendable {
        case empty, full
        case liquid(IncompleteBetaKernel)

        public var density: Double {
            switch self {
            case .empty: 0
            case .full: 1
            case .liquid(let kernel): kernel.density
            }
        }
    }

    /// At a time above 0, in steps, and a place (the middle of site x is x + ½).
    ///
    /// - Throws: where eigenvalues of the companion matrix do not converge; ``LimitShapeError`` if no root serves.
    public func phase(time: Double, place: Double) throws -> Phase {
        let u = Double.exp(rate * place / walkers), decay = Double.exp(-rate * time / walkers)
        var left = [1.0], right = [1.0]
        for (low, high) in blocks {
            left = Self.times(left, [-high * low / high, low / high])
            right = Self.times(right, [-low, 1])
        }
        for _ in 0..<spacing {
            left = Self.times(Self.times(left, [-1, 1]), [u, -decay])
            right = Self.times(right, [-u, 1])
        }
        var difference = left
        for (k, value) in right.enumerated() { difference[k] -= value }
        // z₀ = 0 is always a root, and none that counts.
        let roots = try Self.roots(Array(difference.dropFirst())).map { polished($0, u, decay) }
        var best: (z: Complex<Double>, residual: Double)?
        for root in roots where root.imaginary > 1e-7 * root.length {
            let residual = mismatch(root, u, decay).length
            if residual < 1e-8, residual < best?.residual ?? .infinity { best = (root, residual) }
        }
        if let (z, _) = best {
            // 1 + Ω = c u, in the upper half plane.
            let parameter = bracket(z, initial(z)) * Complex(u) - 1
            return .liquid(IncompleteBetaKernel(parameter.imaginary > 0 ? parameter : parameter.conjugate))
        }
        let real = roots.map(\.real).filter { z in
            mismatch(Complex(z), u, decay).length < 1e-8 && slope(z, decay) > 0
        }
        guard let z = real.first else { throw LimitShapeError(time: time, place: place, roots: roots) }
        let weight = bracket(Complex(z), initial(Complex(z))).real * u - 1
        return weight / (u - 1) >= 0 ? .empty : .full
    }

    /// w₀
    private func initial(_ z: Complex<Double>) -> Complex<Double> {
        blocks.reduce(Complex.one) { product, block in
            let factor = Complex(block.low / block.high) * (z - Complex(block.high)) / (z - Complex(block.low))
            return product * (spacing == 1 ? factor : Complex.pow(factor, Complex(1 / Double(spacing))))
        }
    }

    /// c
    private func bracket(_ z: Complex<Double>, _ w: Complex<Double>) -> Complex<Double> { (1 + (z - 1) * w) / z }

    /// Of both sides of the equation, relative.
    private func mismatch(_ z: Complex<Double>, _ u: Double, _ decay: Double) -> Complex<Double> {
        let left = initial(z) * (z - 1) * (Complex(u) - Complex(decay) * z), right = z - Complex(u)
        let size = max(left.length, right.length)
        return size > 0 ? (left - right) / Complex(size) : .zero
    }

    /// Newton's method on the equation itself: roots of its power are known badly where several meet.
    private func polished(_ root: Complex<Double>, _ u: Double, _ decay: Double) -> Complex<Double> {
        var z = root
        for _ in 0..<8 {
            let w = initial(z), rest = Complex(u) - Complex(decay) * z
            let value = w * (z - 1) * rest - (z - Complex(u))
            let growth = blocks.reduce(Complex<Double>.zero) { $0 + 1 / (z - Complex($1.high)) - 1 / (z - Complex($1.low)) }
            let product = w * (z - 1) * rest * growth / Complex(Double(spacing))
            let derivative = product + w * rest - Complex(decay) * w * (z - 1) - 1
            let next = z - value / derivative
            if !next.isFinite || mismatch(next, u, decay).length >= mismatch(z, u, decay).length { break }
            z = next
        }
        return z
    }

    /// du/dz₀ at a real z₀, by a complex step.
    private func slope(_ z: Double, _ decay: Double) -> Double {
        let step = 1e-20 * max(abs(z), 1e-3), x = Complex(z, step)
        let c = bracket(x, initial(x))
        return (1 / c * Complex(1 - decay) + x * Complex(decay)).imaginary / step
    }

    private static func times(_ a: [Double], _ b: [Double]) -> [Double] {
        var product = [Double](repeating: 0, count: a.count + b.count - 1)
        for (i, x) in a.enumerated() { for (j, y) in b.enumerated() { product[i + j] += x * y } }
        return product
    }

    /// Roots of Σ aₖzᵏ, as eigenvalues of the companion matrix.
    private static func roots(_ coefficients: [Double]) throws(FactorizationError) -> [Complex<Double>] {
        var a = coefficients
        while let last = a.last, abs(last) <= 1e-14 * a.reduce(0, { max($0, abs($1)) }) { a.removeLast() }
        let n = a.count - 1
        if n < 1 { return [] }
        return try Matrix(rows: n, columns: n) { i, j in
            j == n - 1 ? -a[i] / a[n] : i == j + 1 ? 1 : 0
        }.eigenvalues()
    }
}

/// No root of the equation of a limit shape is the one that counts.
public struct LimitShapeError: Error, CustomStringConvertible {
    public let time, place: Double
    public let roots: [Complex<Double>]

    public var description: String {
        "the limit shape at time \(time) and place \(place) was not found among \(roots.count) roots"
    }
}
