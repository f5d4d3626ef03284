import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle simulate group`: the maxima that nodes climb to, and a network that learns the table of a group.
enum SimulateGroup: Question {
    static let verb = QuestionVerb.simulate
    static let name = "group"
    static let phrase = "learning a group"
    static let summary = "Features that nodes find in the table of a group, and a network that generalises by them."
    static let discussion = """
        Many nodes climb E(w) = ½‖Ỹᵀσ(Xw)‖² on all pairs of a group from random starts: which maxima, how often, beside the energies \
        of its representations. Then a two-layer network with weight decay learns from a part of the pairs, its readout by ridge \
        regression at every step: it memorises, its nodes become features, and missing ones are filled in.
        """
    static let examples = ["", "--name Z8 --starts 200", "--name D7 --width 80", "--name Z2xD4 --samples 220 --steps 2000"]
    static let sections = ["group"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study.group ?? GroupStudy(), group = study.group
        try context.study.checkMemory(study)
        let steps = CommitteeTask.recordedSteps(last: study.network.steps, count: study.times)
        let landscape = try GroupLandscape(
            GroupTask(group), starts: study.starts, seed: study.seed, progress: { context.progress($0, 2 * $1) },
            shouldStop: context.shouldStop)
        let check = LandscapeCheck(group, landscape)
        let network: GroupNetwork
        do {
            network = try GroupNetwork(
                GroupTask(group, samples: study.seen, seed: study.seed), study.network, steps: steps, seed: study.seed,
                progress: { context.progress($1 + $0, 2 * $1) }, shouldStop: context.shouldStop)
        } catch let error as GroupTrainingError {
            throw context.study.problem("group.learning_rate", "'group.learning_rate' is \(study.network.learningRate): \(error)")
        }
        var answer = Answer(
            "Features of \(group.name)",
            subtitle:
                "\(study.starts) starts on all \(group.order * group.order) pairs; a network of \(study.network.width) nodes on \(study.seen) of them"
        )
        answer.check = CheckSummary(check.check)
        answer.addLandscape(check, group)
        let irreducibles = Irreducible.nontrivial(group)
        let powers = network.records.map { record in
            (0..<record.weights.columns).map { j in
                let n = record.weights.rows
                return NodePower(record.weights.elements[j * n..<(j + 1) * n], group, irreducibles)
            }
        }
        answer.addTraining(network.records, powers)
        answer.addPictures(network.records, powers, irreducibles)
        return answer
    }
}

extension Answer {
    fileprivate mutating func addLandscape(_ check: LandscapeCheck, _ group: FiniteGroup) {
        let kinds = check.kinds
        add("representation", words: kinds.map(\.irreducible.name), "Representation")
        add("kind", words: kinds.map { $0.irreducible.isReal ? "real" : "complex pair" }, along: ["representation"], "Kind")
        add("dimension", kinds.map(\.irreducible.dimension), along: ["representation"], "Dimension", "d")
        add("predicted_energy", kinds.map(\.predicted), along: ["representation"], "Energy by its character", "E")
        add("energy", kinds.map(\.energy), along: ["representation"], "Energy where ascent ended", "E", isPartial: true)
        add("count", kinds.map(\.count), along: ["representation"], "Starts that ended there", "starts")
        add("others", check.others, "Starts that ended in no single representation")
        section(
            "Landscape",
            [
                .table(
                    [
                        .init("representation"), .init("kind"), .init("dimension"), .init("predicted_energy", "E by character"),
                        .init("energy", "E found"), .init("count"),
                    ],
                    rows: Array(0..<min(kinds.count, 40)), caption: "Maxima of E on the unit sphere, all pairs seen."),
                .checked(caption: "Of each representation the start whose energy is farthest off."),
            ])
    }

    private static let pure = 0.8

    fileprivate mutating func addTraining(_ records: [GroupNetwork.Record], _ powers: [[NodePower]]) {
        add("step", records.map(\.step), "Recorded steps", "step")
        add("train_loss", records.map(\.trainLoss), along: ["step"], "Mean of |y − f|² over seen pairs", "loss")
        add("test_loss", records.map(\.testLoss), along: ["step"], "The same over unseen pairs", "loss")
        add("train_accuracy", records.map(\.trainAccuracy), along: ["step"], "Share of seen pairs that are right", "share")
        add("test_accuracy", records.map(\.testAccuracy), along: ["step"], "Share of unseen pairs that are right", "share")
        let pure = powers.map { nodes in Double(nodes.count { $0.purity > Self.pure }) / Double(nodes.count) }
        let covered = powers.map { nodes in Set(nodes.filter { $0.purity > Self.pure }.map(\.strongest)).count }
        add(
            "pure", pure, along: ["step"],
            "Share of nodes with \(NumberText.percent(Self.pure)) of their power in one representation", "share")
        add("covered", covered, along: ["step"], "Representations that such nodes hold", "representations")
        let hasTest = records[0].testLoss > 0
        func first(_ values: [Double]) -> Int? { values.firstIndex { $0 >= 0.99 }.map { records[$0].step } }
        add("memorised", first(records.map(\.trainAccuracy)), "First record with 99 % of the seen pairs")
        add("generalised", hasTest ? first(records.map(\.testAccuracy)) : nil, "First record with 99 % of the unseen pairs")
        lead = [
            .facts(
                [View.Item("memorised"), .init("generalised"), .init("test_accuracy", "Unseen pairs right at the end")]
                    .filter { self[$0.quantity] != nil })
        ]
        section(
            "Training",
            [
                .figure(
                    "training",
                    caption:
                        "The readout learns what random features allow (I), nodes climb to representations (II), missing ones are filled in (III).",
                    columns: 3,
                    panels: [
                        .init(
                            "Loss", x: .init("step", .logarithmicFromZero), y: .init("loss", .logarithmic),
                            [.line("train_loss", .series(0), label: "seen")]
                                + (hasTest ? [.line("test_loss", .series(1), label: "unseen")] : [])),
                        .init(
                            "Accuracy", x: .init("step", .logarithmicFromZero), y: .init("share", including: [0, 1]),
                            [.line("train_accuracy", .series(0), label: "seen")]
                                + (hasTest ? [.line("test_accuracy", .series(1), label: "unseen")] : []) + [
                                    .line("pure", .series(2), label: "nodes that are features")
                                ]),
                        .init(
                            "Representations held", x: .init("step", .logarithmicFromZero),
                            y: .init("representations", including: [0]), [.line("covered", .series(3))]),
                    ])
            ])
    }

    fileprivate mutating func addPictures(
        _ records: [GroupNetwork.Record], _ powers: [[NodePower]], _ irreducibles: [Irreducible]
    ) {
        let count = irreducibles.count
        add("representation_number", Array(1...count), "Number of the representation", "representation")
        add("record", Array(0..<records.count), "Number of the record", "record")
        let mean = powers.map { nodes in (0..<count).map { r in nodes.reduce(0) { $0 + $1.shares[r] } / Double(nodes.count) } }
        add(
            "mean_power", (0..<count).flatMap { r in mean.map { $0[r] } }, along: ["representation_number", "record"],
            shape: [count, records.count], "Mean share of the nodes' power", "share")
        let nodes = powers.last!.sorted { ($0.strongest, -$0.purity) < ($1.strongest, -$1.purity) }
        add("node", Array(1...nodes.count), "Nodes, sorted by their strongest representation", "node")
        add(
            "node_power", nodes.flatMap(\.shares), along: ["node", "representation_number"], shape: [nodes.count, count],
            "Share of a node's power at the end", "share")
        guard count > 1, records.count > 1, nodes.count > 1 else { return }
        section(
            "Power",
            [
                .figure(
                    "power",
                    caption:
                        "Left: how the nodes' power moves among representations, by record. Right: every node at the end, sorted; a feature is one bright cell. "
                        + "Numbers count the table of the landscape.",
                    panels: [
                        .init(
                            "Mean over nodes", x: .init("record"), y: .init("representation"), [],
                            ground: .init("mean_power", isDiverging: false)),
                        .init(
                            "Nodes at the end", x: .init("representation"), y: .init("node"), [],
                            ground: .init("node_power", isDiverging: false)),
                    ])
            ])
    }
}
