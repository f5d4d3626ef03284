import SaddleNumerics
import SaddleReport

/// Final outputs, sample by sample.
extension StudyReport {
    private static let samplesShown = 60
    private static let pairsShown = 1000
    private static let outputsShown = 12

    func outputSection() -> Page.Section? {
        guard let part = parts.last else { return nil }
        let figures = [finalOutputs(part), predictedAgainstMeasured(part)].compactMap(\.self)
        guard !figures.isEmpty else { return nil }
        return Page.Section(
            part == .test ? "Outputs on test points" : "Outputs on training points", figures.map(Page.Block.figure))
    }

    /// Every sample's final output in order, one drawing a width (one output), or one drawing an output (several).
    private func finalOutputs(_ part: StudyArrays.Part) -> Figure? {
        let name = "\(part.rawValue)_output"
        let widths = arrays.widths.filter { arrays.measuredOutputs(name + "_mean", $0) != nil }
        guard let reference = arrays.outputs(name) ?? widths.last.flatMap({ arrays.measuredOutputs(name + "_mean", $0) }) else {
            return nil
        }
        let shown = arrays.outputs(name) != nil ? drawnWidths : widths
        var charts: [Chart] = []
        var remarks = ""
        if reference.outputs == 1 {
            let order = order(part, reference, output: 0)
            charts = (shown.isEmpty ? [nil] : shown.map { $0 }).map {
                sampleChart(part, order, output: 0, width: $0, title: $0.map(widthLabel) ?? "Infinite width")
            }
            remarks += thinningRemark(order.count, reference.samples)
        } else {
            let count = min(reference.outputs, Self.outputsShown)
            charts = (0..<count).map { output in
                let name = reference.outputs == content.classNames.count ? ", class \(content.classNames[output])" : ""
                let order = order(part, reference, output: output)
                return sampleChart(part, order, output: output, width: shown.last, title: "Output \(output + 1)\(name)")
            }
            remarks += thinningRemark(min(Self.samplesShown, reference.samples), reference.samples)
            if count < reference.outputs { remarks += " The first \(count) of \(reference.outputs) outputs." }
            if let width = shown.last { remarks += " Width \(NumberText.count(width))." }
        }
        var caption = "Outputs after \(NumberText.count(content.recordedSteps[arrays.last])) steps, samples sorted"
        caption += arrays.classes(part).isEmpty ? " by output." : " by class, then by output."
        if arrays.outputs(name) != nil { caption += " Full line: infinite width." }
        if arrays.outputs(name + "_variance") != nil && !shown.isEmpty {
            caption += " Shaded: predicted mean ± one standard deviation at this width."
        }
        if !widths.isEmpty { caption += " Points and bars: mean and standard deviation of \(ensembleWords)." }
        if arrays.labels(part) != nil { caption += " Grey: labels." }
        return Figure("final-outputs", caption: caption + remarks, panels: charts)
    }

    private func thinningRemark(_ shown: Int, _ samples: Int) -> String {
        shown < samples ? " \(shown) of \(NumberText.count(samples)) samples, evenly picked." : ""
    }

    /// Samples by class, then by output; thinned evenly to what one drawing can show.
    private func order(_ part: StudyArrays.Part, _ outputs: StudyArrays.Outputs, output: Int) -> [Int] {
        let classes = arrays.classes(part)
        let sorted = (0..<outputs.samples).sorted { a, b in
            let (p, q) = (classes.isEmpty ? 0 : classes[a], classes.isEmpty ? 0 : classes[b])
            return (p, outputs.at(arrays.last, a, output), a) < (q, outputs.at(arrays.last, b, output), b)
        }
        let count = min(sorted.count, Self.samplesShown)
        return (0..<count).map { sorted[$0 * sorted.count / count] }
    }

    private func sampleChart(_ part: StudyArrays.Part, _ order: [Int], output: Int, width: Int?, title: String) -> Chart {
        let name = "\(part.rawValue)_output"
        let places = order.indices.map { Double($0 + 1) }
        let final = { (values: StudyArrays.Outputs) in order.map { values.at(arrays.last, $0, output) } }
        let who = order.map { sample -> String in
            let classes = arrays.classes(part)
            return "Sample \(sample + 1)" + (classes.isEmpty ? "" : ", class \(content.classNames[classes[sample]])")
        }
        var marks: [Chart.Mark] = []
        if let labels = arrays.labels(part) {
            marks.append(
                .points(
                    places, order.map { labels[$0, output] }, .muted, label: "label", radius: 1.6,
                    hints: who.map { "\($0): label" }))
        }
        let k = width.flatMap { drawnWidths.firstIndex(of: $0) } ?? 0
        if let limit = arrays.outputs(name).map(final) {
            // One line and band for each class, so that nothing is drawn between the last of one and the first of the next.
            let runs = runs(of: order.map { arrays.classes(part).isEmpty ? 0 : arrays.classes(part)[$0] })
            if let width, let variance = arrays.outputs(name + "_variance").map(final) {
                let bias = arrays.outputs(name + "_bias").map(final) ?? limit.map { _ in 0 }
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
        if let width, let mean = arrays.measuredOutputs(name + "_mean", width).map(final) {
            let spread = arrays.measuredOutputs(name + "_variance", width).map(final)?.map { $0.squareRoot() } ?? []
            let hints = who.indices.map { i in
                "\(who[i])\n\(widthLabel(width)): \(NumberText.short(mean[i]))"
                    + (spread.isEmpty ? "" : ", standard deviation \(NumberText.short(spread[i], digits: 2))")
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
    private func predictedAgainstMeasured(_ part: StudyArrays.Part) -> Figure? {
        let name = "\(part.rawValue)_output"
        guard let limit = arrays.outputs(name) else { return nil }
        let all = (0..<limit.samples * limit.outputs).map { ($0 / limit.outputs, $0 % limit.outputs) }
        let count = min(all.count, Self.pairsShown)
        let picked = (0..<count).map { all[$0 * all.count / count] }
        let final = { (values: StudyArrays.Outputs) in picked.map { values.at(arrays.last, $0.0, $0.1) } }
        let f = final(limit)
        let bias = arrays.outputs(name + "_bias").map(final)
        let variance = arrays.outputs(name + "_variance").map(final)
        var means: [Chart.Mark] = [], shifts: [Chart.Mark] = [], spreads: [Chart.Mark] = []
        for (k, width) in arrays.widths.enumerated() {
            let n = Double(width)
            let radius = count > 200 ? 1.6 : 2.6
            if let measured = arrays.measuredOutputs(name + "_mean", width).map(final) {
                let errors = arrays.measuredOutputs(name + "_mean_error", width).map(final) ?? []
                let predicted = zip(f, bias ?? f.map { _ in 0 }).map { $0 + $1 / n }
                means.append(.points(predicted, measured, errors: errors, .series(k), label: widthLabel(width), radius: radius))
                if let bias {
                    shifts.append(
                        .points(
                            bias.map { $0 / n }, zip(measured, f).map(-), errors: errors, .series(k), label: widthLabel(width),
                            radius: radius))
                }
            }
            if let variance, let measured = arrays.measuredOutputs(name + "_variance", width).map(final) {
                // The error of a square root: that of the number divided by twice the root.
                let errors = arrays.measuredOutputs(name + "_variance_error", width).map(final).map {
                    zip($0, measured).map { $0 / (2 * $1.squareRoot()) }
                }
                spreads.append(
                    .points(
                        variance.map { ($0 / n).squareRoot() }, measured.map { $0.squareRoot() }, errors: errors ?? [],
                        .series(k),
                        label: widthLabel(width), radius: radius))
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
            "Prediction against measurement for each final \(part.name) output, with standard errors of the measurement; on the line they are equal."
        return Figure(
            "predicted-against-measured",
            caption: caption + (count < all.count ? " \(count) of \(NumberText.count(all.count)) outputs, evenly picked." : ""),
            columns: charts.count, panels: charts)
    }

    private func diagonal(_ marks: [Chart.Mark]) -> Chart.Mark {
        let values = marks.flatMap { mark -> [Double] in
            if case .points(let y, _) = mark.shape { mark.x + y } else { mark.x }
        }.filter(\.isFinite)
        let ends = [values.min() ?? 0, values.max() ?? 1]
        return .line(ends, ends, .muted)
    }
}
