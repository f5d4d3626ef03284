import Numerics

/// Local statistics of paths on a lattice that go straight or down by one and never meet, as at a point inside the liquid region of lozenge tilings.
///
///     K((t, x), (t + n, x − k)) = (1/2πi) ∫_{Ω̄}^{Ω} (1 + v)ⁿ v^{−k−1} dv,
///
/// along a contour that crosses the positive axis for n ≤ 0 and the axis between −1 and 0 for n > 0 (which takes off the binomial coefficient C(n, k)). Ω is in the upper half
/// plane: arg Ω is π times the density of paths, arg(1 + Ω) that of paths that go down next. On one time it is the discrete sine kernel sin(π ρ d)/(π d).
///
/// Source: Okounkov and Reshetikhin 2003 (section 3.1.7), in the coordinates of the paths.
public struct IncompleteBetaKernel: Sendable {
    /// Ω, in the upper half plane.
    public let parameter: Complex<Double>

    /// Local statistics with the parameter Ω, whose imaginary part is above 0.
    public init(_ parameter: Complex<Double>) {
        precondition(parameter.imaginary > 0, "Ω = \(parameter) is not in the upper half plane")
        self.parameter = parameter
    }

    /// Share of places with a path, arg Ω/π.
    public var density: Double { parameter.phase / .pi }
    /// Shares of all places: paths that go straight, and that go down, in the next step.
    public var straight: Double { density - down }
    /// Share of all places with a path that goes down next, arg(1 + Ω)/π.
    public var down: Double { (parameter + 1).phase / .pi }

    /// Between a point and one that is `later` steps later and `below` it; both may be negative.
    public func value(later n: Int, below k: Int) -> Double {
        // (1/π) ∫₀^{arg Ω} Re (1 + v)ⁿ v^{−k} dθ on the arc |v| = |Ω|.
        let radius = parameter.length, end = parameter.phase
        let sum = zip(Self.rule.nodes, Self.rule.weights).reduce(0.0) { sum, node in
            let v = Complex(length: radius, phase: end * (node.0 + 1) / 2)
            return sum + node.1 * (Self.power(v + 1, n) * Self.power(v, -k)).real
        }
        return sum * end / (2 * .pi) - (n > 0 ? Self.binomial(n, k) : 0)
    }

    /// The process on some points (time, height).
    public func process(_ points: [(time: Int, height: Int)]) -> DeterminantalProcess {
        DeterminantalProcess(
            kernel: Matrix(rows: points.count, columns: points.count) { i, j in
                value(later: points[j].time - points[i].time, below: points[i].height - points[j].height)
            })
    }

    private static let rule = GaussLegendre(96)

    private static func power(_ z: Complex<Double>, _ n: Int) -> Complex<Double> {
        let positive = (0..<abs(n)).reduce(Complex<Double>.one) { product, _ in product * z }
        return n < 0 ? 1 / positive : positive
    }

    private static func binomial(_ n: Int, _ k: Int) -> Double {
        if k < 0 || k > n { return 0 }
        return (0..<k).reduce(1.0) { $0 * Double(n - $1) / Double($1 + 1) }.rounded()
    }
}
