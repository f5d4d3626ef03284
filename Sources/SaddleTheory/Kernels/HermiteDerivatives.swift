import SaddleModels

/// Hermite coefficients of an activation and its first three derivatives, at many variances.
///
///     E φ⁽ʲ⁺¹⁾ heₙ = √((n+1)/q) E φ⁽ʲ⁾ heₙ₊₁
struct HermiteDerivatives: Sendable {
    /// Below it, coefficients are those of this variance: differences of order 1e-8 instead of rounding errors divided by √q.
    static let smallestVariance = 1e-8

    /// coefficients[i][j][n]: of the j-th derivative at point i, normalised Hermite order n; all of the same length.
    private let coefficients: [[[Double]]]
    private let inverses: [Double]

    /// Nil for points of a dual that is no series.
    init?(_ points: DualPoints) {
        guard let series = points.series else { return nil }
        let shape = series.shape
        let top = shape.order(series.coefficients.columns - 1)
        inverses = points.inverses
        coefficients = points.variances.indices.map { i in
            var a = [Double](repeating: 0, count: top + 1)
            for term in 0..<series.coefficients.columns { a[shape.order(term)] = series.coefficients[i, term] }
            let derivatives = [a]
            return (0..<3).reduce(into: derivatives) { all, _ in
                all.append(
                    a.indices.map { [last = all[all.count - 1]] n in
                        n < top ? (Double(n + 1)).squareRoot() * points.inverses[i] * last[n + 1] : 0
                    })
            }
        }
    }

    /// The derivatives at point i of these and j of the others, by the covariance and by the variance of i.
    func pair(_ i: Int, _ others: HermiteDerivatives, _ j: Int, _ covariance: Double) -> PairDerivatives {
        let c = covariance * inverses[i] * others.inverses[j]
        let (a, b) = (coefficients[i], others.coefficients[j])
        func average(_ first: Int, _ second: Int) -> Double {
            a[first].indices.reversed().reduce(0) { $0 * c + a[first][$1] * b[second][$1] }
        }
        return PairDerivatives(
            valueByCovariance: average(1, 1), valueByVariance: 0.5 * average(2, 0), slopeByCovariance: average(2, 2),
            slopeByVariance: 0.5 * average(3, 1))
    }
}
