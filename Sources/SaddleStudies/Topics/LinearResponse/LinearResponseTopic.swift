import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle predict linear-response` and `saddle simulate linear-response`: two-time correlation and response of units coupled by a
/// random matrix, and finite systems beside them.
public struct LinearResponseTopic: Sendable {
    let simulates: Bool

    public init(simulates: Bool) { self.simulates = simulates }

    public func result(_ context: TopicRunner.Context) throws -> TopicResult {
        let study = context.study.linearResponse ?? LinearResponseStudy()
        if simulates && study.sizes.count < 2 {
            throw context.study.problem(
                "linear_response.sizes",
                "'linear_response.sizes' is \(study.sizes); expected two sizes or more, since means carry a bias of order 1/N")
        }
        let integration = RandomDynamicsEnsemble.stepCount(study.model, duration: study.duration)
        if simulates && !(integration <= 1e6) {
            throw context.study.problem(
                "linear_response.duration",
                "'linear_response.duration' is \(study.duration), for which each trajectory needs \(NumberText.short(integration)) steps; expected at "
                    + "most a million: shorten it, or lower 'decay' and 'gain'")
        }
        if simulates { try context.study.checkMemory(study) }
        let answer: LinearResponseAnswer
        do { answer = try LinearResponseAnswer(study, context) } catch let error as DynamicsError {
            throw context.study.problem("linear_response", "'linear_response': \(error)")
        } catch let error as KernelError {
            throw study.problem(error, context.study)
        }
        if !answer.isFinite {
            let model = study.model
            let (key, value) =
                model.noise > model.initialVariance ? ("noise", model.noise) : ("initial_variance", model.initialVariance)
            throw context.study.problem(
                "linear_response.\(key)",
                "'linear_response.\(key)' is \(value), with which correlations leave the range of numbers (1.8·10³⁰⁸); lower it, 'gain' or 'duration'"
            )
        }
        if !simulates {
            return TopicResult(
                "linear-response", page: answer.page, numbers: answer.numbers, arrays: answer.arrays, warnings: answer.warnings)
        }
        let times = study.recorded.map { answer.times[$0] }
        let ensembles = try context.map(widths: study.sizes) { size, progress in
            try RandomDynamicsEnsemble(
                study.model, size: size, matrices: study.matrices, times: times, seed: study.seed, progress: progress,
                shouldStop: context.shouldStop)
        }
        let check = LinearResponseCheck(answer, ensembles)
        return TopicResult(
            "linear_response_check", page: check.page, numbers: check.numbers, arrays: check.arrays,
            warnings: answer.warnings + check.warnings, verdict: check.check.verdict)
    }
}

extension LinearResponseStudy {
    /// Gaussian averages fail: because the steps are too long, because the activity leaves their range, or because it diverges.
    fileprivate func problem(_ error: KernelError, _ study: Study) -> StudyFileError {
        let ratio = duration / Double(steps) * max(model.decay, model.gain)
        if ratio > 0.5 {
            return study.problem(
                "linear_response.steps", "'linear_response.steps' is \(steps): \(DynamicsError.stepTooLong(ratio: ratio))")
        }
        let better =
            if case .unboundedMoment = error { "that saturates, such as tanh or erf" } else {
                "whose averages have closed forms, such as erf"
            }
        return study.problem(
            "linear_response.activation",
            "'linear_response': with the activation '\(model.activation.name)' the activity grows until Gaussian averages of it "
                + "fail\(error.varianceText); lower 'gain' or 'duration', or choose an activation \(better)")
    }
}

extension KernelError {
    /// At which variance it occurred.
    var varianceText: String {
        switch self {
        case .unboundedMoment(_, let variance), .seriesNotConverged(_, let variance, _):
            " at variance \(NumberText.short(variance))"
        default: " (\(self))"
        }
    }
}

extension LinearResponseAnswer {
    struct Numbers: Encodable, Sendable {
        struct Linear: Encodable, Sendable {
            let spectralEdge, growthRate: Double
            let normalTwinVariance: [Double]
            let stationaryVariance: Double?
        }
        struct Network: Encodable, Sendable {
            let lyapunovExponent, stationaryVariance, decayRate: Double
        }
        let activation: String
        let symmetry, decay, gain, noise, initialVariance: Double
        let time, response, variance, perturbation: [Double]
        let stepError: Double
        let linear: Linear?
        /// Gain above which small activity of a nonlinear network grows; nil if there is none.
        let transition: Double?
        let network: Network?
        let note: String?
    }

    var numbers: Numbers {
        Numbers(
            activation: model.activation.name, symmetry: model.symmetry, decay: model.decay, gain: model.gain, noise: model.noise,
            initialVariance: model.initialVariance, time: times, response: twoTime.responseToStart, variance: twoTime.variance,
            perturbation: perturbationVariance, stepError: stepError,
            linear: linear.map { linear in
                Numbers.Linear(
                    spectralEdge: model.spectralEdge, growthRate: model.growthRate,
                    normalTwinVariance: times.map { linear.normalTwin($0, $0) }, stationaryVariance: stationary?.correlation(0))
            },
            transition: model.isLinear ? nil : transition,
            network: chaotic.map {
                Numbers.Network(
                    lyapunovExponent: lyapunovExponent!,
                    stationaryVariance: $0.variance,
                    decayRate: $0.decayRate)
            }, note: note)
    }

    /// P(t, t)
    var perturbationVariance: [Double] { times.indices.map { perturbation[$0, $0] } }

    var arrays: [(name: String, array: Tensor)] {
        let n = times.count
        func square(_ matrix: Matrix) -> Tensor { Tensor(shape: [n, n], elements: matrix.transposed.elements) }
        return [
            ("time", Tensor(shape: [n], elements: times)), ("correlation", square(twoTime.correlation)),
            ("response", square(twoTime.response)), ("perturbation", square(perturbation)),
        ]
    }

    var warnings: [String] {
        stepError > 1e-3
            ? [
                "the step of the grid leaves a relative error of \(NumberText.short(stepError, digits: 1)); raise 'linear_response.steps'"
            ] : []
    }
}

extension LinearResponseCheck {
    var arrays: [(name: String, array: Tensor)] {
        let times = ensembles[0].times, n = times.count
        func square(_ value: (Int, Int) -> Double) -> Tensor {
            Tensor(shape: [n, n], elements: (0..<n * n).map { value($0 / n, $0 % n) })
        }
        return [("time", Tensor(shape: [n], elements: times))]
            + ensembles.flatMap { e in
                [
                    ("correlation_mean_\(e.size)", square { e.correlation($0, $1).mean }),
                    ("correlation_mean_error_\(e.size)", square { e.correlation($0, $1).standardError }),
                    ("perturbation_mean_\(e.size)", square { e.perturbation($0, $1).mean }),
                    ("perturbation_mean_error_\(e.size)", square { e.perturbation($0, $1).standardError }),
                    ("response_mean_\(e.size)", Tensor(shape: [n], elements: (0..<n).map { e.response($0).mean })),
                    (
                        "response_mean_error_\(e.size)",
                        Tensor(shape: [n], elements: (0..<n).map { e.response($0).standardError })
                    ),
                ]
            }
    }

    var warnings: [String] {
        var warnings: [String] = []
        if largestCorrection > 0.3 {
            warnings.append(
                "at N = \(ensembles.last!.size) means differ from the limit by up to \(NumberText.short(100 * largestCorrection, digits: 2)) %: "
                    + "a line in 1/N may not be enough; larger 'sizes' or a shorter 'duration' help")
        }
        return warnings
    }
}
