import SaddleNumerics
import SaddleReport
import SaddleTheory

extension PowerLawSurvey {
    func answer(_ settings: ScalingStudy) -> Answer {
        var answer = Answer(
            "Scaling laws of a power-law spectrum",
            subtitle: "eigenvalues k⁻ᵃ with a = \(NumberText.short(settings.eigenvalueExponent)), target k⁻ᵇ with b = "
                + "\(NumberText.short(settings.targetExponent)), label noise \(NumberText.short(settings.noise)), ridge "
                + "\(NumberText.short(settings.ridge))",
            warnings: settings.draws != ScalingStudy().draws
                ? ["'scaling.draws' is for data ('scaling.spectrum: data'); nothing was drawn here"] : [])
        answer.add(
            "samples_exponent", settings.noise > 0 ? exponents.noisySamples : exponents.samples,
            "Exponent of 1/P" + (settings.noise > 0 ? ", best ridge" : ""))
        answer.add("width_exponent", exponents.width, "Exponent of 1/N")
        answer.add("time_exponent", exponents.time, "Exponent of 1/t")
        answer.add("compute_exponent", exponents.compute, "Exponent of 1/C, C = Nt")
        answer.add("best_width_exponent", exponents.computeWidth, "Exponent of C in the best width")
        answer.lead = [.highlights(["samples", "width", "time", "compute", "best_width"].map { .init("\($0)_exponent") })]
        addArms(&answer)
        addCrossovers(&answer)
        addFrontier(&answer)
        answer.section("How to read it", Self.explanation.map { .paragraph($0) })
        return answer
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

    private func addArms(_ answer: inout Answer) {
        answer.add("resource", words: arms.map(\.resource) + ["compute"], "Resource")
        answer.add(
            "formula", words: arms.map(\.formula) + ["sw/(s + aw), s = b − 1, w = min(s, a)"], along: ["resource"], "Formula")
        answer.add(
            "exponent", arms.map(\.exponent) + [exponents.compute], along: ["resource"], "Exponent by that formula", "exponent",
            isPartial: true)
        answer.add(
            "slope", arms.map(\.slope) + [frontierSlope], along: ["resource"], "Slope of the curve's last quarter",
            "slope of the curve", isPartial: true)
        var marks: (sizes: [View.Mark], time: [View.Mark]) = ([], [])
        for (k, arm) in arms.enumerated() {
            let name = arm.resource.replacing(", ", with: "_").replacing(" ", with: "_")
            answer.add(name, arm.sizes, "Amounts of \(arm.resource)", arm.resource)
            answer.add("\(name)_loss", arm.losses, along: [name], "Loss with all else unlimited", "loss")
            let mark = View.Mark.line("\(name)_loss", .series(k), label: arm.resource)
            if arm.resource == "time" { marks.time.append(mark) } else { marks.sizes.append(mark) }
        }
        answer.section(
            "Exponents",
            [
                .table(["resource", "formula", "exponent", "slope"].map { .init($0) }),
                .figure(
                    "arms", caption: "One resource limited, all others unlimited.",
                    panels: [
                        .init("Loss", x: .init("samples or features", .logarithmic), y: .init("loss", .logarithmic), marks.sizes),
                        .init("Loss", x: .init("time · λ₁", .logarithmic), y: .init("loss", .logarithmic), marks.time),
                    ]),
            ])
    }

    private func addCrossovers(_ answer: inout Answer) {
        answer.add("crossover_width", crossovers.map { Int($0.width) }, "Width", "width")
        answer.add("crossover_limit", crossovers.map(\.limit), along: ["crossover_width"], "Loss with unlimited samples")
        let reach = crossovers.map { curve in
            curve.samples.indices.last { curve.losses[$0] > 2 * curve.limit }.map { curve.samples[$0] } ?? .nan
        }
        answer.add("crossover_samples", reach, along: ["crossover_width"], "Samples for twice that", isPartial: true)
        answer.add("crossover_slope", crossovers.map(\.slope), along: ["crossover_width"], "Slope of the rest", isPartial: true)
        var losses: [View.Mark] = [], rests: [View.Mark] = []
        for (k, curve) in crossovers.enumerated() {
            let name = "crossover_\(Int(curve.width))"
            answer.add("\(name)_samples", curve.samples, "Samples at width \(Int(curve.width))", "samples")
            answer.add("\(name)_loss", curve.losses, along: ["\(name)_samples"], "Loss", "loss", mayBeInfinite: true)
            answer.add(
                "\(name)_limit", curve.samples.map { _ in curve.limit }, along: ["\(name)_samples"],
                "Loss with unlimited samples", "loss")
            let kept = curve.samples.indices.filter { !(curve.losses[$0] <= curve.limit * (1 + 1e-9)) }
            answer.add("\(name)_rest_samples", kept.map { curve.samples[$0] }, "Samples where the loss exceeds that", "samples")
            answer.add(
                "\(name)_rest", kept.map { curve.losses[$0] - curve.limit }, along: ["\(name)_rest_samples"],
                "Loss − loss with unlimited samples",
                "difference", mayBeInfinite: true)
            losses += [
                .line("\(name)_loss", .series(k), label: "width \(Int(curve.width))"),
                .line("\(name)_limit", .series(k), dashed: true),
            ]
            rests.append(.line("\(name)_rest", .series(k)))
        }
        answer.section(
            "From one regime to the other",
            [
                .figure(
                    "crossovers",
                    caption:
                        "Double descent: without ridge the loss diverges where samples and features are equally many. Dashed: unlimited samples.",
                    panels: [
                        .init("Loss", x: .init("samples", .logarithmic), y: .init("loss", .logarithmic), losses),
                        .init(
                            "Loss − loss with unlimited samples", x: .init("samples", .logarithmic),
                            y: .init("difference", .logarithmic),
                            rests),
                    ]),
                .table(
                    ["width", "limit", "samples", "slope"].map { .init("crossover_\($0)") },
                    caption: "The rest falls as 1/samples: variance-limited."),
            ])
    }

    private func addFrontier(_ answer: inout Answer) {
        answer.add("frontier_compute", frontier.points.map(\.compute), "Compute", "compute N·t")
        answer.add("frontier_width", frontier.points.map(\.width), along: ["frontier_compute"], "Best width", "width")
        answer.add("frontier_loss", frontier.points.map(\.loss), along: ["frontier_compute"], "Loss at the best width", "loss")
        var marks = stride(from: 0, to: frontier.curves.count, by: 2).map { k -> View.Mark in
            let curve = frontier.curves[k], name = "frontier_curve_\(k)"
            answer.add(
                "\(name)_compute", curve.times.map { $0 * curve.width }, "Compute at width \(NumberText.short(curve.width))",
                "compute N·t")
            answer.add(name, curve.losses, along: ["\(name)_compute"], "Loss at that width", "loss")
            return .line(name, .series(k / 2 % 3 + 1))
        }
        marks.append(.line("frontier_loss", label: "frontier"))
        answer.section(
            "Compute",
            [
                .figure(
                    "frontier",
                    caption:
                        "One pass over fresh samples: one line a width, from 16 to 4096; the lower envelope is the frontier.",
                    panels: [
                        .init("Loss", x: .init(nil, .logarithmic), y: .init(nil, .logarithmic), marks),
                        .init("Best width", x: .init(nil, .logarithmic), y: .init(nil, .logarithmic), [.line("frontier_width")]),
                    ])
            ])
    }
}
