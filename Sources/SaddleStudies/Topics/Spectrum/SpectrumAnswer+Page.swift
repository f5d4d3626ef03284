import Numerics
import SaddleNumerics
import SaddleReport

extension SpectrumAnswer {
    var page: Page {
        Page(
            title: "Eigenvalues of \(spectrum.study.title)",
            subtitle: "\(samples.count) matrices of order \(spectrum.size)\(sizes); G(z) = (1/N) tr (z − H)⁻¹",
            lead: [check.callout, .highlights(highlights)],
            sections: [
                Page.Section("Density", [.figure(Figure("density", caption: densityCaption, panels: [densityChart]))]),
                Page.Section("Theory and matrices", [check.table(tableCaption)]),
                Page.Section("Noise floor", [.table(noiseTable), .paragraph(noiseText)]),
            ])
    }

    private var sizes: String {
        let counts = spectrum.counts.map(String.init).joined(separator: " and ")
        return counts.isEmpty ? "" : " with \(counts) samples\(spectrum.counts.count > 1 ? " and features" : "")"
    }

    private var highlights: [Page.Highlight] {
        let law = spectrum.law
        let shown = law.bands.prefix(4).map {
            "[\(NumberText.short($0.lower, digits: 5)), \(NumberText.short($0.upper, digits: 5))]"
        }
        var list = [
            Page.Highlight(
                law.bands.count == 1 ? "Band" : "\(law.bands.count) bands", shown.joined(separator: " "),
                remark: law.bands.count > 4 ? "the first four" : law.bands.first?.isHardBelow == true ? "hard lower edge" : "")
        ]
        if law.massAtZero > 0 { list.append(.init("Share of zeros", NumberText.short(law.massAtZero, digits: 4))) }
        for outlier in spectrum.outliers {
            list.append(
                .init(
                    "Outlier of \(outlier.spike)", NumberText.short(outlier.position, digits: 5),
                    remark: "squared overlap \(NumberText.short(outlier.overlap, digits: 4))"))
        }
        let spikes = [.spiked, .spikedWigner].contains(spectrum.study.ensemble) ? spectrum.study.spikes : []
        for spike in spikes where !spectrum.outliers.contains(where: { $0.spike == spike }) {
            list.append(.init("Spike \(spike)", "no outlier", remark: "below the transition"))
        }
        list.append(
            .init("Moments", law.moments(4).map { NumberText.short($0, digits: 4) }.joined(separator: ", "), remark: "m₁ … m₄"))
        return list
    }

    // MARK: Density

    /// Whether positive eigenvalues span so much that only a logarithmic axis shows them.
    private var isLogarithmic: Bool { spectrum.law.hull.upper > 200 * lowestShown && lowestShown > 0 }
    private var lowestShown: Double {
        let positive = spectrum.law.bands.first.map { $0.isHardBelow ? 0 : $0.lower } ?? 0
        return positive
    }

    /// x, ρ(x) of every band, densest at its ends.
    var curve: (x: [Double], density: [Double]) {
        var (xs, densities): ([Double], [Double]) = ([], [])
        let count = max(12, 400 / max(spectrum.law.bands.count, 1))
        for band in spectrum.law.bands {
            for j in 0...count {
                let share = 0.5 * (1 - Double.cos(.pi * Double(j) / Double(count)))
                let x =
                    isLogarithmic
                    ? band.lower * Double.pow(band.upper / band.lower, share) : band.lower + share * (band.upper - band.lower)
                let isEnd = j == 0 || j == count
                if isEnd && (j == 0 ? band.isHardBelow : band.isHardAbove) { continue }
                // A density that was not found leaves a gap in the line, and no number.
                guard let density = isEnd ? 0 : try? spectrum.law.density(x) else { continue }
                xs.append(x)
                densities.append(density)
            }
        }
        return (xs, densities)
    }

    private var densityChart: Chart {
        let values = samples.flatMap(\.eigenvalues)
        let (xs, densities) = curve
        let low = min(spectrum.law.hull.lower, values.min()!), high = max(spectrum.law.hull.upper, values.max()!)
        let weight = 1 / Double(values.count)
        var marks: [Chart.Mark]
        if isLogarithmic {
            let logs = values.filter { $0 > 0 }.map { Double.log10($0) }
            let histogram = SpectrumHistogram(
                logs, from: Double.log10(0.5 * lowestShown), to: Double.log10(high), bins: 60, weight: weight)
            marks = [
                .steps(
                    edges: histogram.edges.map { Double.pow(10, $0) }, histogram.densities, .series(0),
                    label: "\(samples.count) matrices"),
                .line(xs, zip(xs, densities).map { $0 * $1 * Double.log(10) }, .reference, label: "limit"),
            ]
        } else {
            let zero = 1e-10 * high
            let isAtom = spectrum.law.massAtZero > 0
            let histogram = SpectrumHistogram(
                values.filter { !(isAtom && abs($0) < zero) }, from: low, to: high, bins: 60, weight: weight)
            // A diverging edge would hide the rest.
            let ceiling = 1.5 * histogram.densities.max()!
            let kept = zip(xs, densities).filter { $0.1 <= ceiling }
            marks = [
                .steps(edges: histogram.edges, histogram.densities, .series(0), label: "\(samples.count) matrices"),
                .line(kept.map(\.0), kept.map(\.1), .reference, label: "limit"),
            ]
        }
        if !spectrum.outliers.isEmpty {
            marks.append(
                .points(
                    spectrum.outliers.map(\.position), spectrum.outliers.map { _ in 0 }, .series(1), label: "predicted outliers",
                    radius: 5))
        }
        return Chart(
            "Density of eigenvalues", x: .init("eigenvalue", isLogarithmic ? .logarithmic : .linear),
            y: .init(isLogarithmic ? "density per decade" : "density", including: [0]), marks: marks)
    }

    private var densityCaption: String {
        let atom = spectrum.law.massAtZero
        return "Limit of infinite size over a histogram of all sampled matrices."
            + (atom > 0 ? " A share of \(NumberText.short(atom, digits: 4)) is exactly zero and not shown." : "")
    }

    // MARK: Tables

    private var tableCaption: String {
        "Sums over all eigenvalues. "
            + (spectrum.complete == nil
                ? "Fluctuations of this ensemble have no theory here: means are extrapolated from two sizes to 1/N = 0."
                : "Means contain the correction of order 1 to N∫f dρ; variances are those over matrices.")
            + (spectrum.outliers.isEmpty ? "" : " Outliers are extrapolated from two sizes to 1/N = 0.")
    }

    private var noiseTable: Table {
        Table(
            [.text("f"), .number("∫f dρ"), .number("correction to Σf"), .number("deviation of Σf"), .number("relative")],
            rows: statistics.map { s in
                guard let law = s.law else { return [s.name, NumberText.short(s.limit, digits: 5), "—", "—", "—"] }
                let deviation = max(law.variance, 0).squareRoot()
                // Rounding of the integral is no correction.
                let correction = abs(law.correction) < 1e-9 * deviation ? "0" : NumberText.short(law.correction, digits: 4)
                return [
                    s.name, NumberText.short(s.limit, digits: 5), correction,
                    NumberText.short(deviation, digits: 4),
                    abs(law.mean) > 1e-9 ? NumberText.short(deviation / abs(law.mean)) : "—",
                ]
            })
    }

    private var noiseText: String {
        "Deviations of Σf over matrices do not grow with N: a difference between two measured spectra means something only beyond them."
    }
}

extension RandomMatrixStudy {
    /// The ensemble in words.
    var title: String {
        let list = { (values: [Double]) in values.map { NumberText.exponent($0) }.joined(separator: ", ") }
        let population =
            switch self.population {
            case .isotropic: "isotropic population"
            case .powerLaw: "eigenvalues k^(−\(NumberText.exponent(exponent)))"
            case .values(let values): "eigenvalues \(list(values))"
            }
        switch ensemble {
        case .goe: return "symmetric Gaussian matrices, σ = \(NumberText.exponent(deviation))"
        case .wishart: return "sample covariances, D/P = \(list(ratios)), \(population)"
        case .randomFeatures: return "random features, D/N = \(list(ratios)), \(population)"
        case .spiked: return "sample covariances, D/P = \(list(ratios)), \(population), spikes \(list(spikes))"
        case .spikedWigner:
            return "symmetric Gaussian matrices, σ = \(NumberText.exponent(deviation)), plus spikes \(list(spikes))"
        case .freeSum:
            switch addend {
            case .goe: return "\(population) plus a symmetric Gaussian matrix, σ = \(NumberText.exponent(deviation))"
            case .wishart: return "\(population) plus a sample covariance, D/P = \(list(ratios))"
            case .population: return "\(population) plus the same, randomly rotated"
            }
        case .ginibre: return "complex Gaussian matrices"
        case .elliptic: return "real Gaussian matrices, τ = \(NumberText.exponent(symmetry))"
        }
    }
}
