import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

extension LearningCurveAnswer {
    func page(name: String, _ check: LearningCurveCheck?) -> Page {
        var lead: [Page.Block] = []
        if let check { lead.append(check.check.callout) }
        lead.append(.highlights(highlights))
        if !task.activation.isLinear { lead.append(equivalenceNote) }
        var sections = [
            Page.Section(training == nil ? "Loss against ridge" : "Loss against \(axisName)", [lossFigure(check)] + twinBlocks),
            Page.Section("What causes it", [.table(sourceTable), sourceFigure]),
            Page.Section("What ensembles would buy", [.table(ensembleTable(check)), .paragraph(Self.ensembleText)]),
            Page.Section(
                "Against samples" + (study.width == nil ? "" : " and width"), [sweepFigure, .paragraph(Self.sweepText)]),
        ]
        if let check { sections.append(Page.Section("Finite systems", [check.check.table(), .paragraph(Self.checkText)])) }
        let width =
            study.width.map { ", N = \($0) random\(task.activation.isLinear ? "" : " \(study.activation.name)") features" } ?? ""
        let spectrumText =
            switch study.spectrum {
            case .isotropic: "isotropic inputs"
            case .powerLaw: "spectrum k^−\(NumberText.exponent(study.spectrumExponent))"
            case .list: "a given spectrum"
            }
        return Page(
            title: "\(name): learning curve of a \(task.activation.isLinear ? "linear student" : "student with random features")",
            subtitle:
                "D = \(study.dimension), P = \(study.samples)\(width); \(spectrumText), label noise \(NumberText.short(study.noise)); "
                + study.methodText + (training?.optimizer.map { ", learning rate \(NumberText.short($0.rate))" } ?? ""),
            lead: lead, sections: sections)
    }

    private var highlights: [Page.Highlight] {
        var list: [Page.Highlight] = []
        if let bestStop {
            list.append(
                .init(
                    "best \(axisName)", NumberText.short(bestStop.argument),
                    remark: "test loss \(NumberText.short(bestStop.loss, digits: 4))"
                        + (bestStop.place == .largest ? ", still falling" : "")))
        }
        list.append(
            .init(
                "best ridge", NumberText.short(bestRidge.argument),
                remark: "test loss \(NumberText.short(bestRidge.loss, digits: 4))"))
        if training != nil {
            list.append(
                .init(
                    "test loss at the end", NumberText.short(losses.last!.test, digits: 4),
                    remark: "of label variance 1 without noise"))
        }
        list.append(.init("without ridge", NumberText.short(ridgeless.test, digits: 4), remark: "where gradient flow ends"))
        list.append(.init("largest curvature", NumberText.short(edge), remark: "edge of the covariance of the samples"))
        return list
    }

    /// The axis of all pictures along the way, and where the places that it can show begin: flow has no place for time 0 on it.
    private var axis: (axis: Chart.Axis, first: Int) {
        isSteps ? (.init(axisName, .logarithmicFromZero), 0) : (.init(axisName, .logarithmic), training == nil ? 0 : 1)
    }

    private func lossFigure(_ check: LearningCurveCheck?) -> Page.Block {
        let (axis, first) = axis
        let x = Array(places[first...])
        func chart(
            _ title: String, _ ink: Ink, _ values: [Double], _ others: [Chart.Mark],
            _ measured: KeyPath<RegressionEnsemble.Place, Estimate>
        ) -> Chart {
            // Losses that vanish leave the picture.
            let floor = 1e-9 * values[0]
            var marks = [Chart.Mark.line(x, values[first...].map { $0 > floor ? $0 : .nan }, ink, label: title)] + others
            if let check {
                let points = zip(check.places, check.measured).map { ($0, $1[keyPath: measured]) }
                    .filter { $0.0 >= x[0] && $0.1.mean > floor }
                marks.append(
                    .points(
                        points.map(\.0), points.map(\.1.mean), errors: points.map(\.1.standardError), ink, label: title))
            }
            for k in marks.indices {
                // Numbers without a place are left out here, so that the caption need not say so.
                if case .line(let y, let dashed) = marks[k].shape {
                    let kept = y.indices.filter { y[$0].isFinite && y[$0] > 0 }
                    marks[k].x = kept.map { marks[k].x[$0] }
                    marks[k].shape = .line(y: kept.map { y[$0] }, dashed: dashed)
                }
            }
            return Chart(title, x: axis, y: .init("mean of squares", .logarithmic), marks: marks)
        }
        var others: [Chart.Mark] = []
        if let twin, study.noise == 0 {
            others.append(.line(x, Array(twin[first...]), .muted, label: "test, Hermitian twin", dashed: true))
        }
        return .figure(
            Figure(
                "loss",
                caption: "Not halved; test labels are without noise. "
                    + (check.map { "Points: finite systems, \($0.sizes), not extrapolated." } ?? ""),
                panels: [
                    chart("test", .series(1), losses.map(\.test), others, \.same),
                    chart("training", .series(0), losses.map(\.train), [], \.train),
                ]))
    }

    private var twinBlocks: [Page.Block] {
        guard twin != nil, study.noise == 0 else { return [] }
        let tests = losses.map(\.test)
        let rise = zip(tests, tests.dropFirst()).map { $1 - $0 }.max()!
        return [
            .paragraph(
                "The residual is multiplied by a product of two matrices, whose eigenvectors are not orthogonal. A Hermitian matrix with the same "
                    + "spectrum could only shrink it (dashed). "
                    + (rise > 1e-9
                        ? "Here the loss rises on its way, although nothing is noisy."
                        : "Here both fall all the way."))
        ]
    }

    /// Places shown in tables: the best, the last, and one between.
    private var shown: [Int] {
        let best = losses.indices.min { losses[$0].test < losses[$1].test }!
        return Set([0, best, (best + losses.count - 1) / 2, losses.count - 1]).sorted()
    }

    private var sourceTable: Table {
        Table(
            [.text("source")] + shown.map { .number("\(axisName) \(NumberText.short(places[$0]))") },
            rows: LossSources().parts.indices.compactMap { k in
                let values = shown.map { losses[$0].sources.parts[k].value }
                guard losses.contains(where: { $0.sources.parts[k].value > 1e-12 }) else { return nil }
                return [LossSources().parts[k].name] + values.map { abs($0) < 1e-12 ? "0" : NumberText.short($0) }
            } + [["all: test loss"] + shown.map { NumberText.short(losses[$0].test) }],
            caption: "An analysis of variance: each row is what is left if all other causes are averaged over.")
    }

    private var sourceFigure: Page.Block {
        let (axis, first) = axis
        let x = Array(places[first...])
        var lower = x.map { _ in 0.0 }
        var marks: [Chart.Mark] = []
        for k in LossSources().parts.indices {
            let values = losses[first...].map { $0.sources.parts[k].value }
            guard values.contains(where: { $0 > 1e-12 }) else { continue }
            let upper = zip(lower, values).map { $0 + max($1, 0) }
            marks.append(.area(x, low: lower, high: upper, .series(marks.count), label: LossSources().parts[k].name))
            lower = upper
        }
        marks.append(.line(x, losses[first...].map(\.test), .reference, label: "test loss"))
        return .figure(
            Figure(
                "sources", caption: "The test loss, stacked by what causes it.",
                panels: [Chart("Sources", x: axis, y: .init("test loss", including: [0]), marks: marks)]))
    }

    private static let ensembleText =
        "Means of the outputs of k students. Members with features of their own share the data, and also have their own initial weights and batches; "
        + "members with data of their own share features and initial weights."

    private func ensembleTable(_ check: LearningCurveCheck?) -> Table {
        let counts = [2, 4, Double.infinity]
        // Where students were measured, if they were.
        let rows = (check == nil ? shown.filter { $0 > 0 } : comparedIndices.suffix(4)).flatMap { i -> [[String]] in
            let sources = losses[i].sources
            return [
                ("features", LossSources.Members.features), ("data", .data), ("both", .both),
            ].map { name, members -> [String] in
                var row = ["\(axisName) \(NumberText.short(places[i]))", name, NumberText.short(sources.total, digits: 4)]
                row += counts.map { NumberText.short(sources.ensemble(members, count: $0), digits: 4) }
                if let check {
                    let place = check.places.firstIndex(of: places[i]).map { check.measured[$0] }
                    let estimate =
                        switch members {
                        case .features: place?.meanOverFeatures
                        case .data: place?.meanOverData
                        case .both: place?.meanOverBoth
                        }
                    row.append(estimate.map { NumberText.withError($0) } ?? "–")
                }
                return row
            }
        }
        return Table(
            [.text("at"), .text("own to each member"), .number("k = 1")]
                + counts.map { .number($0.isFinite ? "k = \(Int($0))" : "k → ∞") }
                + (check == nil ? [] : [.number("measured, k = 2")]), rows: rows)
    }

    private static let sweepText =
        "Without ridge the loss diverges where the number of samples meets that of the features (or, without an activation, the dimension of the inputs), if labels are noisy "
        + "or the student is too small: double descent. With the best ridge it only falls."

    private var sweepFigure: Page.Block {
        let panels = sweeps.map { sweep in
            Chart(
                "Against \(sweep.name)", x: .init(sweep.symbol, .logarithmic), y: .init("test loss", .logarithmic),
                marks: [
                    .line(sweep.counts, sweep.ridgeless, .series(1), label: "without ridge"),
                    .line(sweep.counts, sweep.best, .series(2), label: "best ridge"),
                ])
        }
        return .figure(Figure("sweeps", caption: "", panels: panels))
    }

    private static let checkText =
        "Each repeat trains four students, of two data sets and two sets of features. Products of their residuals measure what remains when features, "
        + "data or both are averaged over. Both sizes are extrapolated to the limit by a straight line in 1/size and compared with theory."
}
