#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif
import SaddleModels
import SaddleNumerics

/// Layers of a random network at initialisation, by theory, for one input: limits, N·bias and N·variance of its kernels.
public struct DepthPrediction: Sendable {
    /// By which the layers follow from one another.
    public let recursion: InitialRecursion
    /// Layers 1 … L + 1; the last is the output of the network.
    public let layers: [InitialLayer]
    /// Of N·bias; other than 1 to see whether a check notices.
    package var biasFactor = 1.0

    /// - Throws: ``CriticalityError``; `CancellationError` when stopped.
    public init(
        _ network: Network, rates: TangentRates, inputKernel: Double, progress: ProgressHandler? = nil,
        shouldStop: () -> Bool = { false }
    ) throws {
        let count = network.hiddenLayers + 1
        precondition(count <= Self.mostLayers, "\(count) layers; at most \(Self.mostLayers)")
        let recursion = InitialRecursion(KernelMap(network), rates: rates, inputKernel: inputKernel)
        var layers = [recursion.first]
        layers.reserveCapacity(count)
        while layers.count < count {
            layers.append(try recursion.next(after: layers[layers.count - 1]))
            if layers.count % 1000 == 0 {
                progress?(Double(layers.count), Double(count))
                if shouldStop() { throw CancellationError() }
            }
        }
        self.recursion = recursion
        self.layers = layers
    }

    package static let mostLayers = 1_000_001

    /// L of the network.
    public var hiddenLayers: Int { layers.count - 1 }
    /// Layer L + 1, the output of the network.
    public var output: InitialLayer { layers[layers.count - 1] }

    /// About `count` of 1 … L, log-spaced, with the first and the last.
    public func depths(atMost count: Int) -> [Int] {
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
    public func feature(_ layer: Int) -> (mean: Double, bias: Double, variance: Double) {
        let above = layers[layer]
        let (cw, cb) = (recursion.map.weightVariance, recursion.map.biasVariance)
        return ((above.kernel - cb) / cw, biasFactor * above.kernelCorrection / cw, above.vertex / (cw * cw))
    }

    /// The tangent kernel of the output of a network with so many hidden layers.
    public func tangent(_ depth: Int) -> (mean: Double, bias: Double, variance: Double) {
        let output = layers[depth]
        return (output.tangent, biasFactor * output.tangentCorrection, output.tangentVariance)
    }
}

extension TangentRates {
    /// λ_W and λ_b of a network, where they are the same in all layers at every width; else nil.
    public init?(_ network: Network) {
        // In the standard parameterisation they grow with the width.
        let scalings = [2, 4].map { NetworkScaling(network, width: $0, inputDimension: 2) }
        let (weights, biases) = (scalings.flatMap(\.weights), scalings.flatMap(\.biases))
        let (weight, bias) = (weights[0].kernelFactor, biases.first?.kernelFactor ?? 0)
        func isUniform(_ factors: [NetworkScaling.Parameter], _ λ: Double) -> Bool {
            factors.allSatisfy { abs($0.kernelFactor - λ) <= 1e-12 * λ }
        }
        guard isUniform(weights, weight), isUniform(biases, bias) else { return nil }
        self.init(weight: weight, bias: bias)
    }
}
