import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport

/// Final outputs, sample by sample.
extension StudyReport {
    private static let samplesShown = 60
    private static let pairsShown = 1000
    private static let outputsShown = 12

    func outputSection() -> Page.Section? {
        guard let set = results.sets.last else { return nil }
        let figures = [finalOutputs(set), predictedAgainstMeasured(set)].compactMap(\.self)
        guard !figures.isEmpty else { return nil }
        return Page.Section(
            set == .test ? "Outputs on test points" : "Outputs on training points", figures.map(Page.Block.figure))
    }

    /// Every sample's final output in order, one drawing a width (one output), or one drawing an output (several).
    private func finalOutputs(_ set: SampleSet) -> Figure? {
        let limit = results.theory(\.mean, .output(set))
        guard let reference = limit ?? widths.last.flatMap({ results.measured(\.mean, .output(set), $0) }) else { return nil }
        let (samples, outputs) = (reference.entry.samples, reference.entry.outputs)
        let shown = min(samples, Self.samplesShown), drawn = min(outputs, Self.outputsShown)
        var charts: [Chart] = []
        if outputs == 1 {
            let order = order(set, reference, output: 0)
            charts = (drawnWidths.isEmpty ? [nil] : drawnWidths.map { $0 }).map {
                sampleChart(set, order, output: 0, width: $0, title: $0.map(widthLabel) ?? "Infinite width")
            }
        } else {
            charts = (0..<drawn).map { output in
                let name = outputs == classNames.count ? ", class \(classNames[output])" : ""
                return sampleChart(
                    set, order(set, reference, output: output), output: output, width: drawnWidths.last,
                    title: "Output \(output + 1)\(name)")
            }
        }
        var caption = "Outputs after \(NumberText.count(results.steps[last])) steps, samples sorted"
        caption += classes(set).isEmpty ? " by output." : " by class, then by output."
        if limit != nil { caption += " Full line: infinite width." }
        if hasFluctuations && !drawnWidths.isEmpty {
            caption += " Shaded: predicted mean ± one standard deviation at this width."
        }
        if !widths.isEmpty { caption += " Points and bars: mean and standard deviation of \(ensembleWords)." }
        if results.data != nil { caption += " Grey: labels." }
        if shown < samples { caption += " \(shown) of \(NumberText.count(samples)) samples, evenly picked." }
        if drawn < outputs { caption += " The first \(drawn) of \(outputs) outputs." }
        if outputs > 1, let width = drawnWidths.last { caption += " Width \(NumberText.count(width))." }
        return Figure("final-outputs", caption: caption, panels: charts)
    }

    /// Samples by class, then by output; thinned evenly to what one drawing can show.
    private func order(_ set: SampleSet, _ outputs: ObservableSeries, output: Int) -> [Int] {
        let classes = classes(set)
        let sorted = (0..<outputs.entry.samples).sorted { a, b in
            let (p, q) = (classes.isEmpty ? 0 : classes[a], classes.isEmpty ? 0 : classes[b])
            return (p, outputs.at(last, a, output), a) < (q, outputs.at(last, b, output), b)
        }
        return Self.thinned(sorted, Self.samplesShown)
    }

    private static func thinned<T>(_ all: [T], _ most: Int) -> [T] {
        let count = min(all.count, most)
        return (0..<count).map { all[$0 * all.count / count] }
    }

    private func sampleChart(_ set: SampleSet, _ order: [Int], output: Int, width: Int?, title: String) -> Chart {
        let (places, observable, classes) = (order.indices.map { Double($0 + 1) }, Observable.output(set), classes(set))
        let final = { (values: ObservableSeries) in order.map { values.at(last, $0, output) } }
        let who = order.map { "Sample \($0 + 1)" + (classes.isEmpty ? "" : ", class \(classNames[classes[$0]])") }
        var marks: [Chart.Mark] = []
        if let labels = results.data?.labels(set), labels.rows > 0 {
            let hints = who.map { "\($0): label" }
            marks.append(
                .points(places, order.map { labels[$0, output] }, .muted, label: "label", radius: 1.6, hints: hints))
        }
        let k = width.flatMap { drawnWidths.firstIndex(of: $0) } ?? 0
        if let limit = results.theory(\.mean, observable).map(final) {
            // One line and band for each class, so that nothing is drawn between the last of one and the first of the next.
            let runs = runs(of: order.map { classes.isEmpty ? 0 : classes[$0] })
            if let width, let variance = results.theory(\.variance, observable).map(final),
                let bias = results.theory(\.bias, observable).map(final)
            {
                let mean = zip(limit, bias).map { $0 + $1 / Double(width) }
                let spread = variance.map { ($0 / Double(width)).squareRoot() }
                let (low, high) = (zip(mean, spread).map(-), zip(mean, spread).map(+))
                for run in runs {
                    marks.append(
                        .band(
                            Array(places[run]), low: Array(low[run]), high: Array(high[run]), .series(k), label: widthLabel(width)
                        ))
                }
            }
            let hints = zip(who, limit).map { "\($0)\ninfinite width: \(NumberText.short($1, digits: 4))" }
            for run in runs {
                marks.append(
                    .line(Array(places[run]), Array(limit[run]), .reference, label: "infinite width", hints: Array(hints[run])))
            }
        }
        if let width, let mean = results.measured(\.mean, observable, width).map(final),
            let spread = results.measured(\.variance, observable, width).map(final)?.map({ $0.squareRoot() })
        {
            let hints = who.indices.map {
                "\(who[$0])\n\(widthLabel(width)): \(NumberText.short(mean[$0])), standard deviation \(NumberText.short(spread[$0], digits: 2))"
            }
            marks.append(
                .points(
                    places, mean, errors: spread, .series(k), label: widthLabel(width), radius: order.count > 40 ? 2 : 2.6,
                    hints: hints))
        }
        return Chart(title, x: Chart.Axis("sample, in order"), y: Chart.Axis("output"), marks: marks)
    }

    /// Stretches of equal neighbours.
    private func runs(of values: [Int]) -> [Range<Int>] {
        let starts = values.indices.filter { $0 == 0 || values[$0] != values[$0 - 1] }
        return zip(starts, starts.dropFirst() + [values.count]).map { $0..<$1 }
    }

    /// Predicted against measured: mean, shift from the infinite-width limit, standard deviation.
    private func predictedAgainstMeasured(_ set: SampleSet) -> Figure? {
        let observable = Observable.output(set)
        guard let limit = results.theory(\.mean, observable) else { return nil }
        let all = (0..<limit.entry.stride).map { ($0 / limit.entry.outputs, $0 % limit.entry.outputs) }
        let picked = Self.thinned(all, Self.pairsShown)
        let final = { (values: ObservableSeries) in picked.map { values.at(last, $0.0, $0.1) } }
        let f = final(limit)
        let bias = results.theory(\.bias, observable).map(final)
        let variance = results.theory(\.variance, observable).map(final)
        var means: [Chart.Mark] = [], shifts: [Chart.Mark] = [], spreads: [Chart.Mark] = []
        for (k, width) in widths.enumerated() {
            let n = Double(width)
            func measured(_ part: KeyPath<EnsembleStatistics, [Double]>) -> [Double] {
                results.measured(part, observable, width).map(final) ?? []
            }
            func points(_ x: [Double], _ y: [Double], _ errors: [Double]) -> Chart.Mark {
                .points(x, y, errors: errors, .series(k), label: widthLabel(width), radius: picked.count > 200 ? 1.6 : 2.6)
            }
            let (mean, errors) = (measured(\.mean), measured(\.meanError))
            guard mean.count == f.count else { continue }
            means.append(points(zip(f, bias ?? f.map { _ in 0 }).map { $0 + $1 / n }, mean, errors))
            if let bias { shifts.append(points(bias.map { $0 / n }, zip(mean, f).map(-), errors)) }
            if let variance {
                let measuredVariance = measured(\.variance)
                // The error of a square root: that of the number divided by twice the root.
                spreads.append(
                    points(
                        variance.map { ($0 / n).squareRoot() }, measuredVariance.map { $0.squareRoot() },
                        zip(measured(\.varianceError), measuredVariance).map { $0 / (2 * $1.squareRoot()) }))
            }
        }
        let charts = [
            ("Mean output", means), ("Shift from infinite width", shifts), ("Standard deviation between networks", spreads),
        ]
        .filter { !$0.1.isEmpty }
        .map { title, marks -> Chart in
            var chart = Chart(title, x: Chart.Axis("predicted"), y: Chart.Axis("measured"), marks: [diagonal(marks)] + marks)
            (chart.width, chart.height) = (330, 270)
            return chart
        }
        guard !charts.isEmpty else { return nil }
        let caption =
            "Prediction against measurement for each final \(set.title) output, with standard errors of the measurement; on the line they are equal."
        let thinning =
            picked.count < all.count ? " \(picked.count) of \(NumberText.count(all.count)) outputs, evenly picked." : ""
        return Figure("predicted-against-measured", caption: caption + thinning, columns: charts.count, panels: charts)
    }

    private func diagonal(_ marks: [Chart.Mark]) -> Chart.Mark {
        let values = marks.flatMap { mark -> [Double] in
            if case .points(let y, _) = mark.shape { mark.x + y } else { mark.x }
        }.filter(\.isFinite)
        let ends = [values.min() ?? 0, values.max() ?? 1]
        return .line(ends, ends, .muted)
    }
}
