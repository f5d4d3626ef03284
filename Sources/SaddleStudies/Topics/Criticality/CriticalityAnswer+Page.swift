import Foundation
import SaddleNumerics
import SaddleReport
import SaddleTheory

extension CriticalityAnswer {
    func page(_ study: Study) -> Page {
        Page(
            title: "Criticality of \(activation.name)", subtitle: "Layers K → C_b + C_W⟨φ²⟩, with C_W = σ_w² and C_b = σ_b²",
            lead: [.callout(.neutral, title: criticality.universality.text, text: advice)],
            sections: [
                Page.Section("Critical points", criticality.points.isEmpty ? [] : criticalPoints),
                Page.Section("At the scales of the study", ownScales),
                Page.Section("Learning rates by layer", learningRates),
                Page.Section("Pictures", [phaseFigure, responseFigure]),
            ].filter { !$0.blocks.isEmpty })
    }

    private var advice: String {
        guard criticality.universality != .none, let point = criticality.points.first else {
            return criticality.remarks.joined(separator: "; ")
        }
        return "Set weight_scale to \(Self.digits(point.weightVariance.squareRoot())) and bias_scale to "
            + "\(Self.digits(point.biasVariance.squareRoot()))."
    }

    /// Digits without the zeros at the end.
    private static func digits(_ x: Double, _ count: Int = 10) -> String {
        var text = NumberText.short(x, digits: count)
        if text.contains(".") && !text.contains("·") { while text.last == "0" { text.removeLast() } }
        if text.last == "." { text.removeLast() }
        return text
    }

    private var criticalPoints: [Page.Block] {
        var blocks: [Page.Block] = []
        if !criticality.points.isEmpty {
            blocks.append(
                .table(
                    Table(
                        [
                            .number("K*"), .number("C_W"), .number("C_b"), .number("a₁"), .number("b₁"), .number("p_⊥"),
                            .text("nearby kernels"),
                        ],
                        rows: criticality.points.map { point in
                            [
                                point.kernel.map { Self.digits($0) } ?? "any", Self.digits(point.weightVariance),
                                Self.digits(point.biasVariance), NumberText.short(point.curvature, digits: 6),
                                NumberText.short(point.slope, digits: 6), NumberText.short(point.gradientExponent, digits: 4),
                                point.stability.text,
                            ]
                        })))
            blocks.append(
                .paragraph(
                    """
                    Near K* a deviation k follows k → k + a₁k², and χ_⊥ = 1 + b₁k: kernels approach K* as −1/(a₁ℓ), and the squared \
                    gradient of L layers then decays as L to the power −p_⊥ = −b₁/a₁.
                    """))
        }
        if !criticality.remarks.isEmpty { blocks.append(.list(criticality.remarks)) }
        return blocks
    }

    private var ownScales: [Page.Block] {
        let response = limit.response
        let kernel =
            limit.phase == .unbounded ? "grows without bound" : "tends to \(NumberText.short(response.kernel, digits: 6))"
        func depth(_ x: Double) -> String { "over \(NumberText.short(x, digits: 4)) layers" }
        return [
            .facts([
                .init("C_W, C_b", "\(Self.digits(map.weightVariance)), \(Self.digits(map.biasVariance))"),
                .init("phase", limit.phase.text), .init("kernel", kernel),
                .init("χ_∥", "\(Self.digits(response.parallel)): changes of the kernel by e \(depth(response.parallelDepth))"),
                .init(
                    "χ_⊥",
                    "\(Self.digits(response.perpendicular)): gradients, and distances of inputs, squared, by e "
                        + depth(response.perpendicularDepth)),
            ])
        ]
    }

    private var learningRates: [Page.Block] {
        guard criticality.universality != .none, let point = criticality.points.first else { return [] }
        let rates = point.learningRates
        func law(_ layerPower: Double) -> String {
            let factors = [("L", rates.depthPower), ("ℓ", layerPower)].filter { abs($0.1) > 1e-9 }
            if factors.isEmpty { return "the same for all layers and depths" }
            return "∝ " + factors.map { "\($0.0)^\(Self.digits($0.1, 4))" }.joined(separator: " · ")
        }
        return [
            .facts([.init("weights, λ_W", law(rates.weightLayerPower)), .init("biases, λ_b", law(rates.biasLayerPower))]),
            .paragraph(
                "For layer ℓ of L at the critical point\(point.kernel ?? 0 > 0 ? ", for kernels that start at K*" : ""): every "
                    + "layer then contributes equally to the tangent kernel."),
        ]
    }

    private var phaseFigure: Page.Block {
        let (rows, columns) = (diagram.weightVariances.count, diagram.biasVariances.count)
        let values = diagram.limits.flatMap {
            $0.map { $0.phase == .unbounded ? Double.nan : log($0.response.perpendicular) }
        }
        let largest = values.filter(\.isFinite).map { abs($0) }.max() ?? 1
        // The edges of the outermost cells.
        let top = diagram.weightVariances[rows - 1] + diagram.weightVariances[0]
        let right = diagram.biasVariances[columns - 1] + diagram.biasVariances[0]
        var marks: [Chart.Mark] = []
        if diagram.criticalLine.count > 1 {
            marks.append(
                .line(
                    diagram.criticalLine.map(\.biasVariance), diagram.criticalLine.map(\.weightVariance), .reference,
                    label: "χ_⊥ = 1"))
        }
        let points = criticality.points.filter { $0.stability != .repelling }
        if !points.isEmpty {
            marks.append(
                .points(
                    points.map(\.biasVariance), points.map(\.weightVariance), .reference, label: "critical point", radius: 5))
        }
        marks.append(.points([map.biasVariance], [map.weightVariance], .series(2), label: "the study", radius: 5))
        let chart = Chart(
            "ln χ_⊥ where the kernel ends", x: Chart.Axis("C_b = σ_b²"), y: Chart.Axis("C_W = σ_w²"), marks: marks,
            ground: Chart.Ground(
                x: 0...right, y: 0...top, rows: rows, columns: columns, values: values,
                colours: .diverging(upTo: max(min(largest, 1), 0.1))))
        return .figure(
            Figure(
                "phases",
                caption: """
                    Blue: ordered, inputs become alike and gradients vanish. Orange: chaotic, gradients explode. Grey: the kernel \
                    grows without bound. The depth scale is 1/|ln χ_⊥| layers. Kernels start at K = 1.
                    """, columns: 1, panels: [chart]))
    }

    private var responseFigure: Page.Block {
        let kernels = responses.map(\.kernel)
        let scales =
            "C_W = \(NumberText.short(responseMap.weightVariance, digits: 4)), C_b = \(NumberText.short(responseMap.biasVariance, digits: 4))"
        let susceptibilities = Chart(
            "Susceptibilities at \(scales)", x: Chart.Axis("kernel K", .logarithmic), y: Chart.Axis("", including: [0, 1]),
            marks: [
                .line(kernels, responses.map(\.parallel), .series(0), label: "χ_∥, changes of the kernel"),
                .line(kernels, responses.map(\.perpendicular), .series(1), label: "χ_⊥, gradients and distances"),
                .line([kernels[0], kernels[kernels.count - 1]], [1, 1], .muted, dashed: true),
            ])
        let step = Chart(
            "The next layer's kernel, as a ratio", x: Chart.Axis("kernel K", .logarithmic), y: Chart.Axis("K⁺/K"),
            marks: [
                .line(kernels, responses.map { min($0.next / $0.kernel, 3) }, .series(0), label: "K⁺/K (cut at 3)"),
                .line([kernels[0], kernels[kernels.count - 1]], [1, 1], .muted, dashed: true),
            ])
        return .figure(
            Figure(
                "susceptibilities", caption: "At the critical scales, or the study's if there are none.",
                panels: [susceptibilities, step]))
    }
}
