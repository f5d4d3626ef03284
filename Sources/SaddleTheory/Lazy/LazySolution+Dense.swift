import SaddleModels
import SaddleNumerics

extension LazySolution {
    /// Kernels as matrices: by eigenvectors where modes are independent, else step by step.
    mutating func computeDense(_ watch: Watch) throws {
        let kernels = try InfiniteKernels(experiment.network, data, width: settings.width, progress: watch.progress)
        let (nngp, ntk) = (kernels.nngp.train, kernels.ntk.train)
        let (crossNNGP, crossNTK) = (kernels.nngp.cross, kernels.ntk.cross)
        let process = try GaussianProcess(kernel: nngp, accuracy: kernels.accuracy, isNoisy: settings.noiseVariance > 0)
        let prior = PointKernel.variances(kernels.nngp.testDiagonal)
        let labels = data.trainLabels
        if training.loss == .squared {
            let found = try process.posterior(
                labels: labels, cross: crossNNGP, test: prior, noiseVariance: settings.noiseVariance)
            posterior = Outputs(
                train: process.fitted(labels: labels, noiseVariance: settings.noiseVariance), test: found.mean,
                trainDeviations: nil, testDeviations: found.variances.map { $0.squareRoot() })
        }
        if !isQuadratic { return try computeSteps(kernels, watch) }

        way = .eigenvectors
        let solver = try LazyTraining(kernel: ntk, labels: labels, training: training, accuracy: kernels.accuracy)
        describe(solver.spectrum)
        maximumStableLearningRate = solver.maximumStableLearningRate
        let times = self.times + [.infinity]
        let predictions = try solver.predictions(at: times, cross: crossNTK)
        var spreads: [LazyEnsemble.Spread] = []
        if hasSpread {
            spreads = try LazyEnsemble(
                training: solver, initial: process, initialCross: crossNNGP, initialTest: prior, cross: crossNTK
            ).spreads(at: times)
        }
        // f = …/γ₀
        let unit = 1 / experiment.network.richness
        var all = predictions.enumerated().map { i, prediction in
            Outputs(
                train: prediction.trainOutputs, test: prediction.testOutputs,
                trainDeviations: hasSpread ? spreads[i].trainVariances.map { $0.squareRoot() * unit } : nil,
                testDeviations: hasSpread ? spreads[i].testVariances.map { $0.squareRoot() * unit } : nil)
        }
        infinity = all.removeLast()
        recorded = all
        try computeFluctuations(watch)
    }

    /// N·variance of the outputs that fluctuations of the tangent kernel make, at the recorded steps.
    private mutating func computeFluctuations(_ watch: Watch) throws {
        let network = experiment.network
        if !settings.estimatesFluctuations || network.convolution != nil || network.isResidual { return }
        let count = Double(data.trainCount + data.testCount)
        // Kernels of all points and their derivatives, layer by layer.
        let bytes = 8 * count * count * 12 * Double(network.hiddenLayers)
        if bytes > Machine.memory / 4 || count > 2000 && !settings.computesFluctuations {
            return warnings.append(Self.leftOut("many samples: \(Int(count))"))
        }
        func theory(_ inputs: Matrix) throws(KernelError) -> TangentKernelFluctuations? {
            do {
                return try TangentKernelFluctuations(
                    network, inputs: inputs, width: settings.width, sites: settings.sites, seed: settings.seed)
            } catch {
                guard case .unsupported(let reason) = error else { throw error }
                warnings.append("N·variance of the outputs is left out: \(reason)")
                return nil
            }
        }
        // Kernels and derivatives of all points would take longer than the training: they are not built to be left out.
        let work = TangentKernelFluctuations.work(
            sites: settings.sites, hiddenLayers: network.hiddenLayers, count: data.trainCount + data.testCount,
            trainCount: data.trainCount, outputs: data.outputCount, times: steps.count)
        if work > Self.quickWork && !settings.computesFluctuations {
            if try theory(data.trainInputs.selectingRows([0])) == nil { return }
            return warnings.append(Self.leftOut("much work: about \(NumberText.short(work / 1e12, digits: 2))·10¹² operations"))
        }
        guard let theory = try theory(data.trainInputs.appendingRows(of: data.testInputs)) else { return }
        let variances = try theory.predictionVariance(
            labels: data.trainLabels, training: training, at: times, progress: watch.progress,
            shouldStop: watch.shouldStop)
        for (t, variance) in variances.enumerated() { recorded[t].kernelVariance = variance }
    }

    /// Operations that take some seconds.
    private static let quickWork = 2e11

    private static func leftOut(_ reason: String) -> String {
        "N·variance of the outputs is left out (\(reason)); lower predict.sites, record or the number of samples, or ask for it with lazy.fluctuations: true"
    }

    private mutating func describe(_ spectrum: SemidefiniteSpectrum) {
        eigenvalues = spectrum.values
        rank = spectrum.rank
        conditionNumber = spectrum.conditionNumber
        largestEigenvalue = spectrum.largest
    }

    /// Other losses, and weight decay with a kernel that follows the decay of the initial weights.
    private mutating func computeSteps(
        _ kernels: InfiniteKernels, _ watch: Watch
    ) throws {
        way = .steps
        describe(try SemidefiniteSpectrum(kernels.ntk.train, accuracy: kernels.accuracy))
        try follow(try family(kernels), watch)
        if hasSpread {
            warnings.append(
                "the spread over initialisations is computed for the squared loss without weight decay only; \(Self.startsAtZero)"
            )
        }
    }

    static let startsAtZero = "these are the outputs of networks that start at zero"

    mutating func follow(_ family: any TangentFamily, _ watch: Watch) throws {
        let descent = try LazyDescent(family: family, labels: data.trainLabels, training: training)
        maximumStableLearningRate = try descent.maximumStableLearningRate()
        recorded = try descent.predictions(atSteps: steps, progress: watch.progress, shouldStop: watch.shouldStop).map {
            Outputs(train: $0.trainOutputs, test: $0.testOutputs)
        }
    }

    /// Whether gradients scale as a power of the weights: J(aθ) = aᴸJ(θ).
    var isHomogeneous: Bool {
        DualActivation(experiment.network.activation).isHomogeneous && experiment.network.biasScale == 0
            && !experiment.network.isResidual
    }

    private mutating func family(_ kernels: InfiniteKernels) throws -> any TangentFamily {
        let network = experiment.network
        if training.weightDecay != 0, network.isResidual {
            throw LazyError.weightDecay(training.weightDecay, "with residual layers it is not served: expected 0")
        }
        if training.weightDecay == 0 || isHomogeneous {
            return HomogeneousTangent(kernel: kernels.ntk.train, cross: kernels.ntk.cross, degree: network.hiddenLayers)
        }
        let count = 10
        let (p, q) = (Double(data.trainCount), Double(data.testCount))
        let bytes = 8 * Double(count * count) * p * (p + q)
        memory += bytes
        try LazyMemory.check(
            memory, for: "kernels at \(count) scales of the weights", advice: "use fewer samples, or no weight decay")
        if network.convolution != nil {
            throw LazyError.weightDecay(
                training.weightDecay,
                "for convolutions with \(network.activation.name) it is not served: expected 0, or relu without biases")
        }
        let kernel = try NetworkKernel(experiment.network, inputDimension: data.inputDimension, width: settings.width)
        let (train, test) = (network.entering(data.trainInputs), network.entering(data.testInputs))
        let family = try InterpolatedTangent(training: training, nodes: count) { a, b in
            (try kernel.matrices(train, at: a, train, at: b).ntk, try kernel.matrices(test, at: a, train, at: b).ntk)
        }
        if family.interpolationError > 1e-6 {
            warnings.append(
                "between scales of the decaying weights the kernel is interpolated to a relative \(family.interpolationError) only; use a smaller weight decay or fewer steps"
            )
        }
        return family
    }
}
