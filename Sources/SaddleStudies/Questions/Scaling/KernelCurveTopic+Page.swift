import SaddleNumerics
import SaddleReport
import SaddleTheory

extension KernelCurveTopic {
    var result: TopicResult {
        TopicResult("scaling", page: page, numbers: Numbers(self), arrays: arrays, warnings: warnings)
    }

    private var page: Page {
        var lead: [Page.Block] = []
        if let worst {
            lead.append(
                .highlights([
                    .init(
                        "Largest deviation", "\(NumberText.short(100 * (worst.ratio - 1), digits: 2)) %",
                        remark: "measured over predicted, at \(Int(worst.samples)) samples"),
                    .init(
                        "λ_k ~ k⁻ᵃ", NumberText.short(capacity), remark: "a, ranks \(ranks.lowerBound) to \(ranks.upperBound)"),
                    .init("target beyond k ~ k⁻ˢ", NumberText.short(tail), remark: "s, the same ranks"),
                    .init("exponent", NumberText.short(min(tail, 2 * capacity)), remark: "of samples by these: min(s, 2a)"),
                ]))
        }
        var sections = [
            Page.Section("Learning curve", [.figure(figure), .table(table)])
        ]
        if let fit {
            sections.append(
                Page.Section(
                    "The measured curve as a scaling law",
                    [
                        .callout(
                            fit.regime == .undecided ? .neutral : .good, title: fit.regime.text,
                            text: fit.reasons.joined(separator: " "))
                    ]))
        }
        sections.append(Page.Section("How to read it", Self.explanation.map { .paragraph($0) }))
        return Page(
            title: "Kernel regression on \(name): predicted and measured",
            subtitle: "\(settings.kernel.symbol), pool of \(pool) samples, \(outputs) output\(outputs == 1 ? "" : "s"), ridge "
                + "\(NumberText.short(settings.ridge)) of the mean diagonal",
            lead: lead, sections: sections)
    }

    private var worst: (samples: Double, ratio: Double)? {
        rows.compactMap { row in row.measured.map { (row.prediction.samples, $0.mean / row.resolved) } }
            .max { abs($0.1 - 1) < abs($1.1 - 1) }
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

    private var table: Table {
        Table(
            [
                .number("Samples"), .number("Predicted"), .number("Measured"), .number("Measured/predicted"),
                .number("From the spectrum"), .number("… and fresh samples"), .number("Modes learnt"),
            ],
            rows: rows.map { row in
                let p = row.prediction
                return [
                    "\(Int(p.samples))", NumberText.short(row.resolved, digits: 4),
                    row.measured.map { NumberText.withError($0.mean, $0.standardError) } ?? "–",
                    row.measured.map { NumberText.withError($0.mean / row.resolved, $0.standardError / row.resolved) } ?? "–",
                    NumberText.short(p.loss, digits: 4), NumberText.short(row.fresh.loss, digits: 4),
                    NumberText.short(p.learntModes),
                ]
            })
    }

    private var figure: Figure {
        let x = rows.map(\.prediction.samples)
        var marks: [Chart.Mark] = [
            .line(x, rows.map(\.fresh.loss), .series(2), label: "from the spectrum, fresh samples", dashed: true),
            .line(x, rows.map(\.prediction.loss), .series(1), label: "from the spectrum, this pool", dashed: true),
            .line(x, rows.map(\.resolved), .series(0), label: "predicted"),
        ]
        let measured = rows.compactMap { row in row.measured.map { (row.prediction.samples, $0) } }
        if !measured.isEmpty {
            marks.append(
                .points(
                    measured.map(\.0), measured.map(\.1.mean), errors: measured.map(\.1.standardError), .reference,
                    label: "measured"))
        }
        let curve = Chart("Test loss", x: .init("training samples", .logarithmic), y: .init("loss", .logarithmic), marks: marks)
        let λ = Array(task.spectrum.eigenvalues.reversed()), powers = Array(task.powers.reversed())
        var remaining = powers.reduce(0, +)
        let tails = powers.map { power -> Double in
            defer { remaining -= power }
            return remaining
        }
        let shown = Set(logSpaced(from: 1, to: Double(pool), count: 150).map { Int($0) - 1 }).sorted().filter {
            λ[$0] > 0 && tails[$0] > 0
        }
        let ranks = shown.map { Double($0 + 1) }
        let spectrum = Chart(
            "Spectrum", x: .init("rank", .logarithmic), y: .init("eigenvalue; target", .logarithmic),
            marks: [
                .line(ranks, shown.map { λ[$0] }, .series(3), label: "eigenvalue λ_k"),
                .line(ranks, shown.map { tails[$0] }, .series(4), label: "target in modes from k on"),
            ])
        return Figure(
            "learning-curve",
            caption:
                "Left: loss on samples that were not drawn; error bars over \(settings.draws) training sets. Right: what predicts it.",
            panels: [curve, spectrum])
    }

    private var arrays: [(name: String, array: Tensor)] {
        func column(_ values: [Double]) -> Tensor { Tensor(shape: [values.count], elements: values) }
        var arrays = [
            ("samples", column(rows.map(\.prediction.samples))), ("predicted_loss", column(rows.map(\.resolved))),
            ("predicted_loss_spectrum", column(rows.map(\.prediction.loss))),
            ("predicted_loss_fresh_samples", column(rows.map(\.fresh.loss))), ("eigenvalues", column(task.spectrum.eigenvalues)),
            ("target_powers", column(task.powers)),
        ]
        if rows.allSatisfy({ $0.measured != nil }) {
            arrays += [
                ("measured_loss", column(rows.map { $0.measured!.mean })),
                ("measured_loss_error", column(rows.map { $0.measured!.standardError })),
            ]
        }
        return arrays
    }

    struct Numbers: Encodable, Sendable {
        struct Point: Encodable, Sendable {
            let samples, predicted, predictedFromSpectrum, predictedFreshSamples, learntModes: Double
            let measured, measuredError: Double?
        }
        let data, kernel: String
        let pool: Int
        let eigenvalueExponent, targetTailExponent: Double?
        let points: [Point]
        let measuredLaw: MeasureScalingTopic.Numbers?

        init(_ topic: KernelCurveTopic) {
            (data, kernel, pool) = (topic.name, topic.settings.kernel.rawValue, topic.pool)
            eigenvalueExponent = topic.capacity.isFinite ? topic.capacity : nil
            targetTailExponent = topic.tail.isFinite ? topic.tail : nil
            points = topic.rows.map {
                Point(
                    samples: $0.prediction.samples, predicted: $0.resolved, predictedFromSpectrum: $0.prediction.loss,
                    predictedFreshSamples: $0.fresh.loss,
                    learntModes: $0.prediction.learntModes, measured: $0.measured?.mean, measuredError: $0.measured?.standardError
                )
            }
            measuredLaw = topic.fit.map(MeasureScalingTopic.Numbers.init)
        }
    }
}
