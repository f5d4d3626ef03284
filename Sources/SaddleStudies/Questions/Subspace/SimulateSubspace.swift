import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle simulate subspace`: training in random subspaces, and the dimension that a problem needs.
enum SimulateSubspace: Question {
    static let verb = QuestionVerb.simulate
    static let name = "subspace"
    static let phrase = "training in random subspaces"
    static let summary = "Training in random subspaces through the initial weights: the intrinsic dimension of a problem."
    static let discussion = """
        Trains networks of one width directly and in random subspaces of subspace.dimensions, and finds the dimension at which the \
        training loss has fallen by 90 % (subspace.threshold) of what direct training makes it fall, with an interval over subspaces. \
        Beside it the same of lazy networks of infinite width, whose tangent kernel a subspace sees as a Wishart matrix (squared loss). The learning rate is \
        in all subspaces the same share of what is stable.
        """
    static let examples = ["digits.yaml", "digits.yaml --kind dense --dimensions 4,8,16,32 --subspaces 8"]
    static let sections = ["subspace", "simulate", "network", "training", "data"]
    static let shorthands = ["width": "subspace.width"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, settings = study.subspace ?? SubspaceStudy()
        let (experiment, warnings) = try study.experiment(includesTheory: false)
        let width = settings.width ?? study.simulate?.widths.max() ?? 64, dimensions = Set(settings.dimensions).sorted()
        try study.checkSubspaces(experiment, width: width, dimensions)
        let seed = study.simulate?.seed ?? 2, finished = Counter(), all = settings.subspaces * (dimensions.count + 1)
        let trainer = Trainer(experiment, width: width, recordsKernels: false)
        // A subspace is one member: its own network and direct training.
        let found = try (0..<settings.subspaces).map { member -> (start: Double, direct: Double, losses: [Double]) in
            let network = trainer.initialNetwork(seed: seed, index: member)
            let training = try SubspaceTraining(network, experiment.data, experiment.training, seed: seed + member)
            func loss(_ dimension: Int?) throws -> Double {
                defer { context.progress(Double(finished.increment()), Double(all)) }
                return try training.loss(
                    in: dimension.map {
                        RandomSubspace(settings.kind, order: training.surface.parameterCount, dimension: $0, seed: seed + member)
                    }, shouldStop: context.shouldStop)
            }
            let start = training.surface.value(at: training.surface.parameters)
            return (start, try loss(nil), try dimensions.map { try loss($0) })
        }
        let measured = IntrinsicDimension(
            dimensions: dimensions,
            shares: dimensions.indices.map { d in found.map { ($0.start - $0.losses[d]) / ($0.start - $0.direct) } },
            threshold: settings.threshold)
        let predicted = try lazy(study, experiment, dimensions, settings)
        var answer = Answer(
            "\(study.name): training in random subspaces",
            subtitle:
                "\(study.networkText); \(settings.subspaces) \(settings.kind.rawValue) subspaces of each dimension at width \(width)",
            warnings: warnings)
        add(measured, predicted, direct: Estimate(found.map(\.direct)), settings, to: &answer)
        return answer
    }

    /// Of lazy networks of infinite width; nil where there is no such theory.
    private static func lazy(
        _ study: Study, _ experiment: Experiment, _ dimensions: [Int], _ settings: SubspaceStudy
    ) throws -> IntrinsicDimension? {
        let training = experiment.training, data = experiment.data
        guard training.loss == .squared, training.isPlainDescent,
            study.network.trait(beyond: [.plainResidual, .convolution]) == nil
        else { return nil }
        let kernel = try study.infiniteKernels(data, width: nil).ntk.train
        let lazy = try LazySubspace(kernel: kernel, labels: data.trainLabels, training: training)
        let start = training.loss.mean(
            outputs: Matrix(rows: data.trainCount, columns: data.outputCount), labels: data.trainLabels)
        let direct = try lazy.loss(dimension: nil, seed: 0)
        let shares = try dimensions.map { d in
            try (0..<max(settings.subspaces, 8)).map { (start - (try lazy.loss(dimension: d, seed: $0))) / (start - direct) }
        }
        return IntrinsicDimension(dimensions: dimensions, shares: shares, threshold: settings.threshold)
    }

    private static func add(
        _ measured: IntrinsicDimension, _ predicted: IntrinsicDimension?, direct: Estimate, _ settings: SubspaceStudy,
        to answer: inout Answer
    ) {
        answer.add("direct_loss", direct, "Training loss of direct training")
        answer.add("dimension", measured.dimensions, "Dimension of the subspace", "d")
        answer.add(
            "share", measured.means, along: ["dimension"], "Fall of the training loss over that of direct training", "networks")
        var columns: [View.Column] = [.init("dimension"), .init("share")]
        var marks: [View.Mark] = [.points("share", .series(0), label: "networks")]
        var text = words(measured, "networks", to: &answer, "intrinsic_dimension")
        if let predicted {
            answer.add(
                "lazy_share", predicted.means, along: ["dimension"], "The same of lazy networks of infinite width", "lazy, N = ∞")
            columns.append(.init("lazy_share"))
            marks.append(.line("lazy_share", label: "lazy, N = ∞"))
            text += " " + words(predicted, "lazy networks of infinite width", to: &answer, "lazy_intrinsic_dimension")
        }
        answer.lead = [.callout(.neutral, title: "Intrinsic dimension at \(NumberText.percent(settings.threshold))", text: text)]
        answer.section(
            "Dimension by dimension",
            [
                .table(columns, caption: "Means over subspaces, with their standard errors."),
                .figure(
                    "subspace", caption: "1: as much as direct training.",
                    panels: [
                        .init("What a subspace can do", x: .init("d", .logarithmic), y: .init("share", including: [0, 1]), marks)
                    ]),
            ])
    }

    private static func words(_ found: IntrinsicDimension, _ who: String, to answer: inout Answer, _ name: String) -> String {
        guard let value = found.value else {
            let isSmall = found.means[0].mean >= found.threshold
            return "\(who.prefix(1).uppercased() + who.dropFirst()) \(isSmall ? "reach it at" : "do not reach it by") "
                + "\(isSmall ? found.dimensions[0] : found.dimensions.last!) dimensions: \(isSmall ? "smaller" : "larger") 'subspace.dimensions' would tell."
        }
        answer.add(name, value, "Intrinsic dimension of \(who)")
        let interval = found.interval()
        answer.add("\(name)_low", interval?.low, "Low end of its interval of 95 %")
        answer.add("\(name)_high", interval?.high, "High end")
        let range = interval.map { " (95 %: \(NumberText.short($0.low)) to \(NumberText.short($0.high)))" } ?? ""
        return "\(who.prefix(1).uppercased() + who.dropFirst()): \(NumberText.short(value))\(range)."
    }
}

extension Study {
    fileprivate func checkSubspaces(_ experiment: Experiment, width: Int, _ dimensions: [Int]) throws {
        if training.isStream || training.batchSize != nil || network.isCentered || training.momentum != 0
            || training.weightDecay != 0
        {
            let key =
                training.isStream
                ? "training.data"
                : training.batchSize != nil
                    ? "training.batch_size"
                    : network.isCentered
                        ? "network.centered" : training.momentum != 0 ? "training.momentum" : "training.weight_decay"
            throw problem(key, "'\(key)' is set; expected plain descent of uncentred networks with full batches in subspaces")
        }
        try checkPlainDescent(" in subspaces")
        if let problem = experiment.graph.widthProblem(width) {
            throw self.problem("subspace.width", "'subspace.width' is \(width); expected \(problem)")
        }
        let network = FiniteNetwork(
            network, inputDimension: experiment.data.inputDimension, outputCount: experiment.data.outputCount, width: width,
            seed: 0, index: 0)
        let count = LossSurface.parameters(of: network).count
        if let large = dimensions.first(where: { $0 > count }) {
            throw problem(
                "subspace.dimensions",
                "'subspace.dimensions' has \(large); expected at most the \(count) parameters of a network of width \(width)")
        }
        let bytes = 8 * Double(count) * Double(dimensions.last!)
        if (subspace ?? SubspaceStudy()).kind == .dense, bytes > Machine.availableMemory / 2 {
            throw problem(
                "subspace.kind",
                "dense directions of \(dimensions.last!) dimensions take \(NumberText.short(bytes / 1e9)) GB; expected sparse or fastfood, or fewer dimensions"
            )
        }
    }
}
