import SaddleModels

/// Counts powers of a large number x, the width or the depth, in one step of an ``UpdateRule``.
///
/// The gradient of a weight is G = δφᵀ, summed over a few samples, with φ of order one. Its entries are x^γ, and it has x^i columns and x^o
/// rows, so that its one large singular value is x^{γ+(i+o)/2}. What reads φ moves by u(G)φ, whose entries are x to the power of
///
///     linear              G φ = δ (φ·φ)                                              γ + i
///     on singular values  δφᵀ/(|δ||φ|) φ                                             (i − o)/2
///     on entries          sign δ (sign φ·φ)                                          i                           (1)
///
/// A rule with an ε that is larger than the gradient is linear, with 1/ε (1/√ε for Shampoo, whose ε stands beside squares of singular values).
public enum UpdateCount: Sendable, Equatable {
    /// As descent: u(G) ∝ G.
    case linear
    /// With ε² ~ x^epsilon beside squares of singular values; nil: ε is below them at every x, or there is none.
    case onSingularValues(epsilon: Double?)
    /// With ε ~ x^epsilon beside entries.
    case onEntries(epsilon: Double?)

    /// - Parameter fixedEpsilon: whether the ε of rules that have one is the same number at every x; else it follows the gradient.
    public init(_ rule: UpdateRule, fixedEpsilon: Bool = false) {
        let epsilon: Double? = fixedEpsilon ? 0 : nil
        self =
            switch rule {
            case .descent: .linear
            case .normalized, .muon: .onSingularValues(epsilon: nil)
            case .shampoo: .onSingularValues(epsilon: epsilon)
            case .sign: .onEntries(epsilon: nil)
            case .adam: .onEntries(epsilon: epsilon)
            }
    }

    /// Powers of x of the columns and rows of a weight.
    public struct Shape: Sendable, Equatable {
        /// i, the power of x that columns are.
        public let fanIn: Double
        /// o, the power of x that rows are.
        public let fanOut: Double

        /// Exponents of x; 0 for a number that does not grow with it.
        public init(fanIn: Double, fanOut: Double) { (self.fanIn, self.fanOut) = (fanIn, fanOut) }
    }

    /// What equation (1) is the smallest of: constant + slope·γ.
    func pieces(_ shape: Shape) -> [(constant: Double, slope: Double)] {
        let (i, o) = (shape.fanIn, shape.fanOut)
        switch self {
        case .linear: return [(i, 1)]
        case .onSingularValues(let ε):
            let whole = ((i - o) / 2, 0.0)
            return ε.map { [whole, (i - $0 / 2, 1)] } ?? [whole]
        case .onEntries(let ε): return ε.map { [(i, 0), (i - $0, 1)] } ?? [(i, 0)]
        }
    }

    /// The exponent of u(G)φ for entries of G of x^gradient.
    public func response(gradient: Double, _ shape: Shape) -> Double {
        pieces(shape).map { $0.constant + $0.slope * gradient }.min()!
    }

    /// The exponent at which ε is as large as what it stands beside; nil if the rule has no ε that can be one.
    public static func epsilon(of rule: UpdateRule, gradient: Double, _ shape: Shape) -> Double? {
        switch rule {
        case .descent, .normalized, .muon, .sign: nil
        case .shampoo: 2 * gradient + shape.fanIn + shape.fanOut
        case .adam: gradient
        }
    }
}
