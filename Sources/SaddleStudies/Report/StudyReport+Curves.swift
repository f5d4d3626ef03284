import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// What happened during training: losses, and the variance between networks.
extension StudyReport {
    func learningSection() -> Page.Section? {
        let charts = results.lossSets.compactMap(lossChart)
        guard !charts.isEmpty else { return nil }
        var caption = hasTheory ? "Full line: infinite width." : ""
        if charts.contains(where: { $0.marks.contains { if case .line(_, let dashed) = $0.shape { dashed } else { false } } }) {
            caption += " Dashed: predicted mean at each width, infinite width plus correction/N"
            let hasBand = charts.contains { $0.marks.contains { if case .band = $0.shape { true } else { false } } }
            caption += hasBand ? "; shaded: one standard deviation √(V/N) of a single network around it." : "."
        }
        if !widths.isEmpty { caption += " Points: mean over \(ensembleWords) with its standard error." }
        return Page.Section(
            "Learning curves", [block("learning-curves", caption: caption.trimmed, charts)] + trajectories())
    }

    private func lossChart(_ set: SampleSet) -> Chart? {
        let limit = results.theory(\.mean, .loss(set))?.curve()
        var marks: [Chart.Mark] = [], values: [Double] = []
        for (k, width) in drawnWidths.enumerated() {
            guard let (mean, band) = predicted(.loss(set), width, k, { $0.curve() }) else { break }
            marks += [band, .line(steps, mean, .series(k), label: widthLabel(width), dashed: true)]
            values += mean
        }
        if let limit {
            marks.append(.line(steps, limit, .reference, label: "infinite width"))
            values += limit
        }
        for (k, width) in widths.enumerated() {
            guard let mean = results.measured(\.mean, .loss(set), width)?.curve() else { continue }
            let errors = results.measured(\.meanError, .loss(set), width)?.curve() ?? []
            marks.append(.points(steps, mean, errors: errors, .series(k), label: widthLabel(width)))
            values += mean
        }
        guard !marks.isEmpty else { return nil }
        var y = axis("mean loss", for: values)
        y.lowest = 0
        return Chart(set == .train ? "Training loss" : "Test loss", x: stepAxis, y: y, marks: marks)
    }

    /// Predicted mean at a width, limit + bias/N, and a band of one standard deviation of single networks around it.
    ///
    /// - Parameter pick: some numbers of the observable, against time.
    private func predicted(
        _ observable: Observable, _ width: Int, _ k: Int, _ pick: (ObservableSeries) -> [Double]
    ) -> (mean: [Double], band: Chart.Mark)? {
        guard let limit = results.theory(\.mean, observable).map(pick), let bias = results.theory(\.bias, observable).map(pick),
            let variance = results.theory(\.variance, observable, width: width).map(pick)
        else { return nil }
        let mean = zip(limit, bias).map { $0 + $1 / Double(width) }
        let spread = variance.map { ($0 / Double(width)).squareRoot() }
        return (
            mean,
            .band(steps, low: zip(mean, spread).map(-), high: zip(mean, spread).map(+), .series(k), label: widthLabel(width))
        )
    }

    /// How the outputs of a few samples move, with the spread between networks.
    private func trajectories() -> [Page.Block] {
        guard let set = results.sets.last, last > 0,
            let outputs = results.theory(\.mean, .output(set))
                ?? widths.first.flatMap({ results.measured(\.mean, .output(set), $0) })
        else { return [] }
        let charts = representatives(set, outputs).map { sample, output, title in
            let series = { (values: ObservableSeries) in values.curve(sample, output) }
            var marks = drawnWidths.enumerated().compactMap { k, width in predicted(.output(set), width, k, series)?.band }
            if let limit = results.theory(\.mean, .output(set)).map(series) {
                marks.append(.line(steps, limit, .reference, label: "infinite width"))
            }
            for (k, width) in widths.enumerated() {
                guard let mean = results.measured(\.mean, .output(set), width).map(series) else { continue }
                let spread = results.measured(\.variance, .output(set), width).map(series)?.map { $0.squareRoot() } ?? []
                marks.append(.points(steps, mean, errors: spread, .series(k), label: widthLabel(width), nudge: nudge(k)))
            }
            return Chart(title, x: stepAxis, y: Chart.Axis("output"), marks: marks)
        }
        var caption = "Outputs of single \(set.title) samples, those in the middle of their class."
        if hasFluctuations { caption += " Shaded: predicted mean ± one standard deviation between networks." }
        if !widths.isEmpty {
            caption += " Points and bars: mean and standard deviation of \(ensembleWords) (not the error of the mean)."
        }
        return [.figure(Figure("single-outputs", caption: caption, panels: charts))]
    }

    /// For up to four classes the sample whose final output is the class's median; without classes three quantiles.
    private func representatives(_ set: SampleSet, _ outputs: ObservableSeries) -> [(sample: Int, output: Int, title: String)] {
        let classes = classes(set), samples = outputs.entry.samples
        func sorted(_ samples: [Int], _ output: Int) -> [Int] {
            samples.sorted { (outputs.at(last, $0, output), $0) < (outputs.at(last, $1, output), $1) }
        }
        if classes.isEmpty {
            let order = sorted(Array(0..<samples), 0)
            let picks = samples < 4 ? Array(order.indices) : [order.count / 10, order.count / 2, order.count * 9 / 10]
            return picks.map { (order[$0], 0, "Sample \(order[$0] + 1)") }
        }
        return classNames.indices.compactMap { k in
            let members = classes.indices.filter { classes[$0] == k }
            guard !members.isEmpty else { return nil }
            // With one output a class, the class's own output; else the first.
            let output = outputs.entry.outputs == classNames.count ? k : 0
            let sample = sorted(members, output)[members.count / 2]
            let which = outputs.entry.outputs > 1 ? ", output \(output + 1)" : ""
            return (sample, output, "Sample \(sample + 1), class \(classNames[k])\(which)")
        }.prefix(4).map { $0 }
    }

    func fluctuationSection() -> Page.Section? {
        let charts = results.sets.compactMap(varianceChart)
        guard !charts.isEmpty else { return nil }
        var caption =
            "The variance of outputs between random initialisations falls as 1/N: multiplied by N, all widths should meet."
        if hasFluctuations { caption += " Full line: theory, shaded by its Monte Carlo error." }
        if !widths.isEmpty { caption += " Points: ensembles" + (widths.count > 1 ? ", set side by side." : ".") }
        caption += " Errors are averaged over samples as if fully correlated, so they are on the safe side."
        return Page.Section("Spread between networks", [block("output-variance", caption: caption, charts)])
    }

    private func varianceChart(_ set: SampleSet) -> Chart? {
        var marks: [Chart.Mark] = []
        if let variance = results.theory(\.variance, .output(set))?.meanSums {
            if let error = results.theoryErrors(MeanFieldPrediction.varianceTotalError(at:), .output(set))?.meanSums {
                marks.append(
                    .band(steps, low: zip(variance, error).map(-), high: zip(variance, error).map(+), .reference, label: "theory")
                )
            }
            marks.append(.line(steps, variance, .reference, label: "theory"))
        }
        // The variance over one network is unknown.
        for (k, ensemble) in results.ensembles.enumerated() where ensemble.networks > 1 {
            let width = ensemble.width
            func scaled(_ part: KeyPath<EnsembleStatistics, [Double]>) -> [Double] {
                results.measured(part, .output(set), width)?.meanSums.map { $0 * Double(width) } ?? []
            }
            marks.append(
                .points(
                    steps, scaled(\.variance), errors: scaled(\.varianceError), .series(k), label: widthLabel(width),
                    nudge: nudge(k)))
        }
        guard !marks.isEmpty else { return nil }
        let outputs = (results.data?.outputCount ?? 1) > 1 ? ", sum over outputs" : ""
        let what = "N × variance, mean over \(set.title) samples" + outputs
        return Chart(
            set == .train ? "Training outputs" : "Test outputs", x: stepAxis, y: Chart.Axis(what, including: [0], lowest: 0),
            marks: marks)
    }
}

extension StudyReport {
    /// The charts as a figure, or, when there is only one recorded time, their numbers as a table.
    private func block(_ name: String, caption: String, _ charts: [Chart]) -> Page.Block {
        guard last == 0 else { return .figure(Figure(name, caption: caption, panels: charts)) }
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
                [.text("Step \(results.steps[0])")] + columns.map(Table.Column.number),
                rows: rows.map { row in [row.title] + columns.map { row.cells[$0] ?? "–" } },
                caption: Set(charts.map(\.y.label)).sorted().joined(separator: "; ")))
    }
}

extension String {
    /// Without the space that joins sentences in front of the first one.
    var trimmed: String { String(drop { $0 == " " }) }
}
