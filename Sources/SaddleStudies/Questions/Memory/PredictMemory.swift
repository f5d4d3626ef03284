import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle predict memory`: what networks with interactions of P spins recall, in the limit of many spins.
enum PredictMemory: Question {
    static let verb = QuestionVerb.predict
    static let name = "memory"
    static let phrase = "retrieval and glass of dense memories"
    static let summary = "Capacity, overlaps and phases of associative memories with interactions of P spins."
    static let discussion = """
        Random patterns stored by products of P spins (P = 2: Hopfield's model), in the limit of many spins: overlap with a \
        recalled pattern by replica symmetry, capacity, where the recalled state ends, where it is the ground state, where \
        replica symmetry breaks (and one step beyond, for P ≥ 3), and the glass that is left without a pattern.
        """
    static let examples = ["", "--order 2 --load 0.1 --temperature 0", "--order 4 --load 0.19 --temperature 0.05"]
    static let sections = ["memory"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study.memory ?? AssociativeMemoryStudy()
        let survey = try MemorySurvey(
            order: study.network.order, load: study.load, temperature: study.network.temperature, progress: context.progress,
            shouldStop: context.shouldStop)
        return survey.answer
    }
}

extension MemorySurvey {
    var answer: Answer {
        var answer = Answer(
            "Associative memory with interactions of \(order) spins",
            subtitle:
                "load α̃ = \(NumberText.short(load, digits: 4)), temperature \(NumberText.short(temperature, digits: 4)); N → ∞")
        addCapacity(&answer)
        addStates(&answer)
        addLines(&answer)
        answer.section(
            "How to read it",
            [
                .paragraph(
                    "α̃ is the number of patterns over binom(N − 1, P − 1): the variance that other patterns give the field on a spin, over the square "
                        + "of the recalled one's. Overlap 1 is perfect recall. Temperatures are in units of the recalled pattern's field."
                ),
                .paragraph(
                    order == 2
                        ? "Other patterns answer to the state (Amit, Gutfreund, Sompolinsky): the noise is α̃q/(1 − χ)². The glass is replica-symmetric here."
                        : "For P ≥ 3 other patterns act as random couplings of P spins, without an answer of their own. The glass is one step of "
                            + "replica-symmetry breaking; below T_d it has exponentially many states, below T_K few have all the weight."
                ),
            ])
        return answer
    }

    private func addCapacity(_ answer: inout Answer) {
        answer.add("capacity", capacity.load, "Largest load at temperature 0", "α̃_c")
        answer.add("capacity_overlap", capacity.overlap, "Overlap there", "m_c")
        answer.add("spinodal_load", spinodal?.load, "Largest load at this temperature", "α̃")
        answer.add(
            "highest_temperature", DenseMemory.highestTemperature(order: order), "Highest temperature of recall, without load")
        answer.add("error_free_load", DenseMemory.errorFreeLoad(size: 1000), "Load with one wrong bit in 1000 after one step")
        let m = retrieval?.overlap ?? 0
        answer.add("overlap", m, "Overlap with the recalled pattern", "m")
        let isGround = retrieval.map { $0.freeEnergy <= glassState.freeEnergy } ?? false
        answer.lead = [
            .callout(
                retrieval == nil ? .bad : .good,
                title: retrieval == nil
                    ? "No recall at this load" : isGround ? "Recall is the ground state" : "Recall is metastable",
                text: retrieval == nil
                    ? "Retrieval states end at \(NumberText.short(spinodal?.load ?? 0, digits: 4)) at this temperature."
                    : "Overlap \(NumberText.short(m, digits: 6)); "
                        + (retrieval!.isStable
                            ? "replica symmetry holds." : "replica symmetry is unstable: there are many states near the pattern.")
            ),
            .highlights(
                [
                    .init("capacity", remark: "m = \(NumberText.short(capacity.overlap, digits: 4))"), .init("spinodal_load"),
                    .init("overlap"),
                ].filter { answer[$0.quantity] != nil }),
        ]
    }

    private func addStates(_ answer: inout Answer) {
        let states: [(name: String, m: Double, q0: Double, q1: Double, θ: Double, f: Double, replicon: Double)] =
            (retrieval.map { [("retrieval", $0.overlap, $0.selfOverlap, $0.selfOverlap, 1, $0.freeEnergy, $0.replicon)] } ?? [])
            + (broken.map {
                [("retrieval, one step", $0.overlap, $0.betweenStates, $0.withinState, $0.breakpoint, $0.freeEnergy, $0.replicon)]
            } ?? [])
            + [
                (
                    glassState.isFrozen ? "glass" : "paramagnet", 0, order == 2 ? glassState.overlap : 0, glassState.overlap,
                    glassState.breakpoint, glassState.freeEnergy, glassState.replicon
                )
            ]
        answer.add("state", words: states.map(\.name), "State")
        func add(_ name: String, _ title: String, _ symbol: String, mayBeInfinite: Bool = false, _ value: ((Int) -> Double)) {
            answer.add(name, states.indices.map(value), along: ["state"], title, symbol, mayBeInfinite: mayBeInfinite)
        }
        add("state_overlap", "Overlap with the pattern", "m") { states[$0].m }
        add("state_between", "Overlap of two states", "q₀") { states[$0].q0 }
        add("state_within", "Overlap of two copies in one state", "q₁") { states[$0].q1 }
        add("state_breakpoint", "Breakpoint", "θ") { states[$0].θ }
        add("state_free_energy", "Free energy per spin", "f") { states[$0].f }
        add("state_replicon", "Stability: below 1 the state is stable against further breaking", "replicon", mayBeInfinite: true)
        {
            states[$0].replicon
        }
        answer.section(
            "States",
            [
                .table(
                    [.init("state")]
                        + ["overlap", "between", "within", "breakpoint", "free_energy", "replicon"].map { .init("state_\($0)") },
                    caption:
                        "Of least free energy is the state that dominates; a replicon above 1 asks for (further) breaking of replica symmetry."
                        + (retrieval.map { !$0.isStable && broken == nil && order > 2 } == true
                            ? " No solution of one step was found here: at temperature 0, next to the line of instability and near the spinodal there is none to find."
                            : "")),
                .facts([.init("error_free_load"), .init("highest_temperature")]),
            ])
    }

    private func addLines(_ answer: inout Answer) {
        func add(_ name: String, _ places: [Place], _ title: String) {
            answer.add("\(name)_line_load", places.map(\.load), "Loads: \(title)", "load α̃")
            answer.add("\(name)_line", places.map(\.temperature), along: ["\(name)_line_load"], title, "temperature")
        }
        var marks: [View.Mark] = []
        func line(_ name: String, _ places: [Place], _ title: String, _ ink: Ink, dashed: Bool = false) {
            if places.count < 2 { return }
            add(name, places, title)
            marks.append(.line("\(name)_line", ink, label: title, dashed: dashed))
        }
        line("spinodal", spinodals, "recall ends", .reference)
        line("transition", transitions, "recall as low as the glass", .series(0))
        line("instability", instabilities, "replica symmetry breaks", .series(1))
        let most = 1.15 * spinodals.map(\.load).max()!, loads = (0...60).map { most * Double($0) / 60 }
        if let dynamical = glass.dynamicalRatio, let condensation = glass.condensationRatio {
            line("dynamical", loads.map { ($0, dynamical * $0.squareRoot()) }, "glassy states T_d", .series(2), dashed: true)
            line("condensation", loads.map { ($0, condensation * $0.squareRoot()) }, "glass T_K", .series(2))
        } else {
            line("glass", loads.map { ($0, 1 + $0.squareRoot()) }, "glass", .series(2))
        }
        answer.add("load", [load], "Load of the study", "load α̃")
        answer.add("temperature", [temperature], along: ["load"], "Temperature of the study", "temperature")
        marks.append(.points("temperature", .series(3), label: "this study"))
        var panels: [View.Panel] = [
            .init("Phases", x: .init("load α̃", including: [0]), y: .init("temperature", including: [0]), marks)
        ]
        if !stable.isEmpty {
            answer.add("curve_load", stable.map(\.load), "Loads of retrieval states", "load α̃")
            answer.add("curve_overlap", stable.map(\.overlap), along: ["curve_load"], "Their overlaps", "overlap m")
            answer.add("unstable_load", unstable.map(\.load), "Loads of the states that separate recall from failure", "load α̃")
            answer.add("unstable_overlap", unstable.map(\.overlap), along: ["unstable_load"], "Their overlaps", "overlap m")
            answer.add(
                "overlap_here", [retrieval?.overlap ?? 0], along: ["load"], "Overlap at the load of the study", "overlap m")
            panels.append(
                .init(
                    "Overlap at this temperature", x: .init("load α̃", including: [0]), y: .init("overlap m", including: [0, 1]),
                    [
                        .line("curve_overlap", label: "recall"), .line("unstable_overlap", label: "unstable", dashed: true),
                        .points("overlap_here", .series(3), label: "this study"),
                    ]))
        }
        answer.section(
            "Phases",
            [
                .figure(
                    "phases",
                    caption:
                        "Left: where patterns are recalled. Right: the overlap of the recalled state and, dashed, of the unstable one that separates it from the others.",
                    panels: panels)
            ])
    }
}
