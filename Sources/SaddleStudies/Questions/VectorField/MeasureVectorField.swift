import SaddleMeasures
import SaddleModels
import SaddleNumerics
import SaddleReport

/// `saddle measure field`: vector fields on the manifold of the samples, continued with their uncertainty.
enum MeasureVectorField: RepresentationQuestion {
    static let verb = QuestionVerb.measure
    static let name = "field"
    static let phrase = "continuing vector fields"
    static let summary =
        "Vector fields on samples, such as the drift of features in training, continued by Gaussian processes on their manifold."
    static let discussion = """
        Tangent spaces from the neighbours of each point, parallel transport between them, the connection Laplacian; its eigenfields are the features of a Gaussian \
        process with a Matérn spectrum, fitted by marginal likelihood. Part of the vectors is held out and predicted: how well, beside copies of the nearest vector, and \
        how many of them lie inside the intervals that should hold them. Points and vectors are two arrays of a file, or a layer at one step of a training and \
        its change to the next.
        """
    static let examples = [
        "flow.npz --points x --vectors v", "study.yaml --layer 1 --step 0,10,100",
        "flow.npz --task inpainting --held-out 0.1 --dimension 2",
    ]
    static let sections = ["vector_field", "representation", "data"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, asked = study.vectorField ?? VectorFieldStudy()
        let loaded = try context.representations()
        let fields = try study.vectorFields(loaded.all, asked)
        var found: [FieldReconstruction] = [], warnings = loaded.warnings
        for (k, field) in fields.enumerated() {
            let one = try study.measuring(field.points, "vector_field") {
                try FieldReconstruction(
                    field.points.points, vectors: field.vectors, asked.settings, shouldStop: context.shouldStop)
            }
            found.append(one)
            if one.components.count > 1 {
                warnings.append(
                    "\(field.name): the graph falls into \(one.components.count) components; the largest, \(one.points.count) of \(field.points.count) points, is measured. "
                        + "More vector_field.neighbours may join them")
            }
            context.progress(Double(k + 1) / Double(fields.count), 1)
        }
        var answer = Answer(
            "\(study.name): vector fields on the manifold of the samples",
            subtitle: "\(asked.settings.task.rawValue), \(NumberText.percent(asked.settings.heldOut)) of the vectors held out",
            warnings: warnings)
        if found.contains(where: { $0.doubtfulShare > 0.1 }) {
            answer.warnings.append(
                "tangent spaces of neighbours are 60° apart or more for up to \(NumberText.percent(found.map(\.doubtfulShare).max()!)) of the links, along which "
                    + "parallel transport is hardly known; more points, or a dimension that fits them, may help")
        }
        addTable(fields.map(\.name), found, asked.settings, to: &answer)
        addDetails(fields[fields.count - 1].name, found[found.count - 1], asked.settings, to: &answer)
        return answer
    }

    private static func addTable(
        _ names: [String], _ found: [FieldReconstruction], _ settings: FieldReconstruction.Settings, to answer: inout Answer
    ) {
        let along = ["field"]
        answer.add("field", words: names, "Fields")
        answer.add("points", found.map { $0.points.count }, along: along, "Points", "n")
        answer.add("dimension", found.map(\.dimension), along: along, "Dimension of the tangent spaces", "d")
        answer.add(
            "captured", found.map(\.captured), along: along, "Share of the neighbourhoods' variance in the tangent spaces",
            "tangent variance", form: .percent)
        answer.add(
            "tangent_share", found.map(\.tangentShare), along: along, "Share of the vectors' squares in the tangent spaces",
            "tangential", form: .percent)
        answer.add(
            "doubtful_share", found.map(\.doubtfulShare), along: along,
            "Share of links whose ends have tangent spaces 60° apart or more", "doubtful links", form: .percent)
        answer.add("error", found.map(\.error), along: along, "Σ|v̂ − v|²/Σ|v|² of held-out vectors, tangential parts", "error")
        answer.add(
            "nearest_error", found.map(\.nearestError), along: along, "The same of copies of the nearest observed vector",
            "of nearest")
        answer.add(
            "coverage", found.map(\.coverage),
            errors: found.map { (settings.level * (1 - settings.level) / Double($0.coordinates)).squareRoot() }, along: along,
            "Share of held-out coordinates inside intervals of level \(NumberText.percent(settings.level))", "coverage",
            form: .percent)
        answer.add("length_scale", found.map(\.parameters.lengthScale), along: along, "Length scale of the process", "ℓ")
        answer.add(
            "signal", found.map { $0.parameters.variance.squareRoot() }, along: along,
            "Standard deviation of a coordinate of the field", "√a")
        answer.add(
            "noise", found.map { $0.parameters.noise.squareRoot() }, along: along,
            "Standard deviation of what is no smooth field", "noise")
        let last = found[found.count - 1]
        answer.lead = [
            .callout(
                .neutral,
                title:
                    "\(names[names.count - 1]): \(NumberText.percent(1 - min(last.error, 1))) of the held-out field is predicted",
                text:
                    "Copies of the nearest observed vector leave an error of \(NumberText.short(last.nearestError)), the process one of \(NumberText.short(last.error)). "
                    + "\(NumberText.percent(last.coverage)) of \(NumberText.count(last.coordinates)) held-out coordinates lie in intervals that should hold \(NumberText.percent(settings.level))."
            )
        ]
        answer.section(
            "Fields",
            [
                .table(
                    [
                        "field", "points", "dimension", "captured", "tangent_share", "doubtful_share", "error", "nearest_error",
                        "coverage",
                        "length_scale", "signal", "noise",
                    ].map { .init($0) },
                    caption: "The error beside a coverage is what chance leaves of independent coordinates.")
            ])
    }

    private static func addDetails(
        _ name: String, _ found: FieldReconstruction, _ settings: FieldReconstruction.Settings, to answer: inout Answer
    ) {
        answer.add("mode", (1...found.eigenvalues.count).map { $0 }, "Eigenfields, from the smoothest", "k")
        answer.add(
            "eigenvalue", found.eigenvalues, along: ["mode"], "Eigenvalues of the connection Laplacian, per squared length", "λ")
        answer.add("given_field", found.given, "Tangential parts of the vectors of \(name)", "v")
        answer.add("continued_field", found.continued, "The field as it is continued from those observed", "v̂")
        answer.add("point", found.points, "Rows of the points", "point")
        answer.add(
            "deviation", found.deviations, along: ["point"], "Standard deviation of a coordinate of the continued field",
            "deviation")
        answer.add(
            "held_out", found.heldOut.map { found.points[$0] }, "Rows of the points whose vectors were held out", "held out")
        answer.add("score", found.scores, "(v − v̂)/deviation of held-out coordinates, in order", "score")
        answer.add("normal_score", found.normalScores, along: ["score"], "Scores that a normal law would have", "normal score")
        answer.add("ideal_score", found.normalScores, along: ["normal_score"], "Scores if deviations are right", "score")
        answer.section(
            "The last of them: \(name)",
            [
                .figure(
                    "field",
                    caption:
                        "Left: a zero eigenvalue is a parallel field. Right: held-out coordinates lie on the line where the uncertainty is right.",
                    panels: [
                        .init("Connection Laplacian", x: .init("k"), y: .init("λ", including: [0]), [.points("eigenvalue")]),
                        .init(
                            "Scores of held-out vectors", x: .init("normal score"), y: .init("score"),
                            [
                                .line("ideal_score", x: "normal_score", label: "right uncertainty"),
                                .points("score", x: "normal_score", .series(0), label: "held out", radius: 2),
                            ]),
                    ]),
                .paragraph(
                    "Only tangential parts are continued; what stands out of the tangent spaces is not seen. Deviations are those of a Gaussian process of \(found.eigenvalues.count) smooth "
                        + "fields plus noise of one size: where the field is rougher in some places than in others, intervals are too wide here and too narrow there."
                ),
            ])
    }
}

extension Study {
    /// Points with their vectors.
    fileprivate struct PairedField {
        let name: String
        let points: Representation
        let vectors: Matrix
    }

    fileprivate func vectorFields(_ all: [Representation], _ asked: VectorFieldStudy) throws -> [PairedField] {
        if isOfFile {
            var fields: [PairedField] = []
            for layer in Set(all.compactMap(\.layer)).sorted() {
                let states = all.filter { $0.layer == layer && $0.step != nil }
                for (one, next) in zip(states, states.dropFirst()) {
                    var vectors = next.points
                    vectors.add(one.points, scale: -1)
                    fields.append(
                        PairedField(name: "layer \(layer), step \(one.step!) to \(next.step!)", points: one, vectors: vectors))
                }
            }
            if fields.isEmpty {
                throw problem(
                    "representation.step",
                    "a drift takes two steps of a hidden layer; expected 'representation.layer' of 1 or more and 'representation.step' with two steps or more"
                )
            }
            return fields
        }
        func named(_ name: String, _ key: String) throws -> Representation {
            if let one = all.first(where: { $0.name == name || $0.name.hasPrefix("\(name) of ") }) { return one }
            throw problem(
                "vector_field.\(key)", "'vector_field.\(key)' is '\(name)'; expected one of \(all.map(\.name).brief(8))")
        }
        var points = try asked.points.map { try named($0, "points") },
            vectors = try asked.vectors.map { try named($0, "vectors") }
        let rest = all.filter { $0.name != points?.name && $0.name != vectors?.name }
        let missing = (points == nil ? 1 : 0) + (vectors == nil ? 1 : 0)
        if missing > 0 {
            guard rest.count == missing else {
                throw problem(
                    "vector_field",
                    "points and vectors are two arrays of one shape, but \(all.count) \(all.count == 1 ? "is" : "are") given (\(all.map(\.name).brief(8))); "
                        + "expected their names, 'vector_field.points' and 'vector_field.vectors'")
            }
            if points == nil { points = rest[0] }
            if vectors == nil { vectors = rest[missing - 1] }
        }
        guard let points, let vectors, points.count == vectors.count, points.dimension == vectors.dimension else {
            throw problem(
                "vector_field.vectors",
                "points are \(points?.count ?? 0) × \(points?.dimension ?? 0), vectors \(vectors?.count ?? 0) × \(vectors?.dimension ?? 0); expected one vector for each point, with as many coordinates"
            )
        }
        return [PairedField(name: vectors.name, points: points, vectors: vectors.points)]
    }
}
