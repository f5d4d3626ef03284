import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// The checks of theory beside finite networks, at the smallest sizes that they accept and at usual ones. Theory is computed once for all
/// seeds.
extension CalibrationCase {
    package static func checks() throws -> [CalibrationCase] {
        try [
            depth(networks: 3), depth(networks: 10), depth(networks: 2000), lazy(networks: 4, isCentered: false),
            lazy(networks: 50, isCentered: false), lazy(networks: 50, isCentered: true), kernel(networks: 2),
            kernel(networks: 3), kernel(networks: 100), coordinates(networks: 2), coordinates(networks: 12),
            linearResponse(matrices: 2), linearResponse(matrices: 60),
        ]
    }

    /// Samples of a linear teacher in six dimensions.
    private static func samples(train: Int, test: Int? = nil) throws -> Dataset {
        var source = DataSource(source: "gaussian", train: train, test: test)
        (source.dimension, source.teacher) = (6, .linear)
        return try source.load(loss: .squared).dataset
    }

    /// Three layers of ReLU at widths at which kernels are far from normal.
    private static func depth(networks: Int) throws -> CalibrationCase {
        let network = Network(hiddenLayers: 3, activation: .relu, weightScale: 1.4142135623730951, biasScale: 0.3)
        let prediction = try DepthPrediction(network, rates: TangentRates(network)!, inputKernel: 1)
        let widths = [16, 32], depths = [1, 2, 3]
        return CalibrationCase(
            "depth, \(networks) networks of widths 16, 32",
            planted: [.means2, .means5, .means10, .variances20, .variances50, .noBias, .tripledBias]
        ) { seed in
            let moments = try widths.map {
                try InitialEnsemble(network, width: $0, networks: networks, seed: seed, depths: depths).moments()
            }
            return { planted in
                let factors: (mean: Double, variance: Double) = planted?.factors ?? (1, 1)
                var wrong = prediction
                if planted == .noBias { wrong.biasFactor = 0 }
                if planted == .tripledBias { wrong.biasFactor = 3 }
                return DepthCheck(
                    wrong, widths: widths, networks: networks, depths: depths,
                    moments: moments.map { $0.scaled(mean: factors.mean, variance: factors.variance) }
                ).check.verdict
            }
        }
    }

    private static func lazy(networks: Int, isCentered: Bool) throws -> CalibrationCase {
        let network = Network(
            hiddenLayers: 1, activation: .erf, biasScale: 0.3, parameterization: .neuralTangent, isCentered: isCentered)
        let data = try samples(train: 6, test: 3)
        let experiments = [0.5, 0.525].map { rate in
            Experiment(
                network: network, data: data, training: Training(steps: 20, learningRate: LearningRate(base: rate)),
                recordedSteps: Experiment.logSpacedSteps(4, upTo: 20))
        }
        var settings = LazySettings()
        settings.method = .dense
        let theories = try experiments.map { try LazySolution($0, settings: settings) }
        let widths = [16, 64]
        return CalibrationCase(
            "lazy\(isCentered ? ", centred" : ""), \(networks) networks of widths 16, 64",
            planted: [.means5, .means10, .variances20, .variances50, .learningRate5]
        ) { seed in
            let ensembles = try widths.map {
                let settings = EnsembleSettings(width: $0, networks: networks, seed: seed, recordsKernels: false)
                return try Ensemble(experiments[0], settings).train()
            }
            return { planted in
                let factors: (mean: Double, variance: Double) = planted?.factors ?? (1, 1)
                return LazyCheck(
                    theories[planted == .learningRate5 ? 1 : 0], widths: widths,
                    moments: ensembles.map { $0.moments.scaled(mean: factors.mean, variance: factors.variance) },
                    layout: ensembles[0].layout
                ).check.verdict
            }
        }
    }

    private static func kernel(networks: Int) throws -> CalibrationCase {
        let network = Network(hiddenLayers: 2, activation: .relu, biasScale: 0.3)
        let inputs = try samples(train: 5).trainInputs, widths = [16, 64]
        let theories = try KernelExpansion.expansions(network, inputs: inputs, widths: widths, sites: 1000, seed: 1)
        return CalibrationCase(
            "kernel, \(networks) networks of widths 16, 64", planted: [.means2, .means5, .means10, .variances20, .variances50]
        ) { seed in
            let ensembles = try widths.map {
                try KernelEnsemble(network, inputs: inputs, width: $0, networks: networks, seed: seed)
            }
            return { planted in
                // Theory that is off the other way.
                let factors: (mean: Double, variance: Double) = planted?.factors ?? (1, 1)
                let comparisons = zip(ensembles, theories).flatMap { ensemble, theory in
                    KernelComparison.both(ensemble, theory.scaled(mean: 1 / factors.mean, variance: 1 / factors.variance))
                }
                return KernelCheck.check(comparisons).verdict
            }
        }
    }

    private static func coordinates(networks: Int) throws -> CalibrationCase {
        let experiment = Experiment(
            network: Network(hiddenLayers: 2, activation: .relu, parameterization: .maximalUpdate), data: try samples(train: 8),
            training: Training(steps: 3, learningRate: LearningRate(base: 0.3)), recordedSteps: [3])
        let theories = [Parameterization.maximalUpdate, .neuralTangent].map { ScalingTheory($0, hiddenLayers: 2) }
        return CalibrationCase("coordinates, \(networks) networks of widths 32 to 256", planted: [.exponents]) { seed in
            let checks = try theories.map {
                try CoordinateCheck(experiment, widths: [32, 64, 128, 256], networks: networks, seed: seed, expecting: $0).check
            }
            return { checks[$0 == .exponents ? 1 : 0].verdict }
        }
    }

    private static func linearResponse(matrices: Int) throws -> CalibrationCase {
        let models = [0.9, 0.945].map { RandomDynamics(symmetry: 0.5, decay: 1, gain: $0, noise: 0.2) }
        let theories = try models.map { try RandomDynamicsSolution($0, duration: 2, steps: 40) }
        let recorded = [0, 20, 40], times = recorded.map { theories[0].times[$0] }
        return CalibrationCase(
            "linear-response, \(matrices) matrices of sizes 20, 40", planted: [.learningRate5]
        ) { seed in
            let ensembles = try [20, 40].map {
                try RandomDynamicsEnsemble(models[0], size: $0, matrices: matrices, times: times, seed: seed)
            }
            return { LinearResponseCheck(theories[$0 == .learningRate5 ? 1 : 0], recorded: recorded, ensembles).check.verdict }
        }
    }
}
