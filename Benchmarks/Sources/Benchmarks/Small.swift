import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

extension Benchmark {
    /// A small study with all corrections, beside the ensemble that would tell as much.
    static let small = Benchmark(
        name: "small", summary: "P = 4, T = 30, L = 2, S = 2000 with all 1/N corrections, beside networks of width 1024"
    ) { recorder in
        let experiment = try digitsExperiment(samples: 4, steps: 30, recorded: [0, 1, 2, 4, 8, 15, 30], rate: 0.2)
        let settings = MeanFieldSettings(sites: 2000, directions: 100, replicas: 4)
        let solver = MeanFieldSolver(experiment, settings: settings)
        Threads.use(2)
        var walls: [Double] = [], costs: [Double] = []
        var prediction = try solver.predict()
        for _ in 0..<5 {
            let (wall, cost) = (wallSeconds(), processorSeconds())
            prediction = try solver.predict()
            walls.append(wallSeconds() - wall)
            costs.append(processorSeconds() - cost)
        }
        let cost = costs.sorted()[2]
        recorder.note("wall time, two threads (at most 2 s)", seconds: walls.sorted()[2])
        recorder.note("processor time", seconds: cost)
        // The outputs in the middle of training: relative error of N·variance, error of N·bias.
        let entry = prediction.layout[.output(.train)]!
        let middle = (entry.range.lowerBound + 4 * entry.stride)..<(entry.range.lowerBound + 5 * entry.stride)
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        let relative = mean(middle.map { prediction.varianceError[$0] / prediction.variance[$0] })
        recorder.note("relative error of N·variance", ratio: relative)

        Threads.use(1)
        let start = processorSeconds()
        let networks = 4
        _ = try Ensemble(experiment, EnsembleSettings(width: 1024, networks: networks)).train(threads: 1)
        let network = (processorSeconds() - start) / Double(networks)
        recorder.note("one network of width 1024", seconds: network)
        // n networks know N·variance to a relative √(2/n), and N·bias to √(N·V/n).
        let forVariance = 2 / (relative * relative)
        let forBias = mean(middle.map { 1024 * prediction.variance[$0] / (prediction.biasError[$0] * prediction.biasError[$0]) })
        recorder.note("ensemble for the same error of N·variance / theory", ratio: forVariance * network / cost)
        recorder.note(
            "ensemble for the same errors of both / theory (at least 100)", ratio: max(forVariance, forBias) * network / cost)
    }
}
