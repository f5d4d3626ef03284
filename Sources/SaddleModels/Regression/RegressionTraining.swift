/// How a linear student is trained: always on half the mean of squares.
public enum RegressionTraining: Sendable, Equatable {
    /// dw/dt = −∇
    case flow
    /// Full batches.
    case descent(RegressionOptimizer)
    /// Batches drawn without replacement within a batch, anew at each step, from the same P samples.
    case batches(RegressionOptimizer, size: Int)
    /// Batches of samples never seen before. The number of samples of the task has no meaning.
    case onePass(RegressionOptimizer, size: Int)

    /// Nil for gradient flow.
    public var optimizer: RegressionOptimizer? {
        switch self {
        case .flow: nil
        case .descent(let optimizer), .batches(let optimizer, _), .onePass(let optimizer, _): optimizer
        }
    }

    /// Whether every batch is of samples never seen before.
    public var isOnePass: Bool { if case .onePass = self { true } else { false } }

    /// Var of a batch's mean over that of one sample: (P − B)/(B(P − 1)), or 1/B for fresh samples; 0 for full batches.
    public func batchVariance(samples: Double) -> Double {
        switch self {
        case .flow, .descent: 0
        case .batches(_, let size): samples == Double(size) ? 0 : (samples - Double(size)) / (Double(size) * (samples - 1))
        case .onePass(_, let size): 1 / Double(size)
        }
    }

    /// Checks learning rate, momentum and batch size.
    ///
    /// - Throws: ``RegressionError`` for a number out of its range.
    public func validate(samples: Double) throws(RegressionError) {
        if let optimizer {
            if !(optimizer.rate.isFinite && optimizer.rate > 0) { throw .badRate(value: optimizer.rate) }
            if !(optimizer.momentum >= 0 && optimizer.momentum < 1) { throw .badMomentum(value: optimizer.momentum) }
        }
        switch self {
        case .flow, .descent: break
        case .batches(_, let size):
            if size < 1 || Double(size) > samples { throw .badBatch(value: size, samples: samples) }
        case .onePass(_, let size):
            if size < 1 { throw .badBatch(value: size, samples: .infinity) }
        }
    }
}

/// Gradient steps with heavy-ball or Nesterov momentum, in the convention of ``Training``:
///
///     u ← βu + ∇,   w ← w − ηu          (Nesterov: w ← w − η(βu + ∇) with the new u)
public struct RegressionOptimizer: Sendable, Equatable {
    /// η
    public var rate: Double
    /// β
    public var momentum: Double
    /// Whether the momentum is Nesterov's.
    public var usesNesterov: Bool

    /// Steps with these constants; nothing is checked before ``RegressionTraining/validate(samples:)``.
    public init(rate: Double, momentum: Double = 0, usesNesterov: Bool = false) {
        self.rate = rate
        self.momentum = momentum
        self.usesNesterov = usesNesterov
    }

    /// What w loses by each unit of gradient, in units of η: 1, or 1 + β.
    public var gradientGain: Double { usesNesterov ? 1 + momentum : 1 }
    /// What w loses by each unit of the old velocity, in units of η: β, or β².
    public var velocityGain: Double { usesNesterov ? momentum * momentum : momentum }

    /// The largest stable η·λ.
    public var stabilityLimit: Double { 2 * (1 + momentum) / (usesNesterov ? 1 + 2 * momentum : 1) }
}
