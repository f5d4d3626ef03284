import SaddleNumerics
import SaddleReport
import SaddleTheory

extension KernelCurveAnswer {
    var answer: Answer {
        var answer = Answer(
            "Kernel regression on \(name): predicted and measured",
            subtitle: "\(settings.kernel.symbol), pool of \(pool) samples, \(outputs) output\(outputs == 1 ? "" : "s"), ridge "
                + "\(NumberText.short(settings.ridge)) of the mean diagonal", warnings: warnings)
        let rows = curve.rows
        let worst = rows.compactMap { row in row.measured.map { (row.prediction.samples, $0.mean / row.resolved) } }
            .max { abs($0.1 - 1) < abs($1.1 - 1) }
        if let worst {
            answer.add("largest_deviation", worst.1 - 1, "Largest deviation of measured from predicted", form: .percent)
            let items: [View.Item] = [.init("largest_deviation", remark: "at \(Int(worst.0)) samples")]
            answer.lead = [.highlights(items + addExponents(&answer))]
        } else {
            _ = addExponents(&answer)
        }
        addCurve(&answer)
        if let fit = curve.fit {
            let rows = answer.add(fit)
            answer.section(
                "The measured curve as a scaling law",
                [
                    .callout(
                        fit.regime == .undecided ? .neutral : .good, title: fit.regime.text,
                        text: fit.reasons.joined(separator: " ")),
                    rows,
                ])
        }
        answer.section("How to read it", Self.explanation.map { .paragraph($0) })
        return answer
    }

    private func addExponents(_ answer: inout Answer) -> [View.Item] {
        let (ranks, capacity, tail) = (curve.ranks, curve.capacity, curve.tail)
        let place = "ranks \(ranks.lowerBound) to \(ranks.upperBound)"
        guard capacity.isFinite, tail.isFinite else { return [] }
        answer.add("eigenvalue_exponent", capacity, "a of λ_k ~ k⁻ᵃ")
        answer.add("target_tail_exponent", tail, "s of the target beyond k ~ k⁻ˢ")
        answer.add("samples_exponent", min(tail, 2 * capacity), "Exponent of samples by these, min(s, 2a)")
        return [
            .init("eigenvalue_exponent", remark: place), .init("target_tail_exponent", remark: place), .init("samples_exponent"),
        ]
    }

    private static let explanation = [
        """
        Nothing is fitted and no regression is solved for the prediction. From the spectrum: the eigenvalues of the kernel matrix on the \
        whole pool and the target's powers in its eigenvectors give κ by δ/P = κ(1 − d/P)/(1 − d/n); modes with λ > κ are learnt. \
        This supposes eigenvectors in general position. Real data have clusters and outliers: the full line gives every sample \
        its own κ, from the kernel matrix, and at P = n − 1 is the leave-one-out error.
        """,
        """
        Training sets are drawn from the pool without replacement; the loss is the mean square on the samples that were not drawn, summed \
        over outputs. The usual formula for fresh samples takes the pool for the whole population: it is too low where the \
        training set is a good part of the pool.
        """,
    ]

    private func addCurve(_ answer: inout Answer) {
        let along = ["samples"], (rows, task) = (curve.rows, curve.task)
        answer.add("samples", rows.map { Int($0.prediction.samples) }, "Training samples", "training samples")
        answer.add("loss_predicted", rows.map(\.resolved), along: along, "Loss by the kernel matrix", "predicted")
        answer.add("loss_spectrum", rows.map(\.prediction.loss), along: along, "Loss by its spectrum", "from the spectrum")
        answer.add(
            "loss_fresh_samples", rows.map(\.fresh.loss), along: along, "Loss by its spectrum on fresh samples",
            "… and fresh samples")
        answer.add("learnt_modes", rows.map(\.prediction.learntModes), along: along, "Modes learnt", "modes learnt")
        var marks: [View.Mark] = [
            .line("loss_fresh_samples", .series(2), label: "from the spectrum, fresh samples", dashed: true),
            .line("loss_spectrum", .series(1), label: "from the spectrum, this pool", dashed: true),
            .line("loss_predicted", .series(0), label: "predicted"),
        ]
        var columns = ["samples", "loss_predicted"].map { View.Column($0) }
        if rows.contains(where: { $0.measured != nil }) {
            let means = rows.map { $0.measured?.mean ?? .nan }, errors = rows.map { $0.measured?.standardError ?? .nan }
            answer.add(
                "loss_measured", means, errors: errors, along: along, "Loss over drawn training sets", "measured", isPartial: true
            )
            answer.add(
                "loss_ratio", zip(rows, means).map { $1 / $0.resolved }, errors: zip(rows, errors).map { $1 / $0.resolved },
                along: along,
                "Measured over predicted", "measured/predicted", isPartial: true)
            columns += ["loss_measured", "loss_ratio"].map { .init($0) }
            marks.append(.points("loss_measured", .reference, label: "measured"))
        }
        columns += ["loss_spectrum", "loss_fresh_samples", "learnt_modes"].map { .init($0) }

        let λ = Array(task.spectrum.eigenvalues.reversed()), powers = Array(task.powers.reversed())
        var remaining = powers.reduce(0, +)
        let tails = powers.map { power -> Double in
            defer { remaining -= power }
            return remaining
        }
        answer.add("rank", Array(1...max(λ.count, 1)), "Rank of a mode", "rank")
        answer.add("eigenvalue", λ, along: ["rank"], "Eigenvalue λ_k of the kernel on the pool", "eigenvalue")
        answer.add("target_power", powers, along: ["rank"], "Power of the target in the mode", "target")
        let shown = Set(logSpaced(from: 1, to: Double(pool), count: 150).map { Int($0) - 1 }).sorted().filter {
            λ[$0] > 0 && tails[$0] > 0
        }
        answer.add("shown_rank", shown.map { $0 + 1 }, "Ranks that are drawn", "rank")
        answer.add("shown_eigenvalue", shown.map { λ[$0] }, along: ["shown_rank"], "Eigenvalues there", "eigenvalue")
        answer.add("shown_tail", shown.map { tails[$0] }, along: ["shown_rank"], "Target in modes from there on", "target")
        answer.section(
            "Learning curve",
            [
                .figure(
                    "learning-curve",
                    caption:
                        "Left: loss on samples that were not drawn; error bars over \(settings.draws) training sets. Right: what predicts it.",
                    panels: [
                        .init("Test loss", x: .init("training samples", .logarithmic), y: .init("loss", .logarithmic), marks),
                        .init(
                            "Spectrum", x: .init("rank", .logarithmic), y: .init("eigenvalue; target", .logarithmic),
                            [
                                .line("shown_eigenvalue", .series(3), label: "eigenvalue λ_k"),
                                .line("shown_tail", .series(4), label: "target in modes from k on"),
                            ]),
                    ]), .table(columns),
            ])
    }
}
