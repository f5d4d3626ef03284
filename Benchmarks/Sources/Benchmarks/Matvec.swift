import SaddleModels
import SaddleNumerics
import SaddleTheory

extension Benchmark {
    /// Products of a tangent kernel that is not in memory, or only as tiles.
    static let matvec = Benchmark(
        name: "matvec",
        summary:
            "NTK of three hidden relu layers times ten vectors, n = 6000, D = 784: tiles evaluated anew, kept, kept in single precision"
    ) { recorder in
        let (count, dimension, outputs) = (6000, 784, 10)
        var stream = RandomStream(seed: 1, .test)
        let inputs = stream.normals(rows: count, columns: dimension), vectors = stream.normals(rows: count, columns: outputs)
        let kernel = try NetworkKernel(Network(hiddenLayers: 3, activation: .relu), inputDimension: dimension)
        let blocks = try kernel.within(kernel.prepare(inputs)).blocks(.ntk)
        let half = Double(count * count) / 2
        var results: [Matrix] = []
        for (label, budget, precision) in [
            ("evaluated anew", 0.0, TilePrecision.double), ("kept", 1e9, .double), ("kept in single precision", 1e9, .single),
        ] {
            let product = KernelOperator(blocks, budget: budget, precision: precision)
            // The first product fills what is kept.
            results.append(try product.apply(vectors))
            recorder.measure(label, per: "entry", work: half, repeats: 3, minimum: 0) { _ = try! product.apply(vectors) }
        }
        let size = results[0].elements.map(abs).max()!
        try recorder.check(results[1] == results[0], "kept tiles give other numbers")
        try recorder.check(
            zip(results[0].elements, results[2].elements).allSatisfy { abs($0 - $1) < 1e-5 * size }, "single precision is off")
    }
}
