import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// Measured numbers of pairs at which cyclic groups begin to keep features, the law fitted to them, and how far each lies from it.
package struct SampleLawSurvey: Sendable {
    package let orders: [Int]
    package let transitions: [Estimate]
    package let law: SampleLaw
    /// For each order what the law says that is fitted to the other ones; to all where there are two.
    package let predictions: [Double]
    /// Transitions within this factor of the law follow it.
    package static let factor = 1.3
    private static let features = 12

    /// - Throws: `CancellationError` when stopped.
    package init(
        orders: [Int], draws: Int, seed: Int, progress: ProgressHandler? = nil,
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws {
        self.orders = orders
        let work = orders.map { Double($0 * $0) }
        var done = 0.0
        var found: [Estimate] = []
        for (order, cost) in zip(orders, work) {
            found.append(try Self.transition(FiniteGroup([.cyclic(order)]), draws: draws, seed: seed, shouldStop: shouldStop))
            done += cost
            progress?(done, work.reduce(0, +))
        }
        transitions = found
        let points = zip(orders, found).map { (order: $0, samples: $1.mean) }
        law = SampleLaw(points)
        predictions = orders.map { order in
            let others = points.filter { $0.order != order }
            return SampleLaw(others.count > 1 ? others : points).samples(order: order)
        }
    }

    /// The largest factor between a transition and its prediction.
    package var largestFactor: Double {
        zip(transitions, predictions).reduce(1) { max($0, $1.0.mean / $1.1, $1.1 / $1.0.mean) }
    }

    /// The transition of one group over draws of pairs.
    package static func transition(
        _ group: FiniteGroup, draws: Int, seed: Int, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) throws -> Estimate {
        let irreducibles = Irreducible.nontrivial(group)
        let maxima = try GroupLandscape(GroupTask(group), starts: features, seed: seed, shouldStop: shouldStop).maxima
        let own = maxima.map { NodePower($0.weights, group, irreducibles).strongest }
        let survival = try FeatureSurvival(
            group, features: maxima.map(\.weights), draws: draws, seed: seed, shouldStop: shouldStop
        ) { weights, feature in
            let one = [irreducibles[own[feature]]]
            return NodePower(weights, group, one).purity > 0.5
        }
        return Estimate(survival.transitions)
    }
}
