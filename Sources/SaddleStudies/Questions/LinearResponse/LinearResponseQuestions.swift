import SaddleComparisons
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle predict linear-response`
enum PredictLinearResponse: Question {
    static let verb = QuestionVerb.predict
    static let name = "linear-response"
    static let phrase = "correlation and response"
    static let summary = "Correlation and response of many units coupled by a random matrix."
    static let discussion = """
        dx/dt = −decay·x + gain·Jφ(x) + noise, with J of variance 1/N and correlation `symmetry` between Jᵢⱼ and Jⱼᵢ: 1 \
        symmetric, 0 independent, −1 antisymmetric. With the activation linear: C(t, t′), R(t), spectrum and resolvent, \
        beside normal matrices of the same spectrum; with noise the stationary state. With another activation (symmetry 0) \
        the random recurrent network: its transition to chaos, autocorrelation and Lyapunov exponent.
        """
    static let examples = [
        "", "--symmetry 1 --decay 2 --gain 0.9 --noise 0.5", "--symmetry -0.5 --duration 20",
        "--activation tanh --gain 1.5 --duration 30",
    ]
    static let sections = ["linear_response"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study.linearResponse ?? LinearResponseStudy()
        return LinearResponseAnswer(study, try study.solve(context), measured: nil).answer
    }
}

/// `saddle simulate linear-response`
enum SimulateLinearResponse: Question {
    static let verb = QuestionVerb.simulate
    static let name = "linear-response"
    static let phrase = "finite random systems"
    static let summary = "Finite random systems beside the theory of their correlation and response."
    static let discussion = """
        Draws matrices of two sizes or more, integrates the dynamics, extrapolates every mean to infinite size by a line in \
        1/N, and compares it with the theory.
        """
    static let examples = ["", "--symmetry 0.5 --noise 0.3 --matrices 200", "--activation tanh --gain 2 --sizes 200,400"]
    static let sections = ["linear_response"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study.linearResponse ?? LinearResponseStudy()
        if study.sizes.count < 2 {
            throw context.study.problem(
                "linear_response.sizes",
                "'linear_response.sizes' is \(study.sizes); expected two sizes or more, since means carry a bias of order 1/N")
        }
        let integration = RandomDynamicsEnsemble.stepCount(study.model, duration: study.duration)
        if !(integration <= 1e6) {
            throw context.study.problem(
                "linear_response.duration",
                "'linear_response.duration' is \(study.duration), for which each trajectory needs \(NumberText.short(integration)) steps; expected at "
                    + "most a million: shorten it, or lower 'decay' and 'gain'")
        }
        try context.study.checkMemory(study)
        let theory = try study.solve(context)
        let times = study.recorded.map { theory.times[$0] }
        let ensembles = try context.map(widths: study.sizes) { size, progress in
            try RandomDynamicsEnsemble(
                study.model, size: size, matrices: study.matrices, times: times, seed: study.seed, progress: progress,
                shouldStop: context.shouldStop)
        }
        return LinearResponseAnswer(study, theory, measured: LinearResponseCheck(theory, recorded: study.recorded, ensembles))
            .answer
    }
}

extension LinearResponseStudy {
    /// The theory; what it does not serve is a mistake in the study.
    func solve(_ context: QuestionRunner.Context) throws -> RandomDynamicsSolution {
        let solution: RandomDynamicsSolution
        do {
            solution = try RandomDynamicsSolution(
                model, duration: duration, steps: steps, progress: context.progress, shouldStop: context.shouldStop)
        } catch let error as DynamicsError {
            throw context.study.problem("linear_response", "'linear_response': \(error)")
        } catch let error as KernelError {
            throw problem(error, context.study)
        }
        if solution.isFinite { return solution }
        let (key, value) =
            model.noise > model.initialVariance ? ("noise", model.noise) : ("initial_variance", model.initialVariance)
        throw context.study.problem(
            "linear_response.\(key)",
            "'linear_response.\(key)' is \(value), with which correlations leave the range of numbers (1.8·10³⁰⁸); lower it, 'gain' or 'duration'"
        )
    }

    /// Gaussian averages fail: because the steps are too long, because the activity leaves their range, or because it diverges.
    private func problem(_ error: KernelError, _ study: Study) -> StudyFileError {
        let ratio = duration / Double(steps) * max(model.decay, model.gain)
        if ratio > 0.5 {
            return study.problem(
                "linear_response.steps", "'linear_response.steps' is \(steps): \(DynamicsError.stepTooLong(ratio: ratio))")
        }
        let better =
            if case .unboundedMoment = error { "that saturates, such as tanh or erf" } else {
                "whose averages have closed forms, such as erf"
            }
        let place = error.variance.map { " at variance \(NumberText.short($0))" } ?? " (\(error))"
        return study.problem(
            "linear_response.activation",
            "'linear_response': with the activation '\(model.activation.name)' the activity grows until Gaussian averages of it "
                + "fail\(place); lower 'gain' or 'duration', or choose an activation \(better)")
    }
}
