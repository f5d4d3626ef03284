import SaddleMeasures
import SaddleModels
import SaddleNumerics
import SaddleReport

/// `saddle measure grid-score`: hexagonal and square periodicity of maps, beside the period that a place code's spectrum predicts.
enum MeasureGridScore: RepresentationQuestion {
    static let verb = QuestionVerb.measure
    static let name = "grid-score"
    static let phrase = "scoring maps"
    static let summary =
        "Grid scores of units over a plane, in both definitions, with a shuffle null and the period predicted by the place code."
    static let discussion = """
        Takes maps (samples with two axes: units × rows × columns), or activity (times × units) whose labels are positions (two columns), from which \
        rate maps are made. Of each map: the spatial autocorrelogram, the spacing, the 60° and 90° scores as mean minus mean and as min minus max, which are not \
        interchangeable, and p-values against shuffled maps. Beside them the wave number at which the spectrum of a place code peaks.
        """
    static let examples = [
        "maps.npy", "rates.npz --labels positions --bins 30", "maps.npy --code difference_of_gaussians --narrow 0.1 --wide 0.2",
    ]
    static let sections = ["grid_score", "representation", "data"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, asked = study.gridScore ?? GridScoreStudy(), (item, remarks) = try context.representation()
        let source = try MapSource(item, asked, study)
        let used = min(asked.units, source.count)
        let done = Counter()
        let tests = try Threads.map(used) { (unit: Int) throws -> GridScoreTest? in
            if context.shouldStop() { throw CancellationError() }
            defer { context.progress(Double(done.increment()), Double(used)) }
            return source.test(unit, asked)
        }
        let scored = tests.indices.filter { tests[$0] != nil }
        guard !scored.isEmpty else {
            throw study.problem("data.source", "\(item.name): none of \(used) maps varies; there is nothing to score")
        }
        var warnings = remarks
        if used < source.count { warnings.append("the first \(used) of \(source.count) units are scored ('grid_score.units')") }
        if scored.count < used {
            warnings.append("\(used - scored.count) of \(used) maps are constant or too small for a ring and have no score")
        }
        var answer = Answer("\(item.name): grid scores", subtitle: "\(used) units; \(source.text)", warnings: warnings)
        let adjusted = FalseDiscovery.adjusted(scored.map { tests[$0]!.p.meanMinusMean })
        let order = scored.indices.sorted { tests[scored[$0]]!.score.meanMinusMean60 > tests[scored[$1]]!.score.meanMinusMean60 }
        let units = order.map { (unit: scored[$0], test: tests[scored[$0]]!, adjusted: adjusted[$0]) }
        addScores(units, asked, source, to: &answer)
        addPrediction(units.map(\.test), asked, source.side, to: &answer)
        addMaps(Array(units.prefix(asked.top).map { ($0.unit, $0.test) }), to: &answer)
        answer.section("What the numbers are", [.paragraph(explanation)])
        return answer
    }

    private static func addScores(
        _ units: [(unit: Int, test: GridScoreTest, adjusted: Double)], _ asked: GridScoreStudy, _ source: MapSource,
        to answer: inout Answer
    ) {
        let tests = units.map(\.test), along = ["unit"]
        answer.add("unit", units.map(\.unit), "Unit, from 0; highest score first", "unit")
        answer.add("score_60", tests.map(\.score.meanMinusMean60), along: along, "60°, mean minus mean", "60° mean − mean")
        answer.add("score_60_min_max", tests.map(\.score.minMinusMax60), along: along, "60°, min minus max", "60° min − max")
        answer.add("score_90", tests.map(\.score.meanMinusMean90), along: along, "90°, mean minus mean", "90° mean − mean")
        answer.add("score_90_min_max", tests.map(\.score.minMinusMax90), along: along, "90°, min minus max", "90° min − max")
        answer.add(
            "null_high", tests.map(\.nullHigh), along: along, "95th percentile of 60° scores of shuffled maps", "95 % of shuffles"
        )
        answer.add("p", tests.map(\.p.meanMinusMean), along: along, "p-value of the 60° score, mean minus mean", "p")
        answer.add(
            "p_min_max", tests.map(\.p.minMinusMax), along: along, "p-value of the 60° score, min minus max", "p (min − max)")
        answer.add(
            "adjusted", units.map(\.adjusted), along: along, "Adjusted for the number of units (Benjamini and Hochberg)", "q")
        answer.add(
            "spacing", tests.map { $0.score.spacing ?? .nan }, along: along, "Spacing of the lattice", "spacing", unit: "bins",
            isPartial: true)
        answer.add("ring_inner", tests.map(\.score.ring.lowerBound), along: along, "Ring from", "ring from")
        answer.add("ring_outer", tests.map(\.score.ring.upperBound), along: along, "Ring to", "to")
        let found = units.count { $0.adjusted <= 0.05 }
        answer.add("grid_units", found, "Units with q at most 5 %")
        // So many units must have the least p-value before any is found.
        let needed = Double(units.count) / (0.05 * Double(asked.shuffles + 1)), least = 1 / Double(asked.shuffles + 1)
        if needed > Double(max(1, units.count { $0.test.p.meanMinusMean <= least })) {
            answer.warnings.append(
                "with \(asked.shuffles) shuffles the least p-value is 1/\(asked.shuffles + 1), so that of \(units.count) units none counts unless "
                    + "\(Int(needed.rounded(.up))) reach it; raise 'grid_score.shuffles' to \(20 * units.count)")
        }
        answer.lead = [
            .callout(
                found > 0 ? .good : .neutral,
                title: "\(found) of \(units.count) units have a 60° score above that of shuffled maps (q ≤ 5 %)",
                text:
                    "Highest \(NumberText.short(tests[0].score.meanMinusMean60)) as mean minus mean, \(NumberText.short(tests[0].score.minMinusMax60)) as min minus max. "
                    + "Shuffles: \(source.null).")
        ]
        answer.section(
            "Scores",
            [
                .table(
                    [
                        "unit", "score_60", "score_60_min_max", "score_90", "score_90_min_max", "null_high", "p", "p_min_max",
                        "adjusted", "spacing",
                    ]
                    .map { .init($0) }, rows: Array(0..<min(units.count, asked.top)),
                    caption:
                        "The highest by the first definition; the arrays hold all. A stripe pattern scores 0.19 by the first and 0.005 by the second."
                )
            ])
    }

    private static func addPrediction(_ tests: [GridScoreTest], _ asked: GridScoreStudy, _ side: Double, to answer: inout Answer)
    {
        let code = PlaceCode(asked.code, narrow: asked.narrow, wide: asked.wide)
        // Eight samples of the narrowest field or more, and a whole number of them a cell.
        let cells = asked.cells, per = max(1, Int((8 / asked.narrow / Double(cells)).rounded(.up))),
            bins = min(per, max(1, 400 / cells)) * cells
        let box = code.boxWaveNumber(cells: cells, bins: bins)
        // As far as there is something to see.
        let seen = max(8, Int(1 / code.narrow)), spectrum = Array(code.boxSpectrum(cells: cells, bins: bins).prefix(seen))
        answer.add("wave", (1...spectrum.count).map { $0 }, "Waves a side of the box", "waves a side")
        let scale = spectrum.max()!
        answer.add(
            "box_power", spectrum.map { $0 / scale }, along: ["wave"], "Spectrum of the code in a periodic box, over its largest",
            "power")
        let plane = (1...spectrum.count).map { code.power(2 * .pi * Double($0)) }, top = plane.max()!
        answer.add(
            "plane_power", plane.map { top > 0 ? $0 / top : 0 }, along: ["wave"],
            "Spectrum in an infinite plane, over its largest", "power")
        answer.add("wave_number", code.waveNumber, "k* of the infinite plane", unit: "radians a side")
        answer.add("box_wave_number", box, "k* of the periodic box", unit: "radians a side")
        let wave = box ?? code.waveNumber
        if wave > 0 {
            answer.add("period", 2 * .pi / wave, "Predicted period 2π/k*", unit: "sides of the box")
            answer.add(
                "predicted_spacing", 4 * .pi / (3.0.squareRoot() * wave) * side, "Predicted spacing of a hexagonal lattice",
                unit: "bins")
        }
        let spacings = tests.compactMap(\.score.spacing).sorted()
        if asked.spacing == nil, !spacings.isEmpty {
            answer.add("median_spacing", spacings[spacings.count / 2], "Median spacing of the maps", unit: "bins")
        }
        answer.section(
            "The period that the code asks for",
            [
                .paragraph(
                    wave > 0
                        ? "Targets: \(asked.code.rawValue.replacing("_", with: " ")). The correlation function of the targets has plane waves as eigenfunctions; those on the circle |k| = k* have the largest eigenvalue and are learnt first. That sets the period, not the symmetry: hexagons, squares and stripes of this period are equally good."
                        : "Targets: gaussian. The spectrum falls from k = 0 on: no period is preferred, and none is predicted."),
                .facts(
                    ["wave_number", "box_wave_number", "period", "predicted_spacing", "median_spacing"].filter {
                        answer[$0] != nil
                    }.map { .init($0) }),
                .figure(
                    "spectrum", caption: "Mean over directions; whole numbers of waves fit a periodic box.",
                    panels: [
                        .init(
                            "Spectrum", x: .init("waves a side"), y: .init("power", including: [0]),
                            [
                                .line("plane_power", label: "infinite plane"),
                                .points("box_power", .series(0), label: "periodic box", radius: 2.4),
                            ])
                    ]),
            ])
    }

    private static func addMaps(_ shown: [(unit: Int, test: GridScoreTest)], to answer: inout Answer) {
        var panels: [View.Panel] = []
        for (unit, test) in shown {
            answer.add(
                "map_\(unit)", test.map.rates.known(test.map.isVisited), along: [], "Map of unit \(unit)", "rate", isPartial: true
            )
            answer.add(
                "correlogram_\(unit)", test.correlogram.values.known(test.correlogram.isDefined), along: [],
                "Autocorrelogram of unit \(unit)", "correlation", isPartial: true)
            panels.append(.matrix("unit \(unit)", "map_\(unit)"))
            panels.append(.matrix("\(NumberText.short(test.score.meanMinusMean60, digits: 3)) (60°)", "correlogram_\(unit)"))
        }
        answer.section(
            "Maps",
            [.figure("maps", caption: "Map, and its autocorrelogram with the 60° score (mean minus mean).", panels: panels)])
    }

    private static let explanation = """
        c_a is the Pearson correlation of the ring (half to one and a half spacings) of the autocorrelogram with the same turned by a degrees. Mean minus mean: \
        ½(c₆₀ + c₁₂₀) − ⅓(c₃₀ + c₉₀ + c₁₅₀) and c₉₀ − ½(c₄₅ + c₁₃₅). Min minus max: min(c₆₀, c₁₂₀) − max(c₃₀, c₉₀, c₁₅₀) and c₉₀ − max(c₄₅, c₁₃₅). A threshold such as 0.3 means \
        different things for the two. Ideal patterns on 60² bins with a spacing of 15: hexagon 1.33, square −0.40, white noise 0.0 ± 0.05. The spacing is 4π/(√3k) with k from \
        the first maximum of the correlogram's mean over circles beyond its first minimum.
        """
}

extension Matrix {
    /// Without numbers where nothing is known.
    fileprivate func known(_ isKnown: [Bool]) -> Matrix {
        Matrix(rows: rows, columns: columns, elements: zip(elements, isKnown).map { $1 ? $0 : .nan })
    }
}
