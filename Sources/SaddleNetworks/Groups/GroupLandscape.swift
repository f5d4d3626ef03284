import SaddleModels
import SaddleNumerics

/// Maxima of the energy of a node that ascent finds from many random starts.
public struct GroupLandscape: Sendable {
    /// Where ascent ended, one for each start, in their order.
    public let maxima: [GroupEnergy.Maximum]

    /// - Throws: `CancellationError` when stopped.
    public init(
        _ task: GroupTask, starts: Int, seed: Int, progress: ProgressHandler? = nil,
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        let energy = GroupEnergy(task), order = task.group.order, finished = Counter()
        maxima = try Threads.map(starts) { index in
            if shouldStop() { throw CancellationError() }
            var stream = RandomStream(seed: seed, .groupStarts, order, index)
            let maximum = energy.ascend(from: stream.normals(2 * order))
            progress?(Double(finished.increment()), Double(starts))
            return maximum
        }
    }
}

/// The number of seen pairs at which features stop being maxima that ascent stays at.
///
/// Nodes start at a feature of all pairs and ascend the energy of the seen ones; a feature is kept if most of its power stays in its own representation.
/// For every draw of an order of pairs the number at which half of the features are kept is found by bisection.
public struct FeatureSurvival: Sendable {
    /// M, elements of the group.
    public let order: Int
    /// Of each draw.
    public let transitions: [Double]

    /// - Parameters:
    ///   - features: weights of maxima on all pairs.
    ///   - isKept: whether weights are still the feature of that number.
    /// - Throws: `CancellationError` when stopped.
    public init(
        _ group: FiniteGroup, features: [[Double]], draws: Int, seed: Int, shouldStop: @escaping @Sendable () -> Bool = { false },
        isKept: @escaping @Sendable (_ weights: [Double], _ feature: Int) -> Bool
    ) throws {
        order = group.order
        let all = group.order * group.order
        transitions = try Threads.map(draws) { draw in
            func keepsHalf(_ samples: Int) throws -> Bool {
                if shouldStop() { throw CancellationError() }
                let energy = GroupEnergy(GroupTask(group, samples: samples, seed: seed, index: draw))
                let kept = features.indices.count {
                    isKept(energy.ascend(from: features[$0], mostSteps: 1500, tolerance: 1e-5).weights, $0)
                }
                return 2 * kept >= features.count
            }
            var (low, high) = (1, all)
            while high - low > max(1, all / 200) {
                let middle = (low + high) / 2
                if try keepsHalf(middle) { high = middle } else { low = middle }
            }
            return Double(low + high) / 2
        }
    }
}
