import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// Maxima that ascent finds on all pairs beside the energies that characters predict.
package struct LandscapeCheck: Sendable {
    /// Maxima that lie in one representation.
    package struct Kind: Sendable {
        package let irreducible: Irreducible
        package let predicted: Double
        package let count: Int
        /// The mean over those found; NaN if none.
        package let energy: Double
    }

    package static let relativeTolerance = 1e-7
    /// A maximum lies in a representation if all its power but this does.
    package static let impurity = 1e-6

    package let kinds: [Kind]
    /// Maxima in no single representation, or at which ascent had not ended.
    package let others: Int
    package private(set) var check = Check()

    package init(_ group: FiniteGroup, _ landscape: GroupLandscape) {
        let irreducibles = Irreducible.nontrivial(group)
        var energies = irreducibles.map { _ in [Double]() }
        var others = 0
        for maximum in landscape.maxima {
            let power = NodePower(maximum.weights, group, irreducibles)
            if power.purity < 1 - Self.impurity || maximum.residual > GroupEnergy.tolerance {
                others += 1
            } else {
                energies[power.strongest].append(maximum.energy)
            }
        }
        self.others = others
        kinds = zip(irreducibles, energies).map { irreducible, found in
            Kind(
                irreducible: irreducible, predicted: irreducible.energy(order: group.order), count: found.count,
                energy: found.isEmpty ? .nan : found.reduce(0, +) / Double(found.count))
        }
        for (kind, found) in zip(kinds, energies) where !found.isEmpty {
            // The one that is farthest off.
            let worst = found.max { abs($0 - kind.predicted) < abs($1 - kind.predicted) }!
            check.add(
                .exact(
                    "energy", at: kind.irreducible.name, predicted: kind.predicted, measured: worst,
                    tolerance: Self.relativeTolerance * kind.predicted))
        }
        check.add(.exact("maxima in no single representation", predicted: 0, measured: Double(others), tolerance: 0, scale: 1))
    }
}
