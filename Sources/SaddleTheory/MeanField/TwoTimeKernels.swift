import SaddleModels
import SaddleNumerics

/// Feature kernels of the training samples between all pairs of recorded times, at infinite width.
///
///     Φˡ(t, t′)_μν = ⟨φ(hˡ_μ(t)) φ(hˡ_ν(t′))⟩ = Φˡ(t′, t)_νμ
///
/// Errors are those of sampling and of truncation; what a finite number of sites adds (``MeanFieldPrediction/meanSiteBias``) is known at
/// equal times only.
public struct TwoTimeKernels: Sendable {
    /// T × T × P × P.
    public let shape: [Int]
    /// Means over solutions and their errors, layer after layer.
    private let mean, samplingError, truncation: [Double]

    init(shape: [Int], mean: [Double], samplingError: [Double], truncation: [Double]) {
        self.shape = shape
        self.mean = mean
        self.samplingError = samplingError
        self.truncation = truncation
    }

    /// L, the layers that kernels are known of.
    public var layers: Int { mean.count / max(shape.reduce(1, *), 1) }

    /// Φˡ, l = 1 … L, the part of its error that `tolerance` makes, and the whole of it.
    public func kernel(_ layer: Int) -> (mean: Tensor, error: Tensor, truncation: Tensor) {
        precondition((1...layers).contains(layer), "layer \(layer) of \(layers)")
        func part(_ values: [Double]) -> Tensor {
            let count = values.count / layers
            return Tensor(shape: shape, elements: Array(values[(layer - 1) * count..<layer * count]))
        }
        let error = zip(samplingError, truncation).map { ($0 * $0 + $1 * $1).squareRoot() }
        return (part(mean), part(error), part(truncation))
    }
}

extension MeanFieldSweep {
    /// Φˡ(t, t′) of this solution, L × T × T × P × P.
    ///
    /// - Parameter trajectory: φ(hˡ) of the training samples, by recorded time and layer.
    func twoTimeKernels(_ trajectory: [[Matrix]]) -> [Double] {
        let times = trajectory.count, p = experiment.data.trainCount
        let layers = experiment.graph.layers
        var result = [Double](repeating: 0, count: layers.count * times * times * p * p)
        for (layer, fields) in layers.enumerated() {
            let weights = state.weights[experiment.graph.fields[fields.feature].population]
            for t in 0..<times {
                let later = weights.weighted(trajectory[t][layer])
                for s in 0...t {
                    let kernel = weights.innerWeighted(trajectory[s][layer], later)
                    func start(_ a: Int, _ b: Int) -> Int { ((layer * times + a) * times + b) * p * p }
                    for i in 0..<p {
                        for j in 0..<p {
                            result[start(s, t) + i * p + j] = kernel[i, j]
                            result[start(t, s) + j * p + i] = kernel[i, j]
                        }
                    }
                }
            }
        }
        return result
    }
}
