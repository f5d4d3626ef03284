import SaddleModels
import SaddleNetworks
import SaddleNumerics

extension Benchmark {
    /// The tangent kernel of one finite network.
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
            let times = (0..<7).map { _ -> Double in
                let start = processorSeconds()
                let kernel = TangentFields(network, inputs).tangentKernel()
                let elapsed = processorSeconds() - start
                precondition(kernel.rows == 200 * outputs && kernel[3, 3] > 0)
                return elapsed
            }
            recorder.note(
                "\(activation.name), \(outputs) outputs\(outputs == 1 ? " (at most 0.05)" : "")", seconds: times.sorted()[3])
        }
    }
}
