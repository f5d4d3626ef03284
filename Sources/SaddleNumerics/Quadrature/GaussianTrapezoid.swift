#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Averages over one standard normal of functions that are analytic in a known strip |Im z| < d: the trapezoidal rule, whose error is e^{−2πd/h}
/// relative to the size of the function on the strip's edge.
///
/// With its few nodes it serves averages within averages; ``GaussianQuadrature`` needs to know nothing of the function.
public struct GaussianTrapezoid: Sendable {
    /// Equally spaced, symmetric around 0.
    public let nodes: [Double]
    /// One for each node, those of the standard normal density times the spacing.
    public let weights: [Double]

    /// - Parameters:
    ///   - strip: d > 0.
    ///   - reach: of the nodes; the weights end at e^{−reach²/2}.
    public init(strip d: Double, reach: Double = 9) {
        precondition(d > 0, "strip \(d)")
        let step = min(0.3, 2 * Double.pi * d / 36), last = Int(reach / step)
        nodes = (-last...last).map { Double($0) * step }
        weights = nodes.map { step * exp(-$0 * $0 / 2) / (2 * Double.pi).squareRoot() }
    }
}
