import Numerics
import SaddleNumerics
import SaddleReport

extension PlanarComparison {
    func answer(_ study: RandomMatrixStudy) -> Answer {
        var answer = Answer("Eigenvalues of \(study.model.title)", subtitle: "\(samples.count) matrices of order \(study.size)")
        answer.check = CheckSummary(check)
        answer.add("half_width", law.halfWidth, "Half axis along the real line")
        answer.add("half_height", law.halfHeight, "Half axis along the imaginary line")
        answer.add("density", law.density(0), "Density inside the ellipse")
        answer.lead = [.highlights([.init("half_width"), .init("half_height"), .init("density", remark: "inside the ellipse")])]
        let values = samples.flatMap { $0 }, shape = [samples.count, study.size]
        answer.add(
            "eigenvalue_real", values.map(\.real), shape: shape, "Real parts of the eigenvalues of every matrix", "real part")
        answer.add("eigenvalue_imaginary", values.map(\.imaginary), shape: shape, "Their imaginary parts", "imaginary part")
        addPlane(&answer)
        answer.section(
            "Theory and matrices",
            [
                .checked(
                    caption: radial.isEmpty
                        ? "Means over eigenvalues, extrapolated to N → ∞ from two sizes, beside means over the ellipse; E tr J² = Nτ + 1 is exact."
                        : "Exact means and variances at this size, from independent gamma variables, beside eigenvalues of matrices."
                )
            ])
        if !radial.isEmpty { addCumulants(size: Double(study.size), &answer) }
        return answer
    }

    private func addPlane(_ answer: inout Answer) {
        let shown = samples[0].prefix(1500), angles = (0...120).map { 2 * Double.pi * Double($0) / 120 }
        answer.add("shown_real", shown.map(\.real), "Real parts of the eigenvalues of the first matrix", "real part")
        answer.add("shown_imaginary", shown.map(\.imaginary), along: ["shown_real"], "Their imaginary parts", "imaginary part")
        answer.add("boundary_real", angles.map { law.halfWidth * Double.cos($0) }, "Boundary of the limit", "real part")
        answer.add(
            "boundary_imaginary", angles.map { law.halfHeight * Double.sin($0) }, along: ["boundary_real"], "The same",
            "imaginary part")
        let isRadial = !radial.isEmpty
        let values = samples.flatMap { $0.map { isRadial ? $0.length : $0.real } }, reach = isRadial ? 1 : law.halfWidth
        let low = isRadial ? 0 : min(-reach, values.min()!), high = max(reach, values.max()!)
        let histogram = Histogram(values, from: low, to: high, bins: 50), label = isRadial ? "|z|" : "real part"
        let xs = (0...200).map { (isRadial ? 0 : -reach) + Double($0) / 200 * (isRadial ? reach : 2 * reach) }
        answer.add("histogram_edges", histogram.edges, "Edges of the histogram", label)
        answer.add(
            "histogram", histogram.densities, "Density of \(isRadial ? "moduli" : "real parts") in all matrices", "density")
        answer.add("marginal_x", xs, isRadial ? "Moduli" : "Real parts", label)
        answer.add(
            "marginal", xs.map { isRadial ? law.radialMarginal($0) : law.realMarginal($0) }, along: ["marginal_x"],
            "Their density in the limit",
            "density")
        answer.section(
            "The plane",
            [
                .figure(
                    "plane",
                    caption: "Left: eigenvalues of the first matrix and the predicted boundary. Right: "
                        + (isRadial ? "their moduli in all matrices" : "their real parts in all matrices") + ", and the limit.",
                    panels: [
                        .init(
                            "Eigenvalues",
                            [
                                .points("shown_imaginary", label: "one matrix", radius: 1.6),
                                .line("boundary_imaginary", label: "limit"),
                            ]),
                        .init(
                            isRadial ? "Moduli" : "Real parts", x: .init(label), y: .init("density", including: [0]),
                            [
                                .steps("histogram", edges: "histogram_edges", label: "\(samples.count) matrices"),
                                .line("marginal", label: "limit"),
                            ]),
                    ])
            ])
    }

    private func addCumulants(size n: Double, _ answer: inout Answer) {
        answer.add("function", words: radial.map(\.name), "f")
        for q in 0..<4 {
            let scale = Double.pow(n, Double(max(q - 1, 0))), symbol = ["κ₁", "κ₂", "N κ₃", "N² κ₄"][q]
            answer.add(
                "cumulant_\(q + 1)", radial.map { scale * $0.exact[q] }, along: ["function"], "\(symbol) of Σ f, exact at this N",
                symbol)
            if q > 0 {
                answer.add("cumulant_\(q + 1)_limit", radial.map { $0.limits[q - 1] }, along: ["function"], "Its limit", "limit")
            }
        }
        answer.section(
            "Cumulants of Σ f(|z|)",
            [
                .table(
                    [.init("function"), .init("cumulant_1")]
                        + (2...4).flatMap { [.init("cumulant_\($0)"), .init("cumulant_\($0)_limit")] }),
                .paragraph(
                    "κ₂ tends to (1/4π)∫|∇f|²; N κ₃ to (f′(1)/2)³ and N² κ₄ to a number that depends, too, only on f at the edge."
                ),
            ])
    }
}
