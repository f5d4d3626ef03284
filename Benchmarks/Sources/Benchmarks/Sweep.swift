import SaddleModels
import SaddleNumerics
import SaddleTheory

extension Benchmark {
    /// One solution of the theory beside the bare matrix products of its shapes and beside one network of the same width.
    static let sweep = Benchmark(
        name: "sweep",
        summary: "theory at P = 100 digits, T = 200, L = 2, S = 2000, tolerance 1e-3: products, network of width 2000"
    ) { recorder in
        Threads.use(1)
        let (samples, steps, sites) = (100, 200, 2000)
        func experiment(_ recorded: [Int]) throws -> Experiment {
            try digitsExperiment(samples: samples, steps: steps, recorded: recorded)
        }
        let settings = MeanFieldSettings(
            sites: sites, tolerance: 1e-3, directions: 0, replicas: 1, recordsKernels: false)
        let history = try MeanFieldSolver(experiment(Array(0...steps)), settings: settings).predict().ranks
        let solver = MeanFieldSolver(try experiment([0, steps]), settings: settings)
        let shapes = (0..<steps).map { (forward: Int(history[$0, 0, 0]), backward: Int(history[$0, 0, 1])) }
        let products = SweepProducts(sites: sites, samples: samples, ranks: shapes)

        // In turns, so that all three see the same machine.
        var times: [(sweep: Double, products: Double, network: Double)] = []
        for _ in 0..<3 {
            let start = processorSeconds()
            let prediction = try solver.predict()
            let middle = processorSeconds()
            products.run()
            let end = processorSeconds()
            let network = try trainingCost(width: sites, samples: samples, turns: 1).training * Double(steps)
            times.append((middle - start, end - middle, network))
            let loss = prediction.mean[prediction.layout[.loss(.train)]!.range.upperBound - 1]
            try recorder.check(loss < 0.01, "the loss at the end is \(loss)")
        }
        func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
        recorder.note("ranks at the end", "\(shapes.last!.forward) forward, \(shapes.last!.backward) backward")
        recorder.note("sweep", seconds: median(times.map(\.sweep)))
        recorder.note("its products alone", seconds: median(times.map(\.products)))
        recorder.note("one network of width 2000", seconds: median(times.map(\.network)))
        recorder.note("rate of the products", "\((products.operations / median(times.map(\.products)) / 1e9).rounded()) Gflop/s")
        recorder.note("products / sweep (at least 0.5)", ratio: median(times.map { $0.products / $0.sweep }))
        recorder.note("sweep / network (at most 0.5)", ratio: median(times.map { $0.sweep / $0.network }))
    }

    /// Cost against the numbers of sites and steps at fixed rank.
    static let scaling = Benchmark(name: "scaling", summary: "exponents of the cost of a sweep in S and T at fixed rank") {
        recorder in
        Threads.use(1)
        // A linear network asks along few directions, whose number does not depend on S or T.
        func seconds(sites: Int, steps: Int) throws -> (time: Double, rank: Double) {
            let experiment = try digitsExperiment(
                samples: 100, steps: steps, recorded: [0, steps], activation: .linear, rate: 0.02)
            let settings = MeanFieldSettings(sites: sites, tolerance: 1e-6, directions: 0, replicas: 1, recordsKernels: false)
            let solver = MeanFieldSolver(experiment, settings: settings)
            let times = try (0..<3).map { _ in
                let start = processorSeconds()
                let rank = try solver.predict().ranks.elements.reduce(0, max)
                return (processorSeconds() - start, rank)
            }
            return times.sorted { $0.0 < $1.0 }[1]
        }
        let bySites = try [1000, 2000, 4000, 8000].map { (Double($0), try seconds(sites: $0, steps: 100)) }
        let bySteps = try [100, 200, 400, 800].map { (Double($0), try seconds(sites: 2000, steps: $0)) }
        for (label, points) in [("S", bySites), ("T", bySteps)] {
            for (size, point) in points { recorder.note("\(label) = \(Int(size)), rank \(Int(point.rank))", seconds: point.time) }
            recorder.note("exponent in \(label)", ratio: slope(points.map { ($0.0, $0.1.time) }))
        }
    }
}

/// The matrix products that a sweep with the given basis sizes cannot do without.
private struct SweepProducts {
    let sites: Int, samples: Int
    let ranks: [(forward: Int, backward: Int)]

    /// Per step and side: coordinates, images, and the two of the learnt part; and one update of M.
    var operations: Double {
        let (s, p) = (Double(sites), Double(samples))
        return ranks.reduce(0) { sum, rank in
            let (f, b) = (Double(rank.forward), Double(rank.backward))
            return sum + 2 * p * (3 * s * (f + b) + 3 * f * b)
        }
    }

    func run() {
        var stream = RandomStream(seed: 1, .syntheticInputs)
        let fields = stream.normals(rows: sites, columns: samples)
        let widest = ranks.reduce(0) { max($0, $1.forward, $1.backward) }
        let directions = stream.normals(rows: sites, columns: widest)
        var answers = fields
        var (asked, other) = (Matrix(rows: sites, columns: 0), Matrix(rows: sites, columns: 0))
        var learnt = Matrix(rows: 0, columns: 0)
        for rank in ranks {
            asked.appendColumns(of: directions.selectingColumns(asked.columns..<rank.forward))
            other.appendColumns(of: directions.selectingColumns(other.columns..<rank.backward))
            learnt = learnt.padded(rows: rank.backward, columns: rank.forward)
            let forward = asked.ᵀ * fields, backward = other.ᵀ * fields
            answers.add(.plain(asked), .plain(forward), keeping: 0)
            answers.add(.plain(other), .plain(learnt * forward))
            answers.add(.plain(other), .plain(backward), keeping: 0)
            answers.add(.plain(asked), .plain(learnt.ᵀ * backward))
            learnt.add(.plain(backward), forward.ᵀ, scale: 1e-9)
        }
    }
}
