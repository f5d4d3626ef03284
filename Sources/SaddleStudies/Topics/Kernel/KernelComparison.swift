import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// One kernel of an ensemble of networks of width N beside its limit of infinite width.
///
/// What the theory of order 1/N predicts are `scaledBias` and `scaledVariance`, entry by entry.
struct KernelComparison: Sendable {
    let kind: KernelKind
    let width: Int
    let statistics: KernelEnsemble.Statistics
    /// Nil where no theory serves the network.
    let infinite: Matrix?

    init(_ kind: KernelKind, _ width: Int, _ statistics: KernelEnsemble.Statistics, _ infinite: Matrix?) {
        self.kind = kind
        self.width = width
        self.statistics = statistics
        self.infinite = infinite
    }

    /// N·(mean − K∞) and its standard error.
    var scaledBias: (value: Matrix, error: Matrix)? {
        infinite.map { limit in
            var difference = statistics.mean
            difference.add(limit, scale: -1)
            return (difference.scaled(by: Double(width)), statistics.meanError.scaled(by: Double(width)))
        }
    }

    /// N·variance of one network's kernel and its standard error.
    var scaledVariance: (value: Matrix, error: Matrix) {
        (statistics.variance.scaled(by: Double(width)), statistics.varianceError.scaled(by: Double(width)))
    }

    /// The mean diagonal over that of infinite width.
    var ratio: Estimate? {
        infinite.map { limit in
            let (mean, diagonal) = (limit.diagonalMean, statistics.diagonal)
            return Estimate(mean: diagonal.mean / mean, standardError: diagonal.standardError / mean, count: diagonal.count)
        }
    }

    var row: [String] {
        let norms = infinite.map { limit in (scaledBias!, limit.norm * Double(width)) }
        return [
            kind.symbol, "\(width)", NumberText.withError(statistics.diagonal),
            infinite.map { NumberText.short($0.diagonalMean, digits: 5) } ?? "none",
            norms.map { NumberText.short($0.0.value.norm / $0.1, digits: 2) } ?? "–",
            norms.map { NumberText.short($0.0.error.norm / $0.1, digits: 2) } ?? "–",
            NumberText.short(scaledVariance.value.diagonalMean),
        ]
    }

    struct Numbers: Encodable, Sendable {
        let kernel: String
        let width: Int
        let diagonal, diagonalError, scaledVariance: Double
        let infiniteDiagonal, distance, noise: Double?
    }

    var numbers: Numbers {
        let scale = infinite.map { $0.norm * Double(width) }
        return Numbers(
            kernel: kind.rawValue, width: width, diagonal: statistics.diagonal.mean,
            diagonalError: statistics.diagonal.standardError, scaledVariance: scaledVariance.value.diagonalMean,
            infiniteDiagonal: infinite?.diagonalMean, distance: scale.map { scaledBias!.value.norm / $0 },
            noise: scale.map { scaledBias!.error.norm / $0 })
    }

    var arrays: [(name: String, array: Tensor)] {
        let name = kind.rawValue
        var result: [(String, Matrix)] = [
            ("\(name)_mean_\(width)", statistics.mean), ("\(name)_mean_error_\(width)", statistics.meanError),
            ("\(name)_scaled_variance_\(width)", scaledVariance.value),
            ("\(name)_scaled_variance_error_\(width)", scaledVariance.error),
        ]
        if let infinite, let bias = scaledBias {
            result += [
                ("\(name)_infinite_\(width)", infinite), ("\(name)_scaled_bias_\(width)", bias.value),
                ("\(name)_scaled_bias_error_\(width)", bias.error),
            ]
        }
        return result.map { ($0.0, Tensor($0.1)) }
    }
}

/// Whether the means of several widths go to the kernel of infinite width as N → ∞.
///
///     ratio of mean diagonals = a + b/N,   weighted least squares;   expected a = 1
///
/// It passes within 4 standard errors of a plus an allowance for the term of order 1/N², which is taken to be the square of
/// that of order 1/N at the smallest width, (b/N)².
struct LimitTest: Sendable {
    let kind: KernelKind
    /// a
    let limit: Estimate
    let allowance: Double
    var passes: Bool { abs(limit.mean - 1) <= 4 * limit.standardError + allowance }

    /// Nil for fewer than two widths or without a limit.
    init?(_ comparisons: [KernelComparison]) {
        let points = comparisons.compactMap { c in c.ratio.map { (x: 1 / Double(c.width), ratio: $0) } }
        guard Set(points.map(\.x)).count >= 2 else { return nil }
        kind = comparisons[0].kind
        var (s, sx, sxx, sy, sxy) = (0.0, 0.0, 0.0, 0.0, 0.0)
        for (x, ratio) in points {
            let weight = 1 / (ratio.standardError * ratio.standardError)
            s += weight
            sx += weight * x
            sxx += weight * x * x
            sy += weight * ratio.mean
            sxy += weight * x * ratio.mean
        }
        let determinant = s * sxx - sx * sx
        limit = Estimate(
            mean: (sxx * sy - sx * sxy) / determinant, standardError: (sxx / determinant).squareRoot(),
            count: points.map(\.ratio.count).min()!)
        let first = (s * sxy - sx * sy) / determinant * points.map(\.x).max()!
        allowance = first * first
    }

    struct Numbers: Encodable, Sendable {
        let kernel: String
        let ratio, ratioError, allowance: Double
        let passes: Bool
    }

    var numbers: Numbers {
        Numbers(
            kernel: kind.rawValue, ratio: limit.mean, ratioError: limit.standardError, allowance: allowance, passes: passes)
    }
}

extension Matrix {
    fileprivate func scaled(by factor: Double) -> Matrix {
        var result = self
        result.scale(by: factor)
        return result
    }

    fileprivate var norm: Double { elements.reduce(0) { $0 + $1 * $1 }.squareRoot() }
    fileprivate var diagonalMean: Double { (0..<rows).reduce(0) { $0 + self[$1, $1] } / Double(rows) }
}
