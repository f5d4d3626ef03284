import Numerics
import SaddleComparisons
import SaddleModels
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle predict features`: which features a network can find in the table of a group, and from how many pairs.
enum PredictFeatures: Question {
    static let verb = QuestionVerb.predict
    static let name = "features"
    static let phrase = "features of a group"
    static let summary = "Features that a group's table holds: representations, energies, samples needed."
    static let discussion = """
        A hidden node with σ(z) = z² that learns products in a group climbs E(w) = ½‖Ỹᵀσ(Xw)‖²; its maxima are the irreducible \
        representations, at M/2d for a real one of dimension d and M/4d for a complex pair, from the character table. How many of \
        the M² pairs keep these maxima: the law n/(1 − n/M²) = c M ln M, its constant fitted to measured transitions of cyclic groups.
        """
    static let examples = ["", "--name D5", "--name Z3xZ5 --draws 8", "--orders 43,71,101,151"]
    static let sections = ["group"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study.group ?? GroupStudy(), group = study.group, m = group.order
        let survey = try SampleLawSurvey(
            orders: study.orders, draws: study.draws, seed: study.seed, progress: { context.progress($0, 1.1 * $1) },
            shouldStop: context.shouldStop)
        let measured = try SampleLawSurvey.transition(group, draws: study.draws, seed: study.seed, shouldStop: context.shouldStop)
        var answer = Answer("Features of \(group.name)", subtitle: "order \(m); σ(z) = z², weights on the unit sphere")
        answer.add(Irreducible.nontrivial(group), order: m)
        let law = survey.law, predicted = law.samples(order: m)
        answer.add("constant", law.constant, error: law.error, "Constant of the law of samples", "c")
        answer.add(
            "needed", predicted, error: predicted / (1 + law.constant / Double(m)) * law.error / law.constant,
            "Pairs that keep half of the features, by the law", unit: "pairs")
        answer.add("needed_measured", measured, "The same, measured for this group", unit: "pairs")
        answer.add("pairs", m * m, "All pairs")
        let isNear = survey.largestFactor <= SampleLawSurvey.factor
        answer.add("largest_factor", survey.largestFactor, "Largest factor between a cyclic group and the law of the others")
        answer.lead = [
            .callout(
                isNear ? .good : .bad, title: isNear ? "The law of samples holds" : "The law of samples does not hold",
                text:
                    "Each of \(survey.orders.count) cyclic groups lies within a factor \(NumberText.short(survey.largestFactor)) of the law that is fitted to "
                    + "the others; \(NumberText.exponent(SampleLawSurvey.factor)) is allowed."),
            .facts(["needed", "needed_measured", "pairs", "constant"].map { .init($0) }),
        ]
        if !(0.5...2).contains(measured.mean / predicted) {
            answer.warnings.append(
                "the measured transition of \(group.name) is \(NumberText.short(measured.mean / predicted, digits: 2)) times that of the law, which is asymptotic and fitted to cyclic groups of orders \(study.orders.map(String.init).joined(separator: ", "))"
            )
        }
        answer.addLaw(survey, group: m, measured: measured)
        return answer
    }
}

extension Answer {
    /// The representations and their energies.
    fileprivate mutating func add(_ irreducibles: [Irreducible], order m: Int) {
        add("representation", words: irreducibles.map(\.name), "Representation")
        add("dimension", irreducibles.map(\.dimension), along: ["representation"], "Dimension", "d")
        add("kind", words: irreducibles.map { $0.isReal ? "real" : "complex pair" }, along: ["representation"], "Kind")
        add("energy", irreducibles.map { $0.energy(order: m) }, along: ["representation"], "Energy of its maxima", "E")
        add(
            "relative_energy", irreducibles.map { $0.energy(order: m) / Double(m) }, along: ["representation"],
            "Energy over the order", "E/M")
        add("multiplicity", irreducibles.map(\.multiplicity), along: ["representation"], "Functions on the group that it holds")
        section(
            "Representations",
            [
                .table(
                    ["representation", "kind", "dimension", "energy", "relative_energy", "multiplicity"].map { .init($0) },
                    rows: Array(0..<min(irreducibles.count, 40)),
                    caption: "All but the trivial one; those of products by one name for each factor.")
            ])
    }

    fileprivate mutating func addLaw(_ survey: SampleLawSurvey, group m: Int, measured: Estimate) {
        let orders = logSpaced(
            from: Double(min(survey.orders.first!, m)) / 1.2, to: Double(max(survey.orders.last!, m)) * 1.2, count: 60)
        add("order", survey.orders, "Order of the cyclic group", "M")
        add("transition", survey.transitions, along: ["order"], "Pairs at which half of the features are kept", "pairs")
        add("transition_law", survey.predictions, along: ["order"], "The same by the law of the other orders", "pairs")
        add(
            "transition_ratio", zip(survey.transitions, survey.predictions).map { $0.mean / $1 }, along: ["order"],
            "Measured over law", "ratio")
        add(
            "scaled", zip(survey.orders, survey.transitions).map { SampleLaw.scaled($1.mean, $0) }, along: ["order"],
            "n/(1 − n/M²) over M ln M", "c")
        add(
            "plain", zip(survey.orders, survey.transitions).map { $1.mean / (Double($0) * Double.log(Double($0))) },
            along: ["order"], "n over M ln M", "n/(M ln M)")
        add("law_order", orders, "Orders at which the law is drawn", "M")
        add("law", orders.map { survey.law.samples(order: max($0, 2)) }, along: ["law_order"], "The law", "pairs")
        add("all", orders.map { $0 * $0 }, along: ["law_order"], "All pairs", "pairs")
        add("own_order", [Double(m)], "Order of the study's group", "M")
        add(
            "own", [measured.mean], errors: [measured.standardError], along: ["own_order"], "Transition of the study's group",
            "pairs")
        section(
            "Samples",
            [
                .figure(
                    "samples",
                    caption:
                        "Pairs at which half of the features that all pairs have stay maxima; below, nodes leave for single elements: they memorise.",
                    columns: 1,
                    panels: [
                        .init(
                            "Pairs needed", x: .init("order M", .logarithmic), y: .init("pairs", .logarithmic),
                            [
                                .line("all", label: "all pairs", dashed: true),
                                .line("law", label: "law, c = \(NumberText.withError(survey.law.constant, survey.law.error))"),
                                .points("transition", label: "cyclic groups"),
                                .points("own", .series(1), label: "the study's group", radius: 5),
                            ])
                    ]),
                .table(
                    [
                        .init("order"), .init("transition", "measured"), .init("transition_law", "law of the others"),
                        .init("transition_ratio"),
                        .init("scaled"), .init("plain"),
                    ], caption: "c: n/(1 − n/M²) over M ln M. The error of the constant is the scatter of the orders."),
            ])
    }
}
