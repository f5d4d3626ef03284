import Foundation
import SaddleModels
import SaddleNumerics
import SaddleTheory

/// Layers of a study's network at initialisation, by theory, for one input.
struct DepthPrediction: Sendable {
    let recursion: InitialRecursion
    /// Layers 1 … L + 1; the last is the output of the study's network.
    let layers: [InitialLayer]
    /// Of N·bias; other than 1 to see whether a check notices.
    var biasFactor = 1.0

    /// - Throws: `StudyFileError` for networks without this recursion; ``CriticalityError``.
    init(_ context: QuestionRunner.Context, inputKernel: Double) throws {
        let study = context.study
        try study.checkPropagates()
        let count = study.network.hiddenLayers + 1
        if count > Self.mostLayers {
            throw study.problem(
                "network.hidden_layers",
                "'network.hidden_layers' is \(count - 1); expected at most \(Self.mostLayers - 1) here")
        }
        let recursion = InitialRecursion(KernelMap(study.network), rates: try study.tangentRates(), inputKernel: inputKernel)
        var layers = [recursion.first]
        layers.reserveCapacity(count)
        try study.propagating {
            while layers.count < count {
                layers.append(try recursion.next(after: layers[layers.count - 1]))
                if layers.count % 1000 == 0 {
                    context.progress(Double(layers.count), Double(count))
                    if context.shouldStop() { throw CancellationError() }
                }
            }
        }
        self.recursion = recursion
        self.layers = layers
    }

    private static let mostLayers = 1_000_001

    var hiddenLayers: Int { layers.count - 1 }
    var output: InitialLayer { layers[layers.count - 1] }

    /// About `count` of 1 … L, log-spaced, with the first and the last.
    func depths(atMost count: Int) -> [Int] {
        if hiddenLayers <= count { return Array(1...hiddenLayers) }
        let last = Double(hiddenLayers)
        var depths: [Int] = []
        for i in 0..<count {
            let depth = Int(pow(last, Double(i) / Double(count - 1)).rounded())
            if depth != depths.last { depths.append(depth) }
        }
        return depths
    }

    /// Φˡ = (κˡ⁺¹ − C_b)/C_W, its limit, N·bias and N·variance.
    func feature(_ layer: Int) -> (mean: Double, bias: Double, variance: Double) {
        let above = layers[layer]
        let (cw, cb) = (recursion.map.weightVariance, recursion.map.biasVariance)
        return ((above.kernel - cb) / cw, biasFactor * above.kernelCorrection / cw, above.vertex / (cw * cw))
    }

    /// The tangent kernel of the output of a network with so many hidden layers.
    func tangent(_ depth: Int) -> (mean: Double, bias: Double, variance: Double) {
        let output = layers[depth]
        return (output.tangent, biasFactor * output.tangentCorrection, output.tangentVariance)
    }
}

extension Study {
    /// λ_W and λ_b, where they are the same in all layers.
    func tangentRates() throws -> TangentRates {
        // In the standard parameterisation they grow with the width.
        let scalings = [2, 4].map { NetworkScaling(network, width: $0, inputDimension: 2) }
        let (weights, biases) = (scalings.flatMap(\.weights), scalings.flatMap(\.biases))
        let (weight, bias) = (weights[0].kernelFactor, biases.first?.kernelFactor ?? 0)
        func isUniform(_ factors: [NetworkScaling.Parameter], _ λ: Double) -> Bool {
            factors.allSatisfy { abs($0.kernelFactor - λ) <= 1e-12 * λ }
        }
        if isUniform(weights, weight) && isUniform(biases, bias) { return TangentRates(weight: weight, bias: bias) }
        throw problem(
            "network.parameterization",
            "'network.parameterization' is \(network.parameterization.text); expected mean_field, ntk or mup, in which all layers "
                + "enter the tangent kernel alike at every width")
    }
}
