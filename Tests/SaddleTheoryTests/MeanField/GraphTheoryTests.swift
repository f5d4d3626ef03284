import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleTheory

/// The theory's walk over graphs. With all entries of the weights given, compressed bases must reproduce the network to rounding; steps of the
/// optimiser must be minus the gradient, by differences of the loss; kernels must be those of explicit derivatives. Catches a window seen from the
/// wrong side, a factor of the ratio of two widths, a branch whose factor is lost on the way back, and a bias that is not passed on.
@Suite struct GraphTheoryTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var network: Network
        var inputs: Int
        var outputs = 1
        var training = Training(steps: 4, learningRate: LearningRate(base: 0.3))
        var width = 16
        var testDescription: String { name }

        var experiment: Experiment {
            var stream = RandomStream(seed: 77, .test)
            let x = stream.normals(rows: 5, columns: inputs), y = stream.normals(rows: 5, columns: outputs)
            let data = Dataset(
                trainInputs: x.selectingRows([0, 1, 2]), trainLabels: y.selectingRows([0, 1, 2]),
                testInputs: x.selectingRows([3, 4]), testLabels: y.selectingRows([3, 4]))
            return Experiment(network: network, data: data, training: training, recordedSteps: [0, 2, 4])
        }
    }

    static let cases: [Case] = [
        Case(name: "fully connected", network: Network(hiddenLayers: 3, activation: .tanh, richness: 1.2), inputs: 4),
        Case(
            name: "widths", network: Network(hiddenLayers: 3, activation: .erf, biasScale: 0.4, widthRatios: [1, 2, 0.5]),
            inputs: 4,
            outputs: 2),
        Case(
            name: "residual pre",
            network: Network(hiddenLayers: 4, activation: .tanh, residual: Residual(scale: .depth(0.8, exponent: 0.5))),
            inputs: 3),
        Case(
            name: "residual post, normalised, biases",
            network: Network(
                hiddenLayers: 3, activation: .tanh, biasScale: 0.3, residual: Residual(form: .post, scale: .branch(0.7)),
                normalizesHidden: true), inputs: 3),
        Case(
            name: "1-d convolution, average",
            network: Network(hiddenLayers: 3, activation: .tanh, convolution: Convolution(shape: [6], channels: 2)),
            inputs: 12),
        Case(
            name: "1-d convolution, stride, flatten, widths, biases, momentum",
            network: Network(
                hiddenLayers: 2, activation: .erf, biasScale: 0.5, richness: 1.5,
                convolution: Convolution(shape: [8], padding: .circular, stride: 2, readout: .flatten), widthRatios: [0.5, 1.5]),
            inputs: 8,
            outputs: 2,
            training: Training(steps: 4, learningRate: LearningRate(base: 0.3), momentum: 0.5, weightDecay: 0.1, batchSize: 2)),
        Case(
            name: "2-d convolution, pooling, valid",
            network: Network(
                hiddenLayers: 2, activation: .tanh,
                convolution: Convolution(shape: [8, 8], padding: .valid, pooling: 2)), inputs: 64),
        Case(
            name: "residual convolution",
            network: Network(
                hiddenLayers: 3, activation: .tanh, residual: Residual(scale: .branch(0.5)),
                convolution: Convolution(shape: [5], padding: .circular, readout: .flatten)), inputs: 5),
        Case(
            name: "attention",
            network: Network(
                hiddenLayers: 2, activation: .tanh, transformer: Transformer(tokens: 3, attention: Attention(keyDimension: 4))),
            inputs: 6),
        Case(
            name: "two causal blocks with feed-forward layers",
            network: Network(
                hiddenLayers: 3, activation: .tanh, biasScale: 0.2, residual: Residual(scale: .branch(0.6)),
                normalizesHidden: true,
                transformer: Transformer(tokens: 3, attention: Attention(keyDimension: 2, isCausal: true), feedForward: 2)),
            inputs: 6),
    ]

    private static func trained(_ rule: UpdateRule, momentum: Double = 0, decay: Double = 0) -> Training {
        var training = Training(steps: 4, learningRate: LearningRate(base: 0.1), momentum: momentum, weightDecay: decay)
        training.optimizer = Optimizer(rule, decay: .decoupled)
        training.layerRates = LayerRates(input: 0.05, readout: 0.2)
        return training
    }

    /// Rules that act on singular values see the same in bases as in networks.
    static let optimizers: [Case] = [
        Case(
            name: "Muon, decay", network: Network(hiddenLayers: 3, activation: .tanh, richness: 1.2), inputs: 4, outputs: 2,
            training: trained(UpdateRule.muon(.exact(epsilon: 0.05)), decay: 0.1)),
        Case(
            name: "Muon by Newton–Schulz, momentum, widths, biases",
            network: Network(hiddenLayers: 3, activation: .tanh, biasScale: 0.4, richness: 1.2, widthRatios: [1, 2, 0.5]),
            inputs: 4, outputs: 2,
            training: trained(UpdateRule.muon(.newtonSchulz), momentum: 0.5)),
        Case(
            name: "Shampoo", network: Network(hiddenLayers: 3, activation: .tanh, richness: 1.2), inputs: 4, outputs: 2,
            training: trained(UpdateRule.shampoo(epsilon: 0.1))),
        Case(
            name: "normalised", network: Network(hiddenLayers: 3, activation: .tanh, richness: 1.2), inputs: 4, outputs: 2,
            training: trained(UpdateRule.normalized)),
        Case(
            name: "Muon, convolution",
            network: Network(
                hiddenLayers: 2, activation: .tanh,
                convolution: Convolution(shape: [4], channels: 2, padding: .circular, readout: .flatten)), inputs: 8, outputs: 2,
            training: trained(.muon(.exact(epsilon: 0.05)))),
    ]

    /// A network of given entries, and the same known only by what it is asked.
    private func sweeps(_ c: Case) throws -> (explicit: MeanFieldSweep, compressed: MeanFieldSweep) {
        let e = c.experiment, graph = e.graph, sites = graph.sites(c.width)
        let inputs = InputCoordinates(
            graph, trainInputs: e.data.trainInputs, testInputs: e.data.testInputs, asComponents: e.needsInputComponents)
        let settings = MeanFieldSettings(sites: c.width, tolerance: 1e-24)
        let layout = ObservableLayout(e, withKernels: true)
        func fresh() -> Realization {
            Realization(
                sites: sites, scale: e.network.weightScale, isMatched: false,
                streams: sites.indices.map { RandomStream(seed: 3, .test, $0) }, remembersQueries: true)
        }
        let readers = e.data.outputCount * graph.readout.positions, first = graph.weights[0].target! + 1,
            last = graph.readout.population + 1
        var explicit = fresh(), compressed = fresh()
        var drawn: [Matrix] = [
            try explicit.weights(inputs.rank, layer: first, step: 0), try explicit.weights(readers, layer: last, step: 0),
        ]
        func give(_ matrices: [Matrix], to realization: inout Realization) {
            for matrix in matrices { realization.giveWeights(matrix) }
        }
        var entries: [Matrix] = []
        for number in graph.hiddenWeights {
            let m = ConditionedMatrix(number, in: graph, sites: sites), count = sites[m.source - 1]
            let w = try explicit.weights(count * m.places, layer: m.target, step: 0)
            entries.append(w)
            let tall = Matrix(rows: w.rows * m.places, columns: count, elements: w.elements)
            let units = Matrix(rows: count, columns: count) { $0 == $1 ? Double(count).squareRoot() : 0 }
            compressed.remember(
                .init(direction: .forward, directions: units, noise: tall, answers: tall), number, places: m.places,
                drawn: units, kept: [])
        }
        // Training, and the points of either set that do not act back.
        compressed.beginStage(isTest: false)
        compressed.beginStage(isTest: true)
        var biases: [Matrix] = []
        if e.network.biasScale > 0 {
            for weight in graph.weights {
                biases.append(
                    try explicit.weights(
                        weight.target == nil ? e.data.outputCount : 1, layer: (weight.target ?? last - 1) + 1, step: 0))
            }
        }
        var whole = fresh()
        give(drawn + entries + biases, to: &whole)
        give(drawn + biases, to: &compressed)
        drawn = []
        let weights = sites.map { SiteWeights.uniform($0) }
        return (
            try MeanFieldSweep(
                e, settings, layout, inputs, weights: weights, realization: Realization(following: whole), holdsEntries: true),
            try MeanFieldSweep(e, settings, layout, inputs, weights: weights, realization: Realization(following: compressed))
        )
    }

    @Test(arguments: cases + optimizers) func compressedBasesReproduceNetworks(_ c: Case) throws {
        var (explicit, compressed) = try sweeps(c)
        try explicit.run()
        try compressed.run()
        let scale = explicit.observables.map { abs($0) }.max()!
        let difference = zip(explicit.observables, compressed.observables).map { abs($0 - $1) }.max()!
        #expect(difference < 1e-9 * scale, "\(difference) of \(scale)")
        // Training did something.
        let entry = explicit.layout[.output(.train)]!
        let moved = zip(entry.range(at: 0), entry.range(at: 2)).map { abs(explicit.observables[$0] - explicit.observables[$1]) }
            .max()!
        #expect(moved > 1e-3 * scale)
    }

    /// One step of plain descent from the start: every parameter moves by −ηγ₀²N ∂ℒ/∂θ.
    @Test(arguments: cases) func stepsAreGradients(_ c: Case) throws {
        var plain = c
        plain.training = Training(steps: 4, learningRate: LearningRate(base: 0.3))
        let start = try sweeps(plain).explicit
        var stepped = start
        _ = try stepped.advance(0)
        let e = plain.experiment, κ = start.inputs.train
        func loss(_ change: (inout MeanFieldState) -> Void) throws -> Double {
            var sweep = start
            change(&sweep.state)
            let fields = try sweep.state.forward(sweep.state.input.value * κ, sweep.context(0), &sweep.realization)
            return e.training.loss.mean(outputs: sweep.state.outputs(fields), labels: e.data.trainLabels)
        }
        let rate = 0.3 * e.network.richness * e.network.richness * Double(plain.width)
        func check(_ name: String, _ path: WritableKeyPath<MeanFieldState, Parameter>) throws {
            let before = start.state[keyPath: path].value, after = stepped.state[keyPath: path].value
            var stream = RandomStream(seed: 9, .test)
            let direction = stream.normals(rows: before.rows, columns: before.columns)
            let ε = 1e-5
            func moved(_ size: Double) throws -> Double {
                try loss {
                    var value = before
                    value.add(direction, scale: size)
                    $0[keyPath: path].replaceValue(with: value)
                }
            }
            let slope = (try moved(ε) - moved(-ε)) / (2 * ε)
            let along = zip(zip(before.elements, after.elements), direction.elements).reduce(0) { $0 + ($1.0.1 - $1.0.0) * $1.1 }
            let size = zip(before.elements, after.elements).reduce(0) { $0 + ($1.1 - $1.0) * ($1.1 - $1.0) }.squareRoot()
            // What a key adds to every logit alike does nothing.
            if name.hasSuffix("key") {
                #expect(size < 1e-14, "\(name) moves by \(size)")
                return
            }
            #expect(abs(along + rate * slope) < 1e-6 * max(size, rate * abs(slope)), "\(name): \(along), \(-rate * slope)")
            #expect(size > 0, "\(name) does not move")
        }
        try check("input", \.input)
        try check("readout", \.readout)
        for l in start.state.entries.indices { try check("weights \(l + 1)", \.entries[l]) }
        for l in start.state.biases.indices { try check("bias of \(e.graph.weights[l].name)", \.biases[l]) }
    }

    /// K is γ₀²N Σ_θ ∂_θf ∂_θf, averaged over outputs: derivatives by differences along every parameter would be many, so its trace
    /// over random directions stands for it: K_μν = E[∂_δf_μ ∂_δf_ν] for Gaussian directions δ is a mean; a single step along the gradient of
    /// one output says it exactly: f_ν(θ + ε∂f_μ) − f_ν(θ) = εK_μν/(γ₀²N).
    @Test(arguments: cases) func tangentKernelsAreDerivatives(_ c: Case) throws {
        var sweep = try sweeps(c).explicit
        let start = sweep
        try sweep.run()
        let e = c.experiment, p = e.data.trainCount, outputs = e.data.outputCount
        let kernel = Matrix(rows: p, columns: p, elements: Array(sweep.observables[sweep.layout[.tangentKernel]!.range(at: 0)]))
        func outputsMoved(_ sample: Int, _ output: Int, by ε: Double) throws -> Matrix {
            var moved = start
            let κ = moved.inputs.train
            var fields = try moved.state.forward(moved.state.input.value * κ, moved.context(0), &moved.realization)
            let errors = Matrix(rows: p, columns: outputs) { $0 == sample && $1 == output ? Double(p) : 0 }
            try moved.state.backward(&fields, seed: errors.transposed, carriesErrors: true, moved.context(0), &moved.realization)
            try moved.state.step(
                fields, errors: errors, coordinates: κ, at: 0, Training(steps: 1, learningRate: LearningRate(base: ε)))
            let after = try moved.state.forward(moved.state.input.value * κ, moved.context(0), &moved.realization)
            return moved.state.outputs(after)
        }
        let ε = 1e-5
        for sample in 0..<p {
            var row = [Double](repeating: 0, count: p)
            for output in 0..<outputs {
                let up = try outputsMoved(sample, output, by: ε), down = try outputsMoved(sample, output, by: -ε)
                for other in 0..<p { row[other] += (up[other, output] - down[other, output]) / (2 * ε) / Double(outputs) }
            }
            for other in 0..<p {
                #expect(
                    abs(row[other] - kernel[sample, other]) < 1e-6 * kernel[sample, sample],
                    "\(row[other]), \(kernel[sample, other])")
            }
        }
    }
}
