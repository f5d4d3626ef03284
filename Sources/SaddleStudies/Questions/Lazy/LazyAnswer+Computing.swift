import SaddleModels
import SaddleNumerics
import SaddleReport
import SaddleTheory

extension LazyAnswer {
    /// Kernels as matrices: by eigenvectors where modes are independent, else step by step.
    mutating func computeDense(_ context: QuestionRunner.Context, _ options: LazyStudy) throws {
        let kernels = try study.infiniteKernels(data, width: options.width, progress: context.progress)
        let (nngp, ntk) = (kernels.nngp.train, kernels.ntk.train)
        let (crossNNGP, crossNTK) = (kernels.nngp.cross, kernels.ntk.cross)
        let process = try GaussianProcess(kernel: nngp, accuracy: kernels.accuracy)
        let prior = PointKernel.variances(kernels.nngp.testDiagonal)
        let labels = data.trainLabels
        if study.training.loss == .squared {
            let found = try process.posterior(
                labels: labels, cross: crossNNGP, test: prior, noiseVariance: options.noiseVariance)
            let fitted = try process.posterior(
                labels: labels, cross: nngp, test: .variances((0..<nngp.rows).map { nngp[$0, $0] }),
                noiseVariance: options.noiseVariance)
            posterior = Outputs(
                train: fitted.mean, test: found.mean, trainDeviations: nil,
                testDeviations: found.variances.map { $0.squareRoot() })
        }
        if !isQuadratic { return try computeSteps(context, kernels, options) }

        way = "eigenvectors"
        let training = try LazyTraining(kernel: ntk, labels: labels, training: study.training, accuracy: kernels.accuracy)
        describe(training.spectrum)
        maximumStableLearningRate = training.maximumStableLearningRate
        let times = times(options) + [.infinity]
        let predictions = try training.predictions(at: times, cross: crossNTK)
        var spreads: [LazyEnsemble.Spread] = []
        if hasSpread {
            spreads = try LazyEnsemble(
                training: training, initial: process, initialCross: crossNNGP, initialTest: prior, cross: crossNTK
            ).spreads(at: times)
        }
        // f = …/γ₀
        let unit = 1 / study.network.richness
        var all = predictions.enumerated().map { i, prediction in
            Outputs(
                train: prediction.trainOutputs, test: prediction.testOutputs,
                trainDeviations: hasSpread ? spreads[i].trainVariances.map { $0.squareRoot() * unit } : nil,
                testDeviations: hasSpread ? spreads[i].testVariances.map { $0.squareRoot() * unit } : nil)
        }
        infinity = all.removeLast()
        recorded = all
        try computeFluctuations(context, options)
    }

    /// N·variance of the outputs that fluctuations of the tangent kernel make, at the recorded steps.
    private mutating func computeFluctuations(_ context: QuestionRunner.Context, _ options: LazyStudy) throws {
        let network = study.network
        if study.predict.directions == 0 || network.convolution != nil || network.isResidual { return }
        let count = Double(data.trainCount + data.testCount)
        // Kernels of all points and their derivatives, layer by layer.
        let bytes = 8 * count * count * 12 * Double(network.hiddenLayers)
        if bytes > Machine.memory / 4 || count > 2000 && !options.computesFluctuations {
            return warnings.append(Self.leftOut("many samples: \(Int(count))"))
        }
        let theory: TangentKernelFluctuations
        do {
            theory = try TangentKernelFluctuations(
                network, inputs: data.trainInputs.appendingRows(of: data.testInputs), width: options.width,
                sites: study.predict.sites, seed: study.predict.seed)
        } catch {
            guard case .unsupported(let reason) = error else { throw error }
            return warnings.append("N·variance of the outputs is left out: \(reason)")
        }
        let work = theory.work(trainCount: data.trainCount, outputs: data.outputCount, times: steps.count)
        if work > Self.quickWork && !options.computesFluctuations {
            return warnings.append(Self.leftOut("much work: about \(NumberText.short(work / 1e12, digits: 2))·10¹² operations"))
        }
        let variances = try theory.predictionVariance(
            labels: data.trainLabels, training: study.training, at: times(options), progress: context.progress,
            shouldStop: context.shouldStop)
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
        _ context: QuestionRunner.Context, _ kernels: InfiniteKernels, _ options: LazyStudy
    ) throws {
        way = "steps"
        describe(try SemidefiniteSpectrum(kernels.ntk.train, accuracy: kernels.accuracy))
        try follow(try family(kernels, options), context)
        if hasSpread {
            warnings.append(
                "the spread over initialisations is computed for the squared loss without weight decay only; \(Self.startsAtZero)"
            )
        }
    }

    private static let startsAtZero = "these are the outputs of networks that start at zero"

    private mutating func follow(_ family: any TangentFamily, _ context: QuestionRunner.Context) throws {
        let descent = try LazyDescent(family: family, labels: data.trainLabels, training: study.training)
        maximumStableLearningRate = try descent.maximumStableLearningRate()
        recorded = try descent.predictions(atSteps: steps, progress: context.progress, shouldStop: context.shouldStop).map {
            Outputs(train: $0.trainOutputs, test: $0.testOutputs)
        }
    }

    /// Whether gradients scale as a power of the weights: J(aθ) = aᴸJ(θ).
    private var isHomogeneous: Bool {
        DualActivation(study.network.activation).isHomogeneous && study.network.biasScale == 0
            && !study.network.isResidual
    }

    private mutating func family(_ kernels: InfiniteKernels, _ options: LazyStudy) throws -> any TangentFamily {
        let network = study.network
        if study.training.weightDecay != 0, network.isResidual {
            throw study.problem(
                "training.weight_decay",
                "'training.weight_decay' is \(study.training.weightDecay), which changes the kernel; with residual layers it is not served: expected 0"
            )
        }
        if study.training.weightDecay == 0 || isHomogeneous {
            return HomogeneousTangent(kernel: kernels.ntk.train, cross: kernels.ntk.cross, degree: network.hiddenLayers)
        }
        let count = 10
        let (p, q) = (Double(data.trainCount), Double(data.testCount))
        let bytes = 8 * Double(count * count) * p * (p + q)
        memory += bytes
        try LazyMemory.check(
            memory, for: "kernels at \(count) scales of the weights", advice: "use fewer samples, or no weight decay")
        if network.convolution != nil {
            throw study.problem(
                "training.weight_decay",
                "'training.weight_decay' is \(study.training.weightDecay), which changes the kernel; for convolutions with "
                    + "\(network.activation.name) it is not served: expected 0, or relu without biases")
        }
        let kernel = try study.networkKernel(inputDimension: data.inputDimension, width: options.width)
        let (train, test) = (network.entering(data.trainInputs), network.entering(data.testInputs))
        let family = try InterpolatedTangent(training: study.training, nodes: count) { a, b in
            (try kernel.matrices(train, at: a, train, at: b).ntk, try kernel.matrices(test, at: a, train, at: b).ntk)
        }
        if family.interpolationError > 1e-6 {
            warnings.append(
                "between scales of the decaying weights the kernel is interpolated to a relative \(family.interpolationError) only; use a smaller weight decay or fewer steps"
            )
        }
        return family
    }

    /// Products of the kernel, tile by tile.
    mutating func computeMatrixFree(_ context: QuestionRunner.Context, _ options: LazyStudy, _ sizes: LazyMemory) throws {
        way = "products"
        if !isQuadratic && study.training.weightDecay != 0 && !isHomogeneous {
            throw LazyError.unsupported(
                "without matrices weight decay is served for linear, relu, leaky_relu and abs networks without biases only; use fewer samples, or set 'training.weight_decay' to 0"
            )
        }
        let dimensions = 300
        let least = sizes.matrixFree(dimensions: dimensions)
        try LazyMemory.check(least, for: "predictions by products of the kernel", advice: "use fewer samples or recorded times")
        let budget = min(max(options.budget ?? Machine.memory / 2, 0), max(Machine.memory * 0.9 - least, 0))
        if study.network.convolution != nil {
            throw LazyError.unsupported("convolutional kernels are matrices here; use lazy.method: dense, or fewer samples")
        }
        let kernel = try study.networkKernel(inputDimension: data.inputDimension, width: options.width)
        let train = try kernel.prepare(data.trainInputs), test = try kernel.prepare(data.testInputs)
        let hasPosterior = study.training.loss == .squared && options.noiseVariance > 0
        if study.training.loss == .squared && !hasPosterior {
            warnings.append("without matrices the posterior of the initial process needs lazy.noise above 0; it is left out")
        }
        let share = hasPosterior ? budget / 2 : budget
        if hasPosterior {
            let process = KernelOperator(kernel.within(train).blocks(.nngp), budget: share, precision: options.precision)
            let cross = CrossKernelOperator(kernel.between(test, train).blocks(.nngp))
            if let (solution, residual) = try solve(
                process, ridge: options.noiseVariance, what: "the posterior", iterations: dimensions, context, options)
            {
                posteriorResidual = residual
                posterior = Outputs(train: try process.apply(solution), test: try cross.apply(solution))
            }
        }
        let tiles = KernelOperator(kernel.within(train).blocks(.ntk), budget: share, precision: options.precision)
        memory = least + tiles.keptBytes
        if hasSpread { warnings.append("the spread over initialisations needs the kernels as matrices; \(Self.startsAtZero)") }
        let cross = CrossKernelOperator(kernel.between(test, train).blocks(.ntk))
        if !isQuadratic {
            let family = HomogeneousTangent(kernel: tiles, cross: cross, degree: study.network.hiddenLayers)
            return try follow(family, context)
        }
        let training = try MatrixFreeTraining(kernel: tiles, labels: data.trainLabels, training: study.training)
        let found = try training.predictions(
            at: times(options), tolerance: options.tolerance, maximumProducts: dimensions, progress: context.progress,
            shouldStop: context.shouldStop)
        largestEigenvalue = found.largestEigenvalue
        maximumStableLearningRate = found.maximumStableLearningRate
        errorEstimates = found.errorEstimates
        products = found.products
        if let advice = found.advice { warnings.append(advice) }
        // All times side by side: one pass over the kernel between test and training points.
        var all = Matrix(rows: data.trainCount, columns: 0)
        for coefficients in found.coefficients { all.appendColumns(of: coefficients) }
        let tested = try cross.apply(all)
        let outputs = data.outputCount
        recorded = steps.indices.map { t in
            Outputs(train: found.trainOutputs[t], test: tested.selectingColumns(t * outputs..<(t + 1) * outputs))
        }
        if let (solution, residual) = try solve(tiles, ridge: 0, what: "infinite time", iterations: dimensions, context, options)
        {
            infinityResidual = residual
            infinity = Outputs(train: try tiles.apply(solution), test: try cross.apply(solution))
        }
    }

    /// (kernel + ridge)⁻¹y by conjugate gradients, and the relative residual that is left; nil and a warning for a kernel too close to singular for them.
    private mutating func solve(
        _ kernel: KernelOperator, ridge: Double, what: String, iterations: Int, _ context: QuestionRunner.Context,
        _ options: LazyStudy
    ) throws -> (solution: Matrix, residual: Double)? {
        do {
            let preconditioner = try kernel.preconditioner(
                ridge: ridge, rank: min(300, data.trainCount / 2), shouldStop: context.shouldStop)
            let found = try ConjugateGradients(
                ridge: ridge, tolerance: options.tolerance, maximumIterations: iterations, preconditioner: preconditioner
            ).solve(kernel, data.trainLabels, progress: context.progress, shouldStop: context.shouldStop)
            return (found.solution, found.relativeResiduals.max() ?? 0)
        } catch IterationError.notConverged(let best, let tolerance, _) {
            warnings.append(
                "\(what) is left out: conjugate gradients reached a relative residual of "
                    + "\(NumberText.short(best.relativeResiduals.max() ?? 1, digits: 2)) after \(best.iterations) iterations, not "
                    + "\(tolerance); the smallest modes of the kernel are too small for them")
            return nil
        }
    }
}
