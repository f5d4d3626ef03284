import Numerics
import SaddleNumerics
import SaddleReport

/// Eigenvalues in the complex plane beside the circular or elliptic law.
struct PlanarAnswer: Sendable {
    let study: RandomMatrixStudy
    let law: EllipticLaw
    /// Exact cumulants of Σ f(|z|), for complex matrices.
    struct Radial: Sendable {
        let name: String
        let exact: [Double]
        /// κ₂, N κ₃, N² κ₄ for N → ∞
        let limits: [Double]
    }
    private(set) var radial: [Radial] = []
    let samples: [[Complex<Double>]]
    private(set) var check = Check()

    /// Statistics of moduli, with f′ and f″(1).
    static let functions:
        [(name: String, f: @Sendable (Double) -> Double, slope: @Sendable (Double) -> Double, curvature: Double)] =
            [
                ("r²", { $0 * $0 }, { 2 * $0 }, 2), ("r⁴", { $0 * $0 * $0 * $0 }, { 4 * $0 * $0 * $0 }, 12),
                ("exp(−r²)", { Double.exp(-$0 * $0) }, { -2 * $0 * Double.exp(-$0 * $0) }, 2 * Double.exp(-1)),
            ]

    init(_ study: RandomMatrixStudy, _ context: TopicRunner.Context) throws {
        self.study = study
        let isComplex = study.ensemble == .ginibre
        law = try EllipticLaw(symmetry: isComplex ? 0 : study.symmetry)
        let half = study.size / 2
        let total = Double(study.matrices) * (isComplex ? 1 : 1.15)
        let done = Counter()
        let (progress, shouldStop) = (context.progress, context.shouldStop)
        @Sendable func draw(_ size: Int, _ index: Int) throws -> [[Complex<Double>]] {
            try Threads.map(study.matrices) { m in
                if shouldStop() { throw CancellationError() }
                var stream = RandomStream(seed: study.seed, .randomMatrix, index, m)
                let values =
                    isComplex
                    ? try stream.ginibreEigenvalues(order: size)
                    : try stream.ellipticMatrix(order: size, symmetry: study.symmetry).eigenvalues()
                let count = Double(done.increment()), n = Double(study.matrices)
                progress(min(count, n) + 0.15 * max(count - n, 0), total)
                return values
            }
        }
        samples = try draw(study.size, 0)
        if isComplex {
            try compareMoments()
        } else {
            try compareLimits(try draw(half, 1), half)
        }
    }

    /// Complex matrices: exact means and variances at this size.
    private mutating func compareMoments() throws {
        let gas = try RadialCoulombGas(charges: study.size)
        for (name, f, slope, curvature) in Self.functions {
            let exact = gas.cumulants(4, of: f)
            radial.append(
                Radial(
                    name: name, exact: exact, limits: try gas.limitingCumulants(derivative: slope, curvature: curvature)))
            let sums = samples.map { $0.reduce(0) { $0 + f($1.length) } }
            check.add(.mean("mean of Σ f", at: "f = \(name)", predicted: exact[0], samples: sums, isPositive: true))
            check.add(
                .variance(
                    "variance of Σ f", at: "f = \(name)", predicted: exact[1], samples: sums, scale: exact[0], isPositive: true))
        }
    }

    /// Real matrices: means over the ellipse, from two sizes.
    private mutating func compareLimits(_ smaller: [[Complex<Double>]], _ half: Int) throws {
        let functions: [(String, (Complex<Double>) -> Double)] = [
            ("x²", { $0.real * $0.real }), ("y²", { $0.imaginary * $0.imaginary }), ("x⁴", { Double.pow($0.real, 4) }),
            ("x²y²", { Double.pow($0.real * $0.imaginary, 2) }),
        ]
        for (name, f) in functions {
            let means = [smaller, samples].map { $0.map { $0.reduce(0) { $0 + f($1) } / Double($0.count) } }
            check.add(
                .mean(
                    "mean of f, N → ∞", at: "f = \(name)", predicted: try law.average(f), measured: means.map { Estimate($0) },
                    freedom: means.map { EffectiveFreedom.sampled($0, isPositive: true) },
                    line: SizeExtrapolation(sizes: [half, study.size])))
        }
        // Exact for every size.
        let n = Double(study.size)
        let traces = samples.map { $0.reduce(0) { $0 + ($1 * $1).real } }
        check.add(.mean("mean of tr J²", predicted: n * study.symmetry + 1, samples: traces, scale: n))
    }
}

extension PlanarAnswer {
    var page: Page {
        var sections = [
            Page.Section("The plane", [.figure(Figure("plane", caption: planeCaption, panels: [scatter, marginal]))]),
            Page.Section("Theory and matrices", [check.table(tableCaption)]),
        ]
        if !radial.isEmpty {
            sections.append(Page.Section("Cumulants of Σ f(|z|)", [.table(cumulantTable), .paragraph(cumulantText)]))
        }
        return Page(
            title: "Eigenvalues of \(study.title)", subtitle: "\(samples.count) matrices of order \(study.size)",
            lead: [
                check.callout,
                .highlights([
                    .init(
                        "Half axes",
                        "\(NumberText.short(law.halfWidth, digits: 4)) × \(NumberText.short(law.halfHeight, digits: 4))"),
                    .init("Density", NumberText.short(law.density(0), digits: 4), remark: "inside the ellipse"),
                ]),
            ], sections: sections)
    }

    private var planeCaption: String {
        "Left: eigenvalues of the first matrix and the predicted boundary. Right: "
            + (radial.isEmpty ? "their real parts in all matrices" : "their moduli in all matrices") + ", and the limit."
    }

    private var tableCaption: String {
        radial.isEmpty
            ? "Means over eigenvalues, extrapolated to N → ∞ from two sizes, beside means over the ellipse; E tr J² = Nτ + 1 is exact."
            : "Exact means and variances at this size, from independent gamma variables, beside eigenvalues of matrices."
    }

    private var cumulantTable: Table {
        Table(
            [
                .text("f"), .number("κ₁"), .number("κ₂"), .number("limit"), .number("N κ₃"), .number("limit"), .number("N² κ₄"),
                .number("limit"),
            ],
            rows: radial.map { r in
                let n = Double(study.size)
                let numbers = [r.exact[0], r.exact[1], r.limits[0], n * r.exact[2], r.limits[1], n * n * r.exact[3], r.limits[2]]
                return [r.name] + numbers.map { NumberText.short($0, digits: 5) }
            })
    }

    private var cumulantText: String {
        "κ₂ tends to (1/4π)∫|∇f|²; N κ₃ to (f′(1)/2)³ and N² κ₄ to a number that depends, too, only on f at the edge."
    }

    private var scatter: Chart {
        let shown = samples[0].prefix(1500)
        let angles = (0...120).map { 2 * Double.pi * Double($0) / 120 }
        var chart = Chart(
            "Eigenvalues", x: .init("real part"), y: .init("imaginary part"),
            marks: [
                .points(shown.map(\.real), shown.map(\.imaginary), .series(0), label: "one matrix", radius: 1.6),
                .line(
                    angles.map { law.halfWidth * Double.cos($0) }, angles.map { law.halfHeight * Double.sin($0) }, .reference,
                    label: "limit"),
            ])
        // Nearly the same unit on both axes.
        chart.width = 420
        chart.height = max(170, min(430, 90 + 320 * max(law.halfHeight, 0.1) / max(law.halfWidth, 0.1)))
        return chart
    }

    private var marginal: Chart {
        let isRadial = !radial.isEmpty
        let values = samples.flatMap { $0.map { isRadial ? $0.length : $0.real } }
        let reach = isRadial ? 1 : law.halfWidth
        let low = isRadial ? 0 : min(-reach, values.min()!), high = max(reach, values.max()!)
        let histogram = SpectrumHistogram(values, from: low, to: high, bins: 50, weight: 1 / Double(values.count))
        let xs = (0...200).map { (isRadial ? 0 : -reach) + Double($0) / 200 * (isRadial ? reach : 2 * reach) }
        return Chart(
            isRadial ? "Moduli" : "Real parts", x: .init(isRadial ? "|z|" : "real part"), y: .init("density", including: [0]),
            marks: [
                .steps(edges: histogram.edges, histogram.densities, .series(0), label: "\(samples.count) matrices"),
                .line(xs, xs.map { isRadial ? law.radialMarginal($0) : law.realMarginal($0) }, .reference, label: "limit"),
            ])
    }
}
