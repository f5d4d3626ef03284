import SaddleModels
import SaddleNumerics

extension LazySolution {
    /// Products of the kernel, tile by tile.
    mutating func computeMatrixFree(_ watch: Watch, _ sizes: LazyMemory) throws {
        way = .products
        if !isQuadratic && training.weightDecay != 0 && !isHomogeneous {
            throw LazyError.unsupported(
                "without matrices weight decay is served for linear, relu, leaky_relu and abs networks without biases only; use fewer samples, or set 'training.weight_decay' to 0"
            )
        }
        let dimensions = 300
        let least = sizes.matrixFree(dimensions: dimensions)
        try LazyMemory.check(least, for: "predictions by products of the kernel", advice: "use fewer samples or recorded times")
        let budget = min(max(settings.budget ?? Machine.memory / 2, 0), max(Machine.memory * 0.9 - least, 0))
        if experiment.network.convolution != nil {
            throw LazyError.unsupported("convolutional kernels are matrices here; use lazy.method: dense, or fewer samples")
        }
        let kernel = try NetworkKernel(experiment.network, inputDimension: data.inputDimension, width: settings.width)
        let train = try kernel.prepare(data.trainInputs), test = try kernel.prepare(data.testInputs)
        let hasPosterior = training.loss == .squared && settings.noiseVariance > 0
        if training.loss == .squared && !hasPosterior {
            warnings.append("without matrices the posterior of the initial process needs lazy.noise above 0; it is left out")
        }
        let share = hasPosterior ? budget / 2 : budget
        if hasPosterior {
            let process = KernelOperator(kernel.within(train).blocks(.nngp), budget: share, precision: settings.precision)
            let cross = CrossKernelOperator(kernel.between(test, train).blocks(.nngp))
            if let (solution, residual) = try solve(
                process, ridge: settings.noiseVariance, what: "the posterior", iterations: dimensions, watch)
            {
                posteriorResidual = residual
                posterior = Outputs(train: try process.apply(solution), test: try cross.apply(solution))
            }
        }
        let tiles = KernelOperator(kernel.within(train).blocks(.ntk), budget: share, precision: settings.precision)
        memory = least + tiles.keptBytes
        if hasSpread { warnings.append("the spread over initialisations needs the kernels as matrices; \(Self.startsAtZero)") }
        let cross = CrossKernelOperator(kernel.between(test, train).blocks(.ntk))
        if !isQuadratic {
            let family = HomogeneousTangent(kernel: tiles, cross: cross, degree: experiment.network.hiddenLayers)
            return try follow(family, watch)
        }
        let found = try MatrixFreeTraining(kernel: tiles, labels: data.trainLabels, training: training).predictions(
            at: times, tolerance: settings.tolerance, maximumProducts: dimensions, progress: watch.progress,
            shouldStop: watch.shouldStop)
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
        if let (solution, residual) = try solve(tiles, ridge: 0, what: "infinite time", iterations: dimensions, watch) {
            infinityResidual = residual
            infinity = Outputs(train: try tiles.apply(solution), test: try cross.apply(solution))
        }
    }

    /// (kernel + ridge)⁻¹y by conjugate gradients, and the relative residual that is left; nil and a warning for a kernel too close to singular for them.
    private mutating func solve(
        _ kernel: KernelOperator, ridge: Double, what: String, iterations: Int, _ watch: Watch
    ) throws -> (solution: Matrix, residual: Double)? {
        do {
            let preconditioner = try kernel.preconditioner(
                ridge: ridge, rank: min(300, data.trainCount / 2), shouldStop: watch.shouldStop)
            let found = try ConjugateGradients(
                ridge: ridge, tolerance: settings.tolerance, maximumIterations: iterations, preconditioner: preconditioner
            ).solve(kernel, data.trainLabels, progress: watch.progress, shouldStop: watch.shouldStop)
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
