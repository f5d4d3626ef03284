import SaddleNumerics
import SaddleReport

/// What happened during training: losses, and the variance between networks.
extension StudyReport {
    func learningSection() -> Page.Section? {
        let charts = parts.compactMap(lossChart)
        guard !charts.isEmpty else { return nil }
        var caption = hasTheory ? "Full line: infinite width." : ""
        if charts.contains(where: { $0.marks.contains { if case .line(_, let dashed) = $0.shape { dashed } else { false } } }) {
            caption += " Dashed: predicted mean at each width, infinite width plus correction/N"
            let hasBand = charts.contains { $0.marks.contains { if case .band = $0.shape { true } else { false } } }
            caption += hasBand ? "; shaded: one standard deviation √(V/N) of a single network around it." : "."
        }
        if !arrays.widths.isEmpty { caption += " Points: mean over \(ensembleWords) with its standard error." }
        return Page.Section(
            "Learning curves", [block("learning-curves", caption: caption.trimmed, charts)] + trajectories())
    }

    private func lossChart(_ part: StudyArrays.Part) -> Chart? {
        let name = "\(part.rawValue)_loss"
        let steps = arrays.steps
        var marks: [Chart.Mark] = [], values: [Double] = []
        let limit = arrays.curve(name)
        for (k, width) in drawnWidths.enumerated() {
            guard let limit, let correction = arrays.curve(name + "_correction") else { break }
            let n = Double(width)
            let mean = zip(limit, correction).map { $0 + $1 / n }
            if let variance = arrays.curve(name + "_variance") {
                let spread = variance.map { ($0 / n).squareRoot() }
                marks.append(
                    .band(
                        steps, low: zip(mean, spread).map(-), high: zip(mean, spread).map(+), .series(k), label: widthLabel(width)
                    ))
            }
            marks.append(.line(steps, mean, .series(k), label: widthLabel(width), dashed: true))
            values += mean
        }
        if let limit {
            marks.append(.line(steps, limit, .reference, label: "infinite width"))
            values += limit
        }
        for (k, width) in arrays.widths.enumerated() {
            guard let mean = arrays.measuredCurve(name + "_mean", width) else { continue }
            let errors = arrays.measuredCurve(name + "_mean_error", width) ?? []
            marks.append(.points(steps, mean, errors: errors, .series(k), label: widthLabel(width)))
            values += mean
        }
        guard !marks.isEmpty else { return nil }
        var y = axis("mean loss", for: values)
        y.lowest = 0
        return Chart(part == .train ? "Training loss" : "Test loss", x: stepAxis, y: y, marks: marks)
    }

    /// How the outputs of a few samples move, with the spread between networks.
    private func trajectories() -> [Page.Block] {
        guard let part = parts.last, arrays.times > 1 else { return [] }
        let name = "\(part.rawValue)_output"
        let widths = arrays.widths.filter { arrays.measuredOutputs(name + "_mean", $0) != nil }
        guard let outputs = arrays.outputs(name) ?? widths.first.flatMap({ arrays.measuredOutputs(name + "_mean", $0) }) else {
            return []
        }
        let charts = representatives(part, outputs).map { sample, output, title in
            var marks: [Chart.Mark] = []
            let series = { (values: StudyArrays.Outputs) in (0..<arrays.times).map { values.at($0, sample, output) } }
            if let limit = arrays.outputs(name).map(series) {
                for (k, width) in drawnWidths.enumerated() {
                    guard let variance = arrays.outputs(name + "_variance").map(series) else { break }
                    let bias = arrays.outputs(name + "_bias").map(series) ?? limit.map { _ in 0 }
                    let mean = zip(limit, bias).map { $0 + $1 / Double(width) }
                    let spread = variance.map { ($0 / Double(width)).squareRoot() }
                    marks.append(
                        .band(
                            arrays.steps, low: zip(mean, spread).map(-), high: zip(mean, spread).map(+), .series(k),
                            label: widthLabel(width)))
                }
                marks.append(.line(arrays.steps, limit, .reference, label: "infinite width"))
            }
            for width in widths {
                guard let k = arrays.widths.firstIndex(of: width),
                    let mean = arrays.measuredOutputs(name + "_mean", width).map(series)
                else { continue }
                let spread = arrays.measuredOutputs(name + "_variance", width).map(series)?.map { $0.squareRoot() } ?? []
                marks.append(.points(arrays.steps, mean, errors: spread, .series(k), label: widthLabel(width), nudge: nudge(k)))
            }
            return Chart(title, x: stepAxis, y: Chart.Axis("output"), marks: marks)
        }
        var caption = "Outputs of single \(part.name) samples, those in the middle of their class."
        if hasFluctuations { caption += " Shaded: predicted mean ± one standard deviation between networks." }
        if !widths.isEmpty {
            caption += " Points and bars: mean and standard deviation of \(ensembleWords) (not the error of the mean)."
        }
        return [.figure(Figure("single-outputs", caption: caption, panels: charts))]
    }

    /// For up to four classes the sample whose final output is the class's median; without classes three quantiles.
    private func representatives(_ part: StudyArrays.Part, _ outputs: StudyArrays.Outputs) -> [(
        sample: Int, output: Int, title: String
    )] {
        let classes = arrays.classes(part)
        func sorted(_ samples: [Int], _ output: Int) -> [Int] {
            samples.sorted { (outputs.at(arrays.last, $0, output), $0) < (outputs.at(arrays.last, $1, output), $1) }
        }
        if classes.isEmpty {
            let order = sorted(Array(0..<outputs.samples), 0)
            let picks = outputs.samples < 4 ? Array(order.indices) : [order.count / 10, order.count / 2, order.count * 9 / 10]
            return picks.map { (order[$0], 0, "Sample \(order[$0] + 1)") }
        }
        return content.classNames.indices.compactMap { k in
            let members = classes.indices.filter { classes[$0] == k }
            guard !members.isEmpty else { return nil }
            // With one output a class, the class's own output; else the first.
            let output = outputs.outputs == content.classNames.count ? k : 0
            let sample = sorted(members, output)[members.count / 2]
            let which = outputs.outputs > 1 ? ", output \(output + 1)" : ""
            return (sample, output, "Sample \(sample + 1), class \(content.classNames[k])\(which)")
        }.prefix(4).map { $0 }
    }

    func fluctuationSection() -> Page.Section? {
        let charts = parts.compactMap(varianceChart)
        guard !charts.isEmpty else { return nil }
        var caption =
            "The variance of outputs between random initialisations falls as 1/N: multiplied by N, all widths should meet."
        if hasFluctuations { caption += " Full line: theory, shaded by its Monte Carlo error." }
        if !arrays.widths.isEmpty { caption += " Points: ensembles" + (arrays.widths.count > 1 ? ", set side by side." : ".") }
        caption += " Errors are averaged over samples as if fully correlated, so they are on the safe side."
        return Page.Section("Spread between networks", [block("output-variance", caption: caption, charts)])
    }

    private func varianceChart(_ part: StudyArrays.Part) -> Chart? {
        let name = "\(part.rawValue)_output_variance"
        var marks: [Chart.Mark] = []
        if let variance = arrays.outputs(name)?.meanSum(times: arrays.times) {
            if let error = arrays.outputs(name + "_error")?.meanSum(times: arrays.times) {
                marks.append(
                    .band(
                        arrays.steps, low: zip(variance, error).map(-), high: zip(variance, error).map(+), .reference,
                        label: "theory"))
            }
            marks.append(.line(arrays.steps, variance, .reference, label: "theory"))
        }
        var outputs = arrays.outputs(name)?.outputs ?? 1
        for (k, width) in arrays.widths.enumerated() {
            guard let measured = arrays.measuredOutputs(name, width) else { continue }
            outputs = measured.outputs
            let scaled = { (values: StudyArrays.Outputs) in values.meanSum(times: arrays.times).map { $0 * Double(width) } }
            let errors = arrays.measuredOutputs(name + "_error", width).map(scaled) ?? []
            marks.append(
                .points(arrays.steps, scaled(measured), errors: errors, .series(k), label: widthLabel(width), nudge: nudge(k)))
        }
        guard !marks.isEmpty else { return nil }
        let what = "N × variance, mean over \(part.name) samples" + (outputs > 1 ? ", sum over outputs" : "")
        return Chart(
            part == .train ? "Training outputs" : "Test outputs", x: stepAxis, y: Chart.Axis(what, including: [0], lowest: 0),
            marks: marks)
    }
}

extension StudyReport {
    /// The charts as a figure, or, when there is only one recorded time, their numbers as a table.
    private func block(_ name: String, caption: String, _ charts: [Chart]) -> Page.Block {
        guard arrays.times == 1 else { return .figure(Figure(name, caption: caption, panels: charts)) }
        var columns: [String] = []
        let reference = charts.lazy.flatMap(\.marks).first { $0.ink == .reference }?.label
        let rows = charts.map { chart in
            var cells: [String: String] = [:]
            for mark in chart.marks {
                guard let label = mark.label else { continue }
                let (name, text): (String, String)
                switch mark.shape {
                case .line(let y, let dashed):
                    (name, text) = (label + (dashed ? ", predicted" : ""), NumberText.short(y[0], digits: 4))
                case .points(let y, let errors):
                    (name, text) = (label + ", measured", NumberText.withError(y[0], errors.first ?? 0))
                case .band, .area, .steps: continue
                }
                cells[name] = text
                if !columns.contains(name) { columns.insert(name, at: name == reference ? 0 : columns.count) }
            }
            return (title: chart.title, cells: cells)
        }
        return .table(
            Table(
                [.text("Step \(content.recordedSteps[0])")] + columns.map(Table.Column.number),
                rows: rows.map { row in [row.title] + columns.map { row.cells[$0] ?? "–" } },
                caption: Set(charts.map(\.y.label)).sorted().joined(separator: "; ")))
    }

    /// Sideways shift of the points of the k-th width.
    fileprivate func nudge(_ k: Int) -> Double { (Double(k) - Double(arrays.widths.count - 1) / 2) * 4.5 }
}

extension String {
    /// Without the space that joins sentences in front of the first one.
    var trimmed: String { String(drop { $0 == " " }) }
}
