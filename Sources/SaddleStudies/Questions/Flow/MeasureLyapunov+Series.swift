import SaddleMeasures
import SaddleModels
import SaddleNumerics
import SaddleReport

extension MeasureLyapunov {
    /// The largest exponent of a time series, or why there is none.
    static func ofSeries(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, path = study.flow!.system, interval = study.flow?.interval ?? 1
        var source = DataSource(source: path, preprocess: .none)
        source.seed = 0
        let loaded = try study.reading { try source.representations() }
        guard loaded.all.count == 1 else {
            throw study.problem(
                "flow.system", "'\(study.typed(path))' holds \(loaded.all.count) arrays; expected one, times × variables")
        }
        let item = loaded.all[0], found: SeriesExponent, dimension: CorrelationDimension
        do {
            found = try SeriesExponent(item.points, interval: interval, shouldStop: context.shouldStop)
            dimension = try CorrelationDimension(
                found.delays.map { $0.embedding.apply(item.points) } ?? item.points, window: 2 * found.period,
                lag: found.delays?.embedding.lag ?? max(found.period / 4, 1), shouldStop: context.shouldStop)
        } catch let error as SeriesError {
            throw study.problem("flow.system", "\(item.name): \(error)")
        }
        var answer = Answer(
            "Lyapunov exponent of a series",
            subtitle: "\(item.name): \(NumberText.count(item.count)) times at intervals of \(NumberText.short(interval))"
                + (found.delays.map { "; \($0.embedding.order) delays of \($0.embedding.lag)" }
                    ?? "; \(NumberText.count(item.dimension, of: "variable"))"),
            warnings: loaded.warnings)
        answer.lead = [
            found.exponent.map {
                .callout(
                    .neutral, title: "Largest exponent \(NumberText.withError($0))",
                    text:
                        "Neighbouring stretches of the series part by a factor e in a time of \(NumberText.short(1 / $0.mean)). A straight line is no proof of chaos; look at it below."
                )
            }
                ?? .callout(
                    .bad, title: "No exponent", text: "The \(found.refusal!.rawValue).".replacing("The neigh", with: "Neigh"))
        ]
        answer.add("exponent", found.exponent, "Largest Lyapunov exponent")
        answer.add("refusal", found.refusal.map { "\($0)" }, "Why there is none")
        answer.add("period", found.period, "Steps of a mean turn")
        answer.add(
            "delay_time", found.divergence.indices.map { Double($0) * interval }, "Time after two states were neighbours", "time")
        answer.add("divergence", found.divergence, along: ["delay_time"], "Mean logarithm of their distance", "log distance")
        var marks: [View.Mark] = [.line("divergence", .series(0), label: "neighbours")]
        if let range = found.range {
            answer.add(
                "fitted_time", [Double(range.lowerBound) * interval, Double(range.upperBound) * interval], "Ends of the line",
                "time")
            answer.add(
                "fitted", [found.divergence[range.lowerBound], found.divergence[range.upperBound]], along: ["fitted_time"],
                "The line", "log distance")
            marks.append(.line("fitted", .series(1), label: "where the line is sought", dashed: true))
        }
        answer.section(
            "How neighbours part",
            [
                .figure(
                    "divergence",
                    caption: "Straight where they part exponentially; level where they are as far apart as the attractor allows.",
                    panels: [.init("Mean log distance", x: .init("time"), y: .init("log distance"), marks)])
            ])
        add(dimension, to: &answer)
        return answer
    }
}
