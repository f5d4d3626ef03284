import SaddleMeasures
import SaddleModels
import SaddleNumerics
import SaddleReport

/// `saddle measure all`: the page that a person opens first about a data set or a layer.
enum MeasureAll: RepresentationQuestion {
    static let verb = QuestionVerb.measure
    static let name = "all"
    static let phrase = "measuring all"
    static let summary =
        "The first page about a data set or a layer: dimension, spectrum, labels, correlations, and what they predict."
    static let discussion = """
        Every number with one sentence of meaning and what it predicts. The other measures tell more of each: dims, sharpness, difficulty, correlations, entropy, geometry.
        """
    static let examples = ["digits", "acts.npz --inputs layer3", "runs/digits --layer 2 --step 100", "table.csv"]
    static let sections = ["dims", "representation", "data"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, loaded = try context.representations(), item = loaded.all.last!
        // Of several layers and steps the last: the others have their own page when they are named.
        let remarks =
            loaded.warnings
            + (loaded.all.count == 1
                ? []
                : [
                    "this page is of the last of \(loaded.all.count) representations, \(item.name); `inputs`, or `layer` and `step` of a network, choose others"
                ])
        let dims = study.dims ?? DimsStudy()
        let sample = try study.measuring(item) {
            try DimensionSample(
                item.points, neighbours: max(dims.neighbours, dims.largestScale),
                progress: { context.progress(0.4 * $0 / $1, 1) },
                shouldStop: context.shouldStop)
        }
        let dimension = DimensionEstimates(sample, neighbours: dims.neighbours)
        var answer = Answer(
            "\(study.name) at first sight",
            subtitle: "\(item.name): \(NumberText.count(item.count)) samples × \(NumberText.count(item.dimension)) features",
            warnings: remarks + MeasureDims.remarks(item, sample))
        var survey = Survey()
        survey.add(item, sample, dimension)
        if let spectrum = try CorrelationSpectrum(item.points) {
            survey.add(spectrum)
            addSpectrum(spectrum, to: &answer)
        }
        context.progress(0.6, 1)
        try survey.addLabels(item, dimension, study, context)
        context.progress(0.7, 1)
        var entropy = EntropyMeasurement.Settings()
        (entropy.bandwidth, entropy.isRelative) = (0.5, true)
        let classes = item.labels.classes
        survey.add(
            try study.measuring(item) {
                try EntropyMeasurement(item.points, classes: classes?.of, entropy, shouldStop: context.shouldStop)
            }, classes: classes.map { Set($0.of).count })
        context.progress(0.8, 1)
        if let grid = PixelGrid(axes: study.correlations?.shape ?? item.axes), grid.channels == 1, item.axes.count > 1 {
            let found = try PixelCorrelations(item.points, grid, longest: 4, shouldStop: context.shouldStop)
            survey.add(found)
        }
        addScales(dimension, to: &answer)
        try addPicture(item, dimension, context, to: &answer)
        answer.lead = [
            dimension.hasDistances
                ? .callout(.neutral, title: survey.title(dimension), text: survey.lead(dimension, sample.count))
                : .callout(
                    .bad, title: "No dimension from distances",
                    text: "Nearest neighbours are equally far, as on a grid of integers.")
        ]
        answer.add("measure", words: survey.rows.map(\.name), "Measure")
        answer.add(
            "value", survey.rows.map(\.value), errors: survey.rows.map(\.error), along: ["measure"],
            "Value (with standard error where it has one)", "value",
            mayBeInfinite: true)
        answer.add("meaning", words: survey.rows.map(\.meaning), along: ["measure"], "What it means")
        answer.add("prediction", words: survey.rows.map(\.prediction), along: ["measure"], "What it predicts")
        answer.sections.insert(
            ViewSection("Measures", [.table(["measure", "value", "meaning", "prediction"].map { .init($0) })]), at: 0)
        return answer
    }

    private static func addSpectrum(_ spectrum: CorrelationSpectrum, to answer: inout Answer) {
        let shown = spectrum.eigenvalues.filter { $0 > 1e-12 * spectrum.eigenvalues[0] }
        answer.add("rank", (1...shown.count).map { $0 }, "Rank", "k")
        answer.add("eigenvalue", shown, along: ["rank"], "Eigenvalues of the correlation matrix", "λ_k")
        answer.add(
            "noise_threshold", [Double](repeating: spectrum.threshold, count: shown.count), along: ["rank"],
            "What the largest eigenvalue of independent features stays below", "threshold")
        answer.section(
            "Spectrum",
            [
                .figure(
                    "spectrum",
                    caption:
                        "Eigenvalues of the correlation matrix, and the end of Marchenko and Pastur's band (with the 1 % margin of Tracy and Widom).",
                    panels: [
                        .init(
                            "Eigenvalues", x: .init("rank", .logarithmic), y: .init("λ", .logarithmic),
                            [.points("eigenvalue", radius: 2.2), .line("noise_threshold", label: "noise", dashed: true)])
                    ])
            ])
    }

    /// Two coordinates of some samples, by distances along the data, coloured by class.
    private static func addPicture(
        _ item: Representation, _ dimension: DimensionEstimates, _ context: QuestionRunner.Context, to answer: inout Answer
    ) throws {
        var settings = NeighbourhoodGeometry.Settings()
        (settings.landmarks, settings.metric) = (300, .potential)
        settings.neighbours = min(settings.neighbours, item.count - 1)
        settings.dimension = min(max(dimension.harmonic.dimension, 1), Double(max(dimension.features, 1)))
        let some = item.count > 3000 ? item.selecting((0..<3000).map { $0 * item.count / 3000 }) : item
        let geometry: NeighbourhoodGeometry
        do {
            geometry = try NeighbourhoodGeometry(some.points, settings, shouldStop: context.shouldStop)
        } catch let error as GeometryError {
            answer.warnings.append("\(item.name): no picture, since \(error) ('saddle measure geometry' tells more)")
            return
        }
        let picture = geometry.picture.points
        answer.add("picture_x", (0..<picture.rows).map { picture[$0, 0] }, "First coordinate of the picture", "first")
        answer.add(
            "picture_y", (0..<picture.rows).map { picture[$0, 1] }, along: ["picture_x"], "Second coordinate of the picture",
            "second")
        var marks: [View.Mark] = [.points("picture_y", x: "picture_x", .series(0), radius: 2.2)]
        if let classes = some.labels.classes {
            let own = geometry.landmarks.map { classes.of[$0] }
            answer.add("picture_class", own, along: ["picture_x"], "Class of the sample")
            marks = classes.names.indices.filter(own.contains).map { c in
                .points("picture_y", x: "picture_x", where: "picture_class", c, .series(c), label: classes.names[c], radius: 2.2)
            }
        }
        answer.section(
            "Picture",
            [
                .figure(
                    "picture",
                    caption:
                        "\(picture.rows) samples in two coordinates whose distances are like those of the potential of heat on the graph of neighbours "
                        + "(stress \(NumberText.short(geometry.picture.stress))); 'saddle measure geometry' has other distances.",
                    panels: [.init("Samples", x: .init("first"), y: .init("second"), marks)])
            ])
    }

    private static func addScales(_ dimension: DimensionEstimates, to answer: inout Answer) {
        let scales = dimension.scales.filter { $0.value.dimension.isFinite && $0.value.standardError.isFinite }
        if scales.isEmpty { return }
        answer.add("distance", scales.map(\.distance), "Mean distance of the farther neighbour", "distance")
        answer.add(
            "dimension_at", scales.map(\.value.dimension), errors: scales.map(\.value.standardError),
            along: ["distance"],
            "Dimension at that scale", "dimension")
        answer.section(
            "Dimension against scale",
            [
                .figure(
                    "scales", caption: "Generalised ratios of neighbours 2m and m.",
                    panels: [
                        .init(
                            "Dimension", x: .init("distance", .logarithmic), y: .init("dimension", including: [0]),
                            [.line("dimension_at"), .points("dimension_at")])
                    ])
            ])
    }
}
