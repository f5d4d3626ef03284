import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

extension Benchmark {
    /// What N·variance costs by narrow networks, by pairs of halves, and by ensembles at the widths at which people train.
    static let corrections = Benchmark(
        name: "corrections",
        summary: "N·variance of the losses to 10 % at P = 50 digits, T = 100, L = 2: narrow networks, halves, ensembles"
    ) { recorder in
        Threads.use(1)
        let experiment = try digitsExperiment(samples: 50, steps: 100, recorded: [0, 1, 2, 3, 5, 8, 12, 18, 27, 40, 60, 80, 100])
        func processor(_ work: () throws -> Void) rethrows -> Double {
            let start = processorSeconds()
            try work()
            return processorSeconds() - start
        }
        func relative(_ p: MeanFieldPrediction) -> Double {
            p.layout.relativeErrorOfLosses(variance: p.variance, errors: p.varianceTotalError)
        }
        let loss = { (p: MeanFieldPrediction) in p.layout[.loss(.train)]!.range.last! }
        func solver(_ change: (inout MeanFieldSettings) -> Void) -> MeanFieldSolver {
            var settings = MeanFieldSettings(accuracy: 0.1, sites: nil, tolerance: 1e-3, replicas: 4)
            change(&settings)
            return MeanFieldSolver(experiment, settings: settings)
        }
        var prediction: MeanFieldPrediction!
        let narrow = try processor { prediction = try solver { _ in }.predict() }
        let limit = try processor { _ = try solver { ($0.sites, $0.statedDirections) = (500, 0) }.predict() }
        var halved: MeanFieldPrediction!
        let pairs = try processor { halved = try solver { ($0.sites, $0.statedDirections) = (1000, 8) }.predict() }
        let pair = (pairs - limit * 2.5) / 8
        recorder.note("limit and corrections by narrow networks", seconds: narrow)
        recorder.note("… of which the limit", seconds: limit)
        recorder.note("relative error of N·variance of the loss, root mean square over times", ratio: relative(prediction))
        // Halves know a variance to 1/√B, whatever S; what their bases leave out does not count here.
        let sampling = halved.layout.relativeErrorOfLosses(variance: halved.variance, errors: halved.varianceError)
        let needed = 8 * (sampling / relative(prediction)) * (sampling / relative(prediction))
        recorder.note("pairs of halves at S = 1000 for the same / all that (at least 10)", ratio: needed * pair / narrow)
        let bias = { (p: MeanFieldPrediction) in p.biasError[loss(p)] }
        let ratio = bias(halved) / bias(prediction)
        recorder.note("… for the same error of N·bias of the loss (at least 8)", ratio: 8 * ratio * ratio * pair / narrow)

        for precision in [Precision.double, .single] {
            for width in [64, 128, 256, 1024] {
                let networks = width == 1024 ? 1 : 8
                let settings = EnsembleSettings(width: width, networks: networks, precision: precision)
                let seconds = try processor { _ = try Ensemble(experiment, settings).train(threads: 1) } / Double(networks)
                let cost = TheoryCost(prediction, seconds: narrow, networkSeconds: [(width, seconds)])!
                recorder.note(
                    "ensemble of width \(width), \(precision), for the same error of N·variance / all that",
                    ratio: cost.ensembles[0].seconds / narrow)
            }
        }
    }
}
