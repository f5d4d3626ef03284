import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

extension LearningCurveAnswer {
    func addEnsembles(_ answer: inout Answer) {
        // Where students were measured, if they were.
        let chosen = check == nil ? shown.filter { $0 > 0 } : Array(theory.comparedIndices.suffix(4))
        let kinds: [(name: String, members: LossSources.Members, measured: KeyPath<RegressionEnsemble.Place, Estimate>)] = [
            ("features", .features, \.meanOverFeatures), ("data", .data, \.meanOverData), ("both", .both, \.meanOverBoth),
        ]
        let rows = chosen.flatMap { i in kinds.map { (i, $0) } }
        answer.add("ensemble_\(theory.axisName)", rows.map { theory.places[$0.0] }, "Where", theory.axisName)
        answer.add("ensemble_own", words: rows.map { $0.1.name }, "own to each member")
        var columns: [View.Column] = [.init("ensemble_\(theory.axisName)"), .init("ensemble_own")]
        for (name, symbol, count) in [
            ("1", "k = 1", 1.0), ("2", "k = 2", 2), ("4", "k = 4", 4), ("infinite", "k → ∞", .infinity),
        ] {
            answer.add(
                "ensemble_loss_\(name)", rows.map { theory.losses[$0.0].sources.ensemble($0.1.members, count: count) },
                "Test loss of the mean of \(name == "infinite" ? "infinitely many" : name) students", symbol)
            columns.append(.init("ensemble_loss_\(name)"))
        }
        if let check {
            let found = rows.map { row in
                check.places.firstIndex(of: theory.places[row.0]).map { check.measured[$0][keyPath: row.1.measured] }
            }
            answer.add(
                "ensemble_loss_2_measured", found.map { $0?.mean ?? .nan }, errors: found.map { $0?.standardError ?? .nan },
                "The same of finite systems, k = 2", "measured, k = 2", isPartial: true)
            columns.append(.init("ensemble_loss_2_measured"))
        }
        answer.section(
            "What ensembles would buy",
            [
                .table(columns),
                .paragraph(
                    "Means of the outputs of k students. Members with features of their own share the data, and also have their own initial weights "
                        + "and batches; members with data of their own share features and initial weights."),
            ])
    }

    func addSweeps(_ answer: inout Answer) {
        let panels = theory.sweeps.map { sweep -> View.Panel in
            answer.add("\(sweep.name)_count", sweep.counts, "Number of \(sweep.name)", sweep.symbol)
            for (kind, values, title) in [
                ("ridgeless", sweep.ridgeless, "without ridge"), ("best", sweep.best, "with the best ridge"),
            ] {
                answer.add(
                    "\(sweep.name)_\(kind)_loss", values, along: ["\(sweep.name)_count"], "Test loss \(title)", "test loss",
                    mayBeInfinite: true)
            }
            return .init(
                "Against \(sweep.name)", x: .init(nil, .logarithmic), y: .init(nil, .logarithmic),
                [
                    .line("\(sweep.name)_ridgeless_loss", .series(1), label: "without ridge"),
                    .line("\(sweep.name)_best_loss", .series(2), label: "best ridge"),
                ])
        }
        answer.section(
            "Against samples" + (study.width == nil ? "" : " and width"),
            [
                .figure("sweeps", caption: "", panels: panels),
                .paragraph(
                    "Without ridge the loss diverges where the number of samples meets that of the features (or, without an activation, the "
                        + "dimension of the inputs), if labels are noisy or the student is too small: double descent. With the best ridge it only falls."
                ),
            ])
    }
}
