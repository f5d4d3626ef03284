import SaddleMeasures
import SaddleModels
import SaddleNumerics
import SaddleReport

/// `saddle measure spd`: kernels, covariances, matrices and series as points among the symmetric positive definite matrices.
enum MeasureSpd: RepresentationQuestion {
    static let verb = QuestionVerb.measure
    static let name = "spd"
    static let phrase = "comparing positive definite matrices"
    static let summary =
        "Distances and mean of kernels or covariances across layers, steps and classes; classifiers of matrices and series."
    static let discussion = """
        Takes each representation as a symmetric positive definite matrix (the kernel of its samples, or the covariance of its features) and \
        compares them by the affine-invariant distance, which no linear change of coordinates alters: all distances, the part that is not a common factor, the \
        Fréchet mean and the distance of each to it, and to the first step. A single labelled set gives the covariances of its classes. Labelled samples that are matrices, or series whose \
        delay-embedded covariances are taken, are classified by the nearest mean and in the tangent space, with cross-validation. \
        A matrix without full rank is an error that names the eigenvalue; spd.shrinkage mends it.
        """
    static let examples = [
        "digits.yaml --layer 1,2", "acts.npz --shrinkage ledoit_wolf", "digits --matrix covariance --shrinkage ledoit_wolf",
        "eeg.npz --matrix series",
    ]
    static let sections = ["spd", "representation", "data"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let settings = context.study.spd ?? SpdStudy()
        switch settings.input {
        case .kernel: return try distances(context, .kernel, settings)
        case .covariance: return try distances(context, .covariance, settings)
        case .matrices, .series: return try MatrixSamples.answer(context, settings)
        }
    }

    /// A cloud whose matrix is taken.
    private struct Item {
        var name: String
        var points: Matrix
        var layer: Int?
        var step: Int?
    }

    private static func items(
        _ context: QuestionRunner.Context, _ kind: RepresentationMatrix
    ) throws -> (items: [Item], warnings: [String]) {
        let study = context.study, loaded = try context.representations(), first = loaded.all[0]
        var items = loaded.all.map { Item(name: $0.name, points: $0.points, layer: $0.layer, step: $0.step) }
        // Layers of a network one after the other, each with its steps.
        if items.allSatisfy({ $0.layer != nil && ($0.step != nil || $0.layer == 0) }) {
            items.sort { ($0.layer!, $0.step ?? 0) < ($1.layer!, $1.step ?? 0) }
        }
        if items.count == 1, kind == .covariance, let labels = first.labels.classes, labels.names.count > 1 {
            items = labels.names.enumerated().map { c, name in
                Item(name: "class \(name)", points: first.points.selectingRows(labels.of.indices.filter { labels.of[$0] == c }))
            }
        }
        if items.count < 2 {
            throw study.problem(
                "data.source",
                "\(first.name) is one \(kind.rawValue); expected two or more representations (arrays of a file, layers and steps of a network), "
                    + "or 'spd.matrix' covariance with classes")
        }
        let size = kind == .kernel ? "samples" : "features"
        func order(_ item: Item) -> Int { kind == .kernel ? item.points.rows : item.points.columns }
        if let other = items.first(where: { order($0) != order(items[0]) }) {
            throw study.problem(
                "spd.matrix", orOf: "data.source",
                "\(items[0].name) has \(order(items[0])) \(size) and \(other.name) has \(order(other)); expected the same \(size) for 'spd.matrix' \(kind.rawValue)"
            )
        }
        if order(items[0]) > largestOrder {
            throw study.problem(
                "spd.matrix", orOf: "data.source",
                "matrices of \(order(items[0])) \(size) are asked for; expected at most \(largestOrder) (data.train takes fewer samples)"
            )
        }
        return (items, loaded.warnings)
    }

    static let largestOrder = 2000

    private static func distances(
        _ context: QuestionRunner.Context, _ kind: RepresentationMatrix, _ settings: SpdStudy
    ) throws -> Answer {
        let (items, warnings) = try items(context, kind)
        let made = try items.map { item in
            try context.study.matrix(item.name, hint: item.layer == 0 ? ", or layers without the inputs, which are centred" : "")
            { () throws(PositiveDefiniteError) in
                try kind.matrix(of: item.points, settings.shrinkage)
            }
        }
        let found = try context.study.matrix("the mean") { () throws(PositiveDefiniteError) in
            try MatrixDistances(made.map(\.point), progress: context.progress)
        }
        let order = made[0].point.order
        var answer = Answer(
            "\(context.study.name): distances between \(items.count) \(kind == .kernel ? "kernels" : "covariances")",
            subtitle: "Affine-invariant; \(order) × \(order)"
                + (kind == .kernel ? ", of \(order) samples" : ", of \(order) features"),
            warnings: warnings)
        let places = items.indices, last = items.count - 1
        let far = places.flatMap { i in places.map { (i, $0) } }.max {
            found.distances[$0.0, $0.1] < found.distances[$1.0, $1.1]
        }!
        answer.lead = [
            .callout(
                .neutral,
                title: "Farthest apart: \(items[min(far.0, far.1)].name) and \(items[max(far.0, far.1)].name), δ = "
                    + NumberText.short(found.distances[far.0, far.1]),
                text: "From the first to the last δ = \(NumberText.short(found.distances[0, last])), of which "
                    + "\(NumberText.short(found.shapes[0, last])) is not a common factor. For scale: a factor of e is √\(order) = "
                    + "\(NumberText.short(Double(order).squareRoot())).")
        ]
        addTable(items, made, found, to: &answer)
        addSteps(items, found, to: &answer)
        answer.section("What the numbers are", [.paragraph(explanation)])
        return answer
    }

    private static func addTable(
        _ items: [Item], _ made: [RepresentationMatrix.Made], _ found: MatrixDistances, to answer: inout Answer
    ) {
        let along = ["representation"]
        answer.add("representation", words: items.map(\.name), "Representation")
        func row(_ m: Matrix) -> [Double] { items.indices.map { m[0, $0] } }
        answer.add("to_first", row(found.distances), along: along, "Distance to the first", "to the first")
        answer.add("shape_to_first", row(found.shapes), along: along, "The part that is not a common factor", "without a factor")
        answer.add("to_mean", found.toMean, along: along, "Distance to the Fréchet mean", "to the mean")
        answer.add("condition", made.map(\.point.conditionNumber), along: along, "Condition number", "condition")
        answer.add("least_eigenvalue", made.map { $0.point.values[0] }, along: along, "Least eigenvalue", "least eigenvalue")
        answer.add("intensity", made.map(\.intensity), along: along, "Intensity of shrinkage", "shrinkage")
        answer.add("distances", found.distances, along: ["representation", "representation"], "Affine-invariant distances", "δ")
        answer.add("shapes", found.shapes, along: ["representation", "representation"], "Distances up to a factor", "δ")
        answer.add("mean_gradient", found.mean.gradient, "Gradient left at the mean")
        answer.add("mean_tolerance", found.mean.tolerance, "Allowed")
        answer.add("mean_steps", found.mean.steps, "Steps to the mean")
        answer.section(
            "Distances",
            [
                .table(
                    (along + ["to_first", "shape_to_first", "to_mean", "condition", "least_eigenvalue", "intensity"]).map {
                        .init($0)
                    },
                    caption: "A distance is the root of the sum of squared logarithms of the eigenvalues of A⁻¹B."),
                .figure(
                    "distances",
                    caption: "Rows and columns in the order of the table. Right: after each matrix is divided by its det^(1/n).",
                    panels: [
                        .matrix("Distances", "distances", groups: groups(items)),
                        .matrix("Up to a common factor", "shapes", groups: groups(items)),
                    ]),
                .facts([.init("mean_gradient"), .init("mean_tolerance"), .init("mean_steps")]),
            ])
    }

    /// Layers of a network.
    private static func groups(_ items: [Item]) -> [View.Group] {
        let layers = items.compactMap(\.layer)
        guard layers.count == items.count, layers == layers.sorted() else { return [] }
        return Set(layers).sorted().map { layer in .init(name: "layer \(layer)", count: layers.count { $0 == layer }) }
    }

    /// Of layers of a network: how far each has come from its first recorded step.
    private static func addSteps(_ items: [Item], _ found: MatrixDistances, to answer: inout Answer) {
        var marks: [View.Mark] = []
        for layer in Set(items.compactMap(\.layer)).sorted() {
            let places = items.indices.filter { items[$0].layer == layer && items[$0].step != nil }
            if places.count < 2 { continue }
            answer.add("step_of_layer_\(layer)", places.map { items[$0].step! }, "Steps of layer \(layer)", "step")
            answer.add(
                "moved_of_layer_\(layer)", places.map { found.distances[places[0], $0] }, along: ["step_of_layer_\(layer)"],
                "Distance of layer \(layer) to its first step", "δ")
            answer.add(
                "turned_of_layer_\(layer)", places.map { found.shapes[places[0], $0] }, along: ["step_of_layer_\(layer)"],
                "The same up to a common factor", "δ")
            marks.append(.line("moved_of_layer_\(layer)", .series(layer), label: "layer \(layer)"))
            marks.append(.line("turned_of_layer_\(layer)", .series(layer), label: "up to a factor", dashed: true))
        }
        if marks.isEmpty { return }
        answer.section(
            "While the network learns",
            [
                .figure(
                    "steps", caption: "Dashed: without a common factor.",
                    panels: [.init("Distance to the first step", x: .init("step"), y: .init("δ", including: [0]), marks)])
            ])
    }

    private static let explanation = """
        δ(A, B)² = Σ ln² λ of A⁻¹B: it counts every direction alike, also those of small variance, and does not change when both matrices are changed by the same \
        linear map. δ² is the part of a common factor, (ln det A⁻¹B)²/n, plus the rest. Directions of variance near zero weigh as much as others: shrinkage changes distances, so that \
        numbers with different intensities should not be compared. The mean has the least sum of squared distances.
        """
}

extension Study {
    /// Matrices that are not positive definite are the study's problem, with the way out.
    func matrix<Result>(_ name: String, hint: String = "", _ body: () throws(PositiveDefiniteError) -> Result) throws -> Result {
        do { return try body() } catch {
            switch error {
            case .singular:
                throw problem(
                    "spd.shrinkage", orOf: "data.source",
                    "\(name): \(error); expected 'spd.shrinkage' ledoit_wolf or an intensity, fewer rows of the matrix, or samples and features without copies\(hint)"
                )
            default: throw problem("data.source", "\(name): \(error)")
            }
        }
    }
}
