import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport

/// `saddle plan`: how wide is wide enough, and whether to widen or to average.
enum PlanWidth: Question {
    static let verb = QuestionVerb.plan
    static let name = "width"
    static let phrase = "planning the width"
    static let summary = "How wide is wide enough, and is it better to widen or to average networks?"
    static let discussion = """
        For a tolerance on the excess of the loss over infinite width (plan.excess_loss, a fraction), on the spread of outputs between seeds \
        (plan.output_spread) or on labels that flip between seeds (plan.label_flips): the width that meets it, with an interval; the width \
        recommended meets all of them with 97.5 % each. For a budget of parameters or training operations: the best width and number \
        of networks whose outputs are averaged, and the frontier as a picture. Small ensembles of four widths and a series in 1/N tell it, or theory \
        where it is in the run folder; --check trains fresh networks of the recommended width and says whether the promise held (exit code 3 if not).
        """
    static let examples = [
        "digits.yaml", "digits.yaml --excess-loss 0.05 --label-flips 0.01 --check",
        "digits.yaml --output-spread 0.1 --parameters 1e6",
        "digits.yaml --training-flops 1e12 --method networks",
    ]
    static let sections = ["plan", "network", "training", "data", "simulate"]
    static let inputs = sections + ["predict"]
    static let keepsParts = true

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, settings = study.plan ?? PlanStudy()
        let (experiment, warnings) = try study.plannedExperiment(needsTheory: settings.method == .theory)
        let store = PlanStore(context, experiment)
        let (judged, remarks) = try judged(experiment, settings, store, context)
        let (evidence, requirements) = (judged.evidence, judged.requirements)
        let unit = experiment.graph.widthUnit
        let recommended = requirements.map { $0.high ?? .infinity }.max()!
        let width = recommended.isFinite ? Int((recommended / Double(unit)).rounded(.up)) * unit : nil
        var answer = Answer(
            "\(study.name): how wide is wide enough",
            subtitle: "\(study.networkText); \(evidence.source.text), after \(experiment.training.steps) steps",
            warnings: warnings + remarks)
        addLead(requirements, evidence, width, to: &answer)
        addRequirements(requirements, evidence, to: &answer)
        try addBudget(settings, experiment, evidence, width: width, study, to: &answer)
        addCurves(requirements, evidence, width, to: &answer)
        if settings.checks { try addCheck(width, requirements, experiment, evidence, store, context, to: &answer) }
        answer.section("How it is known", [.paragraph(evidence.explanation)])
        return answer
    }

    /// Evidence, and what it says of the tolerances.
    private struct Judged {
        let evidence: WidthEvidence
        let requirements: [WidthRequirement]

        init(_ evidence: WidthEvidence, _ settings: PlanStudy) {
            self.evidence = evidence
            requirements = settings.requirements.map { WidthRequirement($0.kind, $0.tolerance, evidence) }
        }

        /// Of the loosest requirement that any width may meet. What no width meets certainly is known as well.
        var looseness: Double {
            requirements.map { $0.low == nil && $0.width == nil ? 1 : $0.looseness }.max() ?? 1
        }
    }

    private static func judged(
        _ experiment: Experiment, _ settings: PlanStudy, _ store: PlanStore?, _ context: QuestionRunner.Context
    ) throws -> (Judged, remarks: [String]) {
        if settings.method != .networks,
            let theory = try context.theoryEvidence(experiment, store, isWanted: settings.method == .theory)
        {
            let judged = Judged(theory, settings)
            if settings.method == .theory || judged.looseness <= 1 + settings.precision { return (judged, []) }
        }
        let pilots = try PilotEnsembles(experiment, seed: context.study.simulate?.seed ?? 2, store: store)
        announce(pilots, context)
        var judged: Judged?
        let evidence = try context.study.explaining {
            try pilots.evidence(
                goal: 1 + settings.precision,
                looseness: {
                    judged = Judged($0, settings)
                    return judged!.looseness
                }, progress: context.progress,
                notice: {
                    context.observe(.notice($0))
                    // The time left is that of what was just announced.
                    context.observe(.started(stage: phrase))
                }, shouldStop: context.shouldStop)
        }
        var remarks: [String] = []
        if let misfit = evidence.loss.misfit, misfit > PilotEnsembles.largestMisfit {
            remarks.append(
                "three terms in 1/N do not describe the loss of widths \(pilots.widths.map(String.init).joined(separator: ", ")) "
                    + "(off by \(NumberText.short(misfit, digits: 2)) standard errors): the widths found from it are less sure than their intervals say"
            )
        }
        let loose = judged!.looseness
        if loose > 1 + settings.precision {
            remarks.append(
                "\(NumberText.count(PilotEnsembles.most)) networks of a width are not enough for plan.precision: the width that certainly suffices is "
                    + (loose.isFinite ? "\(NumberText.short(loose, digits: 2)) times the likely one" : "not known"))
        }
        return (judged!, remarks)
    }

    /// What is to be trained, what of it is there, and how long the rest takes.
    private static func announce(_ pilots: PilotEnsembles, _ context: QuestionRunner.Context) {
        let seconds = pilots.expectedSeconds(), time = NumberText.duration(seconds: rounded(seconds, digits: 2))
        let widths = pilots.widths.map(String.init).joined(separator: ", ")
        let present = pilots.present.reduce(0, +)
        context.observe(
            .notice(
                present == 0
                    ? "Ensembles of widths \(widths): a first look takes about \(time)."
                    : "Ensembles of widths \(widths): \(NumberText.count(present)) networks are there from before"
                        + (seconds > 0 ? ", the rest takes about \(time)." : ".")))
    }

    private static func addCheck(
        _ width: Int?, _ requirements: [WidthRequirement], _ experiment: Experiment, _ evidence: WidthEvidence,
        _ store: PlanStore?, _ context: QuestionRunner.Context, to answer: inout Answer
    ) throws {
        guard let width else {
            answer.section("Check", [.paragraph("No width is recommended, so none was trained.")])
            return
        }
        let networks = PlanCheck.networks(evidence, requirements, width: width)
        let state = store?.checkState(width: width, atMost: networks), missing = networks - (state?.count ?? 0)
        let ensemble = Ensemble(
            experiment, EnsembleSettings(width: width, networks: max(missing, 1), recordsKernels: false))
        if missing > 0, let seconds = ensemble.expectedSeconds {
            context.observe(
                .notice(
                    "The check trains \(NumberText.count(networks)) networks of width \(NumberText.count(width)): about \(NumberText.duration(seconds: rounded(seconds, digits: 2)))."
                ))
        }
        let check = try PlanCheck(
            experiment, evidence, requirements, width: width, networks: networks, seed: (context.study.simulate?.seed ?? 2) + 1,
            from: state, progress: context.progress, shouldStop: context.shouldStop,
            checkpoint: { try store?.keepCheck($0, width: width) })
        add(check, to: &answer)
    }
}
