import SaddleMeasures
import SaddleModels
import SaddleNumerics
import SaddleReport

/// `saddle measure geometry`: distances between samples along the manifold that they lie on, as heat sees them, and pictures of it.
enum MeasureGeometry: RepresentationQuestion {
    static let verb = QuestionVerb.measure
    static let name = "geometry"
    static let phrase = "letting heat flow between samples"
    static let summary =
        "Heat-geodesic distances of representations, pictures of them, and the way of a training through function space."
    static let discussion = """
        A graph of nearest neighbours, its heat kernel H_t, and distances d² = −4t log H_t − 4t log V_t, which on a manifold become those along it as t \
        goes to zero; V is the volume that heat has reached. Diffusion maps, the potential of PHATE and affinities as in SNE are relatives (metric). Pictures in two \
        dimensions by scaling, coloured by class. Of a training also the distances between its steps. A graph that falls apart is measured in its \
        largest part, and the others are named.
        """
    static let examples = [
        "digits", "digits --metric potential --landmarks 300", "study.yaml --layer 1 --neighbours 8 --path kernel",
    ]
    static let sections = ["geometry", "representation", "data"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, asked = study.geometry ?? GeometryStudy()
        let loaded = try context.representations()
        // Of each layer the last step; the way there is a picture of its own.
        let chosen = loaded.all.indices.filter { i in
            !loaded.all[(i + 1)...].contains { $0.layer != nil && $0.layer == loaded.all[i].layer }
        }.map { loaded.all[$0] }
        var found: [NeighbourhoodGeometry] = [], warnings = loaded.warnings
        for (k, one) in chosen.enumerated() {
            let geometry = try study.measuring(one, "geometry") {
                try NeighbourhoodGeometry(one.points, asked.settings, shouldStop: context.shouldStop)
            }
            found.append(geometry)
            if geometry.components.count > 1 {
                let others = geometry.components.dropFirst()
                let names = others.prefix(4).map { "\($0.count) from sample \($0[0])" }.joined(separator: ", ")
                warnings.append(
                    "\(one.name): the graph falls into \(geometry.components.count) components; the largest, \(geometry.components[0].count) samples, is measured. "
                        + "Others: \(names)\(others.count > 4 ? " and \(others.count - 4) more" : ""). More geometry.neighbours may join them"
                )
            }
            context.progress(Double(k + 1) / Double(chosen.count), 1)
        }
        var answer = Answer(
            "\(study.name): geometry by heat", subtitle: chosen.count == 1 ? chosen[0].name : "\(chosen.count) representations",
            warnings: warnings)
        addTable(chosen, found, asked, to: &answer)
        addPictures(chosen, found, to: &answer)
        try addPaths(loaded.all, asked, study, to: &answer)
        addReading(asked.settings, to: &answer)
        return answer
    }

    private static func addTable(
        _ all: [Representation], _ found: [NeighbourhoodGeometry], _ asked: GeometryStudy, to answer: inout Answer
    ) {
        let along = ["representation"]
        answer.add("representation", words: all.map(\.name), "What was measured")
        answer.add("landmarks", found.map { $0.landmarks.count }, along: along, "Samples between which distances are", "samples")
        answer.add(
            "components", found.map { $0.components.count }, along: along, "Connected parts of the graph of neighbours",
            "components")
        answer.add("dimension", found.map(\.dimension), along: along, "Dimension, the unit of time", "d")
        answer.add("time", found.map(\.time), along: along, "Time of heat, a squared length", "t")
        answer.add("edge_length", found.map(\.edgeLength), along: along, "Root mean square length of links", "edge")
        answer.add("terms", found.map { $0.heat.terms }, along: along, "Products with the Laplacian", "terms")
        answer.add("kernel_error", found.map(\.heat.error), along: along, "Bound of the relative errors of heat", "error of H")
        answer.add(
            "agreement_paths", found.map(\.agreementWithPaths), along: along,
            "Rank correlation of distances with the shortest ways along links", "with shortest ways")
        answer.add(
            "agreement_straight", found.map(\.agreementWithStraight), along: along, "Rank correlation with straight distances",
            "with straight distances")
        answer.add("stress", found.map(\.picture.stress), along: along, "Stress of the picture: √(Σ(δ − d)²/Σδ²)", "stress")
        answer.add(
            "negative_share", found.map(\.picture.negativeShare), along: along,
            "Share of negative eigenvalues: 0 for distances that points of some Euclidean space have", "negative share",
            form: .percent)
        answer.section(
            "Distances",
            [
                .table(
                    ([
                        "representation", "landmarks", "components", "dimension", "time", "edge_length", "terms",
                        "agreement_paths", "agreement_straight",
                        "stress", "negative_share",
                    ]).map { .init($0) },
                    caption:
                        "Distances: \(asked.settings.metric.rawValue). Errors of heat: \(NumberText.short(found.map(\.heat.error).max()!)) at most."
                )
            ])
    }

    private static func addPictures(_ all: [Representation], _ found: [NeighbourhoodGeometry], to answer: inout Answer) {
        var panels: [View.Panel] = []
        for (k, (one, geometry)) in zip(all, found).enumerated() {
            let tag = all.count == 1 ? "" : "_\(k + 1)", points = geometry.picture.points
            answer.add("sample\(tag)", geometry.landmarks, "Rows of the samples of the picture of \(one.name)", "sample")
            answer.add(
                "distance\(tag)", geometry.heat.distances, along: ["sample\(tag)", "sample\(tag)"], "Heat distances, \(one.name)",
                "d")
            let (x, y) = ("x\(tag)", "y\(tag)")
            answer.add(
                x, Array(points.elements[..<points.rows]), along: ["sample\(tag)"],
                "First coordinate of the picture of \(one.name)", "x")
            answer.add(y, Array(points.elements[points.rows...]), along: ["sample\(tag)"], "Second coordinate", "y")
            var marks: [View.Mark] = [.points(y, x: x, .series(0), radius: 2.2)]
            if let classes = one.labels.classes {
                let own = geometry.landmarks.map { classes.of[$0] }
                answer.add("class\(tag)", own, along: ["sample\(tag)"], "Classes of these samples", "class")
                marks = Array(Set(own)).sorted().map { c in
                    .points(y, x: x, where: "class\(tag)", c, .series(c), label: classes.names[c], radius: 2.2)
                }
            }
            panels.append(.init(one.name, x: axis("x", points, 0), y: axis("y", points, 1), marks))
        }
        answer.section(
            "Pictures",
            [
                .figure(
                    "pictures",
                    caption:
                        "Samples in two dimensions, with distances as near those of heat as can be. Axes have no meaning but lengths.",
                    panels: panels)
            ])
    }

    /// So wide that a length is the same along both axes, about: drawings are some 1.6 times as wide as high.
    private static func axis(_ label: String, _ points: Matrix, _ column: Int) -> View.Axis {
        func range(_ c: Int) -> (middle: Double, span: Double) {
            let values = points.elements[c * points.rows..<(c + 1) * points.rows]
            let (low, high) = (values.min() ?? 0, values.max() ?? 0)
            return ((low + high) / 2, high - low)
        }
        let height = max(range(0).span / 1.6, range(1).span), own = range(column), half = (column == 0 ? 1.6 : 1) * height / 2
        return .init(label, including: half > 0 ? [own.middle - half, own.middle + half] : [])
    }

    private static func addPaths(_ all: [Representation], _ asked: GeometryStudy, _ study: Study, to answer: inout Answer) throws
    {
        let layers = Array(Set(all.compactMap(\.layer))).sorted()
        var panels: [View.Panel] = [], columns: [View.Column] = [], lengths: [(layer: Int, length: Double, chord: Double)] = []
        for layer in layers {
            let states = all.filter { $0.layer == layer && $0.step != nil }
            if states.count < 3 { continue }
            let path = try study.measuring(states[0], "geometry.path") { try FunctionSpacePath(states.map(\.points), asked.path) }
            let steps = "path_step_\(layer)", points = path.picture.points
            answer.add(steps, states.map { $0.step! }, "Steps of layer \(layer)", "step")
            answer.add(
                "path_distance_\(layer)", path.distances, along: [steps, steps], "Distances between steps, layer \(layer)", "d")
            answer.add(
                "path_x_\(layer)", Array(points.elements[..<points.rows]), along: [steps],
                "Way of layer \(layer), first coordinate", "x, layer \(layer)")
            answer.add(
                "path_y_\(layer)", Array(points.elements[points.rows...]), along: [steps],
                "Way of layer \(layer), second coordinate", "y, layer \(layer)")
            lengths.append((layer, path.length, path.chord))
            panels.append(
                .init(
                    "Layer \(layer), step \(states[0].step!) to \(states[states.count - 1].step!)", x: axis("x", points, 0),
                    y: axis("y", points, 1),
                    [
                        .line("path_y_\(layer)", x: "path_x_\(layer)", .series(layer)),
                        .points("path_y_\(layer)", x: "path_x_\(layer)", .series(layer)),
                    ]))
        }
        if lengths.isEmpty { return }
        answer.add("path_layer", lengths.map(\.layer), "Layers whose steps are known", "layer")
        answer.add("path_length", lengths.map(\.length), along: ["path_layer"], "Length of the way, step by step", "length")
        answer.add("path_chord", lengths.map(\.chord), along: ["path_layer"], "Distance of its ends", "chord")
        answer.add(
            "path_straightness", lengths.map { $0.length > 0 ? $0.chord / $0.length : 1 }, along: ["path_layer"],
            "Chord over length: 1 for a straight way", "straightness")
        columns = ["path_layer", "path_length", "path_chord", "path_straightness"].map { .init($0) }
        answer.section(
            "The way of training through function space",
            [
                .figure(
                    "paths",
                    caption:
                        "Each point is a step; distances are those of \(asked.path == .values ? "the features of samples" : "kernels").",
                    panels: panels),
                .table(columns),
            ])
    }

    private static func addReading(_ settings: NeighbourhoodGeometry.Settings, to answer: inout Answer) {
        answer.section(
            "How to read it",
            [
                .paragraph(
                    "In flat space heat that starts at x is at y (4πt)^(−d/2) exp(−|x − y|²/4t), so that −4t log H is the squared distance and a part that only depends on the volume of "
                        + "the ball that heat has reached. V = 2/(Hᵢᵢ + Hⱼⱼ) reads that volume off the heat that stays at home; with it a sample is at distance zero from itself, and no "
                        + "squared distance is negative. On a manifold the rest becomes the distance along it as t → 0; on a graph t must stay well above distance times the length of links, "
                        + "below which heat counts links. Where many ways lead from one sample to another, they are nearer than the shortest of them is long."
                ),
                .paragraph(
                    "Rank correlations say how far the order of distances is that of the shortest ways along links, and that of straight lines."
                ),
            ])
    }
}
