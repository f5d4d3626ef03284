import SaddleModels
import SaddleNumerics
import SaddleTheory

/// `saddle predict depth`: kernel, vertex and tangent kernel of networks at initialisation against depth, with their spread
/// at finite width.
public struct DepthTopic: Sendable {
    /// Nil: those of the study, or 256 if it trains no networks.
    public var widths: [Int]?
    /// |x|²/D of the input; 1 after the usual scaling of inputs.
    public var inputKernel = 1.0

    public init() {}

    public func result(_ context: TopicRunner.Context) throws -> TopicResult {
        let study = context.study
        let prediction = try DepthPrediction(context, inputKernel: inputKernel)
        let widths = (self.widths ?? study.simulate?.widths ?? [256]).sorted()
        return TopicResult(
            "depth", page: prediction.page(study, widths: widths), numbers: prediction.numbers(study, widths: widths),
            arrays: prediction.arrays)
    }
}

extension DepthPrediction {
    struct Numbers: Encodable, Sendable {
        struct Layer: Encodable, Sendable {
            let layer: Int
            /// K, N·Var and N·bias of it; V/K².
            let kernel, kernelVariance, kernelBias, vertex: Double
            /// H, N·Var and N·bias of it.
            let tangent, tangentVariance, tangentBias: Double
        }
        struct Width: Encodable, Sendable {
            let width: Int
            /// L/n, and standard deviations relative to the limits.
            let cutoff, kernelSpread, tangentSpread: Double
        }
        let activation, parameterization: String
        let weightVariance, biasVariance, inputKernel: Double
        let hiddenLayers: Int
        let layers: [Layer]
        let widths: [Width]
    }

    func numbers(_ study: Study, widths: [Int]) -> Numbers {
        Numbers(
            activation: study.network.activation.name, parameterization: study.network.parameterization.text,
            weightVariance: recursion.map.weightVariance, biasVariance: recursion.map.biasVariance,
            inputKernel: recursion.inputKernel, hiddenLayers: hiddenLayers,
            layers: layers.map {
                Numbers.Layer(
                    layer: $0.layer, kernel: $0.kernel, kernelVariance: $0.vertex, kernelBias: $0.kernelCorrection,
                    vertex: $0.relativeVertex, tangent: $0.tangent, tangentVariance: $0.tangentVariance,
                    tangentBias: $0.tangentCorrection)
            },
            widths: widths.map {
                Numbers.Width(
                    width: $0, cutoff: Double(hiddenLayers) / Double($0),
                    kernelSpread: (output.relativeVertex / Double($0)).squareRoot(),
                    tangentSpread: (output.relativeTangentVariance / Double($0)).squareRoot())
            })
    }

    /// One number a layer, 1 … L + 1.
    var arrays: [(name: String, array: Tensor)] {
        func series(_ value: (InitialLayer) -> Double) -> Tensor {
            Tensor(shape: [layers.count], elements: layers.map(value))
        }
        return [
            ("layer", series { Double($0.layer) }), ("kernel", series(\.kernel)), ("kernel_variance", series(\.vertex)),
            ("kernel_bias", series(\.kernelCorrection)), ("tangent", series(\.tangent)),
            ("tangent_variance", series(\.tangentVariance)), ("tangent_bias", series(\.tangentCorrection)),
        ]
    }
}

extension InitialLayer {
    /// V/K² = N·Var κ/K²
    var relativeVertex: Double { vertex / (kernel * kernel) }
    /// N·Var H/H²
    var relativeTangentVariance: Double { tangentVariance / (tangent * tangent) }
}
