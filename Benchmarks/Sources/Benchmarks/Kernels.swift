import SaddleModels
import SaddleNumerics
import SaddleTheory

extension Benchmark {
    /// NNGP and NTK of three hidden layers, D = 64, Gaussian inputs, prepared and evaluated.
    static let kernels = Benchmark(
        name: "kernels", summary: "NNGP and NTK of three hidden layers, D = 64: per entry and layer at n = 4000, and n = 500"
    ) { recorder in
        let (layers, count, dimension) = (3, 4000, 64)
        var stream = RandomStream(seed: 1, .test)
        let inputs = Matrix(rows: count, columns: dimension, elements: stream.normals(count * dimension))
        for phi in [Activation.relu, .tanh, .erf, .gelu, .silu, .sigmoid, .softplus, .sin] {
            let kernel = try NetworkKernel(Network(hiddenLayers: layers, activation: phi), inputDimension: dimension)
            var both = try kernel.within(kernel.prepare(inputs)).matrices()
            let times = try (0..<3).map { _ in
                let start = processorSeconds()
                both = try kernel.within(kernel.prepare(inputs)).matrices()
                return processorSeconds() - start
            }.sorted()
            recorder.note(
                "\(phi.name), ns an entry and layer (relu: at most 10)", ratio: times[1] * 1e9 / Double(count * count * layers))
            try recorder.check(both.ntk[5, 7] == both.ntk[7, 5] && both.ntk[5, 7].isFinite, "\(phi.name): asymmetric")
        }
        let few = inputs.leading(rows: 500, columns: dimension)
        for phi in [Activation.relu, .tanh] {
            let start = processorSeconds()
            let kernel = try NetworkKernel(Network(hiddenLayers: layers, activation: phi), inputDimension: dimension)
            _ = try kernel.within(kernel.prepare(few)).matrices()
            recorder.note("\(phi.name), n = 500", seconds: processorSeconds() - start)
        }
    }
}
