import SaddleModels
import SaddleNetworks
import SaddleNumerics

extension Benchmark {
    /// Ensembles of narrow and wide networks on the digits of `examples/digits.yaml`, in both precisions, in turns.
    static let ensembles = Benchmark(
        name: "ensembles", summary: "networks of width 16 to 1024 in double and in single precision, beside their matrix products"
    ) { recorder in
        Threads.use(1)
        for (samples, width, networks) in [
            (4, 16, 2000), (4, 64, 500), (50, 16, 500), (50, 64, 100), (50, 256, 10), (50, 1024, 1),
        ] {
            let steps = 100, name = "P = \(samples), width \(width)"
            let experiment = try digitsExperiment(samples: samples, steps: steps, recorded: [0, steps])
            func train(_ precision: Precision) throws -> (seconds: Double, loss: Double) {
                let ensemble = Ensemble(
                    experiment, EnsembleSettings(width: width, networks: networks, recordsKernels: false, precision: precision))
                let start = processorSeconds()
                let result = try ensemble.train(threads: 1)
                return ((processorSeconds() - start) / Double(networks), result.mean[result.layout[.loss(.train)]!.range.last!])
            }
            var turns: [(double: Double, single: Double)] = []
            for turn in 0...5 {
                let (double, single) = (try train(.double), try train(.single))
                try recorder.check(
                    abs(single.loss - double.loss) <= 1e-4 * double.loss, "losses \(double.loss) and \(single.loss) at \(name)")
                if turn > 0 { turns.append((double.seconds, single.seconds)) }
            }
            func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
            let products = try trainingCost(width: width, samples: samples, steps: steps).products * Double(steps)
            recorder.note("\(name), a network in double precision", "\((1e5 * median(turns.map(\.double))).rounded() / 100) ms")
            recorder.note("\(name), double / single", ratio: median(turns.map { $0.double / $0.single }))
            recorder.note("\(name), products / network, double", ratio: median(turns.map { products / $0.double }))
        }
    }
}
