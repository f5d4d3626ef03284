#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The learning rate at each step: a base value, an optional linear warm-up, and a decay.
public struct LearningRate: Sendable, Equatable {
    /// How the rate changes after the warm-up.
    public enum Decay: Sendable, Equatable {
        /// It stays.
        case constant
        /// From the base value to `final · base` at the last step, along half a cosine, after the warm-up.
        case cosine(final: Double)
        /// Multiplied by `factor` every `every` steps after the warm-up.
        case step(every: Int, factor: Double)
    }

    /// η before the decay, in the units of ``Training``.
    public var base: Double
    /// Steps of linear warm-up: the rate at step t < warmup is base · (t + 1)/warmup.
    public var warmup: Int
    /// How it changes after the warm-up.
    public var decay: Decay

    /// A base value with a schedule.
    public init(base: Double, warmup: Int = 0, decay: Decay = .constant) {
        self.base = base
        self.warmup = warmup
        self.decay = decay
    }

    /// η at step t of `steps`, t = 0, 1, ….
    public func rate(at step: Int, of steps: Int) -> Double {
        if step < warmup { return base * Double(step + 1) / Double(warmup) }
        switch decay {
        case .constant: return base
        case .cosine(let final):
            let progress = Double(step - warmup) / Double(max(steps - 1 - warmup, 1))
            return base * (final + (1 - final) * 0.5 * (1 + cos(.pi * min(progress, 1))))
        case .step(let every, let factor):
            return base * pow(factor, Double((step - warmup) / every))
        }
    }
}
