import SaddleModels
import SaddleNumerics
import SaddleReport

extension LazyAnswer {
    var result: TopicResult {
        TopicResult("lazy", page: page, numbers: numbers, arrays: arrays, warnings: warnings)
    }

    private var page: Page {
        let end = (infinity ?? recorded.last).map(score)
        var highlights = [
            Page.Highlight(
                "maximum stable learning rate", NumberText.short(maximumStableLearningRate),
                remark: "the study's is \(NumberText.short(study.training.learningRate.base))")
        ]
        if let loss = end?.testLoss ?? end?.trainLoss {
            highlights.append(
                Page.Highlight(
                    end?.testLoss == nil ? "training loss" : "test loss", NumberText.short(loss),
                    remark: infinity == nil ? "at the last step" : "after infinite time"))
        }
        if let accuracy = end?.testAccuracy {
            highlights.append(Page.Highlight("test accuracy", "\(NumberText.fixed(100 * accuracy, decimals: 1)) %"))
        }
        var sections = [Page.Section("Learning", [.table(table)] + [lossFigure].compactMap { $0 })]
        sections += [fluctuationSection].compactMap { $0 }
        if let figure = outputFigure { sections.append(Page.Section("Outputs", [figure])) }
        if let figure = spectrumFigure {
            sections.append(Page.Section("Tangent kernel", [.facts(facts), figure]))
        } else {
            sections.append(Page.Section("Tangent kernel", [.facts(facts)]))
        }
        return Page(
            title: "\(study.name): the lazy limit",
            subtitle: "Infinitely wide networks whose features do not move: training with a fixed tangent kernel.",
            lead: [.highlights(highlights)], sections: sections)
    }

    private var facts: [Page.Fact] {
        var facts = [
            Page.Fact("training points", NumberText.count(data.trainCount)),
            Page.Fact("largest eigenvalue", NumberText.short(largestEigenvalue)),
        ]
        if let rank { facts.append(Page.Fact("modes that are not null", NumberText.count(rank))) }
        if let conditionNumber { facts.append(Page.Fact("condition number of these", NumberText.short(conditionNumber))) }
        if let products {
            let error = NumberText.short(errorEstimates.max() ?? 0, digits: 2)
            facts.append(Page.Fact("products with the kernel", "\(products), for outputs within about \(error)"))
        }
        for (name, residual) in [("infinite time", infinityResidual), ("the posterior", posteriorResidual)] {
            guard let residual else { continue }
            facts.append(Page.Fact("relative residual of \(name)", NumberText.short(residual, digits: 2)))
        }
        facts.append(Page.Fact("memory foreseen", NumberText.short(memory / 1e9, digits: 2) + " GB"))
        return facts
    }

    private var table: Table {
        let scores = recorded.map(score)
        var rows = zip(steps, scores).map { ("\(NumberText.count($0))", $1) }
        if rows.count > 12 { rows = stride(from: 0, to: 12, by: 1).map { rows[$0 * (rows.count - 1) / 11] } }
        if let infinity { rows.append(("∞", score(infinity))) }
        if let posterior { rows.append(("NNGP posterior", score(posterior))) }
        func text(_ x: Double?) -> String { x.map { NumberText.short($0) } ?? "" }
        func percent(_ x: Double?) -> String { x.map { NumberText.fixed(100 * $0, decimals: 1) } ?? "" }
        let hasClasses = scores.contains { $0.testAccuracy != nil }
        let hasDeviations = rows.contains { $0.1.testDeviation != nil }
        let columns: [Table.Column] =
            [.text("step"), .number("training loss"), .number("test loss")]
            + (hasClasses ? [.number("test accuracy / %")] : []) + (hasDeviations ? [.number("deviation of a test output")] : [])
        return Table(
            columns,
            rows: rows.map { name, score in
                [name, text(score.trainLoss), text(score.testLoss)] + (hasClasses ? [percent(score.testAccuracy)] : [])
                    + (hasDeviations ? [text(score.testDeviation)] : [])
            }, caption: "Losses of the mean outputs.")
    }

    /// How far networks of finite width spread because their tangent kernels differ.
    private var fluctuationSection: Page.Section? {
        let scores = recorded.map(score)
        let (train, test) = (scores.compactMap(\.scaledTrainDeviation), scores.compactMap(\.scaledTestDeviation))
        guard train.count == steps.count, let last = test.last ?? train.last, let score = scores.last else { return nil }
        let error = (test.isEmpty ? score.scaledTrainDeviationError : score.scaledTestDeviationError) ?? 0
        let times = steps.map(Double.init)
        var marks = [Chart.Mark.line(times, train, .series(0), label: "training points")]
        if test.count == times.count { marks.append(.line(times, test, .series(1), label: "test points")) }
        let widths = study.simulate?.widths ?? [64, 256, 1024]
        return Page.Section(
            "Networks of finite width",
            [
                .table(
                    Table(
                        [.number("width"), .number("deviation of a \(test.isEmpty ? "training" : "test") output")],
                        rows: widths.map { width in
                            let root = Double(width).squareRoot()
                            return ["\(width)", NumberText.withError(last / root, error / root)]
                        },
                        caption:
                            "Spread between networks after \(steps.last!) steps that fluctuations of the tangent kernel make "
                            + "(root mean square over points; centred networks have no other).")),
                .figure(
                    Figure(
                        "lazy-fluctuations",
                        caption:
                            "√(N·variance) of outputs from fluctuations of the tangent kernel, root mean square over points.",
                        panels: [
                            Chart(
                                "Spread times √N", x: stepAxis, y: Chart.Axis("√(N·variance)", including: [0]), marks: marks)
                        ])),
            ])
    }

    var stepAxis: Chart.Axis { Chart.Axis("step", .logarithmicFromZero) }

    private var lossFigure: Page.Block? {
        guard steps.count > 1 else { return nil }
        let scores = recorded.map(score)
        let times = steps.map(Double.init)
        let charts = [("Training loss", scores.map(\.trainLoss)), ("Test loss", scores.map(\.testLoss))].compactMap {
            title, values in
            let losses = values.compactMap { $0 }
            return losses.count == times.count
                ? Chart(
                    title, x: stepAxis,
                    y: Chart.Axis("loss of the mean outputs", losses.allSatisfy { $0 > 0 } ? .logarithmic : .linear),
                    marks: [.line(times, losses, .reference, label: "lazy limit")]) : nil
        }
        return .figure(Figure("lazy-losses", caption: "Losses against steps.", panels: charts))
    }

    /// Four test outputs, spread over what they end at, with one standard deviation over initialisations.
    private var outputFigure: Page.Block? {
        let isTest = data.testCount > 0
        let outputs = recorded.map { isTest ? $0.test : $0.train }
        guard steps.count > 1, let last = outputs.last, last.rows > 0 else { return nil }
        let order = (0..<last.rows).sorted { last[$0, 0] < last[$1, 0] }
        let picks = Set([0.1, 0.4, 0.6, 0.9].map { order[Int($0 * Double(order.count - 1))] }).sorted()
        let times = steps.map(Double.init)
        let charts = picks.map { sample in
            let mean = outputs.map { $0[sample, 0] }
            var marks: [Chart.Mark] = []
            let deviations = recorded.compactMap { (isTest ? $0.testDeviations : $0.trainDeviations)?[sample] }
            if deviations.count == mean.count {
                marks.append(
                    .band(
                        times, low: zip(mean, deviations).map(-), high: zip(mean, deviations).map(+), .series(0),
                        label: "± one standard deviation"))
            }
            marks.append(.line(times, mean, .reference, label: "mean"))
            return Chart(
                "\(isTest ? "Test" : "Training") sample \(sample + 1)", x: stepAxis, y: Chart.Axis("output"), marks: marks)
        }
        return .figure(
            Figure(
                "lazy-outputs",
                caption: "First output of single samples, at the 10th, 40th, 60th and 90th percent of the last outputs.",
                panels: charts))
    }

    private var spectrumFigure: Page.Block? {
        let values = eigenvalues.reversed().filter { $0 > 0 }
        guard values.count > 1 else { return nil }
        return .figure(
            Figure(
                "lazy-spectrum", caption: "Eigenvalues of the tangent kernel at the training points, largest first.",
                panels: [
                    Chart(
                        "Spectrum", x: Chart.Axis("mode", .logarithmic), y: Chart.Axis("eigenvalue", .logarithmic),
                        marks: [.line((1...values.count).map(Double.init), values, .reference, label: "tangent kernel")])
                ]))
    }
}
