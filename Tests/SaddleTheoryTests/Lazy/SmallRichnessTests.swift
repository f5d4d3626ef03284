import SaddleModels
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

/// The lazy limit against the theory of feature learning at γ₀ = 0.01, which shares neither kernels nor dynamics with it: deep networks
/// with biases, momentum, test points. Would catch a mean loss taken for a sum, a bias that does not learn, and momentum misread.
@Suite struct SmallRichnessTests {
    @Test(arguments: [Activation.tanh, .relu]) func agreesWithMeanFieldTheory(_ activation: Activation) throws {
        var stream = RandomStream(seed: 21, .test)
        let x = stream.normals(rows: 6, columns: 5)
        let y = Matrix(rows: 6, columns: 1) { i, _ in i % 2 == 0 ? 1 : -1 }
        let data = Dataset(
            trainInputs: x.selectingRows([0, 1, 2, 3]), trainLabels: y.selectingRows([0, 1, 2, 3]),
            testInputs: x.selectingRows([4, 5]), testLabels: y.selectingRows([4, 5]))
        let times = [0, 4, 12, 30]
        let network = Network(
            hiddenLayers: 2, activation: activation, weightScale: 1.2, biasScale: 0.3, richness: 0.01, isCentered: true)
        let training = Training(steps: 30, learningRate: LearningRate(base: 0.15), momentum: 0.7)
        let experiment = Experiment(network: network, data: data, training: training, recordedSteps: times)
        let solver = MeanFieldSolver(
            experiment, settings: MeanFieldSettings(sites: 2000, tolerance: 1e-4, directions: 0, replicas: 16))
        let theory = try solver.predict()

        let kernel = try NetworkKernel(network, inputDimension: 5)
        let train = try kernel.prepare(data.trainInputs), test = try kernel.prepare(data.testInputs)
        let lazy = try LazyTraining(kernel: kernel.within(train).matrix(.ntk), labels: data.trainLabels, training: training)
            .predictions(at: times.map(LazyTime.step), cross: kernel.between(test, train).matrix(.ntk))
        for (t, prediction) in lazy.enumerated() {
            for i in 0..<6 {
                let entry = theory.layout[i < 4 ? .output(.train) : .output(.test)]!
                let at = entry.range.lowerBound + t * entry.stride + (i < 4 ? i : i - 4)
                let exact = i < 4 ? prediction.trainOutputs[i, 0] : prediction.testOutputs[i - 4, 0]
                // Feature learning moves the outputs by a relative O(γ₀²) = 1e-4, a few times over.
                expectConsistent(
                    Estimate(mean: theory.mean[at], standardError: theory.meanError[at], count: 16), with: exact, seeing: 0.3,
                    falseAlarm: 1e-9,
                    allowance: 1e-3)
                #expect(theory.meanError[at] < 0.02)
                // Negative control: outputs of the time before.
                if t == 2, i < 4 {
                    withKnownIssue {
                        expectConsistent(
                            Estimate(mean: theory.mean[at], standardError: theory.meanError[at], count: 16),
                            with: lazy[1].trainOutputs[i, 0], seeing: .relative(1), falseAlarm: 1e-9, allowance: 1e-3)
                    }
                }
            }
        }
        #expect(abs(lazy[3].trainOutputs[0, 0]) > 0.3, "the network learns")
    }

    /// Losses of the limit are those of the mean outputs, not means of the solutions' losses, which hold half the sampling variance of
    /// the outputs: 1/γ₀² over the sites. The exact value is that of the tangent kernel.
    @Test(arguments: [Loss.squared, .crossEntropy]) func lossesHoldNoSamplingVariance(_ loss: Loss) throws {
        var stream = RandomStream(seed: 22, .test)
        let x = stream.normals(rows: 7, columns: 5)
        let y = Matrix(rows: 7, columns: 1) { i, _ in i % 2 == 0 ? 1 : -1 }
        let data = Dataset(
            trainInputs: x.selectingRows([0, 1, 2, 3]), trainLabels: y.selectingRows([0, 1, 2, 3]),
            testInputs: x.selectingRows([4, 5, 6]), testLabels: y.selectingRows([4, 5, 6]))
        let network = Network(hiddenLayers: 3, activation: .erf, richness: 0.01)
        let training = Training(steps: 20, learningRate: LearningRate(base: 0.5), loss: loss)
        let experiment = Experiment(network: network, data: data, training: training, recordedSteps: [0, 20])
        let replicas = 100
        let solver = MeanFieldSolver(
            experiment,
            settings: MeanFieldSettings(sites: 400, tolerance: 1e-4, directions: 0, replicas: replicas, recordsKernels: false))
        let theory = try solver.predict()

        let kernel = try NetworkKernel(network, inputDimension: 5)
        let train = try kernel.prepare(data.trainInputs), test = try kernel.prepare(data.testInputs)
        let family = HomogeneousTangent(
            kernel: kernel.within(train).matrix(.ntk), cross: kernel.between(test, train).matrix(.ntk), degree: 3)
        let lazy = try LazyDescent(family: family, labels: data.trainLabels, training: training).predictions(atSteps: [0, 20])
        let at = theory.layout[.loss(.test)]!.range.lowerBound + 1
        let exact = loss.mean(outputs: lazy[1].testOutputs, labels: data.testLabels)
        let estimate = Estimate(mean: theory.mean[at], standardError: theory.meanError[at], count: replicas)
        // Feature learning moves it by a few γ₀² = 1e-4.
        expectConsistent(estimate, with: exact, seeing: .relative(1), falseAlarm: 1e-5, allowance: 2e-3)
        if loss == .crossEntropy { return }  // it bends little: the average is within errors
        let averaged = Estimate(try (0..<replicas).map { try solver.solve(replica: $0).observables[at] })
        withKnownIssue("the mean of the losses") {
            expectConsistent(
                Estimate(mean: averaged.mean, standardError: theory.meanError[at], count: replicas), with: exact,
                seeing: .relative(1), falseAlarm: 1e-3, allowance: 2e-3)
        }
    }
}
