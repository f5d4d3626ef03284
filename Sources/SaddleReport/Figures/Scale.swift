#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How an axis maps numbers to lengths.
public enum Scale: String, Codable, Sendable {
    case linear
    /// log₁₀ x; numbers that are not positive have no place on it.
    case logarithmic
    /// log₁₀(1 + x): for steps of training, recorded ever more sparsely but starting at zero.
    case logarithmicFromZero

    /// The length of x, in the scale's own units; nil where x has no place on the axis.
    func position(_ x: Double) -> Double? {
        guard x.isFinite else { return nil }
        switch self {
        case .linear: return x
        case .logarithmic: return x > 0 ? log10(x) : nil
        case .logarithmicFromZero: return x >= 0 ? log10(1 + x) : nil
        }
    }

    /// The number at a given length.
    func value(at position: Double) -> Double {
        switch self {
        case .linear: position
        case .logarithmic: pow(10, position)
        case .logarithmicFromZero: pow(10, position) - 1
        }
    }
}
