import SaddleComparisons
import SaddleMeasures
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport

extension MeasureKernel {
    static func addLead(_ found: Found, to answer: inout Answer) {
        let last = found.results.count - 1
        answer.lead = [callout(found, last)]
        if last > 0 {
            answer.lead.append(
                .list(
                    found.results.enumerated().map { i, result in
                        "\(found.files[i]): \(hasMoved(result) ? "moved" : "as just drawn"), largest |z| "
                            + NumberText.short(abs(result.largest))
                    }))
        }
        if let text = sizeWords(found) { answer.lead.append(.paragraph(text)) }
    }

    static func hasMoved(_ result: KernelMovement.Result) -> Bool { result.level <= KernelMovement.level }

    private static func callout(_ found: Found, _ index: Int) -> View {
        let movement = found.movement, result = found.results[index], count = movement.networks + 1
        guard hasMoved(result) else {
            let text =
                "Of \(count) draws, this network among them, \(Int((result.level * Double(count)).rounded())) are as far out in one number or more; its "
                + "largest score is \(NumberText.short(result.largest)). Kernels do not tell it from a fresh network of width \(movement.width): it was just "
                + "initialised, or learnt without moving its features."
            return .callout(.good, title: "Like a network just drawn", text: text)
        }
        var words: [String] = []
        for (k, score) in result.kernels.enumerated() {
            guard let largest = score.largest, let s = score.scores.firstIndex(of: largest), abs(largest) > 3,
                let value = score.values[s], let spread = movement.spread(k, KernelScalar(rawValue: s)!)
            else { continue }
            words.append(
                "\(movement.references[k].symbol): \(KernelScalar(rawValue: s)!.title) \(NumberText.short(value)), fresh networks "
                    + "\(NumberText.short(spread.mean)) ± \(NumberText.short(spread.deviation, digits: 2)) (z = \(NumberText.short(largest)))"
            )
        }
        return .callout(
            .bad, title: "It has moved from where the study starts",
            text: "No one of \(movement.networks) fresh networks of width \(movement.width) is as far out. "
                + words.joined(separator: "; ")
                + (words.isEmpty ? "" : "."))
    }

    /// Entries of another size than the study draws: perhaps the study says another initialisation.
    private static func sizeWords(_ found: Found) -> String? {
        let places = found.given[0].places
        func chance(_ place: GivenNetwork.Place) -> Double { 5 / (2 * Double(place.shape.reduce(1, *))).squareRoot() }
        let outside = places.filter { abs($0.size - 1) > chance($0) }
        if outside.isEmpty { return nil }
        // The size of most entries: of the largest array.
        let common = places.max { $0.shape.reduce(1, *) < $1.shape.reduce(1, *) }!.size
        if common > 0, abs(common - 1) > 0.02, places.allSatisfy({ abs($0.size / common - 1) < chance($0) + 0.02 }) {
            return
                "The entries of all weights are \(NumberText.short(common)) times as large as the study draws them: the network may have been initialised so, "
                + "which 'network.weight_scale' would say, that of the study times this number."
        }
        return
            "Entries of \(outside.map { "\($0.array) (\(NumberText.short($0.size)))" }.brief()) are not of the size that the study draws, in units of it: "
            + "training, or another initialisation than 'network.weight_scale' says."
    }

    static func addNumbers(_ found: Found, to answer: inout Answer) throws {
        let movement = found.movement, references = movement.references, files = found.files.indices
        let rows = files.flatMap { f in references.indices.map { (file: f, kernel: $0) } }, along = ["kernel"]
        answer.add("width", movement.width, "Width, read off the shapes", "N")
        answer.add("outputs", found.given[0].network.outputCount, "Outputs", "C")
        answer.add("fresh_networks", movement.networks, "Fresh networks")
        answer.add("checkpoint", files.map { $0 + 1 }, "Number of the file", "file")
        answer.add("checkpoint_file", words: found.files, along: ["checkpoint"], "File")
        answer.add("level", found.results.map(\.level), along: ["checkpoint"], "Share of draws as far out as the network")
        answer.add("largest_score", found.results.map(\.largest), along: ["checkpoint"], "Largest score", "z")
        answer.add("moved", words: found.results.map { hasMoved($0) ? "yes" : "no" }, along: ["checkpoint"], "Moved")
        answer.add("kernel", words: rows.map { references[$0.kernel].symbol }, "Kernel")
        answer.add("file", words: rows.map { found.files[$0.file] }, along: along, "File")
        func numbers(_ name: String, _ title: String, _ symbol: String, _ value: (Int, Int) -> Double?) {
            answer.add(
                name, rows.map { value($0.file, $0.kernel) ?? .nan }, along: along, title, symbol, isPartial: true)
        }
        numbers("score", "Largest score of a kernel", "z") { found.results[$0].kernels[$1].largest }
        numbers(
            "rms_score", "Root mean square of entries' deviations from infinite width over those of order 1/N", "rms of entries"
        ) {
            references[$1].rootMeanSquareScore(found.kernels[$0][$1], width: movement.width)
        }
        let isSeveral = found.files.count > 1, head = (isSeveral ? ["file"] : []) + ["kernel"]
        var views: [View] = [], shown = head + ["score", "rms_score"]
        for scalar in KernelScalar.allCases {
            let (id, title) = (scalar.id, scalar.title)
            numbers(id, title.capitalizedFirst, title) { found.results[$0].kernels[$1].values[scalar.rawValue] }
            numbers("\(id)_limit", "\(title.capitalizedFirst) at infinite width, of the distance what 1/N makes of it", "theory")
            { _, k in
                scalar == .distance
                    ? references[k].expectedDistance(width: movement.width)
                    : references[k].limit.flatMap { scalar.value($0, reference: $0, targets: found.targets) }
            }
            numbers("\(id)_fresh", "Mean over fresh networks", "fresh") { movement.spread($1, scalar)?.mean }
            numbers("\(id)_spread", "Their standard deviation", "±") { movement.spread($1, scalar)?.deviation }
            numbers("\(id)_score", "Score of the \(title)", "z") { found.results[$0].kernels[$1].scores[scalar.rawValue] }
            shown.append(id)
            let columns = head + [id, "\(id)_limit", "\(id)_fresh", "\(id)_spread", "\(id)_score"]
            views.append(.table(columns.map { .init($0) }, caption: title.capitalizedFirst + "."))
        }
        answer.section("In numbers", [.table(shown.map { .init($0) })])
        answer.section(
            "Beside infinite width and fresh networks",
            views + [
                .paragraph(
                    "Fresh networks have the architecture, width and outputs of the file and the initialisation of the study. A score z says how far the network "
                        + "lies from them, as a normal score of Student's law, of logarithms for all but the alignment. The network has moved where none of them "
                        + "has a number as far out; this errs for 1 of \(movement.networks + 1) fresh networks. Theory: infinite width; of the distance the root of the mean "
                        + "square that fluctuations of order 1/N make of it. Entries: (K − K∞)/√(variance/N), root mean square, near 1 for networks just drawn."
                )
            ])
        if isSeveral { addCourse(found, to: &answer) }
        let places = found.given.last!.places
        answer.add("array", words: places.map(\.array), "Array")
        answer.add(
            "array_shape", words: places.map { $0.shape.map(String.init).joined(separator: " × ") }, along: ["array"], "Shape")
        answer.add("array_weight", words: places.map(\.weight), along: ["array"], "Weight of the network")
        answer.add("array_axes", words: places.map { $0.isTransposed ? "in × out" : "out × in" }, along: ["array"], "Axes")
        answer.add(
            "array_size", places.map(\.size), along: ["array"], "Root mean square entry over the deviation at initialisation",
            "size")
        answer.section(
            "Arrays", [.table(["array", "array_shape", "array_weight", "array_axes", "array_size"].map { .init($0) })])
    }

    /// How kernels move from checkpoint to checkpoint.
    private static func addCourse(_ found: Found, to answer: inout Answer) {
        let references = found.movement.references, files = found.files.indices
        for (k, reference) in references.enumerated() {
            answer.add(
                "\(reference.id)_alignment",
                files.map { found.results[$0].kernels[k].values[KernelScalar.alignment.rawValue] ?? .nan },
                along: ["checkpoint"], "Alignment of \(reference.symbol) with the targets", "alignment", isPartial: true)
            answer.add(
                "\(reference.id)_kept",
                files.map { KernelMeasures.alignment(found.kernels[$0][k], with: found.kernels[0][k]) ?? .nan },
                along: ["checkpoint"], "Centred alignment of \(reference.symbol) with that of the first file", "likeness",
                isPartial: true)
        }
        func panel(_ title: String, _ name: String) -> View.Panel {
            .init(
                title, x: .init("file"), y: .init(including: [0, 1]),
                references.enumerated().flatMap { k, reference in
                    [
                        .line("\(reference.id)_\(name)", .series(k), label: reference.symbol),
                        .points("\(reference.id)_\(name)", .series(k)),
                    ]
                })
        }
        answer.section(
            "How kernels move",
            [
                .figure(
                    "course",
                    caption: "Left: alignment with the targets. Right: centred alignment with the kernels of the first file.",
                    panels: [panel("Alignment with the targets", "alignment"), panel("Likeness to the first file", "kept")])
            ])
    }

    static func addPictures(_ found: Found, to answer: inout Answer) throws {
        let classes = Array(found.data.trainClasses.prefix(found.samples)), n = found.samples
        let order = (0..<n).sorted { classes.isEmpty ? $0 < $1 : (classes[$0], $0) < (classes[$1], $1) }
        let groups = found.data.classNames.indices.compactMap { k -> View.Group? in
            let count = classes.count { $0 == k }
            return count > 0 ? View.Group(name: found.data.classNames[k], count: count) : nil
        }
        var panels: [View.Panel] = [], curves: [View.Panel] = []
        answer.add("eigenvalue_rank", Array(1...n), "Rank of an eigenvalue", "rank")
        for (k, reference) in found.movement.references.enumerated() {
            let sides =
                [("measured", found.files.last!, found.kernels.last![k])]
                + (reference.limit.map { [("infinite", "infinite width", $0)] } ?? [
                    ("fresh", "mean of fresh networks", reference.centre)
                ])
            var marks: [View.Mark] = []
            for (i, (name, title, matrix)) in sides.enumerated() {
                if reference.id == "nngp" || reference.id == "ntk" {
                    let id = "\(reference.id)_\(name)_by_class"
                    answer.add(
                        id, matrix.selectingColumns(order).selectingRows(order),
                        "\(reference.symbol), \(title), samples sorted by class")
                    panels.append(.matrix("\(reference.symbol), \(title)", id, groups: groups))
                }
                let values = try SemidefiniteSpectrum.values(of: matrix)
                let id = "\(reference.id)_\(name)_eigenvalue"
                answer.add(
                    id, Array(values.reversed()), along: ["eigenvalue_rank"], "Eigenvalues of \(reference.symbol), \(title)",
                    "eigenvalue")
                marks.append(.line(id, i == 0 ? .series(k) : .reference, label: i == 0 ? "measured" : title, dashed: i > 0))
            }
            curves.append(.init(reference.symbol, x: .init(nil, .logarithmic), y: .init(nil, .logarithmic), marks))
        }
        answer.section(
            "Pictures",
            [
                .figure("kernels", caption: "Kernels between samples, sorted by class.", columns: 2, panels: panels),
                .figure(
                    "eigenvalues", caption: "Eigenvalues, measured and at infinite width (dashed).", columns: 3, panels: curves),
            ])
    }

    /// The kernels themselves.
    static func addArrays(_ found: Found, to answer: inout Answer) {
        for (k, reference) in found.movement.references.enumerated() {
            for f in found.files.indices {
                answer.add("\(reference.id)_\(f + 1)", found.kernels[f][k], "\(reference.symbol) of \(found.files[f])")
            }
            if let limit = reference.limit { answer.add("\(reference.id)_limit", limit, "\(reference.symbol) at infinite width") }
            if let variance = reference.variance {
                answer.add("\(reference.id)_variance", variance, "Its N·variance at order 1/N")
            }
        }
    }
}

extension KernelScalar {
    fileprivate var id: String {
        switch self {
        case .diagonal: "diagonal_mean"
        case .distance: "distance"
        case .alignment: "alignment"
        case .rank: "effective_rank"
        }
    }

    fileprivate var title: String {
        switch self {
        case .diagonal: "mean of the diagonal"
        case .distance: "distance from infinite width"
        case .alignment: "alignment with the targets"
        case .rank: "effective rank"
        }
    }
}

extension String {
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
