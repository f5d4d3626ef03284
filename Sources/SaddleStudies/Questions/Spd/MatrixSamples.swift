import SaddleMeasures
import SaddleModels
import SaddleNumerics
import SaddleReport

/// Samples that are matrices, or series whose covariances with delays are taken: classified by cross-validation.
enum MatrixSamples {
    static func answer(_ context: QuestionRunner.Context, _ settings: SpdStudy) throws -> Answer {
        let study = context.study, (item, warnings) = try context.representation()
        guard item.axes.count == 2 else {
            throw study.problem(
                "spd.matrix", orOf: "data.source",
                "samples of \(item.name) have the axes \(item.axes); expected two (rows × columns of a matrix, channels × times of a series)"
            )
        }
        guard let labels = item.labels.classes, Set(labels.of).count > 1 else {
            throw study.problem(
                "data.labels", "\(item.name) has no classes to tell apart; expected labels of two classes or more")
        }
        let sizes = labels.names.indices.map { c in labels.of.count { $0 == c } }, least = sizes.filter { $0 > 0 }.min()!
        if settings.folds > least {
            throw study.problem(
                "spd.folds", orOf: "data.source",
                "'spd.folds' is \(settings.folds); expected 2 to \(least), the members of the smallest class")
        }
        let samples = (0..<item.count).map { i in
            // Samples are stored row by row.
            Matrix(rows: item.axes[0], columns: item.axes[1]) { item.points[i, $0 * item.axes[1] + $1] }
        }
        var answer = Answer(
            "\(item.name): classification of \(settings.input == .series ? "series" : "matrices")",
            subtitle:
                "\(item.count) samples of \(item.axes[0]) × \(item.axes[1]) in \(labels.names.count) classes; \(settings.folds) folds",
            warnings: warnings)
        if settings.input == .series {
            try addSeries(samples, labels.of, settings, context, to: &answer)
        } else {
            if settings.shrinkage == .ledoitWolf {
                throw study.problem(
                    "spd.shrinkage",
                    "'spd.shrinkage' is ledoit_wolf, which needs the points behind a matrix; expected none or an intensity from 0 to 1"
                )
            }
            let points = try samples.enumerated().map { i, sample in
                try study.matrix("sample \(i) (from 0)") { () throws(PositiveDefiniteError) in
                    try PositiveDefinite(settings.shrinking(sample), accuracy: sample.accuracy)
                }
            }
            let found = try study.matrix("a mean") { () throws(PositiveDefiniteError) in
                try MatrixClassification(
                    points, classes: labels.of, folds: settings.folds, seed: settings.seed, progress: context.progress)
            }
            add([found], along: nil, to: &answer)
            answer.section("Accuracy", [.facts([.init("by_mean"), .init("by_tangent"), .init("chance")])])
        }
        answer.section("What the numbers are", [.paragraph(explanation)])
        return answer
    }

    private static func addSeries(
        _ samples: [Matrix], _ classes: [Int], _ settings: SpdStudy, _ context: QuestionRunner.Context, to answer: inout Answer
    ) throws {
        let study = context.study, trials = samples.map(\.transposed), times = trials[0].rows
        if times < 8 {
            throw study.problem(
                "spd.matrix", orOf: "data.source", "series have \(times) times; expected 8 or more (the last axis is time)")
        }
        for (key, span) in [("lag", settings.lag ?? 1), ("order", ((settings.order ?? 1) - 1) * (settings.lag ?? 1))]
        where span >= times / 2 {
            throw study.problem("spd.\(key)", "delays of \(span) times in series of \(times); expected less than half of them")
        }
        let choice = DelayChoice(trials, lag: settings.lag, order: settings.order, largestOrder: settings.largestOrder)
        let embedding = choice.embedding
        if embedding.span >= times / 2 {
            throw study.problem(
                "spd.lag", orOf: "data.source",
                "the lag \(embedding.lag) found from the series and order \(embedding.order) leave \(times - embedding.span) of \(times) times; expected a smaller 'spd.lag'"
            )
        }
        let orders = (1...max(settings.largestOrder, embedding.order)).filter { ($0 - 1) * embedding.lag < times / 2 }
        let results = try orders.enumerated().map { place, order in
            let points = try trials.enumerated().map { i, trial in
                try study.matrix("series \(i) (from 0) with order \(order)") { () throws(PositiveDefiniteError) in
                    try RepresentationMatrix.covariance.matrix(
                        of: DelayEmbedding(order: order, lag: embedding.lag).apply(trial), settings.shrinkage
                    ).point
                }
            }
            return try study.matrix("a mean") { () throws(PositiveDefiniteError) in
                try MatrixClassification(points, classes: classes, folds: settings.folds, seed: settings.seed) {
                    context.progress(Double(place) + $0 / $1, Double(orders.count))
                }
            }
        }
        answer.add("order", orders, "Delayed copies", "order p")
        add(results, along: "order", to: &answer)
        let chosen = orders.firstIndex(of: embedding.order)!
        let best = [results[chosen].byMean, results[chosen].byTangent].map { results[chosen].accuracy($0).mean }
        answer.add("chosen_order", embedding.order, "Order")
        answer.add("lag", embedding.lag, "Lag in times")
        answer.add(
            "false_neighbours", choice.falseShares, along: [], "Share of false neighbours with 1, 2, … copies", "false neighbours"
        )
        answer.add("lags", Array(1...choice.information.count), "Lag", "lag")
        answer.add(
            "information", choice.information, along: ["lags"], "Mutual information of the series with itself later", "nats")
        answer.lead = [
            .callout(
                .neutral,
                title:
                    "Order \(embedding.order), lag \(embedding.lag): \(NumberText.percent(best.max()!)) right, \(NumberText.percent(results[chosen].chance)) by chance",
                text: "\(choice.lagRule.text) \(choice.orderRule.text) The choice does not use the labels.")
        ]
        answer.section(
            "Accuracy",
            [
                .table(
                    ["order", "by_mean", "by_tangent"].map { .init($0) },
                    caption: "Of samples that were left out, for every order with the lag above."),
                .facts([.init("chosen_order"), .init("lag"), .init("chance")]),
                .figure(
                    "delays", caption: "Left: accuracy against order. Right: what the lag is chosen from.",
                    panels: [
                        .init(
                            "Accuracy", x: .init("order p"), y: .init("share right", including: [0, 1]),
                            [
                                .points("by_mean", .series(0), label: "nearest mean"),
                                .points("by_tangent", .series(1), label: "tangent space", nudge: 3),
                            ]),
                        .init("Mutual information", x: .init("lag"), y: .init("nats", including: [0]), [.line("information")]),
                    ]),
            ])
    }

    private static func add(_ results: [MatrixClassification], along axis: String?, to answer: inout Answer) {
        for (name, title, answers) in [
            ("by_mean", "Nearest Fréchet mean", results.map { $0.accuracy($0.byMean) }),
            ("by_tangent", "Ridge regression in the tangent space", results.map { $0.accuracy($0.byTangent) }),
        ] {
            if let axis { answer.add(name, answers, along: [axis], title, title) } else { answer.add(name, answers[0], title) }
        }
        answer.add("chance", results[0].chance, "Share of the largest class")
    }

    private static let explanation = """
        Nearest mean: the class whose Fréchet mean of training matrices is nearest in the affine-invariant distance. Tangent space: logarithms at the mean of \
        all training matrices, ridge regression on one-hot labels with the ridge of least leave-one-out error. What is left out is seen by none of them. \
        Errors are binomial; folds share training samples, which they do not know.
        """
}

extension SpdStudy {
    /// Of a matrix that is given there are no samples to estimate an intensity from.
    fileprivate func shrinking(_ matrix: Matrix) throws(PositiveDefiniteError) -> Matrix {
        guard case .fixed(let intensity) = shrinkage, matrix.rows == matrix.columns else { return matrix }
        return LedoitWolf.shrinking(matrix, by: intensity)
    }
}

extension Matrix {
    /// Of entries: what single precision leaves, where all of them are such numbers.
    fileprivate var accuracy: Double {
        elements.allSatisfy { Double(Float($0)) == $0 } && elements.contains { $0 != $0.rounded() }
            ? Double(Float.ulpOfOne) : .ulpOfOne
    }
}

extension DelayChoice.LagRule {
    fileprivate var text: String {
        switch self {
        case .given: "The lag is given."
        case .minimumOfInformation:
            "The lag is the first minimum of the mutual information of the series with themselves, the least up to twice it."
        case .autocorrelation: "The mutual information has no minimum: the lag is the first with an autocorrelation below 1/e."
        case .none: "Neither mutual information nor autocorrelation tells a lag: it is 1."
        }
    }
}

extension DelayChoice.OrderRule {
    fileprivate var text: String {
        switch self {
        case .given: "The order is given."
        case .fewFalseNeighbours:
            "The order is the first with less than \(NumberText.percent(DelayChoice.allowedShare)) false neighbours."
        case .leastFalseNeighbours:
            "No order has less than \(NumberText.percent(DelayChoice.allowedShare)) false neighbours: it is the one with the least."
        }
    }
}
