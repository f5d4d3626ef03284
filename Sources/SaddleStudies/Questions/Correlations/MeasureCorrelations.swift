import SaddleMeasures
import SaddleModels
import SaddleNumerics
import SaddleReport

/// `saddle measure correlations`: of two, three and four points of images and series, and clones that share only some.
enum MeasureCorrelations: RepresentationQuestion {
    static let verb = QuestionVerb.measure
    static let name = "correlations"
    static let phrase = "measuring correlations"
    static let summary =
        "Two-, three- and four-point correlations and the spectrum of images or series; clones with the same covariance or spectrum."
    static let discussion = """
        Connected correlations with jackknife errors: G₃ and G₄ vanish for Gaussian data, and what a network can learn beyond means and covariances lies in them. With \
        --clone a data set is written that has the covariance of each class (gaussian) or the spectrum of each image (phase) and nothing else, for 'saddle run' to train on. \
        Of a study, --clone also trains its networks on the data and on clones and shows when their losses on the data's test samples part: which orders \
        networks use, and when.
        """
    static let examples = [
        "digits", "cifar/ --samples 3000", "signal.csv --piece 512", "digits --clone gaussian", "digits.yaml --clone gaussian",
    ]
    static let sections = ["correlations", "representation", "data"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, asked = study.correlations ?? CorrelationsStudy()
        // Of a study its data: layers of networks have no positions.
        let compares = study.isOfFile && asked.clone != nil
        var inputs = context
        if study.isOfFile { inputs = context.ofInputs }
        let (given, remarks) = try inputs.representation()
        let item = try pieces(given, asked, study)
        guard let grid = PixelGrid(axes: item.axes) else {
            throw study.problem(
                "correlations.shape",
                "samples of \(item.name) have the axes \(item.axes.map(String.init).joined(separator: " × ")); expected a line, a plane, or a plane of at most 4 channels, by 'correlations.shape' if need be"
            )
        }
        guard item.count >= 2, grid.positions >= 2 else {
            throw study.problem("data.source", "\(item.count) samples of \(grid.positions) positions; expected 2 or more of both")
        }
        var warnings = remarks, fields = item.points
        if grid.channels > 1 {
            fields = Matrix(rows: item.count, columns: grid.positions) { i, p in
                (0..<grid.channels).reduce(0.0) { $0 + item.points[i, grid.index($1, p)] } / Double(grid.channels)
            }
            warnings.append("\(item.name): correlations are those of the mean of \(grid.channels) channels")
        }
        if KernelMeasures.participationRatio(ofFeatures: fields) == nil {
            throw study.problem("data.source", "all samples of \(item.name) are equal; expected samples that vary")
        }
        let found = try PixelCorrelations(
            fields, grid, longest: asked.longest, progress: { context.progress((compares ? 0.2 : 0.9) * $0 / $1, 1) },
            shouldStop: context.shouldStop)
        var answer = Answer(
            "Correlations of \(study.name)",
            subtitle:
                "\(item.name): \(NumberText.count(item.count)) samples of \(grid.isPlane ? "\(grid.height) × \(grid.width) pixels" : "\(grid.width) numbers")",
            warnings: warnings)
        answer.lead = [callout(found)]
        addCorrelations(found, to: &answer)
        addSpectrum(found.spectrum, to: &answer)
        if let clone = asked.clone {
            let file = asked.cloneFile ?? "\(study.name)-\(clone.rawValue).npz"
            try write(clone, of: item, grid, seed: asked.seed, to: file)
            answer.section(
                "Clones",
                [
                    .paragraph(
                        "\(item.count) clones are in \(study.typed(file)) (train_inputs\(item.labels.count == nil ? "" : ", train_labels")): a study learns from them with data: {source: \(study.typed(file))}."
                    )
                ])
        }
        if compares { try addLearning(context, grid, asked, to: &answer) }
        return answer
    }

    /// One long series in pieces; other shapes as asked.
    private static func pieces(_ item: Representation, _ asked: CorrelationsStudy, _ study: Study) throws -> Representation {
        var item = item
        if let shape = asked.shape {
            guard shape.reduce(1, *) == item.dimension else {
                throw study.problem(
                    "correlations.shape",
                    "'correlations.shape' is \(shape), \(shape.reduce(1, *)) numbers; a sample of \(item.name) has \(item.dimension)"
                )
            }
            item.axes = shape
        }
        guard item.dimension == 1 else { return item }
        let count = item.count / asked.piece
        guard count >= 2 else {
            throw study.problem(
                "correlations.piece",
                "a series of \(item.count) numbers has \(count) piece\(count == 1 ? "" : "s") of \(asked.piece); expected 2 or more, of a smaller 'correlations.piece'"
            )
        }
        return Representation(
            name: item.name, points: Matrix(rows: count, columns: asked.piece) { item.points[$0 * asked.piece + $1, 0] })
    }

    private static func write(_ clone: Clones, of item: Representation, _ grid: PixelGrid, seed: Int, to file: String) throws {
        let cloned = try clone.clone(item.points, item.labels, grid, seed: seed)
        var elements = [Double](repeating: 0, count: cloned.elements.count)
        cloned.writeRows(into: &elements, at: 0)
        var arrays = [(name: "train_inputs", array: Tensor(shape: [item.count] + item.axes, elements: elements))]
        switch item.labels {
        case .none: break
        case .classes(let classes, _):
            arrays.append(("train_labels", Tensor(shape: [classes.count], elements: classes.map(Double.init))))
        case .targets(let y):
            arrays.append(("train_labels", Tensor(shape: [y.rows, y.columns], elements: y.transposed.elements)))
        }
        try NPZ.write(arrays, to: file)
    }

    private static func callout(_ found: PixelCorrelations) -> View {
        func strongest(_ values: [Estimate]) -> (r: Int, value: Estimate)? {
            values.enumerated().max {
                abs($0.element.mean) / $0.element.standardError < abs($1.element.mean) / $1.element.standardError
            }
            .map { (found.distances[$0.offset], $0.element) }
        }
        var parts: [String] = [], isGaussian = true
        for (order, values) in [(3, found.third), (4, found.fourth)] {
            guard let top = strongest(values) else { continue }
            let score = abs(top.value.mean) / top.value.standardError
            if score > 4 { isGaussian = false }
            parts.append(
                "G\(order == 3 ? "₃" : "₄") is \(NumberText.withError(top.value)) at distance \(top.r), \(NumberText.short(score)) standard errors from 0."
            )
        }
        return .callout(
            .neutral,
            title: isGaussian ? "No correlations beyond two points are resolved" : "Correlations of higher order",
            text: parts.joined(separator: " ")
                + (isGaussian
                    ? " A Gaussian with this covariance would look the same to these measures."
                    : " A Gaussian with the same covariance has none: networks that use them learn more than covariances."))
    }

    private static func addCorrelations(_ found: PixelCorrelations, to answer: inout Answer) {
        answer.add("distance", found.distances, "Distance of the points", "r")
        answer.add("variance", found.variance, "Mean variance of a position", "σ²")
        answer.add("second", found.second, along: ["distance"], "Two-point correlation, over σ²", "G₂")
        var columns = ["distance", "second"],
            panels = [
                View.Panel(
                    "Two points", x: .init("distance"), y: .init("G₂", including: [0]), [.line("second"), .points("second")])
            ]
        for (name, values, title) in [("third", found.third, "G₃"), ("fourth", found.fourth, "G₄")] where !values.isEmpty {
            let axis = values.count == found.distances.count ? "distance" : "distance_\(name)"
            if axis != "distance" {
                answer.add(axis, Array(found.distances.prefix(values.count)), "Distances with room for \(title)", "r")
            }
            answer.add(name, values, along: [axis], "Connected \(name == "third" ? "three" : "four")-point correlation", title)
            if axis == "distance" { columns.append(name) }
            panels.append(
                .init("\(title), connected", x: .init("distance"), y: .init(title, including: [0]), [.line(name), .points(name)]))
        }
        answer.section(
            "Correlations",
            [
                .figure(
                    "correlations",
                    caption: "In units of the standard deviation of a position, with standard errors of the jackknife.",
                    columns: 3, panels: panels),
                .table(columns.map { .init($0) }),
            ])
    }

    private static func addSpectrum(_ spectrum: PixelSpectrum, to answer: inout Answer) {
        answer.add("frequency", spectrum.frequencies, "Cycles over the longer side", "k")
        answer.add("power", spectrum.power, along: ["frequency"], "Power, averaged over directions", "P(k)")
        answer.add("slope", spectrum.slope, "Slope s of P ∝ k^−s")
        answer.section(
            "Spectrum",
            (spectrum.slope == nil
                ? []
                : [
                    .facts([
                        .init(
                            "slope",
                            remark:
                                "between k = \(NumberText.short(spectrum.range!.lowerBound)) and \(NumberText.short(spectrum.range!.upperBound))"
                        )
                    ])
                ])
                + [
                    .figure(
                        "spectrum", caption: "About the mean image, through Hann's window.",
                        panels: [
                            .init(
                                "Power spectrum", x: .init("cycles", .logarithmic), y: .init("power", .logarithmic),
                                [.line("power"), .points("power")])
                        ])
                ])
    }
}

extension QuestionRunner.Context {
    /// The same question of the data of a study, not of its network.
    var ofInputs: QuestionRunner.Context {
        var study = study
        study.representation = study.representation ?? .init()
        (study.representation!.layers, study.representation!.steps) = ([0], nil)
        return QuestionRunner.Context(study: study, observe: observe, shouldStop: shouldStop, folder: folder)
    }
}
