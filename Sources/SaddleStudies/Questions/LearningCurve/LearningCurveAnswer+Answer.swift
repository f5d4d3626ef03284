import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

extension LearningCurveAnswer {
    func answer(name: String) -> Answer {
        let width =
            study.width.map { ", N = \($0) random\(task.activation.isLinear ? "" : " \(study.activation.name)") features" } ?? ""
        let spectrumText =
            switch study.spectrum {
            case .isotropic: "isotropic inputs"
            case .powerLaw: "spectrum k^−\(NumberText.exponent(study.spectrumExponent))"
            case .list: "a given spectrum"
            }
        var answer = Answer(
            "\(name): learning curve of a \(task.activation.isLinear ? "linear student" : "student with random features")",
            subtitle:
                "D = \(study.dimension), P = \(study.samples)\(width); \(spectrumText), label noise \(NumberText.short(study.noise)); "
                + study.methodText + (theory.training?.optimizer.map { ", learning rate \(NumberText.short($0.rate))" } ?? ""))
        answer.check = check.map { CheckSummary($0.check) }
        addOptima(&answer)
        addLosses(&answer)
        addSources(&answer)
        addEnsembles(&answer)
        addSweeps(&answer)
        if check != nil {
            answer.section(
                "Finite systems",
                [
                    .checked(),
                    .paragraph(
                        "Each repeat trains four students, of two data sets and two sets of features. Products of their residuals measure what "
                            + "remains when features, data or both are averaged over. Both sizes are extrapolated to the limit by a straight line "
                            + "in 1/size and compared with theory."),
                ])
        }
        return answer
    }

    private func addOptima(_ answer: inout Answer) {
        var items: [View.Item] = []
        if let bestStop = theory.bestStop {
            answer.add("best_stop", bestStop.argument, "Best \(theory.axisName)")
            answer.add("best_stop_loss", bestStop.loss, "Test loss there")
            items += [.init("best_stop", remark: bestStop.place == .largest ? "still falling" : ""), .init("best_stop_loss")]
        }
        answer.add("best_ridge", theory.bestRidge.argument, "Best ridge")
        answer.add("best_ridge_loss", theory.bestRidge.loss, "Test loss with it")
        answer.add("ridgeless_loss", theory.ridgeless.test, "Test loss without ridge", mayBeInfinite: true)
        answer.add("edge", theory.edge, "Largest curvature")
        answer.add("learning_rate", theory.training?.optimizer?.rate, "Learning rate")
        items += [
            .init("best_ridge"), .init("best_ridge_loss"), .init("ridgeless_loss", remark: "where gradient flow ends"),
            .init("edge", remark: "edge of the covariance of the samples"),
        ]
        answer.lead = [.highlights(items)]
        if task.activation.isLinear { return }
        let φ = task.activation, rank = task.spectrum.effectiveRank
        answer.add("effective_rank", rank, "Directions that the inputs have, (tr Σ)²/tr Σ²", "r")
        let text =
            "Features are \(study.activation.name)(h) without their mean \(NumberText.short(φ.mean)), h of variance 1 on average. In high dimension they act "
            + "like \(NumberText.short(φ.slope))·h and independent noise of variance \(NumberText.short(φ.rest)). Corrections are of order 1/r, "
            + "r = (tr Σ)²/tr Σ² = \(NumberText.short(rank))"
        // Measured: about 5 % at r = 11.
        answer.lead.append(
            rank < 40
                ? .callout(
                    .neutral, title: "Few directions",
                    text: text + ": few; expect several per cent. A flatter spectrum or a larger dimension makes theory better.")
                : .paragraph(text + "."))
    }

    /// Losses that vanish leave the picture.
    private func addLosses(_ answer: inout Answer) {
        answer.add(
            theory.axisName, theory.places, theory.axisName.prefix(1).uppercased() + theory.axisName.dropFirst(), theory.axisName)
        let axis = View.Axis(theory.axisName, theory.isSteps ? .logarithmicFromZero : .logarithmic)
        if let check {
            answer.add("measured_\(theory.axisName)", check.places, "Where finite systems are measured", theory.axisName)
        }
        func panel(
            _ kind: String, _ ink: Ink, _ values: [Double], _ measured: KeyPath<RegressionEnsemble.Place, Estimate>,
            _ others: [View.Mark]
        ) -> View.Panel {
            answer.add(
                "\(kind)_loss", values, along: [theory.axisName], "Mean square on \(kind) data, not halved", "mean of squares")
            // Flow has no place for time 0 on a logarithmic axis.
            let shown = values.indices.filter { values[$0] > 1e-9 * values[0] && (theory.isSteps || theory.places[$0] > 0) }
            answer.add(
                "shown_\(kind)_\(theory.axisName)", shown.map { theory.places[$0] }, "Places that are drawn", theory.axisName)
            answer.add(
                "shown_\(kind)_loss", shown.map { values[$0] }, along: ["shown_\(kind)_\(theory.axisName)"], "The loss there",
                "mean of squares")
            var marks: [View.Mark] = [.line("shown_\(kind)_loss", ink, label: kind)] + others
            if let check {
                answer.add(
                    "\(kind)_loss_measured", check.measured.map { $0[keyPath: measured] }, along: ["measured_\(theory.axisName)"],
                    "The same of finite systems, \(check.sizes)", "mean of squares")
                let kept = check.places.indices.filter {
                    check.measured[$0][keyPath: measured].mean > 1e-9 * values[0] && (theory.isSteps || check.places[$0] > 0)
                }
                answer.add(
                    "drawn_\(kind)_\(theory.axisName)", kept.map { check.places[$0] }, "Places of drawn measurements",
                    theory.axisName)
                answer.add(
                    "drawn_\(kind)_loss_measured", kept.map { check.measured[$0][keyPath: measured] },
                    along: ["drawn_\(kind)_\(theory.axisName)"], "The measurements there", "mean of squares")
                marks.append(.points("drawn_\(kind)_loss_measured", ink, label: kind))
            }
            return .init(kind, x: axis, y: .init("mean of squares", .logarithmic), marks)
        }
        var others: [View.Mark] = [], remarks: [View] = []
        if let twin = theory.twin {
            answer.add(
                "hermitian_twin", twin, along: [theory.axisName], "Test loss of normal dynamics with the same eigenvalues",
                "mean of squares")
            if study.noise == 0 {
                others = [.line("hermitian_twin", .muted, label: "test, Hermitian twin", dashed: true)]
                let tests = theory.losses.map(\.test)
                let rises = zip(tests, tests.dropFirst()).contains { $1 - $0 > 1e-9 }
                remarks = [
                    .paragraph(
                        "The residual is multiplied by a product of two matrices, whose eigenvectors are not orthogonal. A Hermitian matrix with "
                            + "the same spectrum could only shrink it (dashed). "
                            + (rises
                                ? "Here the loss rises on its way, although nothing is noisy." : "Here both fall all the way."))
                ]
            }
        }
        let panels = [
            panel("test", .series(1), theory.losses.map(\.test), \.same, others),
            panel("training", .series(0), theory.losses.map(\.train), \.train, []),
        ]
        answer.section(
            theory.training == nil ? "Loss against ridge" : "Loss against \(theory.axisName)",
            [
                .figure(
                    "loss",
                    caption: "Not halved; test labels are without noise. "
                        + (check.map { "Points: finite systems, \($0.sizes), not extrapolated." } ?? ""), panels: panels)
            ] + remarks)
    }

    /// Places shown in tables: the best, the last, and one between.
    var shown: [Int] {
        let best = theory.losses.indices.min { theory.losses[$0].test < theory.losses[$1].test }!
        return Set([0, best, (best + theory.losses.count - 1) / 2, theory.losses.count - 1]).sorted()
    }

    private func addSources(_ answer: inout Answer) {
        let parts = LossSources().parts
        let present = parts.indices.filter { k in theory.losses.contains { $0.sources.parts[k].value > 1e-12 } }
        var columns: [View.Column] = [.init(theory.axisName)], marks: [View.Mark] = []
        // Flow has no place for time 0 on a logarithmic axis; shares below rounding are none.
        let drawn = theory.places.indices.filter { theory.isSteps || theory.places[$0] > 0 }
        var lower = drawn.map { _ in 0.0 }
        answer.add("stack_\(theory.axisName)", drawn.map { theory.places[$0] }, "Places of the stack of sources", theory.axisName)
        answer.add("stack_0", lower, along: ["stack_\(theory.axisName)"], "Foot of the stack", "test loss")
        answer.add(
            "stack_loss", drawn.map { theory.losses[$0].test }, along: ["stack_\(theory.axisName)"],
            "Top of the stack: the test loss", "test loss")
        for k in parts.indices {
            let name = "test_loss_" + parts[k].name.replacing(" × ", with: "_and_").replacing(" ", with: "_")
            answer.add(
                name, theory.losses.map { abs($0.sources.parts[k].value) < 1e-12 ? 0 : $0.sources.parts[k].value },
                along: [theory.axisName], "Test loss from \(parts[k].name)", parts[k].name)
            guard present.contains(k) else { continue }
            columns.append(.init(name))
            lower = zip(lower, drawn).map { $0 + max(theory.losses[$1].sources.parts[k].value, 0) }
            answer.add(
                "stack_\(marks.count + 1)", lower, along: ["stack_\(theory.axisName)"], "Sources up to \(parts[k].name)",
                "test loss")
            marks.append(
                .area("stack_\(marks.count)", "stack_\(marks.count + 1)", .series(marks.count), label: parts[k].name))
        }
        answer.section(
            "What causes it",
            [
                .table(
                    columns + [.init("test_loss", "all: test loss")], rows: shown,
                    caption: "An analysis of variance: each column is what is left if all other causes are averaged over."),
                .figure(
                    "sources", caption: "The test loss, stacked by what causes it.",
                    panels: [
                        .init(
                            "Sources", x: .init(theory.axisName, theory.isSteps ? .logarithmicFromZero : .logarithmic),
                            y: .init("test loss", including: [0]), marks + [.line("stack_loss", label: "test loss")])
                    ]),
            ])
    }
}
