import SaddleModels
import SaddleNumerics
import SaddleTheory

extension LazyAnswer {
    /// Kernels as matrices: by eigenvectors where modes are independent, else step by step.
    mutating func computeDense(_ context: TopicRunner.Context, _ options: Options) throws {
        let kernel = try kernel(options)
        let train = try kernel.prepare(data.trainInputs), test = try kernel.prepare(data.testInputs)
        let (nngp, ntk) = kernel.within(train).matrices()
        let (crossNNGP, crossNTK) = kernel.between(test, train).matrices()
        let process = try GaussianProcess(kernel: nngp, accuracy: kernel.accuracy)
        let prior = PointKernel.variances(test.diagonal(.nngp))
        let labels = data.trainLabels
        if study.training.loss == .squared {
            let found = try process.posterior(
                labels: labels, cross: crossNNGP, test: prior, noiseVariance: options.noiseVariance)
            let fitted = try process.posterior(
                labels: labels, cross: nngp, test: .variances(train.diagonal(.nngp)), noiseVariance: options.noiseVariance)
            posterior = Outputs(
                train: fitted.mean, test: found.mean, trainDeviations: nil,
                testDeviations: found.variances.map { $0.squareRoot() })
        }
        if !isQuadratic { return try computeSteps(context, kernel, ntk, crossNTK) }

        way = "eigenvectors"
        let training = try LazyTraining(kernel: ntk, labels: labels, training: study.training, accuracy: kernel.accuracy)
        describe(training.spectrum)
        maximumStableLearningRate = training.maximumStableLearningRate
        let times = steps.map(LazyTime.step) + [.infinity]
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
    }

    private func kernel(_ options: Options) throws -> NetworkKernel {
        do {
            return try NetworkKernel(study.network, inputDimension: data.inputDimension, width: options.width)
        } catch KernelError.needsWidth(let name) {
            throw study.problem(
                "network.parameterization",
                "the tangent kernel of '\(name)' grows with the width; give one with --width, or use ntk or mean_field")
        } catch { throw study.problem("network", "\(error)") }
    }

    private mutating func describe(_ spectrum: SemidefiniteSpectrum) {
        eigenvalues = spectrum.values
        rank = spectrum.rank
        conditionNumber = spectrum.conditionNumber
        largestEigenvalue = spectrum.largest
    }

    /// Other losses, and weight decay with a kernel that follows the decay of the initial weights.
    private mutating func computeSteps(
        _ context: TopicRunner.Context, _ kernel: NetworkKernel, _ ntk: Matrix, _ crossNTK: Matrix
    ) throws {
        way = "steps"
        describe(try SemidefiniteSpectrum(ntk, accuracy: kernel.accuracy))
        let descent = try LazyDescent(
            family: try family(kernel, ntk, crossNTK), labels: data.trainLabels, training: study.training)
        maximumStableLearningRate = try descent.maximumStableLearningRate()
        recorded = try descent.predictions(atSteps: steps, progress: context.progress, shouldStop: context.shouldStop).map {
            Outputs(train: $0.trainOutputs, test: $0.testOutputs)
        }
        if hasSpread {
            warnings.append(
                "the spread over initialisations is computed for the squared loss without weight decay only; these are the outputs of networks that start at zero"
            )
        }
    }

    private mutating func family(_ kernel: NetworkKernel, _ ntk: Matrix, _ crossNTK: Matrix) throws -> any TangentFamily {
        let network = study.network
        let isHomogeneous = ["linear", "relu", "leaky_relu", "abs"].contains(network.activation.name) && network.biasScale == 0
        if study.training.weightDecay == 0 || isHomogeneous {
            return HomogeneousTangent(kernel: ntk, cross: crossNTK, degree: network.hiddenLayers)
        }
        let count = 10
        let (p, q) = (Double(data.trainCount), Double(data.testCount))
        let bytes = 8 * Double(count * count) * p * (p + q)
        memory += bytes
        try LazyMemory.check(
            memory, for: "kernels at \(count) scales of the weights", advice: "use fewer samples, or no weight decay")
        let family = try InterpolatedTangent(training: study.training, nodes: count) { a, b in
            (
                try kernel.matrices(data.trainInputs, at: a, data.trainInputs, at: b).ntk,
                try kernel.matrices(data.testInputs, at: a, data.trainInputs, at: b).ntk
            )
        }
        if family.interpolationError > 1e-6 {
            warnings.append(
                "between scales of the decaying weights the kernel is interpolated to a relative \(family.interpolationError) only; use a smaller weight decay or fewer steps"
            )
        }
        return family
    }

    /// Products of the kernel, tile by tile.
    mutating func computeMatrixFree(_ context: TopicRunner.Context, _ options: Options, _ sizes: LazyMemory) throws {
        way = "products"
        guard isQuadratic else {
            throw LazyError.unsupported(
                "without matrices the lazy limit serves the squared loss without weight decay; use fewer samples, or set 'training.loss' and 'training.weight_decay'"
            )
        }
        let dimensions = 300
        let least = sizes.matrixFree(dimensions: dimensions)
        try LazyMemory.check(least, for: "predictions by products of the kernel", advice: "use fewer samples or recorded times")
        let budget = min(max(options.budget ?? Machine.memory / 2, 0), max(Machine.memory * 0.9 - least, 0))
        let kernel = try kernel(options)
        let train = try kernel.prepare(data.trainInputs), test = try kernel.prepare(data.testInputs)
        let tiles = KernelOperator(kernel.within(train).blocks(.ntk), budget: budget, precision: options.precision)
        memory = least + tiles.keptBytes
        let training = try MatrixFreeTraining(kernel: tiles, labels: data.trainLabels, training: study.training)
        let found = try training.predictions(
            at: steps.map(LazyTime.step), tolerance: options.tolerance, maximumProducts: dimensions, progress: context.progress,
            shouldStop: context.shouldStop)
        largestEigenvalue = found.largestEigenvalue
        maximumStableLearningRate = found.maximumStableLearningRate
        errorEstimates = found.errorEstimates
        products = found.products
        if let advice = found.advice { warnings.append(advice) }
        // All times side by side: one pass over the kernel between test and training points.
        var all = Matrix(rows: data.trainCount, columns: 0)
        for coefficients in found.coefficients { all.appendColumns(of: coefficients) }
        let tested = try CrossKernelOperator(kernel.between(test, train).blocks(.ntk)).apply(all)
        let outputs = data.outputCount
        recorded = steps.indices.map { t in
            Outputs(train: found.trainOutputs[t], test: tested.selectingColumns(t * outputs..<(t + 1) * outputs))
        }
        if hasSpread {
            warnings.append(
                "the spread over initialisations needs the kernels as matrices; these are the outputs of networks that start at zero"
            )
        }
    }
}
