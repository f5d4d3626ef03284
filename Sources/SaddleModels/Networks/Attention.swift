/// Blocks of softmax attention over tokens. With heads a = 1 … N/d_k of d_k components each, on a stream h of width N,
///
///     q, k, v = W_{Q,K,V}h/√N,   p^a_{st} = softmax_t(q^a_s·k^a_t/√d_k),   o^a_s = Σ_t p^a_{st} v^a_t,   h ← h + b W_O o/√N
///
/// The wide limit is that of many heads at fixed d_k.
public struct Attention: Sendable, Equatable {
    /// Components of a head, d_k; it divides the width.
    public var keyDimension: Int
    /// Whether a token attends only to itself and those before.
    public var isCausal: Bool

    /// Heads of that size.
    ///
    /// - Precondition: at least one component.
    public init(keyDimension: Int, isCausal: Bool = false) {
        precondition(keyDimension >= 1, "heads of \(keyDimension) components")
        self.keyDimension = keyDimension
        self.isCausal = isCausal
    }
}

/// A transformer: tokens are read into a stream of width N, to which blocks of attention and of fully connected layers add.
public struct Transformer: Sendable, Equatable {
    /// Positions of a sequence; the inputs of a sample are its tokens one after the other, D = tokens · channels.
    public var tokens: Int
    /// The heads of every block.
    public var attention: Attention
    /// Width of the fully connected layer that follows the attention of each block, over N; 0: there is none.
    public var feedForward: Double

    /// A transformer over sequences of so many tokens.
    ///
    /// - Precondition: at least one token, and `feedForward` ≥ 0.
    public init(tokens: Int, attention: Attention, feedForward: Double = 0) {
        precondition(tokens >= 1 && feedForward >= 0, "\(tokens) tokens, a feed-forward layer of \(feedForward) N")
        self.tokens = tokens
        self.attention = attention
        self.feedForward = feedForward
    }
}
