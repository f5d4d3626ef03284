#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension ScalingProfile {
    /// Two power laws that meet: a line of log L against log x with a bend; the shape is log x₀, two sizes at least on each side.
    ///
    /// Parameters: log L at the bend, and both exponents.
    static func broken(_ data: LogLosses) -> ScalingProfile {
        let count = 128
        let (low, high) = (data.sizes[1], data.sizes[data.count - 2])
        let grid = (0...count).map { low + (high - low) * Double($0) / Double(count) }
        return ScalingProfile(shapes: grid, solve: { broken(data, bend: $0) })
    }

    private static func broken(_ data: LogLosses, bend: Double) -> Point {
        var normal = Matrix3()
        for i in 0..<data.count {
            let u = data.sizes[i] - bend
            normal.add(1, max(-u, 0), min(-u, 0), weight: data.weights[i], miss: data.losses[i])
        }
        let inverse = normal.inverse() ?? Array(repeating: [0, 0, 0], count: 3)
        // Sizes that agree to rounding on one side of the bend: no exponent there, no such law.
        let c = normal.solution() ?? [.nan, .nan, .nan]
        var residual = 0.0
        for i in 0..<data.count {
            let u = data.sizes[i] - bend
            let miss = data.losses[i] - c[0] - c[1] * max(-u, 0) - c[2] * min(-u, 0)
            residual += data.weights[i] * miss * miss
        }
        if residual.isNaN { residual = .infinity }
        let law = ScalingLaw(
            .broken, exponent: c[1], amplitude: exp(c[0]), crossover: exp(bend), lateExponent: c[2])
        return Point(shape: bend, residual: residual, parameters: c, inverse: inverse, law: law)
    }
}
