import SaddleNetworks
import SaddleNumerics

/// Measured kernels of networks at initialisation beside the prediction.
///
/// At width N the theory gives  E q = q∞ + b/N + …  and  N·Var q = V + c/N + …, with unknown terms beyond. So N(q̄_N − q∞) and N·Var are
/// fitted by a straight line in 1/N over the widths, weighted by their errors, and its value at 1/N = 0 is compared with b and V. With one
/// width there is nothing to fit, and the difference may be of higher order.
struct DepthCheck: Sendable {
    /// One kernel of one layer.
    struct Row: Sendable {
        let name: String
        let layer: Int
        let predicted: (mean: Double, bias: Double, variance: Double)
        /// N(q̄ − q∞) and N·Var at every width.
        let biases: [Estimate], variances: [Estimate]
        /// Their values at 1/N = 0.
        let bias: Estimate, variance: Estimate

        var biasScore: Double { Self.score(bias, predicted.bias) }
        var varianceScore: Double { Self.score(variance, predicted.variance) }

        private static func score(_ estimate: Estimate, _ value: Double) -> Double {
            estimate.standardError > 0 ? (estimate.mean - value) / estimate.standardError : estimate.mean == value ? 0 : .infinity
        }
    }

    /// Probability that a check fails though theory is right.
    static let falseAlarm = 1e-4

    let widths: [Int]
    let networks: Int
    let prediction: DepthPrediction
    let rows: [Row]

    /// - Parameter moments: of Φ¹ … Φᴸ and of the tangent kernels at `depths`, at each width, as from `InitialEnsemble`.
    init(_ prediction: DepthPrediction, widths: [Int], networks: Int, depths: [Int], moments: [StreamingMoments]) {
        self.prediction = prediction
        self.widths = widths
        self.networks = networks
        let hidden = prediction.hiddenLayers
        rows = (0..<hidden + depths.count).map { i in
            let predicted = i < hidden ? prediction.feature(i + 1) : prediction.tangent(depths[i - hidden])
            let biases = zip(widths, moments).map { width, m in
                let n = Double(width)
                return Estimate(mean: n * (m.mean[i] - predicted.mean), standardError: n * m.meanError[i], count: m.count)
            }
            let variances = zip(widths, moments).map { width, m in
                let n = Double(width)
                return Estimate(mean: n * m.variance[i], standardError: n * m.varianceError[i], count: m.count)
            }
            return Row(
                name: i < hidden ? "Φ" : "K", layer: i < hidden ? i + 1 : depths[i - hidden], predicted: predicted,
                biases: biases, variances: variances, bias: Self.atInfiniteWidth(widths, biases),
                variance: Self.atInfiniteWidth(widths, variances))
        }
    }

    /// |z| that none of the compared numbers may exceed.
    var threshold: Double { normalQuantile(twoSided: Self.falseAlarm / Double(2 * rows.count)) }
    var worst: Double { rows.map { max(abs($0.biasScore), abs($0.varianceScore)) }.max() ?? 0 }
    var passes: Bool { worst <= threshold }

    /// The value at 1/N = 0 of the least-squares line in 1/N.
    ///
    /// - Parameter weights: of the widths; 1/error² of each if nil.
    static func atInfiniteWidth(_ widths: [Int], _ values: [Estimate], weights: [Double]? = nil) -> Estimate {
        if values.count == 1 { return values[0] }
        let coefficients = coefficients(
            widths, weights: weights ?? values.map { 1 / ($0.standardError * $0.standardError) })
        let pairs = zip(coefficients, values)
        return Estimate(
            mean: pairs.reduce(0) { $0 + $1.0 * $1.1.mean },
            standardError: pairs.reduce(0) { $0 + $1.0 * $1.0 * $1.1.standardError * $1.1.standardError }.squareRoot(),
            count: values.map(\.count).min()!)
    }

    /// What each width's value counts in that at 1/N = 0.
    static func coefficients(_ widths: [Int], weights w: [Double]) -> [Double] {
        let x = widths.map { 1 / Double($0) }
        let s0 = w.reduce(0, +), s1 = zip(w, x).reduce(0) { $0 + $1.0 * $1.1 }
        let s2 = zip(w, x).reduce(0) { $0 + $1.0 * $1.1 * $1.1 }
        let determinant = s0 * s2 - s1 * s1
        return zip(w, x).map { $0 * (s2 - s1 * $1) / determinant }
    }
}
