import SaddleNumerics

/// How a network is trained: by gradient descent with momentum and weight decay, in the units of the mean-field parameterisation
///
///     v ← βv + γ₀²N ∇ℒ + λθ,   θ ← θ − ηv          (Nesterov: θ ← θ − η(βv + γ₀²N ∇ℒ + λθ) with the new v)
///
/// or by another ``Optimizer``, so that one description holds at every width. With mini-batches the order of batches belongs to the description: theory
/// and every network of an ensemble see the same one.
public struct Training: Sendable {
    /// Number of optimiser steps, T ≥ 0. Times are counted in steps, 0 … T.
    public var steps: Int
    /// η at each step.
    public var learningRate: LearningRate
    /// Learning rates of single layers in place of `learningRate.base`, with the same schedule.
    public var layerRates = LayerRates()
    /// The rules by which parameters move.
    public var optimizer = Optimizer.descent
    /// β
    public var momentum: Double
    /// Whether the momentum is Nesterov's.
    public var usesNesterov: Bool
    /// λ
    public var weightDecay: Double
    /// ℓ, whose mean over samples is ℒ.
    public var loss: Loss
    /// Samples a step; nil for full-batch descent.
    public var batchSize: Int?
    /// Seed of the order of batches.
    public var batchSeed: Int
    /// How the samples of an epoch follow one another.
    public var order = BatchOrder.shuffled
    /// Whether every sample is learnt once: step t sees batch t of the training samples, and what is recorded of them is the loss of the coming
    /// batch, before it is learnt. The batch after the last step is judged and not learnt.
    public var isStream = false
    /// Passes over the training samples in place of `steps`, as a description may state them until the number of samples is known.
    package var epochs: Int?

    /// A training by gradient descent; further properties are set afterwards.
    ///
    /// - Precondition: `steps` ≥ 0, and batches of at least one sample.
    public init(
        steps: Int, learningRate: LearningRate, momentum: Double = 0, usesNesterov: Bool = false, weightDecay: Double = 0,
        loss: Loss = .squared, batchSize: Int? = nil, batchSeed: Int = 0
    ) {
        precondition(steps >= 0 && (batchSize ?? 1) >= 1, "\(steps) steps, batches of \(batchSize ?? 1)")
        self.steps = steps
        self.learningRate = learningRate
        self.momentum = momentum
        self.usesNesterov = usesNesterov
        self.weightDecay = weightDecay
        self.loss = loss
        self.batchSize = batchSize
        self.batchSeed = batchSeed
    }

    /// η at the given step.
    public func rate(at step: Int) -> Double { learningRate.rate(at: step, of: steps) }

    /// η of a layer at the given step.
    public func rate(at step: Int, of role: LayerRole) -> Double {
        guard let base = layerRates[role] else { return rate(at: step) }
        return LearningRate(base: base, warmup: learningRate.warmup, decay: learningRate.decay).rate(at: step, of: steps)
    }

    /// Whether every parameter moves by descent with one learning rate, momentum and decay.
    public var isPlainDescent: Bool { optimizer.isDescent && layerRates == LayerRates() }

    /// Training samples whose fields are held at once, of `count`.
    package func samplesAtOnce(of count: Int) -> Int { isStream ? min(batchSize ?? count, count) : count }

    /// Samples of a stream: those of all steps, and a last batch that is judged and not learnt.
    package var streamLength: Int { (steps + 1) * (batchSize ?? 1) }

    /// The samples of every step, one step a row; of a stream also the batch that is judged after the last one. Nil if every step uses all.
    public func batchTable(of count: Int) -> Tensor? {
        guard var batches = Batches(self, of: count) else { return nil }
        let rows = isStream ? steps + 1 : steps
        return Tensor(
            shape: [rows, batches.size], elements: (0..<rows).flatMap { batches.batch(at: $0).map(Double.init) })
    }

    /// The samples of the given step, out of `count`; nil means all samples, in order.
    public func batch(at step: Int, of count: Int) -> [Int]? {
        var batches = Batches(self, of: count)
        return batches.map { _ in Array(batches!.batch(at: step)) }
    }
}
