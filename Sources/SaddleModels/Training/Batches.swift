import SaddleNumerics

/// How the samples of an epoch follow one another.
public enum BatchOrder: String, Sendable, CaseIterable {
    /// In a fresh random order each epoch.
    case shuffled
    /// As the data have them: batch t of an epoch takes samples t·B … (t + 1)·B − 1.
    case sequential
}

/// The mini-batches of a training, step by step. Each epoch is an order cut into whole batches; the remainder of an epoch
/// is left out. An order is drawn once for all steps of its epoch.
public struct Batches: Sendable {
    /// B, samples of a batch.
    public let size: Int
    private let count, seed: Int
    private let kind: BatchOrder
    private var epoch = -1
    private var order: [Int] = []

    /// Nil if every step uses all of the `count` samples.
    public init?(_ training: Training, of count: Int) {
        guard let size = training.batchSize, size < count || training.isStream else { return nil }
        precondition(size <= count, "batches of \(size) out of \(count) samples")
        (self.size, self.count, seed, kind) = (size, count, training.batchSeed, training.order)
    }

    /// The samples of the given step.
    public mutating func batch(at step: Int) -> ArraySlice<Int> {
        let perEpoch = count / size
        if epoch != step / perEpoch {
            epoch = step / perEpoch
            switch kind {
            case .shuffled:
                var stream = RandomStream(seed: seed, .batchOrder, epoch)
                order = stream.permutation(count)
            case .sequential: if order.isEmpty { order = Array(0..<count) }
            }
        }
        let first = step % perEpoch * size
        return order[first..<first + size]
    }
}
