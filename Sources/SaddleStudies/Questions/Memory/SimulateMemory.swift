import SaddleComparisons
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle simulate memory`: finite memories that recall a corrupted pattern, beside theory.
enum SimulateMemory: Question {
    static let verb = QuestionVerb.simulate
    static let name = "memory"
    static let phrase = "recalling patterns"
    static let summary = "Recall of corrupted patterns by finite memories, against load, beside `predict memory`."
    static let discussion = """
        Draws patterns, starts from a corrupted one and follows the spins; overlap and energy against the load, extrapolated to \
        infinite size, beside replica symmetry. Patterns are made anew from random numbers at each visit and never stored.
        """
    static let examples = ["", "--order 2 --temperature 0 --start 1", "--order 4 --loads 0.05,0.1,0.15 --sizes 40,80"]
    static let sections = ["memory"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study.memory ?? AssociativeMemoryStudy(), settings = study.network, sizes = study.usedSizes
        let memory = DenseMemory(order: settings.order, temperature: settings.temperature)
        guard let last = try memory.spinodal() else { preconditionFailure("the study has a temperature without states") }
        let loads = study.usedLoads(spinodal: last.load)
        try context.study.checkMemory(study, loads: loads)
        let ensembles = try RetrievalEnsemble.draw(
            settings, sizes: sizes, loads: loads, progress: context.progress, shouldStop: context.shouldStop)
        let check = try RetrievalCheck(settings, loads: loads, ensembles: ensembles)
        var answer = Answer(
            "Recall with interactions of \(settings.order) spins at temperature \(NumberText.short(settings.temperature, digits: 4))",
            subtitle:
                "\(settings.samples) networks of \(sizes.map(String.init).joined(separator: ", ")) spins at each load, from overlap "
                + NumberText.short(settings.start, digits: 4))
        answer.check = CheckSummary(check.check)
        answer.add("spinodal_load", last.load, "Largest load of recall in theory", "α̃")
        answer.lead = [
            .highlights([.init("spinodal_load", remark: "overlap \(NumberText.short(last.overlap, digits: 4)) there")])
        ]
        let unsettled = ensembles.reduce(0) { $0 + $1.unsettled }
        if unsettled > 0 {
            answer.warnings.append("\(unsettled) networks still changed after \(settings.sweeps) sweeps; raise 'memory.sweeps'")
        }
        add(check, memory, last, sizes, to: &answer)
        return answer
    }

    private static func add(
        _ check: RetrievalCheck, _ memory: DenseMemory, _ last: MemoryState, _ sizes: [Int], to answer: inout Answer
    ) {
        let loads = check.loads, shape = [sizes.count, loads.count], along = ["size", "load"]
        answer.add("size", sizes, "Spins", "N")
        answer.add("load", loads, "Loads", "load α̃")
        for (name, title, symbol, samples) in [
            ("overlap", "Overlap at the end", "overlap m", \RetrievalEnsemble.overlaps),
            ("energy", "Energy per spin at the end", "energy", \.energies),
            ("first_overlap", "Overlap after one step", "overlap after one step", \.firstOverlaps),
        ] {
            let estimates = check.ensembles.map { Estimate($0[keyPath: samples]) }
            answer.add(
                name, estimates.map(\.mean), errors: estimates.map(\.standardError), along: along, shape: shape, title, symbol)
        }
        // A network that fell below half of the overlap with which theory's last state ends has lost the pattern.
        let kept = check.ensembles.map { ensemble in
            Double(ensemble.overlaps.count { $0 > last.overlap / 2 }) / Double(ensemble.overlaps.count)
        }
        answer.add("kept", kept, along: along, shape: shape, "Share of networks that keep the pattern", "share", form: .percent)
        answer.add(
            "first_overlap_theory", check.steps, along: ["load"], "Overlap after one step, N → ∞", "overlap after one step")
        let shown = check.states.map { $0?.overlap ?? .nan }
        answer.add("overlap_theory", shown, along: ["load"], "Overlap, N → ∞", "overlap m", isPartial: true)
        answer.add(
            "energy_theory", check.states.map { $0?.energy ?? .nan }, along: ["load"], "Energy per spin, N → ∞", "energy",
            isPartial: true)
        answer.add(
            "replicon", check.states.map { $0?.replicon ?? .nan }, along: ["load"], "Replica symmetry holds below 1", "replicon",
            isPartial: true, mayBeInfinite: true)
        answer.section(
            "Theory and networks",
            [
                .checked(
                    caption: "Means over networks, extrapolated to 1/N = 0 by a straight line; final states up to "
                        + "\(Int(100 * RetrievalCheck.comparedShare)) % of the largest load, beyond which finite networks lose patterns."
                ),
                .table([.init("load"), .init("overlap_theory"), .init("energy_theory"), .init("replicon")]),
            ])
        func points(_ name: String) -> [View.Mark] {
            sizes.enumerated().map { k, size in
                .points(name, at: k, x: "load", .series(k), label: "N = \(size)", nudge: 3 * Double(k))
            }
        }
        answer.section(
            "Overlap against load",
            [
                .figure(
                    "recall", caption: "Networks of several sizes and the limit of infinite size, which ends where recall ends.",
                    panels: [
                        .init(
                            "At the end", x: .init("load α̃", including: [0]), y: .init("overlap m", including: [0, 1]),
                            [.line("overlap_theory", label: "theory, N → ∞")] + points("overlap")),
                        .init(
                            "After one step", x: .init("load α̃", including: [0]), y: .init("overlap", including: [0, 1]),
                            [.line("first_overlap_theory", label: "theory, N → ∞")] + points("first_overlap")),
                        .init(
                            "Energy", x: .init("load α̃", including: [0]), y: .init("energy per spin"),
                            [.line("energy_theory", label: "theory, N → ∞")] + points("energy")),
                        .init(
                            "Networks that keep the pattern", x: .init("load α̃", including: [0]),
                            y: .init("share", including: [0, 1]),
                            points("kept")),
                    ])
            ])
    }
}
