import SaddleNumerics
import SaddleReport

extension PowerLawTopic {
    var page: Page {
        Page(
            title: "Scaling laws of a power-law spectrum",
            subtitle: "eigenvalues k⁻ᵃ with a = \(NumberText.short(settings.eigenvalueExponent)), target k⁻ᵇ with b = "
                + "\(NumberText.short(settings.targetExponent)), label noise \(NumberText.short(settings.noise)), ridge "
                + "\(NumberText.short(settings.ridge))",
            lead: [
                .highlights([
                    .init(
                        "Samples", NumberText.short(settings.noise > 0 ? exponents.noisySamples : exponents.samples),
                        remark: settings.noise > 0 ? "exponent of 1/P, best ridge" : "exponent of 1/P"),
                    .init("Width", NumberText.short(exponents.width), remark: "exponent of 1/N"),
                    .init("Time", NumberText.short(exponents.time), remark: "exponent of 1/t"),
                    .init("Compute", NumberText.short(exponents.compute), remark: "exponent of 1/C, C = Nt"),
                    .init("Best width", NumberText.short(exponents.computeWidth), remark: "exponent of C"),
                ])
            ],
            sections: [
                Page.Section("Exponents", [.table(armTable), .figure(armFigure)]),
                Page.Section("From one regime to the other", [.figure(crossoverFigure), .table(crossoverTable)]),
                Page.Section("Compute", [.figure(frontierFigure)]),
                Page.Section("How to read it", Self.explanation.map { .paragraph($0) }),
            ])
    }

    private static let explanation = [
        """
        Each loss is computed from the spectrum, without any exponent: by deterministic equivalents for samples and random features, by \
        gradient flow on the population for time. Label noise of test points is not counted. The slope is that of the last quarter \
        of the curve. A smaller exponent than b − 1 (2a by samples, a by width) means that the first modes, not the tail, set the loss.
        """,
        """
        Resolution-limited: the resource that is scaled decides how many modes are learnt, and the exponent is its own. Variance-limited: \
        the loss nears what another resource leaves, and the rest falls as 1/x whatever the spectrum.
        """,
    ]

    private var armTable: Table {
        Table(
            [.text("Resource"), .text("Formula"), .number("Exponent"), .number("Slope of the curve")],
            rows: arms.map {
                [$0.resource, $0.formula, $0.exponent.isNaN ? "–" : NumberText.short($0.exponent), slope($0.slope)]
            } + [
                [
                    "compute", "sw/(s + aw), s = b − 1, w = min(s, a)", NumberText.short(exponents.compute), slope(frontierSlope),
                ]
            ])
    }

    private func slope(_ x: Double) -> String { x.isNaN ? "–" : NumberText.short(x) }

    private var armFigure: Figure {
        let panels = [("samples or features", ["samples", "samples, best ridge", "width"]), ("time · λ₁", ["time"])].map {
            label, names in
            Chart(
                "Loss", x: .init(label, .logarithmic), y: .init("loss", .logarithmic),
                marks: arms.enumerated().filter { names.contains($0.element.resource) }.map { k, arm in
                    .line(arm.sizes, arm.losses, .series(k), label: arm.resource)
                })
        }
        return Figure("arms", caption: "One resource limited, all others unlimited.", panels: panels)
    }

    private var crossoverFigure: Figure {
        let losses = Chart(
            "Loss", x: .init("samples", .logarithmic), y: .init("loss", .logarithmic),
            marks: crossovers.enumerated().flatMap { k, curve -> [Chart.Mark] in
                let ends = [curve.samples.first!, curve.samples.last!]
                return [
                    .line(curve.samples, curve.losses, .series(k), label: "width \(Int(curve.width))"),
                    .line(ends, [curve.limit, curve.limit], .series(k), dashed: true),
                ]
            })
        let rests = Chart(
            "Loss − loss with unlimited samples", x: .init("samples", .logarithmic), y: .init("difference", .logarithmic),
            marks: crossovers.enumerated().map { k, curve in
                let kept = curve.samples.indices.filter { !(curve.losses[$0] <= curve.limit * (1 + 1e-9)) }
                return .line(kept.map { curve.samples[$0] }, kept.map { curve.losses[$0] - curve.limit }, .series(k))
            })
        return Figure(
            "crossovers",
            caption:
                "Double descent: without ridge the loss diverges where samples and features are equally many. Dashed: unlimited samples.",
            panels: [losses, rests])
    }

    private var crossoverTable: Table {
        Table(
            [
                .number("Width"), .number("Loss with unlimited samples"), .number("Samples for twice that"),
                .number("Slope of the rest"),
            ],
            rows: crossovers.map { curve in
                let reach = curve.samples.indices.last { curve.losses[$0] > 2 * curve.limit }
                return [
                    "\(Int(curve.width))", NumberText.short(curve.limit),
                    reach.map { "\(NumberText.short(curve.samples[$0], digits: 2))" } ?? "–", slope(curve.slope),
                ]
            }, caption: "The rest falls as 1/samples: variance-limited.")
    }

    private var frontierFigure: Figure {
        var marks: [Chart.Mark] = stride(from: 0, to: frontier.curves.count, by: 2).map { k in
            let curve = frontier.curves[k]
            return .line(curve.times.map { $0 * curve.width }, curve.losses, .series(k / 2 % 3 + 1))
        }
        marks.append(.line(frontier.points.map(\.compute), frontier.points.map(\.loss), .reference, label: "frontier"))
        let losses = Chart("Loss", x: .init("compute N·t", .logarithmic), y: .init("loss", .logarithmic), marks: marks)
        let widths = Chart(
            "Best width", x: .init("compute N·t", .logarithmic), y: .init("width", .logarithmic),
            marks: [.line(frontier.points.map(\.compute), frontier.points.map(\.width), .reference)])
        return Figure(
            "frontier",
            caption: "One pass over fresh samples: one line a width, from 16 to 4096; the lower envelope is the frontier.",
            panels: [losses, widths])
    }

    var arrays: [(name: String, array: Tensor)] {
        func column(_ values: [Double]) -> Tensor { Tensor(shape: [values.count], elements: values) }
        var arrays = arms.flatMap { arm -> [(name: String, array: Tensor)] in
            let name = arm.resource == "samples, best ridge" ? "samples_best_ridge" : arm.resource
            return [("\(name)", column(arm.sizes)), ("\(name)_loss", column(arm.losses))]
        }
        arrays += [
            ("frontier_compute", column(frontier.points.map(\.compute))),
            ("frontier_width", column(frontier.points.map(\.width))),
            ("frontier_loss", column(frontier.points.map(\.loss))),
        ]
        return arrays
    }

    struct Numbers: Encodable, Sendable {
        struct Law: Encodable, Sendable {
            let resource: String
            let exponent, slope: Double?
        }
        let eigenvalueExponent, targetExponent, noise, ridge: Double
        let laws: [Law]
        let bestWidthExponent: Double

        init(_ topic: PowerLawTopic) {
            (eigenvalueExponent, targetExponent) = (topic.settings.eigenvalueExponent, topic.settings.targetExponent)
            (noise, ridge) = (topic.settings.noise, topic.settings.ridge)
            func finite(_ x: Double) -> Double? { x.isFinite ? x : nil }
            laws =
                topic.arms.map { Law(resource: $0.resource, exponent: finite($0.exponent), slope: finite($0.slope)) }
                + [Law(resource: "compute", exponent: topic.exponents.compute, slope: finite(topic.frontierSlope))]
            bestWidthExponent = topic.exponents.computeWidth
        }
    }
}
