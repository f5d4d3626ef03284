import SaddleModels
import SaddleNetworks
import SaddleNumerics

extension Benchmark {
    /// The tangent kernel of one finite network, beside the same in the fewest lines.
    static let empirical = Benchmark(
        name: "empirical", summary: "tangent kernel of one network of width 512, three hidden layers, 200 samples, D = 64"
    ) { recorder in
        Threads.use(1)
        var stream = RandomStream(seed: 1, .syntheticInputs)
        let inputs = stream.normals(rows: 200, columns: 64)
        for (activation, outputs) in [(Activation.relu, 1), (.tanh, 1), (.relu, 10)] {
            let network = FiniteNetwork(
                Network(hiddenLayers: 3, activation: activation, parameterization: .neuralTangent), inputDimension: 64,
                outputCount: outputs, width: 512, seed: 1, index: 0)
            var (own, plain) = ([Double](), [Double]())
            for _ in 0..<11 {
                let start = processorSeconds()
                let kernel = TangentFields(network, inputs).tangentKernel()
                let middle = processorSeconds()
                let twin = plainTangentKernel(network, inputs)
                own.append(middle - start)
                plain.append(processorSeconds() - middle)
                let size = twin.elements.reduce(0) { max($0, abs($1)) }
                try recorder.check(
                    zip(kernel.elements, twin.elements).allSatisfy { abs($0 - $1) < 1e-12 * size }, "another kernel")
            }
            let label = "\(activation.name), \(outputs) output\(outputs == 1 ? "" : "s")"
            recorder.note(label, seconds: own.sorted()[5])
            recorder.note("\(label), over the fewest lines (below 1)", ratio: own.sorted()[5] / plain.sorted()[5])
        }
    }
}

/// Θ = Σ_ℓ (GᵀG/N) ∘ (ΦᵀΦ/N_ℓ) in the tangent parameterisation without biases, as one would write it down: whole products, no triangle.
private func plainTangentKernel(_ network: FiniteNetwork, _ inputs: Matrix) -> Matrix {
    let (depth, outputs, width) = (network.network.hiddenLayers, network.outputCount, network.width)
    var features = [inputs.transposed], slopes: [Matrix] = []
    for layer in 0..<depth {
        let below = features[layer]
        let h = Matrix.product(
            .plain(network.weights[layer]), .plain(below), scale: network.scaling.weights[layer].multiplier)
        var (value, slope) = (h, h)
        h.elements.withUnsafeBufferPointer { h in
            value.elements.withUnsafeMutableBufferPointer { value in
                slope.elements.withUnsafeMutableBufferPointer { slope in
                    network.network.activation.apply(to: h, value: value, derivative: slope)
                }
            }
        }
        features.append(value)
        slopes.append(slope)
    }
    func grouped(_ factors: Matrix) -> Matrix {
        Matrix(rows: factors.rows, columns: factors.columns * outputs) { factors[$0, $1 / outputs] }
    }
    let samples = inputs.rows
    func expanded(_ kernel: Matrix) -> Matrix {
        Matrix(rows: samples * outputs, columns: samples * outputs) { kernel[$0 / outputs, $1 / outputs] }
    }
    var gradient = Matrix(rows: width, columns: samples * outputs) { network.weights[depth][$0, $1 % outputs] }
    gradient.scale(by: network.scaling.weights[depth].multiplier)
    gradient.multiplyElements(by: grouped(slopes[depth - 1]))
    var result = expanded(features[depth].ᵀ * features[depth])
    result.scale(by: network.scaling.weights[depth].kernelFactor / Double(width))
    result.multiplyElements(
        by: Matrix(rows: samples * outputs, columns: samples * outputs) { $0 % outputs == $1 % outputs ? 1 : 0 })
    for layer in stride(from: depth - 1, through: 0, by: -1) {
        var term = gradient.ᵀ * gradient
        term.multiplyElements(by: expanded(features[layer].ᵀ * features[layer]))
        result.add(
            term, scale: network.scaling.weights[layer].kernelFactor / Double(width) / Double(features[layer].rows))
        if layer == 0 { break }
        gradient = Matrix.product(
            network.weights[layer].ᵀ, .plain(gradient), scale: network.scaling.weights[layer].multiplier)
        gradient.multiplyElements(by: grouped(slopes[layer - 1]))
    }
    return result
}
