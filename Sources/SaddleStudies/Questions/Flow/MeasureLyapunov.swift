import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `saddle measure lyapunov`: exponents of flows, maps, trainings, deep and recurrent networks.
enum MeasureLyapunov: Question {
    static let verb = QuestionVerb.measure
    static let name = "lyapunov"
    static let phrase = "measuring Lyapunov exponents"
    static let summary = "Lyapunov exponents of a flow, a map, a training run, a deep or a recurrent network."
    static let discussion = """
        The rates at which neighbouring orbits part, by orthogonalised tangent vectors, with errors from blocks; the dimension of Kaplan and Yorke, and the sum of the positive \
        exponents (Pesin's entropy). 'of' says whose: a system of the registry or own equations ('saddle simulate flow'), the training of a study's network (the edge of stability), \
        the layers of a deep random network or a recurrent one (½ log χ_⊥ of theory beside it), or one of rates, dx/dt = −x + σ_w Jφ(x) (the exponent of mean field theory beside it). Of a time series (.csv, .npy, .npz) the largest exponent, from delays, or why it has none.
        """
    static let examples = [
        "lorenz", "henon --turns 100000", "mine.yaml", "digits.yaml --of training --exponents 3",
        "--of depth --weight-scale 2 --activation tanh",
    ]
    static let sections = ["lyapunov", "flow", "network"]
    static let inputs = sections + ["training", "data", "simulate"]
    static let argument: (key: String, help: String)? = (
        "flow.system", "A system by name, a study, or a file with a time series."
    )
    static let isArgumentOptional = true

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, asked = study.lyapunov ?? LyapunovStudy()
        do {
            switch asked.subject {
            case .system where WholeFile.exists(study.flow?.system ?? ""): return try ofSeries(context)
            case .system where study.isOfFile && study.flow == nil:
                throw study.problem(
                    "lyapunov",
                    "the study has no section 'flow', so that there is no system; expected 'lyapunov.of' training, depth or recurrent (--of training)"
                )
            case .system: return try ofSystem(try study.dynamicalSystem(), asked, context)
            case .training: return try ofTraining(asked, context)
            case .depth, .recurrent: return try ofLayers(asked, context)
            case .rates: return try ofRates(asked, context)
            }
        } catch let error as OrbitError {
            throw study.problem(asked.subject == .system ? "flow" : "lyapunov", "\(error)")
        }
    }

    private static func ofSystem(_ system: DynamicalSystem, _ asked: LyapunovStudy, _ context: QuestionRunner.Context) throws
        -> Answer
    {
        let count = min(asked.exponents ?? system.dimension, system.dimension)
        if let asked = asked.exponents, asked > system.dimension {
            throw context.study.problem(
                "lyapunov.exponents",
                "'lyapunov.exponents' is \(asked); expected at most the \(NumberText.count(system.dimension, of: "variable")) of \(system.name)"
            )
        }
        let period = context.study.flow?.period ?? system.period
        let step = asked.step ?? (system.kind == .map ? 1 : period / 400)
        var tangent = SystemTangent(system, vectors: count, step: step, steps: asked.steps)
        let intervals = max(Int(Double(asked.turns) * (system.kind == .map ? 1 : period) / tangent.interval), 40)
        let found = try LyapunovSpectrum(
            of: &tangent, from: system.start, count: count, intervals: intervals, transient: max(intervals / 10, 10),
            seed: asked.seed,
            progress: context.progress, shouldStop: context.shouldStop)
        var answer = Answer(
            "Lyapunov exponents: \(system.title)",
            subtitle: "\(system.name), \(NumberText.count(asked.turns)) \(system.kind == .map ? "steps" : "turns")")
        add(found, isTimeContinuous: system.kind == .flow, to: &answer)
        if asked.states > 0 { add(try dimension(of: system, period: period, asked, context), to: &answer) }
        return answer
    }

    private static func ofTraining(_ asked: LyapunovStudy, _ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study
        try study.checkPlainDescent(": exponents are those of its map")
        guard study.training.momentum == 0, study.training.weightDecay == 0, study.training.batchSize == nil,
            !study.training.isStream
        else {
            throw study.problem(
                "training",
                "exponents are those of descent on all samples without momentum and weight decay; expected such a training")
        }
        let (experiment, warnings) = try study.experiment(includesTheory: false)
        let width = min(asked.width, study.simulate?.widths.max() ?? asked.width),
            trainer = Trainer(experiment, width: width, recordsKernels: false)
        if let problem = experiment.graph.widthProblem(width) {
            throw study.problem("lyapunov.width", "'lyapunov.width' is \(width); expected \(problem)")
        }
        let network = trainer.initialNetwork(seed: (study.simulate ?? .init()).seed, index: 0)
        var tangent = TrainingTangent(trainer, from: network)
        let steps = max(study.training.steps, 20)
        let found = try LyapunovSpectrum(
            of: &tangent, from: LossSurface.parameters(of: network), count: asked.exponents ?? 3, intervals: steps, transient: 0,
            blocks: min(20, steps),
            seed: asked.seed, progress: context.progress, shouldStop: context.shouldStop)
        var answer = Answer(
            "Lyapunov exponents of the training of \(study.name)",
            subtitle: "\(study.networkText); width \(width), \(steps) steps: finite-time exponents of θ ↦ θ − ηG",
            warnings: warnings)
        add(found, isTimeContinuous: false, to: &answer)
        return answer
    }

    private static func ofLayers(_ asked: LyapunovStudy, _ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, network = study.network, isRecurrent = asked.subject == .recurrent
        var tangent = LayerTangent(
            network.activation, width: asked.width, weightScale: network.weightScale, biasScale: network.biasScale,
            isRecurrent: isRecurrent, seed: asked.seed)
        var stream = RandomStream(seed: asked.seed, .probe, 5)
        let found = try LyapunovSpectrum(
            of: &tangent, from: stream.normals(asked.width), count: min(asked.exponents ?? 5, asked.width),
            intervals: asked.turns, transient: max(asked.turns / 5, 20),
            seed: asked.seed, progress: context.progress, shouldStop: context.shouldStop)
        var answer = Answer(
            "Lyapunov exponents of a \(isRecurrent ? "recurrent" : "deep") random network",
            subtitle:
                "\(network.activation.name), \(asked.width) units, σ_w = \(NumberText.short(network.weightScale)), σ_b = \(NumberText.short(network.biasScale)); \(asked.turns) \(isRecurrent ? "steps" : "layers")"
        )
        let map = KernelMap(
            network.activation, weightVariance: network.weightScale * network.weightScale,
            biasVariance: network.biasScale * network.biasScale)
        if let response = try? map.limit().response, response.perpendicular > 0 {
            answer.add("theory", log(response.perpendicular) / 2, "½ log χ_⊥ of infinite width", "theory")
        }
        add(found, isTimeContinuous: false, to: &answer)
        return answer
    }

    static func add(_ found: LyapunovSpectrum, isTimeContinuous: Bool, to answer: inout Answer) {
        let first = found.exponents[0], isChaotic = first.mean > 3 * first.standardError
        let zero = abs(first.mean) <= 3 * first.standardError
        answer.lead = [
            .callout(
                .neutral, title: "Largest exponent \(NumberText.withError(first))",
                text: isChaotic
                    ? "Chaos: neighbouring orbits part by a factor e in a time of \(NumberText.short(1 / first.mean))."
                    : zero
                        ? "Zero within its error: a cycle, a torus, or marginal directions." : "Order: neighbouring orbits meet.")
        ]
        answer.add("rank", (1...found.exponents.count).map { $0 }, "From the largest", "k")
        answer.add("exponent", found.exponents, along: ["rank"], "Lyapunov exponent", "λ")
        answer.add("sum", found.sum, "Sum of the exponents found")
        answer.add("divergence", found.divergence, "Mean divergence (the sum of all exponents)")
        answer.add("kaplan_yorke", found.kaplanYorke, "Dimension of Kaplan and Yorke")
        answer.add("entropy", found.entropy, "Sum of the positive exponents")
        answer.add("course_time", found.courseTimes, isTimeContinuous ? "Time" : "Steps", isTimeContinuous ? "time" : "step")
        let shown = min(found.exponents.count, 6)
        for k in 0..<shown {
            answer.add(
                "course_\(k + 1)", found.course.map { $0[k] }, along: ["course_time"], "Running mean of exponent \(k + 1)", "λ")
        }
        let names = ["theory", "sum", "divergence", "kaplan_yorke", "entropy"].filter { answer[$0] != nil }
        answer.section(
            "Exponents",
            [
                .facts(names.map { .init($0) }),
                .table([.init("rank"), .init("exponent")], caption: "With standard errors from \(20) blocks of the orbit."),
                .figure(
                    "course", caption: "Running means over the orbit.",
                    panels: [
                        .init(
                            "Convergence", x: .init(isTimeContinuous ? "time" : "step", .logarithmic),
                            y: .init("λ", including: [0]),
                            (0..<shown).map { .line("course_\($0 + 1)", .series($0), label: "λ\($0 + 1)") })
                    ]),
            ])
    }
}
