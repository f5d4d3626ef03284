import SaddleModels
import SaddleNumerics
import SaddleTheory

extension Benchmark {
    /// The learning curve of kernel regression predicted from the kernel matrix, beside what measuring it costs.
    static let curves = Benchmark(
        name: "curves",
        summary: "ten sizes of a learning curve from the kernel of 900 digits, beside ten regressions a size by Cholesky"
    ) { recorder in
        Threads.use(1)
        let (kernel, targets) = try digitKernel(900), n = kernel.rows
        let sizes = logSpaced(from: 10, to: 0.8 * Double(n), count: 10).map { Int($0) }
        var (predicting, measuring) = ([Double](), [Double]())
        var ratio = 0.0
        for turn in 0..<3 {
            let start = processorSeconds()
            let task = try KernelTask(kernel: kernel, targets: targets)
            let losses = try ResolvedLearningCurve(kernel: kernel, targets: targets, task: task).losses(
                samples: sizes.map(Double.init))
            let middle = processorSeconds()
            let measured = try sizes.map { try measuredLoss(kernel, targets, samples: $0, draws: 10, seed: turn) }
            predicting.append(middle - start)
            measuring.append(processorSeconds() - middle)
            ratio = losses[7] / measured[7]
        }
        try recorder.check(abs(ratio - 1) < 0.1, "predicted over measured loss: \(ratio)")
        recorder.note("predicting", seconds: predicting.sorted()[1])
        recorder.note("predicting over measuring (aim: 1)", ratio: predicting.sorted()[1] / measuring.sorted()[1])
    }

    /// Training in the lazy limit, beside its kernel, one eigen-decomposition and the products for outputs.
    static let lazy = Benchmark(
        name: "lazy", summary: "lazy training on 800 digits at 25 times, beside one eigen-decomposition and two products a time"
    ) { recorder in
        Threads.use(1)
        let source = DataSource(source: "digits", classes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], train: 800, test: 200)
        let data = try source.load(loss: .squared).dataset
        let steps = Array(0..<25)
        let experiment = Experiment(
            network: Network(hiddenLayers: 2, activation: .relu), data: data,
            training: Training(steps: 24, learningRate: LearningRate(base: 0.5)), recordedSteps: steps)
        var (whole, bare) = ([Double](), [Double]())
        for _ in 0..<5 {
            let start = processorSeconds()
            let solution = try LazySolution(experiment)
            let middle = processorSeconds()
            let kernel = try InfiniteKernels(experiment.network, data, width: nil).ntk
            let (values, vectors) = try kernel.train.symmetricEigen()
            let modes = vectors.ᵀ * data.trainLabels, cross = kernel.cross * vectors
            var last = Matrix(rows: 0, columns: 0)
            for step in steps {
                let learnt = values.map { λ in
                    1 - (0..<step).reduce(1.0) { power, _ in power * (1 - 0.5 * λ / Double(data.trainCount)) }
                }
                var (train, test) = (modes, modes)
                train.scaleRows(by: learnt)
                test.scaleRows(by: zip(learnt, values).map { $0 / $1 })
                last = vectors * train
                precondition((cross * test).rows == data.testCount)
            }
            whole.append(middle - start)
            bare.append(processorSeconds() - middle)
            let found = solution.recorded[24].train
            try recorder.check(zip(found.elements, last.elements).allSatisfy { abs($0 - $1) < 1e-9 }, "other outputs")
        }
        recorder.note("whole", seconds: whole.sorted()[2])
        recorder.note("beside its parts (aim: 1.3)", ratio: whole.sorted()[2] / bare.sorted()[2])
    }
}

/// The tangent kernel of two hidden tanh layers on digits, and their labels.
private func digitKernel(_ count: Int) throws -> (kernel: Matrix, targets: Matrix) {
    let source = DataSource(source: "digits", classes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], train: count, test: 0)
    let data = try source.load(loss: .squared).dataset
    let kernels = try InfiniteKernels(Network(hiddenLayers: 2, activation: .tanh), data, width: nil)
    return (kernels.ntk.train, data.trainLabels)
}

/// The mean over draws of the mean square error on the samples that were not drawn.
private func measuredLoss(_ kernel: Matrix, _ targets: Matrix, samples: Int, draws: Int, seed: Int) throws -> Double {
    try (0..<draws).reduce(0) { sum, draw in
        var stream = RandomStream(seed: seed, .test, samples, draw)
        let order = stream.permutation(kernel.rows)
        let (drawn, others) = (Array(order[..<samples]), Array(order[samples...]))
        let columns = kernel.selectingColumns(drawn)
        let factor = try columns.selectingRows(drawn).cholesky()
        var solved = targets.selectingRows(drawn)
        solved.solveLeftTransposed(upper: factor)
        var row = solved.transposed
        row.solveRight(upperTransposed: factor)
        let outputs = columns.selectingRows(others) * row.ᵀ, truth = targets.selectingRows(others)
        let square = zip(outputs.elements, truth.elements).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        return sum + square / Double(others.count * draws)
    }
}
