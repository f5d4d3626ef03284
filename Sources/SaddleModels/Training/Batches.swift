import SaddleNumerics

/// The mini-batches of a training, step by step. Each epoch is a fresh random order cut into whole batches; the remainder of an epoch
/// is left out. An order is drawn once for all steps of its epoch.
public struct Batches: Sendable {
    public let size: Int
    private let count, seed: Int
    private var epoch = -1
    private var order: [Int] = []

    /// Nil if every step uses all of the `count` samples.
    public init?(_ training: Training, of count: Int) {
        guard let size = training.batchSize, size < count else { return nil }
        (self.size, self.count, seed) = (size, count, training.batchSeed)
    }

    /// The samples of the given step.
    public mutating func batch(at step: Int) -> ArraySlice<Int> {
        let perEpoch = count / size
        if epoch != step / perEpoch {
            epoch = step / perEpoch
            var stream = RandomStream(seed: seed, .batchOrder, epoch)
            order = stream.permutation(count)
        }
        let first = step % perEpoch * size
        return order[first..<first + size]
    }
}
