import SaddleComparisons
import SaddleModels
import SaddleNumerics
import SaddleReport

/// `saddle measure barrier`: the loss between networks from different initialisations.
enum MeasureBarrier: Question {
    static let verb = QuestionVerb.measure
    static let name = "barrier"
    static let phrase = "walking from network to network"
    static let summary = "The training loss on the line between two networks, with and without matching of their units."
    static let discussion = """
        Trains pairs of networks of each of simulate.widths from different initialisations and measures the loss on the straight line \
        between them: as they are, and with the hidden units of one in the order of those of the other that they are most like \
        (the assignment with the largest overlap of activations, layer by layer). The barrier is what the line is above its ends.
        """
    static let examples = ["digits.yaml", "digits.yaml --pairs 8 --widths 32,128,512"]
    static let sections = ["barrier", "simulate", "network", "training", "data"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, settings = study.barrier ?? BarrierStudy(), simulation = study.simulate ?? .init()
        let (experiment, warnings) = try study.experiment(includesTheory: false)
        try study.checkBarrier(experiment)
        let barriers = try context.map(widths: simulation.widths) { width, progress in
            try Barrier(
                experiment, simulation.settings(width: width, recordsKernels: false), pairs: settings.pairs,
                points: settings.points,
                progress: progress, shouldStop: context.shouldStop)
        }
        var answer = Answer(
            "\(study.name): between two networks",
            subtitle: "\(study.networkText); \(settings.pairs) pairs of each width after \(study.training.steps) steps",
            warnings: warnings)
        answer.add("width", simulation.widths, "Width", "N")
        answer.add(
            "barrier", barriers.map(\.plainHeight), along: ["width"], "Barrier between networks as they are", "as they are")
        answer.add(
            "matched_barrier", barriers.map(\.matchedHeight), along: ["width"], "Barrier after matching of units", "matched")
        answer.add("loss", barriers.map { $0.plain[0] }, along: ["width"], "Training loss at one end", "loss at the ends")
        answer.add("share", barriers[0].shares, "Share of the second network", "t")
        for (width, barrier) in zip(simulation.widths, barriers) {
            answer.add("line_\(width)", barrier.plain, along: ["share"], "Loss on the line at width \(width)", "loss")
            answer.add(
                "matched_line_\(width)", barrier.matched, along: ["share"], "The same after matching of units", "loss, matched")
        }
        func panel(_ title: String, _ prefix: String) -> View.Panel {
            .init(
                title, x: .init("share t of the second network"), y: .init("training loss", including: [0]),
                simulation.widths.enumerated().map { .points("\(prefix)_\($1)", .series($0), label: "N = \($1)", radius: 2.4) })
        }
        answer.section(
            "Barriers",
            [
                .table(
                    ["width", "loss", "barrier", "matched_barrier"].map { .init($0) },
                    caption: "Means over pairs: the largest loss on the line beyond that of its ends."),
                .figure(
                    "lines", caption: "Means over pairs, with their standard errors.",
                    panels: [panel("As they are", "line"), panel("Units matched", "matched_line")]),
            ])
        return answer
    }
}

extension Study {
    fileprivate func checkBarrier(_ experiment: Experiment) throws {
        if training.isStream {
            throw problem(
                "training.data",
                "'training.data' is stream, whose samples come once: there is no loss between networks; expected fixed")
        }
        let isChain = experiment.graph.isChain && network.residual == nil && !network.normalizesHidden
        if !isChain || network.isCentered {
            let key = network.isCentered ? "network.centered" : "network"
            throw problem(
                key,
                "units are matched in chains of fully connected layers whose outputs are not centred; expected such a network here"
            )
        }
    }
}
