#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Residual connections: each block adds a branch to what it receives,
///
///     pre:   h ← h + b W φ(h)/√N                post:   h ← h + b φ(W h/√N)
public struct Residual: Sendable, Equatable {
    /// Whether φ acts before the weights of a branch or after them.
    public enum Form: String, Sendable, CaseIterable { case pre, post }

    /// How the factor b follows from the number of blocks.
    public enum Scale: Sendable, Equatable {
        /// b itself.
        case branch(Double)
        /// b = β/(number of blocks)^exponent
        case depth(Double, exponent: Double)
    }

    /// Where φ acts.
    public var form: Form
    /// How b follows from the number of blocks.
    public var scale: Scale

    /// Residual connections; h ← h + Wφ(h)/√N unless told otherwise.
    public init(form: Form = .pre, scale: Scale = .branch(1)) {
        self.form = form
        self.scale = scale
    }

    /// b in a network of that many blocks.
    public func factor(blocks: Int) -> Double {
        switch scale {
        case .branch(let b): b
        case .depth(let β, let exponent): β / pow(Double(max(blocks, 1)), exponent)
        }
    }

    /// hˡ⁺¹ = hˡ + Wˡφ(hˡ)/√N, whatever the depth.
    public var isPlain: Bool { form == .pre && scale == .branch(1) }
}
