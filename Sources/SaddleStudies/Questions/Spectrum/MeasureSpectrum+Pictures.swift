import SaddleMeasures
import SaddleNumerics
import SaddleReport

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension MeasureSpectrum {
    /// Histogram with the law and the outliers, the tail, and the outliers one by one.
    static func add(_ item: MatrixSpectrum, _ index: Int, _ count: Int, _ answer: inout Answer) {
        let prefix = count == 1 ? "" : "matrix_\(index + 1)_", values = item.eigenvalues
        guard let top = values.first, top > 0, values.count >= 2 else { return }
        answer.add("\(prefix)eigenvalue", values, "Eigenvalues of \(item.name)", "eigenvalue")
        var panels = [histogram(item, prefix, &answer)]
        if let tail = item.tail { panels.append(tailPanel(tail, prefix, &answer)) }
        var views: [View] = [
            .figure(
                "\(prefix)spectrum",
                caption:
                    "Left: histogram of eigenvalues\(item.noise == nil ? "" : ", the law of noise and what is beyond its edge"). Right: the share of eigenvalues above x.",
                panels: panels)
        ]
        // Without a bulk of noise there is nothing that they are beyond.
        if let noise = item.noise, noise.isNoise, !noise.outliers.isEmpty {
            let out = noise.outliers, name = "\(prefix)outlier"
            let scale = item.isCentred ? noise.longer / Double(item.rows - 1) : 1, shift = item.isCentred ? 1.0 : 0
            answer.add(name, out.map(\.eigenvalue), "Eigenvalues beyond the edge", "eigenvalue")
            answer.add(
                "\(name)_probability", out.map(\.probability), along: [name], "Probability that noise makes as large a one", "p",
                form: .probability)
            let title =
                item.isCentred
                ? "Eigenvalue of the population over the noise"
                : "Squared singular value of the direction over longer side × noise"
            func strength(_ part: (ScalingFit.Interval) -> Double) -> [Double] { out.map { shift + scale * part($0.strength) } }
            answer.add("\(name)_strength", strength(\.value), along: [name], title, "strength")
            answer.add("\(name)_strength_low", strength(\.low), along: [name], "Lower end", "from")
            answer.add("\(name)_strength_high", strength(\.high), along: [name], "Upper end", "to (95 %)")
            views.append(
                .table(
                    ["", "_probability", "_strength", "_strength_low", "_strength_high"].map { .init(name + $0) },
                    rows: Array(0..<min(out.count, 20)),
                    caption: out.count > 20 ? "The first 20 of \(out.count)." : ""))
        }
        answer.section(count == 1 ? "Spectrum" : item.name, views)
    }

    private static func histogram(_ item: MatrixSpectrum, _ prefix: String, _ answer: inout Answer) -> View.Panel {
        let values = item.eigenvalues
        guard let noise = item.noise else {
            // Without a bulk: in decades.
            let positive = values.filter { $0 > 0 }.map { log10($0) }, low = positive.min()!, high = positive.max()!
            let histogram = Histogram(positive, from: low, to: high > low ? high : low + 1, bins: 30)
            answer.add("\(prefix)edges", histogram.edges.map { pow(10, $0) }, "Edges of the histogram", "eigenvalue")
            answer.add("\(prefix)histogram", histogram.densities, "Density of eigenvalues per decade", "density per decade")
            return .init(
                "Eigenvalues", x: .init("eigenvalue", .logarithmic), y: .init("density per decade", including: [0]),
                [.steps("\(prefix)histogram", edges: "\(prefix)edges", label: item.name)])
        }
        // As far as the bulk goes; what is farther out is marked at the edge of the picture.
        let reach = 2.2 * noise.upper, shown = values.filter { $0 <= reach }
        let bins = max(15, min(60, Int(2 * Double(values.count).squareRoot())))
        let high = max(min(values[0], reach), 1.1 * noise.upper)
        let histogram = Histogram(shown, from: 0, to: high, bins: bins, weight: 1 / Double(values.count))
        answer.add("\(prefix)edges", histogram.edges, "Edges of the histogram", "eigenvalue")
        answer.add("\(prefix)histogram", histogram.densities, "Density of eigenvalues", "density")
        let law = MarchenkoPasturCumulative(ratio: noise.ratio), share = 1 - Double(noise.outliers.count) / Double(values.count)
        let x = (0...120).map { noise.lower + (noise.upper - noise.lower) * (1 - cos(.pi * Double($0) / 120)) / 2 }
        let ceiling = 1.5 * histogram.densities.max()!
        let kept = x.filter { share * law.density($0 / noise.unit) / noise.unit <= ceiling }
        answer.add("\(prefix)law_x", kept, "Places in the bulk", "eigenvalue")
        answer.add(
            "\(prefix)law", kept.map { share * law.density($0 / noise.unit) / noise.unit }, along: ["\(prefix)law_x"],
            "Law of noise", "density")
        var marks: [View.Mark] = [
            .steps("\(prefix)histogram", edges: "\(prefix)edges", label: "eigenvalues"),
            .line("\(prefix)law", label: "Marchenko–Pastur"),
        ]
        let near = noise.outliers.map(\.eigenvalue).filter { $0 <= high }
        if !near.isEmpty {
            answer.add("\(prefix)mark", near, "Outliers in the picture", "eigenvalue")
            answer.add("\(prefix)mark_level", near.map { _ in 0 }, along: ["\(prefix)mark"], "Foot of their marks", "density")
            marks.append(.points("\(prefix)mark_level", .series(1), label: "beyond the edge", radius: 5))
        }
        let far = noise.outliers.count - near.count
        return .init(
            far > 0 ? "Eigenvalues (\(far) farther out)" : "Eigenvalues", x: .init("eigenvalue"),
            y: .init("density", including: [0]), marks)
    }

    private static func tailPanel(_ tail: PowerLawTail, _ prefix: String, _ answer: inout Answer) -> View.Panel {
        let values = tail.values, n = Double(values.count)
        // Of very many, those equally far apart in the logarithm of their rank.
        let ranks =
            values.count <= 400
            ? Array(1...values.count) : Set(logSpaced(from: 1, to: n, count: 300).map { Int($0.rounded()) }).sorted()
        answer.add("\(prefix)place", ranks.map { values[$0 - 1] }, "Eigenvalues", "x")
        answer.add(
            "\(prefix)above", ranks.map { Double($0) / n }, along: ["\(prefix)place"], "Share of eigenvalues as large",
            "share above x")
        let x = logSpaced(from: tail.start, to: values[0] * 1.5, count: 30), share = Double(tail.count) / n
        answer.add("\(prefix)tail_x", x, "Places in the tail", "x")
        answer.add(
            "\(prefix)tail_law", x.map { share * pow($0 / tail.start, 1 - tail.exponent.value) }, along: ["\(prefix)tail_x"],
            "Power law", "share above x")
        return .init(
            "Tail", x: .init("x", .logarithmic), y: .init("share above x", .logarithmic),
            [
                .points("\(prefix)above", .series(0), label: "eigenvalues", radius: 2),
                .line("\(prefix)tail_law", label: "x^−\(NumberText.short(tail.exponent.value - 1))"),
            ])
    }
}
