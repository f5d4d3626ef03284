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
/// a polynomial equation to the power `spacing`. In the liquid region it has one pair of complex roots, and c u = 1 + Ω with Ω = weight(down)/weight(straight), which is the
/// parameter of the local statistics. Elsewhere all roots are real, and the one at which u grows with z₀ says whether the place is full or empty.
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

    /// What the limit looks like around a place.
    public enum Phase: Sendable {
        /// No walks, or one in every place.
        case empty, full
        /// Walks at random, with these local statistics.
        case liquid(IncompleteBetaKernel)

        /// Share of places with a walk.
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
        var u = Double.exp(rate * place / walkers)
        let decay = Double.exp(-rate * time / walkers)
        // On the straight edges of frozen regions the root is a pole of w₀ and the equation is 0·∞; beside them it is not.
        if blocks.contains(where: { abs(u - decay * $0.low) < 1e-9 * u || abs(u - decay * $0.high) < 1e-9 * u }) { u *= 1 + 1e-8 }
        var left = [1.0], right = [1.0]
        for (low, high) in blocks {
            left = Self.times(left, [-low, low / high])
            right = Self.times(right, [-low, 1])
        }
        for _ in 0..<spacing {
            left = Self.times(Self.times(left, [-1, 1]), [u, -decay])
            right = Self.times(right, [-u, 1])
        }
        var difference = left
        for (k, value) in right.enumerated() { difference[k] -= value }
        // z₀ = 0 is always a root, and none that counts; other roots of the power are on other branches, which are |1 − e^{2πi/spacing}| ≥ 1 away.
        let roots = try Self.roots(Array(difference.dropFirst())).filter { isOnBranch($0, u, decay) }
        // Ω = c u − 1, by the equation without w₀.
        func parameter(_ z: Complex<Double>) -> Complex<Double> {
            Complex(decay) * (z - Complex(u)) / (Complex(u) - Complex(decay) * z)
        }
        if let z = roots.max(by: { $0.imaginary / $0.length < $1.imaginary / $1.length }), z.imaginary > 1e-7 * z.length {
            let found = parameter(z)
            return .liquid(IncompleteBetaKernel(found.imaginary > 0 ? found : found.conjugate))
        }
        guard let z = roots.map(\.real).max(by: { slope($0, decay) < slope($1, decay) }) else {
            throw LimitShapeError(time: time, place: place)
        }
        return parameter(Complex(z)).real / (u - 1) >= 0 ? .empty : .full
    }

    /// w₀
    private func initial(_ z: Complex<Double>) -> Complex<Double> {
        blocks.reduce(Complex.one) { product, block in
            let factor = Complex(block.low / block.high) * (z - Complex(block.high)) / (z - Complex(block.low))
            return product * (spacing == 1 ? factor : Complex.pow(factor, Complex(1 / Double(spacing))))
        }
    }

    private func isOnBranch(_ z: Complex<Double>, _ u: Double, _ decay: Double) -> Bool {
        if spacing == 1 { return true }
        let ratio = initial(z) * (z - 1) * (Complex(u) - Complex(decay) * z) / (z - Complex(u))
        return (ratio - 1).length < 0.1
    }

    /// du/dz₀ at a real z₀, by a complex step.
    private func slope(_ z: Double, _ decay: Double) -> Double {
        let step = 1e-20 * max(abs(z), 1e-3), x = Complex(z, step)
        let c = (1 + (x - 1) * initial(x)) / x
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
    /// In steps, and the place.
    public let time, place: Double

    public var description: String {
        "the limit shape at time \(time) and place \(place) was not found: no root is on the branch of the start"
    }
}
