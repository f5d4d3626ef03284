import SaddleMeasures
import SaddleModels
import SaddleNumerics
import SaddleTheory

/// Linear dimensions of the layers of infinitely wide networks while they train: participation ratios of the centred feature kernels of the mean-field theory.
///
/// The covariance of the features of a network and its centred feature kernel have the same eigenvalues, up to a factor: so this is what the linear dimension of a layer tends to.
/// Errors take those of all entries of a kernel as fully correlated, which is on the safe side.
package struct LimitDimensions: Sendable {
    package let steps: [Int]
    /// Of each hidden layer at each step; NaN where the kernel is constant.
    package let layers: [[Estimate]]
    package let warnings: [String]

    /// - Throws: ``MeanFieldError``, `CancellationError`.
    package init(
        _ experiment: Experiment, theory: MeanFieldSettings, progress: @escaping ProgressHandler,
        shouldStop: @escaping @Sendable () -> Bool
    ) throws {
        var settings = theory
        settings.recordsKernels = true
        let prediction = try MeanFieldSolver(experiment, settings: settings).predict(
            progress: { progress($0 / max($1, 1), 1) }, shouldStop: shouldStop)
        (steps, warnings) = (experiment.recordedSteps, prediction.warnings)
        layers = (1...experiment.graph.layers.count).map { layer -> [Estimate] in
            guard let entry = prediction.layout[.kernel(.feature, layer: layer)] else { return [] }
            let p = entry.shape[1]
            return (0..<entry.times).map { time in
                let start = entry.range(at: time).lowerBound
                let kernel = Matrix(rows: p, columns: p) { prediction.mean[start + $0 * p + $1] }
                let errors = Matrix(rows: p, columns: p) { prediction.meanTotalError(at: start + $0 * p + $1) }
                return Self.dimension(KernelMeasures.centered(kernel), errors, count: prediction.solutions)
            }
        }
    }

    /// (tr K)²/tr K², with |δ| ≤ ratio · (2 Σ δ_ii/tr K + 2 Σ |K_ij| δ_ij/tr K²).
    private static func dimension(_ kernel: Matrix, _ errors: Matrix, count: Int) -> Estimate {
        let p = kernel.rows, trace = (0..<p).reduce(0.0) { $0 + kernel[$1, $1] }
        let squares = kernel.elements.reduce(0.0) { $0 + $1 * $1 }
        guard let ratio = KernelMeasures.participationRatio(kernel), trace > 0 else {
            return Estimate(mean: .nan, standardError: .nan, count: count)
        }
        let ofTrace = (0..<p).reduce(0.0) { $0 + errors[$1, $1] } / trace
        let ofSquares = zip(kernel.elements, errors.elements).reduce(0.0) { $0 + abs($1.0) * $1.1 } / squares
        return Estimate(mean: ratio, standardError: 2 * ratio * (ofTrace + ofSquares), count: count)
    }
}
