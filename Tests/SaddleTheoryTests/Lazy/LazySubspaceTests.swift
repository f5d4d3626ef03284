import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory
import Testing

/// Training in random subspaces of lazy networks, against networks of small richness.
@Suite struct LazySubspaceTests {
    private static let data: Dataset = {
        var stream = RandomStream(seed: 6, .test)
        return Dataset(
            trainInputs: stream.normals(rows: 8, columns: 6),
            trainLabels: Matrix(rows: 8, columns: 1) { i, _ in i % 2 == 0 ? 1 : -1 },
            testInputs: Matrix(rows: 0, columns: 6), testLabels: Matrix(rows: 0, columns: 1))
    }()
    private static let training = Training(steps: 60, learningRate: LearningRate(base: 1))

    private static func theory() throws -> LazySubspace {
        let network = Network(hiddenLayers: 2, activation: .tanh, richness: 0.02)
        let kernel = try InfiniteKernels(network, data, width: nil).ntk.train
        return try LazySubspace(kernel: kernel, labels: data.trainLabels, training: training)
    }

    /// Mean losses over subspaces of networks and of theory agree at every dimension, for every kind of subspace.
    @Test(arguments: RandomSubspace.Kind.allCases) func networksAgree(kind: RandomSubspace.Kind) throws {
        let theory = try Self.theory()
        let network = Network(hiddenLayers: 2, activation: .tanh, richness: 0.02, isCentered: false)
        for dimension in [2, 8, 40] {
            let measured = try Estimate(
                (0..<12).map { member in
                    let finite = FiniteNetwork(network, inputDimension: 6, outputCount: 1, width: 128, seed: 3, index: member)
                    // Outputs at the start are those of a Gaussian process over γ₀: their part is taken out by labels that hold them.
                    var data = Self.data
                    data.trainLabels.add(finite.outputs(for: data.trainInputs))
                    let training = try SubspaceTraining(finite, data, Self.training, seed: member)
                    return try training.loss(
                        in: RandomSubspace(kind, order: training.surface.parameterCount, dimension: dimension, seed: member))
                })
            let predicted = try Estimate((0..<200).map { try theory.loss(dimension: dimension, seed: $0) })
            let error = (measured.standardError * measured.standardError + predicted.standardError * predicted.standardError)
                .squareRoot()
            #expect(abs(measured.mean - predicted.mean) < 4 * error + 0.02, "\(dimension): \(measured), \(predicted)")
        }
    }

    /// Two dimensions fit little of eight labels, many as much as direct training.
    @Test func growsToDirectTraining() throws {
        let theory = try Self.theory()
        func mean(_ d: Int?) throws -> Double { try (0..<40).reduce(0) { $0 + (try theory.loss(dimension: d, seed: $1)) } / 40 }
        let (two, eight, many, direct) = try (mean(2), mean(8), mean(4000), mean(nil))
        #expect(two > 0.3 && two > eight && eight > many && abs(many - direct) < 0.05 * direct + 1e-3)
    }
}
