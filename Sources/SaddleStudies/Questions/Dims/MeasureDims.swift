import SaddleMeasures
import SaddleModels
import SaddleNumerics
import SaddleReport

/// `saddle measure dims`: intrinsic dimensions of data, of arrays, of layers of a network while it trains.
enum MeasureDims: RepresentationQuestion {
    static let verb = QuestionVerb.measure
    static let name = "dims"
    static let phrase = "measuring dimensions"
    static let summary = "Intrinsic dimensions of data and representations, with intervals, against scale, layer and step."
    static let discussion = """
        Estimates how many coordinates a set of points needs near each of its points, from distances of nearest neighbours: maximum likelihood \
        (harmonic and arithmetic mean), two neighbours, and generalised ratios at every scale. The number to read is the extrapolated one: the \
        likelihood continued to neighbours at no distance, with a 95 % interval from the scatter between regions. Beside it the linear \
        dimension (participation ratio of the covariance), and what the dimension predicts: exponents of the loss with the number of samples.
        """
    static let examples = [
        "digits", "acts.npz", "acts.npz --inputs layer3 --neighbours 20", "runs/digits --layer 2 --step 100", "digits.yaml",
    ]
    static let sections = ["dims", "representation", "data"]
    static let inputs = sections + ["network", "training", "simulate", "predict"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let settings = context.study.dims ?? DimsStudy(), loaded = try context.representations()
        let largest = max(settings.neighbours, settings.largestScale)
        var warnings = loaded.warnings, rows: [Row] = []
        for (number, item) in loaded.all.enumerated() {
            let sample = try context.study.measuring(item) {
                try DimensionSample(
                    item.points, neighbours: largest,
                    progress: { context.progress(Double(number) + $0 / $1, Double(loaded.all.count)) },
                    shouldStop: context.shouldStop)
            }
            warnings += remarks(item, sample)
            rows.append(
                Row(
                    item: item, dimension: DimensionEstimates(sample, neighbours: settings.neighbours), count: sample.count,
                    linear: KernelMeasures.participationRatio(ofFeatures: item.points)))
        }
        var answer = Answer(
            "Dimensions of \(context.study.name)",
            subtitle: "\(rows.count == 1 ? "\(rows[0].item.name): " : "\(rows.count) representations of ")"
                + "\(NumberText.count(rows[0].item.count)) samples; k = \(rows[0].dimension.neighbours) neighbours",
            warnings: warnings)
        answer.lead = [callout(rows)]
        addTable(rows, to: &answer)
        addSteps(rows, to: &answer)
        if settings.theory { try addLimit(rows, context, to: &answer) }
        addScales(rows, to: &answer)
        answer.section("What the numbers are", [.paragraph(explanation)])
        return answer
    }

    struct Row {
        let item: Representation
        let dimension: DimensionEstimates
        let count: Int
        let linear: Double?
    }

    static func remarks(_ item: Representation, _ sample: DimensionSample) -> [String] {
        var remarks: [String] = []
        if sample.constantFeatures > 0 {
            remarks.append("\(item.name): \(sample.constantFeatures) of \(sample.features) features are constant")
        }
        let tied = sample.tiedShare
        if tied > 0.05 {
            remarks.append(
                "\(item.name): \(NumberText.percent(tied)) of samples have two nearest neighbours at the same distance, as on a grid of integers: estimates from ratios of distances are off"
            )
        }
        if !sample.copies.isEmpty {
            remarks.append(
                "\(item.name): \(sample.copies.count) of \(item.count) samples are copies of others and count once (rows "
                    + "\(sample.copies.prefix(5).map(String.init).joined(separator: ", "))\(sample.copies.count > 5 ? ", …" : ""), from 0)"
            )
        }
        return remarks
    }

    private static func callout(_ rows: [Row]) -> View {
        let last = rows.last!, value = last.dimension.extrapolated
        guard last.dimension.hasDistances else {
            return .callout(
                .bad, title: "No dimension from distances",
                text:
                    "Nearest neighbours are equally far, as on a grid of integers, so that ratios of distances say nothing; the likelihood of \(last.dimension.neighbours) neighbours gives "
                    + "\(NumberText.short(last.dimension.harmonic.dimension)).")
        }
        let ends = last.dimension.range, two = last.dimension.twoNeighbours.dimension, d = last.dimension.largest
        let range = "\(NumberText.short(ends.lowerBound)) to \(NumberText.short(ends.upperBound))"
        let name = rows.count == 1 ? "" : "\(last.item.name): "
        var text =
            "If the loss is limited by how finely \(NumberText.count(last.count)) samples cover the data, it falls with the number n of samples no slower than "
            + "n^−\(NumberText.short(1 / d)) (1/d), for smooth targets and a squared loss as n^−\(NumberText.short(4 / d)) (4/d)."
        if last.dimension.exceedsFeatures {
            text +=
                " The extrapolation (\(NumberText.short(value.dimension))) exceeds the \(last.dimension.features) features that vary: neighbours are too far apart for it, and the features are the upper end."
        } else if !last.dimension.isSettled {
            text +=
                " The samples do not settle the dimension: at every scale they give another one, also extrapolated (two neighbours \(NumberText.short(two)), "
                + "\(last.dimension.neighbours) neighbours \(NumberText.short(last.dimension.harmonic.dimension)), extrapolated \(NumberText.short(value.dimension)))."
        } else if last.dimension.isBiased {
            text +=
                " Bias dominates the plain estimates: at \(last.dimension.neighbours) neighbours they give \(NumberText.short(last.dimension.harmonic.dimension)), outside "
                + "what their own errors allow, since they change with the distance of the neighbours. The extrapolation takes that away where densities are smooth; noise of the size of these "
                + "distances counts as dimensions in all of them."
        }
        if last.dimension.dependsOnScale {
            text +=
                " The dimension depends on the scale; the figure shows how (noise raises it at small, curvature and borders change it at large distances)."
        }
        return .callout(
            .neutral,
            title: last.dimension.isSettled
                ? "\(name)dimension \(NumberText.short(value.dimension)) (95 %: \(range))"
                : "\(name)dimension not settled: \(range)",
            text: text)
    }

    private static func finite(_ x: Double) -> Double { x.isFinite ? x : .nan }

    private static func addTable(_ rows: [Row], to answer: inout Answer) {
        answer.add("representation", words: rows.map(\.item.name), "Representation")
        answer.add("samples", rows.map(\.count), along: ["representation"], "Different samples", "n")
        answer.add("features", rows.map(\.item.dimension), along: ["representation"], "Features", "D")
        func add(_ name: String, _ title: String, _ value: (DimensionEstimates) -> DimensionEstimates.Value) {
            answer.add(
                name, rows.map { Self.finite(value($0.dimension).dimension) },
                errors: rows.map { Self.finite(value($0.dimension).standardError) },
                along: ["representation"], title, title, isPartial: true)
        }
        add("dimension", "extrapolated") { $0.extrapolated }
        answer.add(
            "dimension_low", rows.map { finite($0.dimension.extrapolated.low) }, along: ["representation"],
            "Lower end of its 95 % interval",
            "from", isPartial: true)
        answer.add(
            "dimension_high", rows.map { finite($0.dimension.extrapolated.high) }, along: ["representation"],
            "Upper end of its 95 % interval",
            "to (95 %)", isPartial: true)
        add("harmonic", "likelihood, harmonic mean") { $0.harmonic }
        add("arithmetic", "likelihood, arithmetic mean") { $0.arithmetic }
        add("two_neighbours", "two neighbours") { $0.twoNeighbours }
        answer.add(
            "linear_dimension", rows.map { $0.linear ?? .nan }, along: ["representation"],
            "Participation ratio of the covariance",
            "linear dimension", isPartial: true)
        answer.add(
            "biased",
            words: rows.map { !$0.dimension.isSettled ? "not settled" : $0.dimension.isBiased ? "bias dominates" : "no" },
            along: ["representation"], "Bias of the likelihood")
        answer.section(
            "Dimensions",
            [
                .table(
                    [
                        "representation", "samples", "features", "dimension", "dimension_low", "dimension_high", "harmonic",
                        "arithmetic",
                        "two_neighbours", "linear_dimension", "biased",
                    ].map { .init($0) },
                    caption:
                        "With standard errors from the scatter between regions. Where bias dominates, the plain likelihood's error says nothing of the dimension."
                )
            ])
    }

    /// Of layers of a network: against the steps of its training.
    private static func addSteps(_ rows: [Row], to answer: inout Answer) {
        let layers = Set(rows.compactMap(\.item.layer)).sorted()
        let series = layers.map { layer in (layer, rows.filter { $0.item.layer == layer && $0.item.step != nil }) }.filter {
            $0.1.count > 1
        }
        guard !series.isEmpty else { return }
        var marks: [View.Mark] = []
        for (k, (layer, part)) in series.enumerated() {
            answer.add("step_of_layer_\(layer)", part.map { $0.item.step! }, "Steps of layer \(layer)", "step")
            answer.add(
                "dimension_of_layer_\(layer)", part.map(\.dimension.extrapolated.dimension),
                errors: part.map(\.dimension.extrapolated.standardError), along: ["step_of_layer_\(layer)"],
                "Dimension of layer \(layer)",
                "dimension")
            marks.append(.line("dimension_of_layer_\(layer)", .series(k)))
            marks.append(.points("dimension_of_layer_\(layer)", .series(k), label: "layer \(layer)", nudge: Double(k) * 1.5))
        }
        answer.section(
            "While the network learns",
            [
                .figure(
                    "steps", caption: "Error bars: standard errors.",
                    panels: [
                        .init(
                            "Dimension of each layer", x: .init("step", .logarithmicFromZero),
                            y: .init("dimension", including: [0]), marks)
                    ])
            ])
    }

    private static func addScales(_ rows: [Row], to answer: inout Answer) {
        var marks: [View.Mark] = []
        for (k, row) in shown(rows).enumerated() {
            let scales = row.dimension.scales.filter { $0.value.dimension.isFinite && $0.value.standardError.isFinite }
            if scales.isEmpty { continue }
            answer.add(
                "distance_\(k + 1)", scales.map(\.distance), "Mean distance of the farther neighbour: \(row.item.name)",
                "distance")
            answer.add(
                "dimension_at_\(k + 1)", scales.map(\.value.dimension), errors: scales.map(\.value.standardError),
                along: ["distance_\(k + 1)"],
                "Dimension at that scale: \(row.item.name)", "dimension")
            marks.append(.line("dimension_at_\(k + 1)", .series(k)))
            marks.append(.points("dimension_at_\(k + 1)", .series(k), label: row.item.name))
        }
        answer.section(
            "Dimension against scale",
            [
                .figure(
                    "scales",
                    caption:
                        "Generalised ratios of neighbours 2m and m, m = 1, 2, 4, …, against the mean distance of the farther one. Level where the set is "
                        + "smooth at that scale; rising to the left where noise has more dimensions than the set.",
                    panels: [.init("Dimension", x: .init("distance", .logarithmic), y: .init("dimension", including: [0]), marks)]
                )
            ])
    }

    /// As many as a figure holds: the first, the last, some between.
    private static func shown(_ rows: [Row]) -> [Row] { Experiment.few(Array(rows.indices), 6).map { rows[$0] } }

    private static let explanation = """
        The likelihood of k neighbours is unbiased where they are near; extrapolation takes away what changes with their distance to second order. Errors are from \
        groups of near points, since estimates of points that share neighbours are not independent. The linear dimension counts the directions that share \
        the variance; a curved set has more of them than its dimension. Law of samples: 1/d for Lipschitz targets, 4/d for smooth ones and a squared loss \
        (Sharma and Kaplan 2022; Bahri and others 2024).
        """
}
