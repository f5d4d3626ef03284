import SaddleMeasures
import SaddleModels
import SaddleNumerics
import SaddleReport

/// `saddle measure sharpness`: how steeply labels change between samples.
enum MeasureSharpness: RepresentationQuestion {
    static let verb = QuestionVerb.measure
    static let name = "sharpness"
    static let phrase = "measuring the sharpness of labels"
    static let summary = "Sharpness of the labels: the steepest change between two samples, K_F."
    static let discussion = """
        K_F is the largest |y − y′|/|x − x′| over pairs of samples with unequal labels; of classes |y − y′| is 1, so that it is one over the smallest distance \
        between two classes. All pairs are seen; beside them K_F of random subsets, as the literature gives it for 1000 samples, since a largest value grows \
        with the number of samples. (Of the curvature of a loss, which is called sharpness too, tells 'saddle measure hessian'.)
        """
    static let examples = ["digits", "acts.npz --labels y", "cifar/ --samples 3000", "runs/digits --layer 2"]
    static let sections = ["sharpness", "representation", "data"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let settings = context.study.sharpness ?? SharpnessStudy(), loaded = try context.representations()
        let total = Double(loaded.all.count)
        let rows = try loaded.all.enumerated().map { number, item in
            try context.study.measuring(item) {
                let whole =
                    item.count <= settings.allPairs
                    ? try LabelSharpness(
                        item.points, item.labels, progress: { context.progress(Double(number) + $0 / $1 / 2, total) },
                        shouldStop: context.shouldStop) : nil
                let size = min(settings.subset, max(item.count * 2 / 3, 2))
                let subsets = try LabelSharpness.sampled(
                    item.points, item.labels, size: size, draws: settings.draws, seed: settings.seed,
                    progress: { context.progress(Double(number) + 0.5 + $0 / $1 / 2, total) }, shouldStop: context.shouldStop)
                return (item: item, whole: whole, subsets: subsets, size: size)
            }
        }
        let last = rows.last!
        var answer = Answer(
            "Sharpness of the labels of \(context.study.name)",
            subtitle:
                "\(rows.count == 1 ? last.item.name : "\(rows.count) representations"): \(NumberText.count(last.item.count)) samples",
            warnings: loaded.warnings)
        let value = last.whole?.value ?? last.subsets.mean
        answer.lead = [
            .callout(
                value.isFinite ? .neutral : .bad, title: "K_F = \(value.isFinite ? NumberText.short(value) : "∞")",
                text: last.whole.map { text($0) }
                    ?? "In subsets of \(last.size) samples; all pairs are seen up to \(settings.allPairs) samples ('sharpness.all_pairs')."
            )
        ]
        answer.add("representation", words: rows.map(\.item.name), "Representation")
        answer.add("samples", rows.map(\.item.count), along: ["representation"], "Samples", "n")
        answer.add(
            "sharpness", rows.map { $0.whole?.value ?? .nan }, along: ["representation"], "K_F over all pairs", "K_F",
            isPartial: true,
            mayBeInfinite: true)
        answer.add(
            "subset_sharpness", rows.map(\.subsets.mean), errors: rows.map(\.subsets.standardError), along: ["representation"],
            "Mean K_F of subsets", "K_F of subsets", mayBeInfinite: true)
        answer.add("subset", rows.map(\.size), along: ["representation"], "Samples of a subset", "M")
        answer.add(
            "first", rows.map { $0.whole.map { Double($0.pair.first) } ?? .nan }, along: ["representation"],
            "Row of the steepest pair", "row", form: .count, isPartial: true)
        answer.add(
            "second", rows.map { $0.whole.map { Double($0.pair.second) } ?? .nan }, along: ["representation"], "The other row",
            "other row", form: .count, isPartial: true)
        answer.section(
            "Sharpness",
            [
                .table(
                    ["representation", "samples", "sharpness", "subset_sharpness", "subset"].map { .init($0) }
                        + (last.whole == nil ? [] : ["first", "second"].map { .init($0) }),
                    caption:
                        "K_F of subsets: the mean over \(settings.draws) of them, with its standard error. Rows count from 0 among the samples used."
                ),
                .paragraph(
                    "What it predicts: the loss of a network that interpolates n samples of d dimensions is about K_F n^(−1/d) times a constant (Konz and Mazurowski 2024), "
                        + "so that of two data sets of the same dimension the sharper one needs (ratio of K_F)^d as many samples."
                ),
            ])
        if let whole = last.whole, let matrix = whole.ofClasses, let classes = last.item.labels.classes,
            (3...40).contains(classes.names.count)
        {
            answer.add("class", words: classes.names, "Class")
            // Nothing is sharp within a class.
            let finite = Matrix(rows: matrix.rows, columns: matrix.columns) {
                $0 == $1 || !matrix[$0, $1].isFinite ? 0 : matrix[$0, $1]
            }
            answer.add(
                "class_sharpness", finite, along: ["class", "class"], "K_F between two classes (0: the same class)", "K_F")
            answer.section(
                "Between classes",
                [
                    .figure(
                        "classes", caption: "One over the smallest distance between two classes.",
                        panels: [
                            .matrix(
                                "K_F of two classes", "class_sharpness", groups: classes.names.map { .init(name: $0, count: 1) })
                        ])
                ])
        }
        return answer
    }

    private static func text(_ sharpness: LabelSharpness) -> String {
        let rows = "samples \(sharpness.pair.first) and \(sharpness.pair.second) (from 0)"
        return sharpness.value.isFinite
            ? "The steepest of \(NumberText.count(sharpness.pairs)) pairs with unequal labels are \(rows), \(NumberText.short(sharpness.distance)) apart."
            : "Equal inputs with unequal labels: \(rows). No function of the inputs fits both."
    }
}
