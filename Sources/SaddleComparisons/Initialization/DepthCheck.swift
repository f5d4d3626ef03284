import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// Measured kernels of networks at initialisation beside the prediction.
///
/// At width N the theory gives  E q = q∞ + b/N + …  and  N·Var q = V + c/N + …, with unknown terms beyond. So N(q̄_N − q∞) and ln N·Var are
/// followed by a straight line in 1/N over the widths, and its value at 1/N = 0 is compared with b and ln V. A narrow width counts less, in
/// proportion to the variance that theory gives its number.
///
/// Kernels are positive with tails like those of products of many factors, so that errors from few networks have the degrees of freedom that
/// such tails leave (``EffectiveFreedom``).
package struct DepthCheck: Sendable {
    /// One kernel of one layer.
    package struct Row: Sendable {
        package let name: String
        package let layer: Int
        package let predicted: (mean: Double, bias: Double, variance: Double)
        /// N(q̄ − q∞) and N·Var at every width.
        package let biases: [Estimate], variances: [Estimate]
    }

    package let widths: [Int]
    package let networks: Int
    package let prediction: DepthPrediction
    package let rows: [Row]
    package let check: Check

    /// - Parameter moments: of Φ¹ … Φᴸ and of the tangent kernels at `depths`, at each width, as from `InitialEnsemble`.
    package init(_ prediction: DepthPrediction, widths: [Int], networks: Int, depths: [Int], moments: [StreamingMoments]) {
        self.widths = widths
        self.networks = networks
        self.prediction = prediction
        let hidden = prediction.hiddenLayers
        // Var N q̄ grows as N.
        let biasLine = SizeExtrapolation(sizes: widths, weights: widths.map { 1 / Double($0) })
        let varianceLine = SizeExtrapolation(sizes: widths)
        let kinds = [0..<hidden, hidden..<hidden + depths.count]
        let excess = kinds.map { kind in moments.map { $0.pooledExcess(kind) } }
        var check = Check()
        rows = (0..<hidden + depths.count).map { i in
            let kind = i < hidden ? 0 : 1
            let name = ["Φ", "Θ"][kind], layer = kind == 0 ? i + 1 : depths[i - hidden]
            let predicted = kind == 0 ? prediction.feature(layer) : prediction.tangent(layer)
            let biases = zip(widths, moments).map { width, m in
                let n = Double(width)
                return Estimate(mean: n * (m.mean[i] - predicted.mean), standardError: n * m.meanError[i], count: m.count)
            }
            let variances = zip(widths, moments).map { width, m in
                let n = Double(width)
                return Estimate(mean: n * m.variance[i], standardError: n * m.varianceError[i], count: m.count)
            }
            let square = predicted.mean * predicted.mean
            let freedom = moments.indices.map {
                moments[$0].freedom(
                    i, pooledExcess: excess[kind][$0], isPositive: true,
                    relativeVariance: predicted.variance / Double(widths[$0]) / square)
            }
            var mean = CheckedNumber.mean(
                "mean of \(name), as N·bias", at: "layer \(layer)", predicted: predicted.bias, measured: biases, freedom: freedom,
                line: biasLine, scale: max(abs(predicted.bias), predicted.mean))
            // A mean that is off by ε at every width shifts Σ c N(q̄_N − q∞) by ε Σ c N.
            mean.relativeError = mean.error / (predicted.mean * biasLine.limit(widths.map(Double.init)))
            check.add(mean)
            check.add(
                .variance(
                    "N·variance of \(name)", at: "layer \(layer)", predicted: predicted.variance,
                    measured: variances.map(\.mean), freedom: freedom, line: varianceLine, scale: predicted.mean))
            return Row(name: name, layer: layer, predicted: predicted, biases: biases, variances: variances)
        }
        self.check = check
    }
}
