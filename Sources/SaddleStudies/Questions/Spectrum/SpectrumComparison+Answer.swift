import Numerics
import SaddleNumerics
import SaddleReport

extension SpectrumComparison {
    func answer(_ study: RandomMatrixStudy) -> Answer {
        let counts = spectrum.counts.map(String.init).joined(separator: " and ")
        let sizes = counts.isEmpty ? "" : " with \(counts) samples\(spectrum.counts.count > 1 ? " and features" : "")"
        var answer = Answer(
            "Eigenvalues of \(study.model.title)",
            subtitle: "\(samples.count) matrices of order \(spectrum.size)\(sizes); G(z) = (1/N) tr (z − H)⁻¹")
        answer.check = CheckSummary(check)
        addLimit(study.model, &answer)
        addDensity(&answer)
        answer.section(
            "Theory and matrices",
            [
                .checked(
                    caption: "Sums over all eigenvalues. "
                        + (spectrum.complete == nil
                            ? "Fluctuations of this ensemble have no theory here: means are extrapolated from two sizes to 1/N = 0."
                            : "Means contain the correction of order 1 to N∫f dρ; variances are those over matrices.")
                        + (spectrum.outliers.isEmpty ? "" : " Outliers are extrapolated from two sizes to 1/N = 0."))
            ])
        addNoise(&answer)
        answer.add(
            "eigenvalue", samples.flatMap(\.eigenvalues), shape: [samples.count, spectrum.size], "Eigenvalues of every matrix")
        return answer
    }

    private func addLimit(_ model: RandomMatrixModel, _ answer: inout Answer) {
        let law = spectrum.law
        answer.add("band_lower", law.bands.map(\.lower), "Lower edges of the bands", "lower edge")
        answer.add("band_upper", law.bands.map(\.upper), along: ["band_lower"], "Upper edges of the bands", "upper edge")
        answer.add("mass_at_zero", law.massAtZero, "Share of zeros")
        answer.add("power", Array(1...6), "Power k")
        answer.add("moment", law.moments(6), along: ["power"], "Moment ∫ xᵏ dρ", "m_k")
        answer.add("spike", spectrum.outliers.map(\.spike), "Spikes with an outlier", "spike")
        answer.add("outlier_position", spectrum.outliers.map(\.position), along: ["spike"], "Where the outlier is", "outlier")
        answer.add(
            "outlier_overlap", spectrum.outliers.map(\.overlap), along: ["spike"], "Squared overlap with the spike's direction",
            "squared overlap")
        var views: [View] = [
            .table(
                [.init("band_lower"), .init("band_upper")], rows: Array(0..<min(law.bands.count, 4)),
                caption: law.bands.count > 4
                    ? "The first four of \(law.bands.count) bands."
                    : law.bands.first?.isHardBelow == true ? "Hard lower edge." : ""),
            .facts([.init("mass_at_zero")] + (0..<4).map { .init("moment", "m\(["₁", "₂", "₃", "₄"][$0])", at: $0) }),
        ]
        if !spectrum.outliers.isEmpty {
            views.append(.table([.init("spike"), .init("outlier_position"), .init("outlier_overlap")]))
        }
        let hidden = model.usedSpikes.filter { spike in !spectrum.outliers.contains { $0.spike == spike } }
        if !hidden.isEmpty {
            views.append(.list(hidden.map { "Spike \(NumberText.exponent($0)): no outlier, below the transition." }))
        }
        answer.section("Limit", views)
    }

    /// Whether positive eigenvalues span so much that only a logarithmic axis shows them.
    private var isLogarithmic: Bool { spectrum.law.hull.upper > 200 * lowestShown && lowestShown > 0 }
    private var lowestShown: Double { spectrum.law.bands.first.map { $0.isHardBelow ? 0 : $0.lower } ?? 0 }

    private func addDensity(_ answer: inout Answer) {
        let curve = spectrum.law.curve(isLogarithmic: isLogarithmic), law = spectrum.law
        let values = samples.flatMap(\.eigenvalues), weight = 1 / Double(values.count)
        let low = min(law.hull.lower, values.min()!), high = max(law.hull.upper, values.max()!)
        answer.add("density_x", curve.x, "Places in the bands", "eigenvalue")
        answer.add("density", curve.density, along: ["density_x"], "Density of the limit", "density")
        let histogram: Histogram
        var shown = zip(curve.x, curve.density).map { ($0, $1) }
        if isLogarithmic {
            let logs = values.filter { $0 > 0 }.map { Double.log10($0) }
            histogram = Histogram(logs, from: Double.log10(0.5 * lowestShown), to: Double.log10(high), bins: 60, weight: weight)
            shown = shown.map { ($0, $0 * $1 * Double.log(10)) }
        } else {
            let isAtom = law.massAtZero > 0
            histogram = Histogram(
                values.filter { !(isAtom && abs($0) < 1e-10 * high) }, from: low, to: high, bins: 60, weight: weight)
            // A diverging edge would hide the rest.
            let ceiling = 1.5 * histogram.densities.max()!
            shown = shown.filter { $0.1 <= ceiling }
        }
        let label = isLogarithmic ? "density per decade" : "density"
        answer.add(
            "histogram_edges", histogram.edges.map { isLogarithmic ? Double.pow(10, $0) : $0 }, "Edges of the histogram",
            "eigenvalue")
        answer.add("histogram", histogram.densities, "Density of all sampled eigenvalues", label)
        answer.add("shown_x", shown.map(\.0), "Places of the drawn limit", "eigenvalue")
        answer.add("shown_density", shown.map(\.1), along: ["shown_x"], "The drawn limit", label)
        var marks: [View.Mark] = [
            .steps("histogram", edges: "histogram_edges", label: "\(samples.count) matrices"),
            .line("shown_density", label: "limit"),
        ]
        if !spectrum.outliers.isEmpty {
            answer.add(
                "outlier_level", spectrum.outliers.map { _ in 0 }, along: ["outlier_position"], "Foot of the outliers' marks",
                label)
            marks.append(.points("outlier_level", .series(1), label: "predicted outliers", radius: 5))
        }
        answer.section(
            "Density",
            [
                .figure(
                    "density",
                    caption: "Limit of infinite size over a histogram of all sampled matrices."
                        + (law.massAtZero > 0
                            ? " A share of \(NumberText.short(law.massAtZero, digits: 4)) is exactly zero and not shown." : ""),
                    panels: [
                        .init(
                            "Density of eigenvalues", x: .init("eigenvalue", isLogarithmic ? .logarithmic : .linear),
                            y: .init(label, including: [0]), marks)
                    ])
            ])
    }

    private func addNoise(_ answer: inout Answer) {
        let laws = statistics.map(\.law), along = ["statistic"]
        let deviations = laws.map { $0.map { max($0.variance, 0).squareRoot() } ?? .nan }
        answer.add("statistic", words: statistics.map(\.name), "f")
        answer.add("statistic_limit", statistics.map(\.limit), along: along, "Limit of the mean of f", "∫f dρ")
        // Rounding of the integral is no correction.
        let corrections = zip(laws, deviations).map { law, deviation in
            law.map { abs($0.correction) < 1e-9 * deviation ? 0 : $0.correction } ?? .nan
        }
        answer.add(
            "statistic_correction", corrections, along: along, "Correction of order 1 to Σf", "correction to Σf", isPartial: true)
        answer.add(
            "statistic_variance", laws.map { $0?.variance ?? .nan }, along: along, "Variance of Σf over matrices", "Var Σf",
            isPartial: true)
        answer.add(
            "statistic_deviation", deviations, along: along, "Standard deviation of Σf over matrices", "deviation of Σf",
            isPartial: true)
        let relative = zip(laws, deviations).map { law, deviation in
            law.flatMap { abs($0.mean) > 1e-9 ? deviation / abs($0.mean) : nil } ?? .nan
        }
        answer.add(
            "statistic_relative_deviation", relative, along: along, "The same over the mean of Σf", "relative", isPartial: true)
        answer.section(
            "Noise floor",
            [
                .table(
                    [.init("statistic")]
                        + ["limit", "correction", "deviation", "relative_deviation"].map { .init("statistic_\($0)") }),
                .paragraph(
                    "Deviations of Σf over matrices do not grow with N: a difference between two measured spectra means something only beyond them."
                ),
            ])
    }
}
