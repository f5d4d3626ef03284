import Numerics
import SaddleComparisons
import SaddleMeasures
import SaddleModels
import SaddleNumerics
import SaddleReport

/// `saddle measure koopman`: the linear operator behind a time series, or behind a training.
enum MeasureKoopman: RepresentationQuestion {
    static let verb = QuestionVerb.measure
    static let name = "koopman"
    static let phrase = "decomposing a series"
    static let summary =
        "Dynamic modes of a time series or of a training: eigenvalues with residuals, pseudospectrum, rank, forecast."
    static let discussion = """
        Of a file, whose samples are the states of a system at equal times: eigenvalues and modes of its Koopman operator on a dictionary of functions (plain or extended \
        dynamic mode decomposition, with delays if asked), each with its residual, which tells eigenvalues of the dynamics from those of the truncation; variants that noise \
        does not bias; the pseudospectrum; entropy and effective rank; and a forecast of the last part of the series, which was not fitted. Of a study or run folder the \
        residuals f − y of the training samples at every step of a network's training: while features rest its eigenvalues are 1 − ηλ/P of the tangent kernel, which are shown \
        beside them.
        """
    static let examples = [
        "signal.csv --delays 20", "flow.npz --dictionary polynomials --degree 3",
        "sensors.csv --time-column 0 --rank threshold --method total-least-squares",
        "digits.yaml", "runs/digits --width 256",
    ]
    static let sections = ["koopman", "representation", "data"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, asked = study.koopman ?? KoopmanStudy()
        if asked.noise != nil, asked.rank != .threshold {
            throw study.problem(
                "koopman.noise",
                "'koopman.noise' is set, which is for a threshold; expected it together with 'koopman.rank': threshold")
        }
        let source = try study.isOfFile ? context.training() : context.timeSeries(asked)
        let found: KoopmanMeasurement
        do { found = try KoopmanMeasurement(source.series, asked.settings) } catch let error as KoopmanError {
            throw study.problem(error.key, "\(source.name): \(error)")
        }
        var answer = Answer(
            "Koopman decomposition of \(study.name)",
            subtitle:
                "\(source.name): \(NumberText.count(found.series.states.rows)) states of \(found.series.states.columns) numbers; \(NumberText.count(found.model.functions)) functions, rank \(found.model.rank)",
            warnings: source.warnings + remarks(found, asked))
        answer.lead = [callout(found)]
        addFacts(found, to: &answer)
        try addModes(found, asked, context, to: &answer)
        if let multipliers = source.multipliers { addKernel(found, multipliers, to: &answer) }
        addForecast(found, to: &answer)
        addRank(found, to: &answer)
        return answer
    }

    private static func remarks(_ found: KoopmanMeasurement, _ asked: KoopmanStudy) -> [String] {
        var remarks: [String] = []
        if found.isSaturated {
            remarks.append(
                "rank \(found.model.rank) is the number of pairs of states: every series is fitted exactly and residuals say nothing; expected more states, or a smaller rank"
            )
        }
        if let with = found.oneStepErrorWithDelay, with < 0.3 * found.oneStepError, found.oneStepError > 0.01 {
            remarks.append(
                "one sample does not hold the state: with one delay more the error of a step falls from \(NumberText.percent(found.oneStepError)) to \(NumberText.percent(with)). "
                    + "Standing waves, and series of few variables, need delays ('koopman.delays')")
        }
        if asked.rank == .threshold, asked.noise == nil, 2 * found.model.rank > found.model.singularValues.count / 2 {
            remarks.append(
                "\(found.model.rank) of \(found.model.singularValues.count) singular values are kept by a threshold from their median, which takes most of them for noise; expected 'koopman.noise', or more delays or variables"
            )
        }
        return remarks
    }

    private static func callout(_ found: KoopmanMeasurement) -> View {
        let top = found.modes[0], rate = found.rate(of: top)
        let what =
            top.value.imaginary == 0
            ? "the largest mode has the eigenvalue \(NumberText.short(top.value.real, digits: 5))"
            : "the largest mode has the eigenvalue \(NumberText.short(top.value.real, digits: 5)) ± \(NumberText.short(abs(top.value.imaginary), digits: 5))i, a period of \(NumberText.short(2 * .pi / abs(rate.imaginary), digits: 4))"
        var text =
            "It grows at the rate \(NumberText.short(rate.real, digits: 4)); residual \(NumberText.short(top.residual, digits: 2))."
        if let error = found.forecastError, let still = found.persistenceError {
            text +=
                " The \(NumberText.count(found.heldOut)) states that were not fitted are forecast with an error of \(NumberText.percent(error)) of the series' deviation (as it was: \(NumberText.percent(still)))."
        }
        return .callout(.neutral, title: what.prefix(1).uppercased() + what.dropFirst(), text: text)
    }

    private static func addFacts(_ found: KoopmanMeasurement, to answer: inout Answer) {
        answer.add("rank", found.model.rank, "Directions that are kept", "r")
        answer.add("state_entropy", found.stateEntropy, "Von Neumann entropy of the states", "S")
        answer.add("effective_rank", Double.exp(found.stateEntropy), "Effective rank of the states, e^S")
        answer.add("function_entropy", found.functionEntropy, "Von Neumann entropy of the functions")
        answer.add("effective_functions", Double.exp(found.functionEntropy), "Effective rank of the functions")
        answer.add("one_step_error", found.oneStepError, "Error of one step, over the steps", form: .percent)
        answer.add("one_step_error_with_delay", found.oneStepErrorWithDelay, "The same with one delay more", form: .percent)
        answer.add("forecast_error", found.forecastError, "Error of the forecast, over the series' deviation", form: .percent)
        answer.add("persistence_error", found.persistenceError, "Error of \"as it was\"", form: .percent)
        answer.section(
            "In numbers",
            [
                .facts(
                    [
                        "rank", "state_entropy", "effective_rank", "function_entropy", "effective_functions", "one_step_error",
                        "one_step_error_with_delay", "forecast_error", "persistence_error",
                    ].filter { answer[$0] != nil }.map { .init($0) })
            ])
    }

    private static func addKernel(_ found: KoopmanMeasurement, _ multipliers: [Double], to answer: inout Answer) {
        let order = Array(1...multipliers.count)
        answer.add("kernel_order", order, "Number of the eigenvalue, largest of the kernel first", "k")
        answer.add(
            "kernel_multiplier", multipliers, along: ["kernel_order"], "1 − ηλ/P of the tangent kernel at the start", "1 − ηλ/P")
        let near = found.modes.map { mode in
            multipliers.indices.min {
                (Complex(multipliers[$0]) - mode.value).length < (Complex(multipliers[$1]) - mode.value).length
            }!
        }
        answer.add("nearest", near.map { order[$0] }, along: ["mode"], "The nearest of the kernel", "k")
        answer.add(
            "difference", zip(found.modes, near).map { ($0.value - Complex(multipliers[$1])).length }, along: ["mode"],
            "Distance from it",
            "|μ − (1 − ηλ/P)|")
        answer.add("mode_real", found.modes.map(\.value.real), along: ["nearest"], "Eigenvalue at the nearest of the kernel", "μ")
        answer.section(
            "Beside the tangent kernel",
            [
                .paragraph(
                    "While features rest, residuals follow Δ⁺ = (1 − ηΘ/P)Δ with the kernel Θ of the start, and the eigenvalues of large modes lie on the line. Several of the kernel that decay alike are one mode of a short series, whose value lies between them; what else is off the line was learnt by features, or is none of the dynamics (large residual, small amplitude)."
                ),
                .figure(
                    "kernel",
                    caption:
                        "The line: 1 − ηλ/P of the tangent kernel at the start. Points: eigenvalues of the training, each at the nearest.",
                    panels: [
                        .init(
                            "Training beside its kernel", x: .init("k", .logarithmic), y: .init("eigenvalue"),
                            [.line("kernel_multiplier", label: "tangent kernel"), .points("mode_real", label: "training")])
                    ]),
                .table(
                    [.init("eigenvalue"), .init("residual"), .init("amplitude"), .init("nearest"), .init("difference")],
                    rows: Array(found.modes.indices.prefix(20))),
            ])
    }
}

extension KoopmanError {
    /// The key that is to blame.
    fileprivate var key: String {
        switch self {
        case .tooManyFunctions: "koopman.dictionary"
        case .notAscending, .notUniform: "koopman.time_column"
        case .nothingKept: "koopman.rank"
        case .ambiguousRoot: "koopman.method"
        default: "data.source"
        }
    }
}
