import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// One kernel of an ensemble of networks of width N beside its limit of infinite width.
///
/// What the theory of order 1/N predicts are `scaledBias` and `scaledVariance`, entry by entry.
package struct KernelComparison: Sendable {
    package let kind: KernelKind
    package let width: Int
    package let statistics: KernelEnsemble.Statistics
    /// Nil where no theory serves the network.
    package let infinite: Matrix?
    /// Relative, of the limit.
    package let accuracy: Double

    /// N·variance at order 1/N.
    package let predicted: TangentKernelFluctuations.Variance?

    package init(
        _ kind: KernelKind, _ width: Int, _ statistics: KernelEnsemble.Statistics, _ infinite: Matrix?, accuracy: Double,
        predicted: TangentKernelFluctuations.Variance?
    ) {
        self.predicted = predicted
        self.kind = kind
        self.width = width
        self.statistics = statistics
        self.infinite = infinite
        self.accuracy = accuracy
    }

    /// The NNGP and the tangent kernel of an ensemble.
    package static func both(_ ensemble: KernelEnsemble, _ theory: KernelExpansion?) -> [KernelComparison] {
        [
            KernelComparison(
                .nngp, ensemble.width, ensemble.outputCovariance, theory?.limits.nngp, accuracy: theory?.accuracy ?? 0,
                predicted: theory?.variances?.nngp),
            KernelComparison(
                .ntk, ensemble.width, ensemble.tangent, theory?.limits.ntk, accuracy: theory?.accuracy ?? 0,
                predicted: theory?.variances?.ntk),
        ]
    }

    /// N·(mean − K∞) and its standard error.
    package var scaledBias: (value: Matrix, error: Matrix)? {
        infinite.map { limit in
            var difference = statistics.mean
            difference.add(limit, scale: -1)
            return (difference.scaled(by: Double(width)), statistics.meanError.scaled(by: Double(width)))
        }
    }

    /// N·variance of one network's kernel and its standard error.
    package var scaledVariance: (value: Matrix, error: Matrix) {
        (statistics.variance.scaled(by: Double(width)), statistics.varianceError.scaled(by: Double(width)))
    }

    /// ‖mean − K∞‖/‖K∞‖, and what the standard errors alone would make of it; nil without a limit.
    package var distance: Double? { infinite.map { scaledBias!.value.norm / ($0.norm * Double(width)) } }
    package var noise: Double? { infinite.map { scaledBias!.error.norm / ($0.norm * Double(width)) } }
}

extension KernelExpansion {
    /// As if every limit, and every N·variance, were so many times as large.
    package func scaled(mean: Double, variance: Double) -> Self {
        var result = self
        result.limits = (limits.nngp.scaled(by: mean), limits.ntk.scaled(by: mean))
        func scaled(_ v: TangentKernelFluctuations.Variance) -> TangentKernelFluctuations.Variance {
            .init(value: v.value.scaled(by: variance), error: v.error.scaled(by: variance))
        }
        result.variances = variances.map { (scaled($0.nngp), scaled($0.ntk)) }
        return result
    }
}

extension Matrix {
    fileprivate func scaled(by factor: Double) -> Matrix {
        var result = self
        result.scale(by: factor)
        return result
    }

    package var norm: Double { elements.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    package var diagonalMean: Double { (0..<rows).reduce(0) { $0 + self[$1, $1] } / Double(rows) }
}
