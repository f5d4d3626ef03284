import SaddleModels
import SaddleNumerics

extension KinkedQuadrature {
    /// What a rule must reach: relative differences of E φ² and E φ′² from those of ``GaussianQuadrature``.
    private static let aim = 2e-13

    /// Panels that resolve φ between its kinks for Gaussians up to a variance, and the difference that is left.
    ///
    /// - Throws: ``KernelError/unboundedMoment(activation:variance:)``; ``KernelError/seriesNotConverged(activation:variance:error:)`` where
    ///   there are kinks that were not stated, or φ varies too fast.
    static func resolving(_ activation: Activation, variance: Double) throws(KernelError) -> (
        rule: KinkedQuadrature, error: Double
    ) {
        let exact = try moments(activation, variance: variance)
        var width = 4.0, best = Double.infinity
        while width >= 0x1p-7 {
            let rule = KinkedQuadrature(kinks: activation.kinks, width: width)
            let found = rule.moments(activation, variance: variance)
            let error = max(difference(found.value, exact.value), difference(found.slope, exact.slope))
            if error <= aim { return (rule, error) }
            best = min(best, error)
            width /= 2
        }
        throw .seriesNotConverged(activation: activation.name, variance: variance, error: best)
    }

    private static func difference(_ found: Double, _ exact: Double) -> Double {
        exact == 0 ? abs(found) : abs(found / exact - 1)
    }

    /// E φ² and E φ′² by panels.
    private func moments(_ activation: Activation, variance: Double) -> (value: Double, slope: Double) {
        let (x, weights) = single(deviation: variance.squareRoot())
        let φ = activation.valueAndDerivative(Matrix(rows: x.count, columns: 1, elements: x))
        func meanSquare(_ f: Matrix) -> Double { zip(weights, f.elements).reduce(0) { $0 + $1.0 * $1.1 * $1.1 } }
        return (meanSquare(φ.value), meanSquare(φ.derivative))
    }

    /// E φ² and E φ′² at each variance.
    static func moments(_ activation: Activation, variances: [Double]) throws(KernelError) -> [(value: Double, slope: Double)] {
        try Threads.map(variances.count) { (i: Int) throws(KernelError) in try moments(activation, variance: variances[i]) }
    }

    /// E φ² and E φ′² by the double-exponential rule, cut at the kinks.
    static func moments(_ activation: Activation, variance: Double) throws(KernelError) -> (value: Double, slope: Double) {
        // At variance zero the limits, as of a series.
        let root = max(variance, HermiteSeries.smallestVariance).squareRoot()
        do {
            let squares = try GaussianQuadrature.averages(of: 2, breaks: activation.breaks(deviation: root)) { u, out in
                let n = u.count
                withUnsafeTemporaryAllocation(of: Double.self, capacity: n) { x in
                    for j in 0..<n { x[j] = root * u[j] }
                    activation.apply(
                        to: UnsafeBufferPointer(x), value: UnsafeMutableBufferPointer(rebasing: out[0..<n]),
                        derivative: UnsafeMutableBufferPointer(rebasing: out[n..<2 * n]))
                }
                for j in 0..<2 * n { out[j] *= out[j] }
            }
            if variance > 0 { return (squares[0], squares[1]) }
            let center = activation(Matrix(rows: 1, columns: 1))[0, 0]
            return (center * center, squares[1])
        } catch {
            switch error {
            case .notFinite: throw .unboundedMoment(activation: activation.name, variance: variance)
            case .notConverged(_, let difference):
                throw .seriesNotConverged(activation: activation.name, variance: variance, error: difference)
            }
        }
    }
}
