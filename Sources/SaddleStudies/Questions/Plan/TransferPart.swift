import SaddleNetworks
import SaddleNumerics

/// Networks, or theory, at all values of a key: a sweep in the run folder, under a name that the study and the key make. Other values add to it, and
/// one that somebody stopped continues where it was.
final class TransferPart {
    let sweep: Sweep
    let home: SweepFolder
    private let goal: StudyRunner.Goal
    private(set) var rows: [SweepRow] = []

    init(_ goal: StudyRunner.Goal, _ axes: [SweepAxis], _ context: QuestionRunner.Context) throws {
        var study = context.study
        (study.plan, study.planTransfer, study.kernels) = (nil, nil, .no)
        if goal == .simulation { study.predict = .init() }
        self.goal = goal
        sweep = try Sweep(study, axes: axes, task: .study(goal))
        var digest = Digest()
        digest.add(sweep.base.yaml)
        for axis in axes { digest.add(axis.path) }
        home = SweepFolder(
            path: (context.folder?.path ?? "runs/\(study.name)")
                + "/transfer-\(goal == .simulation ? "networks" : "theory")-\(digest.text.prefix(8))")
    }

    /// Computes what is missing of all parts, having said how long it takes.
    static func compute(_ parts: [TransferPart], _ context: QuestionRunner.Context) throws {
        try context.settle()
        let missing = parts.map { $0.runner(context) { _ in }.missing }
        let seconds = try zip(parts, missing).map { try $0.expectedSeconds($1, context) }, all = seconds.reduce(0, +)
        let texts = zip(zip(parts, missing), seconds).compactMap { part, seconds -> String? in
            if part.1.isEmpty { return nil }
            return "\(NumberText.duration(seconds: rounded(seconds, digits: 2))) for \(part.0.text(part.1.count))"
        }
        if all >= 2 { context.observe(.notice("Expected: about \(texts.joined(separator: ", ")).")) }
        var done = 0.0
        for (k, part) in parts.enumerated() {
            let (before, own, observe) = (done, seconds[k], context.observe)
            // What is there from before takes no time.
            let present = 1 - Double(missing[k].count) / Double(part.sweep.points.count)
            part.rows = try part.runner(context) { fraction in
                if all > 0, present < 1 {
                    observe(.progress((before + own * max(fraction - present, 0) / (1 - present)) / all))
                }
            }.computed()
            done += own
        }
    }

    private func runner(_ context: QuestionRunner.Context, progress: @escaping @Sendable (Double) -> Void) -> SweepRunner {
        SweepRunner(
            sweep, output: home.path, observe: { if case .progress(let fraction) = $0 { progress(fraction) } },
            shouldStop: context.shouldStop)
    }

    private func text(_ count: Int) -> String {
        goal == .simulation ? "\(NumberText.count(count)) ensembles" : "the theory at \(NumberText.count(count)) values"
    }

    /// By one network of each width, or a small part of the theory, of the study itself.
    private func expectedSeconds(_ missing: [Int], _ context: QuestionRunner.Context) throws -> Double {
        if missing.isEmpty { return 0 }
        let study = context.study, engines = StudyEngines.standard
        let (experiment, _) = try study.plannedExperiment(needsTheory: goal == .prediction)
        if goal == .prediction { return Double(missing.count) * (engines.expectTheory(experiment, study.predict) ?? 0) }
        let simulation = study.simulate!
        return Dictionary(grouping: missing) { sweep.place(1, of: $0) }.reduce(0) { sum, group in
            sum + Double(group.value.count) * (engines.expectEnsemble(experiment, simulation.widths[group.key], simulation) ?? 0)
        }
    }
}
