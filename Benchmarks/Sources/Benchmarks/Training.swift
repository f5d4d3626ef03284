import SaddleModels
import SaddleNetworks
import SaddleNumerics

/// Processor time of training one finite network, beside that of the bare matrix products of the same shapes.
struct TrainingCost {
    /// Processor seconds a training step, everything included but making the initial weights.
    var training: Double
    /// Processor seconds of the products a training step cannot do without.
    var products: Double
    /// The part of the training time that the products would take alone.
    var efficiency: Double { products / training }
    /// Floating-point operations of these products.
    var operations: Double
}

/// Trains one width-N tanh network on random data and calls `gemm` alone on the same shapes, in turns, and returns the medians.
///
/// - Parameters:
///   - momentum: with momentum each weight matrix is read and written once more than the products do.
///   - steps: steps a turn; the first and the last are recorded (outputs and losses).
func trainingCost(
    width n: Int = 2000, hiddenLayers: Int = 2, samples p: Int = 100, inputDimension d: Int = 64, momentum: Double = 0,
    steps: Int = 20, turns: Int = 5
) throws -> TrainingCost {
    Threads.use(1)
    var stream = RandomStream(seed: 1, .syntheticInputs)
    let data = Dataset(
        trainInputs: stream.normals(rows: p, columns: d), trainLabels: stream.normals(rows: p, columns: 1),
        testInputs: Matrix(rows: 0, columns: d), testLabels: Matrix(rows: 0, columns: 1))
    let experiment = Experiment(
        network: Network(hiddenLayers: hiddenLayers, activation: .tanh), data: data,
        training: Training(steps: steps, learningRate: LearningRate(base: 0.1), momentum: momentum), recordedSteps: [0, steps])
    let trainer = Trainer(experiment, width: n, recordsKernels: false)

    var weights = trainer.initialNetwork(seed: 1, index: 0).weights
    let (x, features) = (data.trainInputs.transposed, stream.normals(rows: n, columns: p))
    var field = features
    func products() {
        for layer in 0..<hiddenLayers {
            let below = layer == 0 ? x : features
            field.add(.plain(weights[layer]), .plain(below), scale: 1, keeping: 0)
            if layer > 0 { field.add(weights[layer].ᵀ, .plain(features), scale: 1, keeping: 0) }
            weights[layer].add(.plain(features), below.ᵀ, scale: 1e-9, keeping: 1)
        }
    }

    var (training, bare) = ([Double](), [Double]())
    for turn in 0...turns {
        var network = trainer.initialNetwork(seed: 1, index: turn)
        let start = processorSeconds()
        let record = try trainer.train(&network)
        let middle = processorSeconds()
        for _ in 0..<steps { products() }
        let end = processorSeconds()
        precondition(record.last! < record[record.count - 2], "the loss did not fall from \(record[record.count - 2])")
        if turn == 0 { continue }  // warms caches and pages
        training.append((middle - start) / Double(steps))
        bare.append((end - middle) / Double(steps))
    }
    let perLayer = 2.0 * Double(n) * Double(p)
    return TrainingCost(
        training: training.sorted()[turns / 2], products: bare.sorted()[turns / 2],
        operations: perLayer * (2 * Double(d) + 3 * Double(n) * Double(hiddenLayers - 1)))
}

extension Benchmark {
    /// Training one network of width 2000 beside its bare products.
    static let training = Benchmark(name: "training", summary: "training one network of width 2000 beside its matrix products") {
        recorder in
        for (label, momentum) in [("plain", 0.0), ("momentum 0.9", 0.9)] {
            let cost = try trainingCost(momentum: momentum)
            recorder.note("\(label), a step", seconds: cost.training)
            recorder.note("\(label), products / training (at least 0.7)", ratio: cost.efficiency)
        }
    }
}
