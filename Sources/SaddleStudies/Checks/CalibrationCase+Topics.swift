import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// Every `simulate …` command, at the smallest sizes that it accepts and at usual ones. Theory is computed once for all seeds.
extension CalibrationCase {
    public static func topics() throws -> [CalibrationCase] {
        try [
            depth(networks: 3), depth(networks: 10), depth(networks: 2000), lazy(networks: 4, isCentered: false),
            lazy(networks: 50, isCentered: false), lazy(networks: 50, isCentered: true), kernel(networks: 2),
            kernel(networks: 3), kernel(networks: 100), coordinates(networks: 2), coordinates(networks: 12),
            linearResponse(matrices: 2), linearResponse(matrices: 60),
        ] + answers
    }

    private static func context(_ text: String) throws -> QuestionRunner.Context {
        QuestionRunner.Context(study: try Study(text: text, file: "calibration"), observe: { _ in }, shouldStop: { false })
    }

    /// Three layers of ReLU at widths at which kernels are far from normal.
    private static func depth(networks: Int) throws -> CalibrationCase {
        let context = try context(
            "network: {hidden_layers: 3, activation: relu, weight_scale: 1.4142135623730951, bias_scale: 0.3}")
        let prediction = try DepthPrediction(context, inputKernel: 1)
        let widths = [16, 32], depths = [1, 2, 3]
        return CalibrationCase(
            "depth, \(networks) networks of widths 16, 32",
            planted: [.means2, .means5, .means10, .variances20, .variances50, .noBias, .tripledBias]
        ) { seed in
            let moments = try widths.map {
                try InitialEnsemble(context.study.network, width: $0, networks: networks, seed: seed, depths: depths).moments()
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
        func text(_ rate: Double) -> String {
            """
            data: {source: gaussian, train: 6, test: 3, dimension: 6, teacher: linear}
            network: {hidden_layers: 1, activation: erf, bias_scale: 0.3, parameterization: ntk, centered: \(isCentered)}
            training: {steps: 20, learning_rate: \(rate)}
            predict: {sites: 2000}
            record: 4
            """
        }
        let right = try context(text(0.5)), wrong = try context(text(0.525))
        let experiment = try right.study.experiment(includesTheory: false).0
        let answers = try [right, wrong].map { context in
            var answer = LazyAnswer(study: context.study, data: experiment.data, steps: context.study.recordedSteps)
            try answer.computeDense(context, LazyStudy())
            return answer
        }
        let widths = [16, 64]
        return CalibrationCase(
            "lazy\(isCentered ? ", centred" : ""), \(networks) networks of widths 16, 64",
            planted: [.means5, .means10, .variances20, .variances50, .learningRate5]
        ) { seed in
            let ensembles = try widths.map {
                try Ensemble(experiment, EnsembleSettings(width: $0, networks: networks, seed: seed, recordsKernels: false))
                    .train()
            }
            return { planted in
                let factors: (mean: Double, variance: Double) = planted?.factors ?? (1, 1)
                return LazyCheck(
                    answers[planted == .learningRate5 ? 1 : 0], widths: widths,
                    moments: ensembles.map { $0.moments.scaled(mean: factors.mean, variance: factors.variance) },
                    layout: ensembles[0].layout
                ).check.verdict
            }
        }
    }

    private static func kernel(networks: Int) throws -> CalibrationCase {
        let context = try context(
            """
            data: {source: gaussian, train: 5, dimension: 6, teacher: linear}
            network: {hidden_layers: 2, activation: relu, bias_scale: 0.3}
            predict: {sites: 1000}
            """)
        let inputs = try context.study.experiment(includesTheory: false).0.data.trainInputs
        let widths = [16, 64]
        var warnings: [String] = []
        let theories = try SimulateKernel.theories(context, inputs, widths: widths, &warnings)
        return CalibrationCase(
            "kernel, \(networks) networks of widths 16, 64", planted: [.means2, .means5, .means10, .variances20, .variances50]
        ) { seed in
            let ensembles = try widths.map {
                try KernelEnsemble(context.study.network, inputs: inputs, width: $0, networks: networks, seed: seed)
            }
            return { planted in
                // Theory that is off the other way.
                let factors: (mean: Double, variance: Double) = planted?.factors ?? (1, 1)
                let comparisons = zip(ensembles, theories).flatMap { ensemble, theory in
                    KernelComparison.both(ensemble, theory?.scaled(mean: 1 / factors.mean, variance: 1 / factors.variance))
                }
                return KernelCheck.check(comparisons).verdict
            }
        }
    }

    private static func coordinates(networks: Int) throws -> CalibrationCase {
        let context = try context(
            """
            data: {source: gaussian, train: 8, dimension: 6, teacher: linear}
            network: {hidden_layers: 2, activation: relu, parameterization: mup}
            training: {learning_rate: 0.3}
            """)
        var experiment = try context.study.experiment(includesTheory: false).0
        experiment.training.steps = 3
        experiment.recordedSteps = [3]
        let fixed = experiment
        let theories = [Parameterization.maximalUpdate, .neuralTangent].map { ScalingTheory($0, hiddenLayers: 2) }
        return CalibrationCase("coordinates, \(networks) networks of widths 32 to 256", planted: [.exponents]) { seed in
            let checks = try theories.map {
                try CoordinateCheck(fixed, widths: [32, 64, 128, 256], networks: networks, seed: seed, expecting: $0).check
            }
            return { checks[$0 == .exponents ? 1 : 0].verdict }
        }
    }

    private static func linearResponse(matrices: Int) throws -> CalibrationCase {
        func settings(_ gain: Double) throws -> (QuestionRunner.Context, LinearResponseStudy) {
            let context = try context(
                "linear_response: {symmetry: 0.5, decay: 1, gain: \(gain), noise: 0.2, duration: 2, steps: 40, times: 2}")
            return (context, context.study.linearResponse!)
        }
        let answers = try [0.9, 0.945].map { gain in
            let (context, study) = try settings(gain)
            return (study, try study.solve(context))
        }
        let study = answers[0].0
        return CalibrationCase(
            "linear-response, \(matrices) matrices of sizes 20, 40", planted: [.learningRate5]
        ) { seed in
            let times = study.recorded.map { answers[0].1.times[$0] }
            let ensembles = try [20, 40].map {
                try RandomDynamicsEnsemble(study.model, size: $0, matrices: matrices, times: times, seed: seed)
            }
            return {
                LinearResponseCheck(answers[$0 == .learningRate5 ? 1 : 0].1, recorded: study.recorded, ensembles).check.verdict
            }
        }
    }

    /// Commands that draw and judge in one go.
    private static var answers: [CalibrationCase] {
        func whole(
            _ name: String, _ text: String, _ question: any Question.Type
        ) -> CalibrationCase {
            CalibrationCase(name) { seed in
                let result = try question.answer(try context(text.replacing("SEED", with: "\(seed)")))
                return { _ in result.verdict ?? .cannotTell }
            }
        }
        func curve(_ repeats: Int) -> String {
            "learning_curve: {dimension: 20, samples: 15, width: 10, initial_variance: 0.3, time: 60, repeats: \(repeats), seed: SEED}"
        }
        func spectrum(_ settings: String) -> String { "spectrum: {\(settings), seed: SEED}" }
        return [
            whole("learning-curve, 4 repeats", curve(4), SimulateLearningCurve.self),
            whole("learning-curve, 40 repeats", curve(40), SimulateLearningCurve.self),
            whole("spectrum, Wishart, 4 matrices of order 20", spectrum("size: 20, matrices: 4"), PredictSpectrum.self),
            whole("spectrum, Wishart, 40 matrices of order 40", spectrum("size: 40, matrices: 40"), PredictSpectrum.self),
            whole(
                "spectrum, spiked, 4 matrices of order 40",
                spectrum("ensemble: spiked, spikes: [3], ratio: 0.4, size: 40, matrices: 4"), PredictSpectrum.self),
            whole(
                "spectrum, elliptic, 4 matrices of order 20",
                spectrum("ensemble: elliptic, symmetry: 0.3, size: 20, matrices: 4"),
                PredictSpectrum.self),
            whole("gas, 8 chains of 10 sweeps", spectrum("gas: {charges: 5, chains: 8, sweeps: 10}"), SimulateGas.self),
            whole("gas, 32 chains of 200 sweeps", spectrum("gas: {charges: 5, chains: 32, sweeps: 200}"), SimulateGas.self),
            whole("width-error, 10 draws", "width_error: {widths: [4, 16], draws: 10, seed: SEED}", PredictWidthError.self),
        ]
    }
}
