import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What cannot fit into the machine is refused before it is begun: the system ends a program that tries, without a word.
extension Study {
    /// Synthetic inputs, samples × dimension.
    func checkMemory(inputs samples: Int, dimension: Int) throws {
        try require([Double(samples), Double(dimension)], key: "data.train", advice: "fewer samples or dimensions")
    }

    /// The description of a network as a graph: about a kilobyte a layer, and every place of a window at every position.
    func checkGraphMemory() throws {
        let places =
            network.convolution.map { c in
                let window = network.layers.map { $0.windows.max() ?? 0 } ?? c.window
                return c.shape.reduce(1.0) { $0 * Double($1 * window) }
            } ?? 0
        try require(
            [Double(network.layers?.count ?? network.hiddenLayers), 128 + 8 * places],
            key: network.layers == nil ? "network.hidden_layers" : "network.layers",
            advice: "fewer layers, or smaller images and windows")
    }

    /// What is recorded of training: outputs, and kernels if they are asked for.
    func checkRecordMemory(_ data: Dataset, _ graph: NetworkGraph) throws {
        let samples = Double(training.isStream ? 0 : data.trainCount)
        let times = if case .times(let count) = record { min(count, training.steps + 1) } else { recordedSteps.count }
        let outputs = (samples + Double(data.testCount)) * Double(data.outputCount)
        let kernels = kernels == .yes ? samples * samples * Double(2 * graph.layers.count + 1) : 0
        let pairs = predict.recordsTwoTime ? Double(times) * samples * samples * Double(network.hiddenLayers) : 0
        try require([Double(times), outputs + kernels + pairs], key: "record", advice: "fewer times, or no kernels")
    }

    /// The least that the theory of feature learning holds at once: fields of every layer.
    func checkTheoryMemory(_ data: Dataset) throws {
        try require(
            [Double(predict.sites), Double(training.samplesAtOnce(of: data.trainCount)) * 2 * Double(network.hiddenLayers)],
            key: "predict.sites",
            advice: "fewer sites, samples or layers")
    }

    /// The least that a network of an ensemble holds at once: its weights and fields.
    func checkEnsembleMemory(_ data: Dataset, _ graph: NetworkGraph) throws {
        for width in simulate?.widths ?? [] {
            func units(_ population: Int) -> Double { graph.populations[population].ratio * Double(width) }
            let samples = training.samplesAtOnce(of: data.trainCount)
            // Patches of what a convolution reads are held too.
            let weights = graph.weights.reduce(0.0) { sum, weight in
                guard let target = weight.target else { return sum }
                switch weight.source {
                case .inputs(let channels): return sum + units(target) * Double(weight.places * channels)
                case .population(let source):
                    let patches = (weight.window?[0].outputs ?? 0) * weight.places * samples
                    return sum + units(source) * (units(target) * Double(weight.places) + Double(patches))
                }
            }
            let fields = graph.fields.reduce(0.0) { $0 + units($1.population) * Double($1.positions * samples) }
            try require([weights + fields], key: "simulate.widths", advice: "smaller widths, or fewer samples or layers")
        }
    }

    /// The weights of a hypernetwork's last meta layer.
    func checkMemory(_ study: HypernetworkStudy) throws {
        let (m, layers) = (Double(study.primaryWidths.last!), Double(study.hypernetwork.primary.hiddenLayers))
        let count = m * (Double(study.primaryInputs) + (layers - 1) * m + 1)
        try require(
            [Double(study.metaWidths.last!), count], key: "hypernetwork.primary_widths", advice: "smaller widths or fewer layers")
    }

    /// A few matrices for each thread.
    func checkMemory(_ study: RandomMatrixStudy) throws {
        let n = Double(study.size)
        let longest = study.model.ratios.reduce(n) { max($0, n / $1) }
        try require(
            [Double(min(Threads.count, study.matrices)), 3, n, longest], key: "spectrum.size", advice: "smaller matrices")
    }

    /// Inputs of the larger systems, for each thread.
    func checkMemory(_ study: LearningCurveStudy) throws {
        let (d, p, n) = (Double(2 * study.dimension), Double(2 * study.samples), Double(2 * (study.width ?? study.dimension)))
        let tests = study.activation.isLinear ? 0 : 4 * max(d, p, n) * (d + 2 * n)
        try require(
            [2 * p * (d + n) + 2 * d * n + tests, Double(Threads.count)], key: "learning_curve.dimension",
            advice: "smaller dimension, samples or width (theory alone needs no matrices)")
    }

    /// Overlaps with every pattern and one bit of each, for each thread; patterns are not stored.
    func checkMemory(_ study: AssociativeMemoryStudy, loads: [Double]) throws {
        let order = study.network.order, size = study.usedSizes.last!
        let patterns = loads.max()! * SpinNetwork.capacity(size: size, order: order)
        // binom(N − 1, P − 1) < N^{P−1}/(P − 1)!
        let most = Machine.availableMemory / (5 * Double(Threads.count) * loads.max()!)
        let fitting = Int(pow(most * tgamma(Double(order)), 1 / Double(order - 1)))
        try require(
            [patterns, 0.625, Double(Threads.count)], key: "memory.sizes",
            advice: "at most about \(fitting) spins at this load and order")
    }

    /// A coupling matrix, for each thread.
    func checkMemory(_ study: LinearResponseStudy) throws {
        let n = Double(study.sizes.last!)
        try require([n, n, Double(Threads.count)], key: "linear_response.sizes", advice: "smaller sizes")
    }

    /// Frequencies of the widest network and its phases at 64 points, for each thread.
    func checkMemory(_ study: WidthErrorStudy) throws {
        let perNeuron = 2 * Double(study.dimension + 64)
        try require(
            [Double(study.widths.last!), perNeuron, Double(Threads.count)], key: "width_error.widths", advice: "smaller widths")
    }

    /// The kernel of the samples with its eigenvectors, and what is recorded of networks.
    func checkMemory(_ study: GrokStudy, networks: Int) throws {
        let (p, d) = (Double(study.task.samples) * (study.isOnline ? 2 : 1), Double(study.task.dimension))
        let numbers = Machine.availableMemory / 8
        try require(
            [p, 3 * p + 4 * d], key: "grok.samples",
            advice: "at most \(Self.rough((numbers / 6).squareRoot() / (study.isOnline ? 2 : 1))) samples")
        let records = Double(networks) * Double(study.times + 1) + 8
        try require(
            [d, d * records], key: "grok.dimension",
            advice: "at most \(Self.rough((numbers / records).squareRoot())), or fewer networks or times")
        let widest = Double(networks > 0 ? study.widths.last! : 1), perUnit = 3 * d * Double(Threads.count)
        try require([widest, perUnit], key: "grok.widths", advice: "widths up to \(Self.rough(numbers / perUnit))")
    }

    /// Fields of a network's nodes on the pairs, what is computed from them, and its weights at every record.
    func checkMemory(_ study: GroupStudy) throws {
        let perNode = 4 * (Double(study.seen) + Double(2 * study.group.order * study.times))
        try require(
            [Double(study.network.width), perNode], key: "group.width",
            advice: "at most \(Self.rough(Machine.availableMemory / 8 / perNode)) nodes, or fewer times")
    }

    /// A number that surely fits, to one digit.
    private static func rough(_ x: Double) -> String {
        var unit = 1
        while Double(10 * unit) <= x { unit *= 10 }
        return NumberText.count(max(Int(x) / unit * unit, 1))
    }

    /// Covariances of a Gaussian process, their lags and factors.
    func checkMemory(observations: Int, key: String) throws {
        try require([Double(observations), Double(observations), 8], key: key, advice: "fewer points")
    }

    /// Both dense kernels, and a copy of one for its eigenvalues.
    func checkKernelMemory(_ data: Dataset) throws {
        let (p, q) = (Double(data.trainCount), Double(data.testCount))
        // Both kernels, their tiles while they are computed, and a copy of one with the work space of its eigenvalues.
        try require([p, 6 * p + 4 * q], key: "data.train", advice: "fewer samples; 'saddle predict lazy' needs no dense kernel")
    }

    private func require(_ counts: [Double], key: String, advice: String) throws {
        let needed = counts.reduce(8, *)
        let present = Machine.availableMemory
        if needed <= present { return }
        func gigabytes(_ bytes: Double) -> String { NumberText.short(bytes / 1e9) + " GB" }
        throw problem(
            key,
            "'\(key)': at least \(gigabytes(needed)) of memory would be needed, and \(gigabytes(present)) are available here; "
                + "expected \(advice)")
    }
}
