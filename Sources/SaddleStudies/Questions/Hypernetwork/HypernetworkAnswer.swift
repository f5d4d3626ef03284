import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// The kernel of a network that writes the weights of another, what each width leaves random, and how the encoding of its inputs carries
/// the signal; beside finite networks where there are some.
struct HypernetworkAnswer: Sendable {
    let study: HypernetworkStudy
    let theory: HypernetworkSurvey
    let measured: HypernetworkEnsemble?

    init(_ study: HypernetworkStudy, _ theory: HypernetworkSurvey, measured: HypernetworkEnsemble?) {
        (self.study, self.theory, self.measured) = (study, theory, measured)
    }

    var answer: Answer {
        let hyper = study.hypernetwork, kernels = theory.kernels
        var answer = Answer(
            "Hypernetwork: \(hyper.meta.text) writes \(hyper.primary.text)",
            subtitle:
                "encoding \(hyper.encoding.rawValue), base scale \(NumberText.short(hyper.baseScale)); kernels at x = 1, z = 1")
        answer.add("tangent_kernel", kernels.tangent[0, 0], "Θ of the hypernetwork", "Θ")
        answer.add("weight_tangent_kernel", kernels.weightTangent[0, 0], "Θ of a written weight")
        answer.add("primary_tangent_kernel", kernels.primaryTangent[0, 0], "Θ of the primary network")
        answer.add("weight_variance", kernels.weights[0, 0], "Variance of a written weight", "Var θ")
        answer.add("output_variance", kernels.outputs[0, 0], "Variance of the output", "Var h")
        answer.add("primary_fluctuation", theory.fluctuation, "m · relative variance of Θ for N → ∞")
        answer.lead = [
            .highlights([
                .init("tangent_kernel", remark: "both widths to infinity"),
                .init("weight_tangent_kernel", remark: "of the meta network"),
                .init("primary_tangent_kernel"), .init("weight_variance"), .init("primary_fluctuation"),
            ])
        ]
        if let measured {
            answer.check = CheckSummary(HypernetworkCheck.check(theory, measured, study.metaWidths, study.primaryWidths))
            answer.section(
                "Theory and networks",
                [
                    .checked(
                        caption:
                            "Means over networks of all widths, extrapolated in 1/N and 1/m. Signals along γ are of the same networks, "
                            + "and move together.")
                ])
        }
        addWidths(&answer)
        addProfiles(&answer)
        answer.section("How to read it", Self.explanation.map { .paragraph($0) })
        return answer
    }

    private func addWidths(_ answer: inout Answer) {
        answer.add("primary_width", study.primaryWidths, "Width of the primary network", "m")
        answer.add(
            "relative_variance_floor", study.primaryWidths.map { theory.fluctuation / Double($0) }, along: ["primary_width"],
            "Relative variance of Θ for N → ∞", "Var Θ/Θ², N → ∞")
        guard let measured else {
            return answer.section("Two widths", [.table([.init("primary_width"), .init("relative_variance_floor")])])
        }
        let cells = measured.cells, axes = ["meta_width", "primary_width"],
            shape = [study.metaWidths.count, study.primaryWidths.count]
        answer.add("meta_width", study.metaWidths, "Width of the network that writes weights", "meta width N")
        answer.add("mean_tangent_kernel", cells.map(\.mean), along: axes, shape: shape, "Mean of Θ over networks", "E Θ")
        answer.add(
            "relative_variance", cells.map(\.relativeVariance), along: axes, shape: shape, "Relative variance of Θ over networks",
            "Var Θ / Θ²")
        let columns: [View.Column] = study.primaryWidths.indices.flatMap { i -> [View.Column] in
            let m = study.primaryWidths[i]
            return [
                .init("mean_tangent_kernel", "E Θ, m = \(m)", at: i), .init("relative_variance", "Var Θ/Θ², m = \(m)", at: i),
            ]
        }
        var marks: [View.Mark] = []
        for (i, m) in study.primaryWidths.enumerated() {
            answer.add(
                "relative_variance_\(m)",
                study.metaWidths.indices.map { cells[$0 * study.primaryWidths.count + i].relativeVariance },
                along: ["meta_width"], "Relative variance of Θ at m = \(m)", "Var Θ / Θ²")
            answer.add(
                "relative_variance_floor_\(m)", study.metaWidths.map { _ in theory.fluctuation / Double(m) },
                along: ["meta_width"],
                "What m = \(m) leaves of it", "Var Θ / Θ²")
            marks += [
                .line("relative_variance_floor_\(m)", .series(i), label: "m = \(m)", dashed: true),
                .points("relative_variance_\(m)", .series(i), label: "m = \(m)"),
            ]
        }
        answer.section(
            "Two widths",
            [
                .table([.init("primary_width"), .init("relative_variance_floor")]), .table([.init("meta_width")] + columns),
                .figure(
                    "widths", caption: "Dashed: what the primary width m leaves for N → ∞.",
                    panels: [
                        .init(
                            "Relative variance of the tangent kernel", x: .init(nil, .logarithmic), y: .init(nil, .logarithmic),
                            marks)
                    ]),
            ])
    }

    private func addProfiles(_ answer: inout Answer) {
        answer.add("gamma", HypernetworkSurvey.places, "Size of the meta input x = γ(1, …, 1)", "γ")
        var columns: [View.Column] = [.init("gamma")], marks: [View.Mark] = []
        for (k, profile) in theory.profiles.enumerated() {
            let name = profile.encoding.rawValue, label = "encoding \(name)"
            answer.add(
                "weight_variance_\(name)", profile.weights, along: ["gamma"], "Variance of a weight, \(label)", "Var θ, \(name)")
            answer.add(
                "signal_\(name)", profile.outputs, along: ["gamma"], "Mean square of the output, \(label)", "E h², \(name)")
            columns += [.init("weight_variance_\(name)"), .init("signal_\(name)")]
            marks.append(.line("signal_\(name)", .series(k), label: label))
            if let measured {
                answer.add(
                    "signal_\(name)_measured", measured.profiles[k], along: ["gamma"], "The same over the widest networks",
                    "measured")
                columns.append(.init("signal_\(name)_measured"))
                marks.append(.points("signal_\(name)_measured", .series(k), label: label))
            }
        }
        answer.section(
            "Signal along x = γ(1, …, 1)",
            [
                .table(columns),
                .figure(
                    "signal", caption: "Mean square of the output over initialisations against the size of the meta input.",
                    panels: [.init("Signal at the output", y: .init("E h²", .logarithmic), marks)]),
            ])
    }

    private static let explanation = [
        "The tangent kernel of a hypernetwork is the product of the tangent kernel of one written weight (meta network, width N) and "
            + "that of the primary network (width m). It is deterministic only if both widths grow: with m fixed its relative "
            + "variance falls to a floor of about (m · relative variance)/m and stays there however wide the meta network is. "
            + "Means exceed their limits by a few times 1/N; variances are shown beside their floor and not judged, for their tails are heavy.",
        "Without encoding, the variance of the written weights follows |γ|², and the signal of the primary network follows it once "
            + "for every layer. The encoding [cos(πγ/2), sin(πγ/2)] has the same norm for every γ, so that one scale can be "
            + "critical for all of them.",
    ]
}

extension HypernetworkStudy {
    func survey() throws -> HypernetworkSurvey {
        try HypernetworkSurvey(hypernetwork, metaInputs: metaInputs, primaryInputs: primaryInputs)
    }
}

extension Network {
    fileprivate var text: String { "\(activation.name) with \(hiddenLayers) hidden layer\(hiddenLayers == 1 ? "" : "s")" }
}
