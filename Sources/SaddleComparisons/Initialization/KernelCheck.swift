import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// Whether ensembles of several widths go to the kernels of infinite width and to the N·variances of order 1/N.
///
/// Every number is taken relative to its prediction, which in some parameterisations depends on the width, and extrapolated to 1/N = 0.
package enum KernelCheck {
    package static func check(_ comparisons: [KernelComparison]) -> Check {
        var check = Check()
        for kind in KernelKind.allCases { add(comparisons.filter { $0.kind == kind }, to: &check) }
        return check
    }

    private static func add(_ comparisons: [KernelComparison], to check: inout Check) {
        guard let first = comparisons.first, comparisons.allSatisfy({ $0.infinite != nil }) else { return }
        let symbol = first.kind.symbol, widths = comparisons.map(\.width), samples = first.infinite!.rows
        let line = SizeExtrapolation(sizes: widths)
        let accuracy = [Uncertainty(error: first.accuracy)]
        check.add(
            .mean(
                "mean of \(symbol)", at: "diagonal, mean over samples", predicted: 1, uncertainties: accuracy,
                measured: comparisons.map { c in
                    let diagonal = c.statistics.diagonal, limit = c.infinite!.diagonalMean
                    return Estimate(
                        mean: diagonal.mean / limit, standardError: diagonal.standardError / limit, count: diagonal.count)
                }, freedom: comparisons.map { min($0.statistics.diagonalFreedom, $0.freedomOfDiagonal) }, line: line))
        if comparisons.allSatisfy({ $0.predicted != nil }) {
            check.add(
                .variance(
                    "N·variance of \(symbol)", at: "diagonal, mean over samples", predicted: 1,
                    predictedFreedom: comparisons.map { $0.predicted!.freedom }.min()!,
                    measured: comparisons.map { $0.scaledVariance.value.diagonalMean / $0.predicted!.value.diagonalMean },
                    freedom: comparisons.map(\.freedomOfDiagonal), line: line))
        }
        // Single entries, in units of the diagonal: those off it may be zero.
        for i in 0..<samples {
            for j in 0...i {
                let units = comparisons.map { ($0.infinite![i, i] * $0.infinite![j, j]).squareRoot() }
                let predicted = first.infinite![i, j] / units[0]
                check.add(
                    .mean(
                        "entries of \(symbol)", at: "samples \(i + 1), \(j + 1)", predicted: predicted, uncertainties: accuracy,
                        measured: zip(comparisons, units).map { c, unit in
                            Estimate(
                                mean: predicted + (c.statistics.mean[i, j] - c.infinite![i, j]) / unit,
                                standardError: c.statistics.meanError[i, j] / unit, count: c.statistics.diagonal.count)
                        }, freedom: comparisons.map { min($0.freedom(i, i), $0.freedom(i, j), $0.freedom(j, j)) }, line: line,
                        scale: 1))
            }
        }
    }
}

extension KernelComparison {
    /// Effective degrees of freedom of an entry: those measured or, if fewer, those that the predicted spread leaves.
    fileprivate func freedom(_ i: Int, _ j: Int) -> Double {
        guard i == j, let predicted, let infinite else { return statistics.freedom[i, j] }
        let relative = max(predicted.value[i, i], 0) / Double(width) / (infinite[i, i] * infinite[i, i])
        let excess = EffectiveFreedom.logNormalExcess(relativeVariance: relative)
        return min(
            statistics.freedom[i, i], EffectiveFreedom.value(samples: statistics.diagonal.count, excess: excess))
    }

    /// Degrees of freedom of the mean of the diagonal's variances. Entries are taken to be wholly correlated.
    fileprivate var freedomOfDiagonal: Double {
        var (sum, error) = (0.0, 0.0)
        for i in 0..<statistics.variance.rows {
            sum += statistics.variance[i, i]
            error += statistics.variance[i, i] * (2 / freedom(i, i)).squareRoot()
        }
        return sum > 0 ? 2 * (sum / error) * (sum / error) : freedom(0, 0)
    }
}

extension TangentKernelFluctuations.Variance {
    /// Degrees of freedom of the mean of the diagonal, by its Monte Carlo error; infinite if it is exact.
    fileprivate var freedom: Double {
        let relative = error.diagonalMean / value.diagonalMean
        return relative > 0 ? 2 / (relative * relative) : .infinity
    }
}
