import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory
import TestSupport
import Testing

/// Whether a network is told from a fresh one. Catches scores of the wrong scale, levels that are not exact, limits of another kernel and
/// fluctuations of one output where several are averaged.
@Suite struct KernelMovementTests {
    private static let data: Dataset = {
        var stream = RandomStream(seed: 12, .test)
        let inputs = stream.normals(rows: 8, columns: 6)
        return Dataset(
            trainInputs: inputs, trainLabels: Matrix(rows: 8, columns: 1) { i, _ in inputs[i, 0] > 0 ? 1 : -1 },
            testInputs: Matrix(rows: 0, columns: 6), testLabels: Matrix(rows: 0, columns: 1))
    }()

    private static func movement(
        _ network: Network, width: Int, outputs: Int = 1, networks: Int = 99, seed: Int = 1, hasTheory: Bool = true
    ) throws -> KernelMovement {
        let example = fresh(network, width: width, outputs: outputs, seed: 0, index: 0)
        let theory =
            hasTheory
            ? try InitialKernelLimit.limits(
                network, inputs: data.trainInputs, outputs: outputs, width: width, sites: 1000, seed: 1)
            : KernelMovement.names(network).map { _ in nil }
        return try KernelMovement(
            of: example, inputs: data.trainInputs, targets: data.trainLabels, theory: theory, networks: networks, seed: seed)
    }

    private static func fresh(_ network: Network, width: Int, outputs: Int = 1, seed: Int, index: Int) -> FiniteNetwork {
        FiniteNetwork(network, inputDimension: 6, outputCount: outputs, width: width, seed: seed, index: index)
    }

    /// Scores of each member against the others by the definition, also of a member far out.
    @Test func leaveOneOut() {
        var stream = RandomStream(seed: 3, .test)
        for far in [0.0, 1e9] {
            var x = stream.normals(12)
            x[4] += far
            let scores = SampleScore.leaveOneOut(x)!
            for (i, value) in x.enumerated() {
                let rest = x.indices.filter { $0 != i }.map { x[$0] }, mean = rest.reduce(0, +) / 11
                let s = (rest.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 10).squareRoot()
                let t = (value - mean) / (s * (1 + 1.0 / 11).squareRoot())
                expectClose(scores[i], normalScore(t: t, degreesOfFreedom: 10), within: 1e-7 * max(1, abs(t)))
            }
        }
        #expect(SampleScore.leaveOneOut([2, 2, 2, 2, 2]) == nil)
    }

    /// Networks of other seeds: the level is uniform, single scores are normal up to a few tenths.
    @Test(arguments: [
        Network(hiddenLayers: 2, activation: .tanh, parameterization: .standard),
        Network(hiddenLayers: 2, activation: .relu, biasScale: 0.3, parameterization: .neuralTangent),
        Network(hiddenLayers: 2, activation: .tanh, residual: Residual()),
    ]) func freshNetworksAreFresh(_ network: Network) throws {
        let (ensembles, drawn) = (8, 40)
        var (levels, scores): ([Double], [Double]) = ([], [])
        for seed in 0..<ensembles {
            let movement = try Self.movement(network, width: 24, seed: 100 + seed)
            for index in 0..<drawn {
                let other = Self.fresh(network, width: 24, seed: 500 + seed, index: index)
                let result = movement.compare(try KernelMovement.kernels(of: other, Self.data.trainInputs))
                levels.append(result.level)
                scores += result.kernels.flatMap { $0.scores.compactMap { $0 } }
            }
        }
        // Levels of one ensemble share its fresh networks: with M of them and n draws the variance of their mean is (1/n + 1/M)/12.
        let mean = levels.reduce(0, +) / Double(levels.count)
        let error = ((1 / Double(drawn) + 1 / 99) / (12 * Double(ensembles))).squareRoot()
        expectConsistent(Estimate(mean: mean, standardError: error, count: 1_000_000), with: 0.505, seeing: 0.12)
        #expect(Double(levels.count { $0 <= KernelMovement.level }) / Double(levels.count) < 0.04)
        let square = scores.reduce(0) { $0 + $1 * $1 } / Double(scores.count)
        #expect(abs(square - 1) < 0.25, "mean square of scores \(square)")
    }

    /// A network after training in the rich regime is told, one that was not trained is not, and a tenth of the weights' size is told too.
    @Test func trainedNetworksStandOut() throws {
        let network = Network(hiddenLayers: 2, activation: .tanh)
        for hasTheory in [true, false] {
            let movement = try Self.movement(network, width: 64, hasTheory: hasTheory)
            let training = Training(steps: 60, learningRate: LearningRate(base: 0.5))
            let trainer = Trainer(
                Experiment(network: network, data: Self.data, training: training, recordedSteps: [60]), width: 64,
                recordsKernels: false)
            var trained = trainer.initialNetwork(seed: 70, index: 0)
            func result(_ network: FiniteNetwork) throws -> KernelMovement.Result {
                movement.compare(try KernelMovement.kernels(of: network, Self.data.trainInputs))
            }
            let before = try result(trained)
            _ = try trainer.train(&trained, index: 0)
            let after = try result(trained)
            #expect(before.level > KernelMovement.level && abs(before.largest) < 4, "\(before.largest)")
            #expect(after.level <= KernelMovement.level && abs(after.largest) > 6, "\(after.largest)")
            // It aligns with its targets.
            #expect(after.kernels.last!.scores[KernelScalar.alignment.rawValue]! > 5)
            var larger = trainer.initialNetwork(seed: 70, index: 0)
            for i in larger.weights.indices { larger.weights[i].scale(by: 1.3) }
            #expect(try result(larger).level <= KernelMovement.level)
        }
    }

    /// Limits and 1/N fluctuations of every kernel, several outputs averaged, by 4000 networks: distances are those that theory expects, as
    /// are entries.
    @Test(arguments: [1, 3]) func expectedDistances(_ outputs: Int) throws {
        let network = Network(hiddenLayers: 2, activation: .tanh, biasScale: 0.2, parameterization: .neuralTangent)
        let movement = try Self.movement(network, width: 128, outputs: outputs, networks: 1500)
        for (k, reference) in movement.references.enumerated() {
            let squares = movement.fresh.map { $0[k][KernelScalar.distance.rawValue]! }.map { $0 * $0 }
            var moments = StreamingMoments(dimension: 1)
            for square in squares { moments.add([square]) }
            let expected = reference.expectedDistance(width: 128)!
            // Bias and the next order of the variance: of relative order 1/N with factors of the depth and the activation, 6/128; the rest is
            // Monte Carlo of the theory.
            expectConsistent(
                Estimate(
                    mean: moments.mean[0] / (expected * expected), standardError: moments.meanError[0] / (expected * expected),
                    count: 1500),
                with: 1, seeing: 0.2, allowance: 0.07)
            let example = Self.fresh(network, width: 128, outputs: outputs, seed: 900, index: 0)
            let kernels = try KernelMovement.kernels(of: example, Self.data.trainInputs)
            #expect((0.2...4).contains(reference.rootMeanSquareScore(kernels[k], width: 128)!))
        }
    }

    /// One hidden layer, linear, |x|² = D: K = (h·h + (1/C) Σ w_c·w_c)/N has N·variance 2 + 2/C.
    @Test func severalOutputsShareTheFeatures() throws {
        let network = Network(hiddenLayers: 1, activation: .linear)
        for outputs in [1, 2, 5] {
            let theory = try TangentKernelFluctuations(network, inputs: Matrix(rows: 1, columns: 3, repeating: 1), sites: 40_000)
            let variance = try theory.kernelVariance(outputs: outputs)
            expectConsistent(
                Estimate(mean: variance.value[0, 0], standardError: variance.error[0, 0], count: 40_000),
                with: 2 + 2 / Double(outputs),
                seeing: .relative(0.2))
        }
    }
}
