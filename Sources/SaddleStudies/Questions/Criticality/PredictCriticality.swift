import Foundation
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle predict criticality`: at which scales of weights and biases a deep network neither explodes nor forgets its input.
enum PredictCriticality: Question {
    static let verb = QuestionVerb.predict
    static let name = "criticality"
    static let phrase = "finding the critical points"
    static let summary = "At which scales deep networks of an activation neither explode nor forget their input."
    static let discussion = """
        Universality class, critical weight and bias scales, susceptibilities and depth scales of the study's own \
        scales, learning rates by layer, and the phase diagram.
        """
    static let examples = ["--activation gelu", "digits.yaml", "--activation tanh --weight-scale 1.5 --json"]
    static let sections = ["network"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study
        try study.checkPropagates()
        let survey = try study.propagating { try CriticalitySurvey(study.network) }
        let criticality = survey.criticality
        var answer = Answer(
            "Criticality of \(study.network.activation.name)",
            subtitle: "Layers K → C_b + C_W⟨φ²⟩, with C_W = σ_w² and C_b = σ_b²"
        )
        answer.add("universality", criticality.universality.key, "Universality class")
        let advice =
            criticality.universality == .none
            ? criticality.remarks.joined(separator: "; ")
            : criticality.points.first.map {
                "Set weight_scale to \(digits($0.weightVariance.squareRoot())) and bias_scale to \(digits($0.biasVariance.squareRoot()))."
            } ?? criticality.remarks.joined(separator: "; ")
        answer.lead = [.callout(.neutral, title: criticality.universality.text, text: advice)]
        if !criticality.points.isEmpty { answer.addPoints(criticality) }
        answer.addOwnScales(survey)
        if criticality.universality != .none, let point = criticality.points.first { answer.addLearningRates(point) }
        answer.addDiagram(survey)
        return answer
    }

    /// Digits without the zeros at the end.
    fileprivate static func digits(_ x: Double, _ count: Int = 10) -> String {
        var text = NumberText.short(x, digits: count)
        if text.contains(".") && !text.contains("·") { while text.last == "0" { text.removeLast() } }
        if text.last == "." { text.removeLast() }
        return text
    }
}

extension Answer {
    fileprivate mutating func addPoints(_ criticality: Criticality) {
        let points = criticality.points, index = ["critical_stability"]
        add("critical_stability", words: points.map(\.stability.text), "nearby kernels")
        add(
            "critical_kernel", points.map { $0.kernel ?? .nan }, along: index, "Kernel at the critical point; none: every kernel",
            "K*",
            isPartial: true)
        add("critical_weight_variance", points.map(\.weightVariance), along: index, "Weight variance", "C_W")
        add("critical_bias_variance", points.map(\.biasVariance), along: index, "Bias variance", "C_b")
        add("critical_weight_scale", points.map { $0.weightVariance.squareRoot() }, along: index, "Weight scale", "σ_w")
        add("critical_bias_scale", points.map { $0.biasVariance.squareRoot() }, along: index, "Bias scale", "σ_b")
        add("critical_curvature", points.map(\.curvature), along: index, "Curvature of the kernel map", "a₁")
        add("critical_slope", points.map(\.slope), along: index, "Slope of χ_⊥", "b₁")
        add("critical_gradient_exponent", points.map(\.gradientExponent), along: index, "Power of the decay of gradients", "p_⊥")
        section(
            "Critical points",
            [
                .table(
                    [
                        "kernel", "weight_scale", "bias_scale", "weight_variance", "bias_variance", "curvature", "slope",
                        "gradient_exponent",
                    ]
                    .map { .init("critical_\($0)") } + [.init("critical_stability")]),
                .paragraph(
                    """
                    Near K* a deviation k follows k → k + a₁k², and χ_⊥ = 1 + b₁k: kernels approach K* as −1/(a₁ℓ), and the squared \
                    gradient of L layers then decays as L to the power −p_⊥ = −b₁/a₁.
                    """),
            ] + (criticality.remarks.isEmpty ? [] : [.list(criticality.remarks)]))
    }

    fileprivate mutating func addOwnScales(_ survey: CriticalitySurvey) {
        let limit = survey.limit, response = limit.response
        add("weight_variance", survey.map.weightVariance, "Weight variance of the study", "C_W")
        add("bias_variance", survey.map.biasVariance, "Bias variance of the study", "C_b")
        add("phase", limit.phase.rawValue, "Phase")
        if limit.phase != .unbounded { add("kernel", response.kernel, "Kernel that layers tend to", "K") }
        add("chi_parallel", response.parallel, "Factor a layer of changes of the kernel", "χ_∥")
        add("chi_perpendicular", response.perpendicular, "Factor a layer of squared gradients and distances", "χ_⊥")
        add(
            "parallel_depth", response.parallelDepth, "Layers over which changes of the kernel fall by e", unit: "layers",
            mayBeInfinite: true)
        add(
            "perpendicular_depth", response.perpendicularDepth, "Layers over which gradients fall or grow by e", unit: "layers",
            mayBeInfinite: true)
        section(
            "At the scales of the study",
            [
                .facts(
                    [.init("weight_variance"), .init("bias_variance"), .init("phase", remark: limit.phase.remark)]
                        + (limit.phase == .unbounded ? [] : [.init("kernel")])
                        + ["chi_parallel", "parallel_depth", "chi_perpendicular", "perpendicular_depth"].map { .init($0) })
            ])
    }

    fileprivate mutating func addLearningRates(_ point: CriticalPoint) {
        let rates = point.learningRates
        add("learning_rate_depth_power", rates.depthPower, "Power of the depth L in learning rates", "L")
        add("learning_rate_weight_layer_power", rates.weightLayerPower, "Power of the layer ℓ in that of weights", "ℓ")
        add("learning_rate_bias_layer_power", rates.biasLayerPower, "Power of the layer ℓ in that of biases", "ℓ")
        section(
            "Learning rates by layer",
            [
                .facts(
                    [
                        .init("learning_rate_depth_power"), .init("learning_rate_weight_layer_power"),
                        .init("learning_rate_bias_layer_power"),
                    ]),
                .paragraph(
                    "For layer ℓ of L at the critical point\(point.kernel ?? 0 > 0 ? ", for kernels that start at K*" : ""): every "
                        + "layer then contributes equally to the tangent kernel."),
            ])
    }

    fileprivate mutating func addDiagram(_ survey: CriticalitySurvey) {
        let diagram = survey.diagram, limits = diagram.limits.flatMap { $0 }
        let grid = [diagram.weightVariances.count, diagram.biasVariances.count],
            axes = ["diagram_weight_variance", "diagram_bias_variance"]
        add("diagram_weight_variance", diagram.weightVariances, "Weight variance", "C_W = σ_w²")
        add("diagram_bias_variance", diagram.biasVariances, "Bias variance", "C_b = σ_b²")
        let kernels = limits.map { $0.phase == .unbounded ? .infinity : $0.response.kernel }
        add(
            "diagram_kernel", kernels, along: axes, shape: grid, "Kernel that layers tend to from K = 1", "K", mayBeInfinite: true
        )
        add("diagram_chi_parallel", limits.map(\.response.parallel), along: axes, shape: grid, "χ_∥ there", "χ_∥")
        add("diagram_chi_perpendicular", limits.map(\.response.perpendicular), along: axes, shape: grid, "χ_⊥ there", "χ_⊥")
        let logs = limits.map { $0.phase == .unbounded ? Double.nan : min(max(log($0.response.perpendicular), -1), 1) }
        add("diagram_log_chi", logs, along: axes, shape: grid, "ln χ_⊥, cut at ±1", "ln χ_⊥", isPartial: true)
        let line = diagram.criticalLine
        add("critical_line_bias_variance", line.map(\.biasVariance), "Bias variance where χ_⊥ = 1", "C_b = σ_b²")
        add(
            "critical_line_weight_variance", line.map(\.weightVariance), along: ["critical_line_bias_variance"],
            "Weight variance where χ_⊥ = 1", "C_W = σ_w²")
        add("critical_line_kernel", line.map(\.kernel), along: ["critical_line_bias_variance"], "Kernel where χ_⊥ = 1", "K")

        var marks: [View.Mark] = line.count > 1 ? [.line("critical_line_weight_variance", label: "χ_⊥ = 1")] : []
        if !survey.criticality.points.isEmpty {
            marks.append(
                .points("critical_weight_variance", x: "critical_bias_variance", .reference, label: "critical point", radius: 5))
        }
        marks.append(.points("weight_variance", x: "bias_variance", .series(2), label: "the study", radius: 5))

        let responses = survey.responses, along = ["response_kernel"]
        add("response_kernel", responses.map(\.kernel), "Kernel", "kernel K")
        add("response_parallel", responses.map(\.parallel), along: along, "χ_∥ at that kernel", "χ_∥")
        add("response_perpendicular", responses.map(\.perpendicular), along: along, "χ_⊥ at that kernel", "χ_⊥")
        add("response_ratio", responses.map { $0.next / $0.kernel }, along: along, "The next layer's kernel, as a ratio", "K⁺/K")
        let scales =
            "C_W = \(NumberText.short(survey.responseMap.weightVariance, digits: 4)), C_b = \(NumberText.short(survey.responseMap.biasVariance, digits: 4))"
        section(
            "Pictures",
            [
                .figure(
                    "phases",
                    caption: """
                        Blue: ordered, inputs become alike and gradients vanish. Orange: chaotic, gradients explode. Grey: the kernel \
                        grows without bound. The depth scale is 1/|ln χ_⊥| layers. Kernels start at K = 1.
                        """, columns: 1,
                    panels: [
                        .init(
                            "ln χ_⊥ where the kernel ends", x: .init("C_b = σ_b²"), y: .init("C_W = σ_w²"), marks,
                            ground: .init("diagram_log_chi", isDiverging: true))
                    ]),
                .figure(
                    "susceptibilities", caption: "At the critical scales, or the study's if there are none.",
                    panels: [
                        .init(
                            "Susceptibilities at \(scales)", x: .init(nil, .logarithmic), y: .init("", including: [0, 1]),
                            [
                                .line("response_parallel", .series(0), label: "χ_∥, changes of the kernel"),
                                .line("response_perpendicular", .series(1), label: "χ_⊥, gradients and distances"),
                            ]),
                        .init(
                            "The next layer's kernel, as a ratio", x: .init(nil, .logarithmic),
                            y: .init(nil, .logarithmic, including: [1]),
                            [.line("response_ratio", .series(0), label: "K⁺/K")]),
                    ]),
            ])
    }
}
