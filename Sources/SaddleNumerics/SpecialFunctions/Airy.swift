// Goals, in this order: relative accuracy where Ai decays, absolute accuracy where it oscillates; many arguments cheaply, since a
// Fredholm determinant asks for thousands. For x ≥ 1 the defining integral is moved to the saddle point, where the trapezoidal rule
// converges geometrically; elsewhere Taylor's series of y″ = xy about the nearest of equidistant nodes, which were reached from each
// other by the same series. Going left that recursion is stable; going right it is not, so that no node above 1 is reached by it.

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Airy's function Ai and its integral from x to infinity.
public enum Airy {
    /// Ai(x) for x ≥ −30.
    ///
    /// - Note: Relative error below 1e-14 for x ≥ 0, absolute error below 1e-13 elsewhere.
    public static func ai(_ x: Double) -> Double {
        precondition(x >= -30, "Airy's function at \(x)")
        if x > Self.last { return decaying(x).value }
        let k = Int(((x - first) / spacing).rounded())
        return taylor(nodes[k], at: first + Double(k) * spacing, by: x - (first + Double(k) * spacing)).value
    }

    /// log ∫_x^∞ Ai for x ≥ 1.
    ///
    ///     ∫_x^∞ Ai = (e^{−ζ}/π) ∫₀^∞ e^{−ar²} (a cos(r³/3) − r sin(r³/3))/(r² + a²) dr,   a = √x, ζ = 2x^{3/2}/3
    public static func logTail(_ x: Double) -> Double {
        precondition(x >= 1, "the tail of Airy's function from \(x)")
        let a = x.squareRoot()
        return log(overSaddle(a) { r, phase in (a * cos(phase) - r * sin(phase)) / (r * r + a * a) } / .pi) - 2 * x * a / 3
    }

    /// Ai and Ai′ at x ≥ 1.
    static func decaying(_ x: Double) -> (value: Double, slope: Double) {
        let a = x.squareRoot(), scale = exp(-2 * x * a / 3) / .pi
        return (
            scale * overSaddle(a) { _, phase in cos(phase) },
            -scale * overSaddle(a) { r, phase in a * cos(phase) + r * sin(phase) }
        )
    }

    /// ∫₀^∞ e^{−ar²} f(r, r³/3) dr for even f.
    private static func overSaddle(_ a: Double, _ f: (Double, Double) -> Double) -> Double {
        // The integrand is analytic, and small enough, within a of the real axis.
        let step = min(0.12, 0.2 / a.squareRoot()), furthest = (42 / a).squareRoot()
        var sum = 0.5 * f(0, 0), r = step
        while r < furthest {
            sum += exp(-a * r * r) * f(r, r * r * r / 3)
            r += step
        }
        return sum * step
    }

    // MARK: Nodes

    private static let (first, last, spacing) = (-30.5, 20.0, 0.5)
    private static let origin = (value: 0.355028053887817239, slope: -0.258819403792806798)

    private static let nodes: [(value: Double, slope: Double)] = {
        let count = Int(((last - first) / spacing).rounded()) + 1, zero = Int((-first / spacing).rounded())
        var nodes = [(value: Double, slope: Double)](repeating: origin, count: count)
        for k in (0..<zero).reversed() { nodes[k] = taylor(nodes[k + 1], at: first + Double(k + 1) * spacing, by: -spacing) }
        for k in (zero + 1)..<count {
            let x = first + Double(k) * spacing
            nodes[k] = x < 1 ? taylor(nodes[k - 1], at: x - spacing, by: spacing) : decaying(x)
        }
        return nodes
    }()

    /// y and y′ at x + h: (n + 2)(n + 1) a_{n+2} = x a_n + a_{n−1}.
    private static func taylor(_ start: (value: Double, slope: Double), at x: Double, by h: Double) -> (
        value: Double, slope: Double
    ) {
        var (before, a, b) = (0.0, start.value, start.slope)
        var (value, slope, power) = (a + b * h, b, h)
        for n in 0..<40 {
            let k = Double(n), next = (x * a + before) / ((k + 1) * (k + 2))
            slope += (k + 2) * next * power
            power *= h
            value += next * power
            (before, a, b) = (a, b, next)
        }
        return (value, slope)
    }
}
