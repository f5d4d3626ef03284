import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// Mean square errors of networks of independent random neurons beside the exact ones of sampling alone.
package struct NeuronComparison: Sendable {
    /// One a width.
    package let measured: [Estimate]
    package let check: Check

    package init(
        _ target: GaussianTarget, radius: Double, widths: [Int], draws: Int, seed: Int, progress: ProgressHandler? = nil,
        shouldStop: @Sendable () -> Bool = { false }
    ) throws {
        let neurons = RandomNeurons(dimension: target.dimension, scale: target.scale, radius: radius, seed: seed)
        let total = widths.reduce(0) { $0 + Double($1) }, variance = target.neuronVariance(ball: radius)
        var done = 0.0
        measured = try widths.map { width in
            if shouldStop() { throw CancellationError() }
            let errors = try neurons.errors(width: width, draws: draws) { target.value(radius: $0) }
            done += Double(width)
            progress?(done, total)
            return Estimate(errors)
        }
        check = Self.check(widths, predicted: widths.map { variance / Double($0) }, measured: measured)
    }

    /// Mean square errors are positive, with tails to the right.
    package static func check(_ widths: [Int], predicted: [Double], measured: [Estimate]) -> Check {
        Check(
            widths.indices.map { i in
                .mean(
                    "mean square error", at: "width \(widths[i])", predicted: predicted[i], measured: measured[i].mean,
                    uncertainties: [
                        Uncertainty(error: measured[i].standardError, degreesOfFreedom: EffectiveFreedom.positive(measured[i]))
                    ])
            })
    }
}
