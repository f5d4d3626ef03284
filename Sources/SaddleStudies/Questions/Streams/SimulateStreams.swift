import SaddleComparisons
import SaddleModels
import SaddleNumerics
import SaddleReport

/// `saddle simulate streams`: what networks differ by for their initialisation and for the samples that came, predicted and measured.
enum SimulateStreams: Question {
    static let verb = QuestionVerb.simulate
    static let name = "streams"
    static let phrase = "training on several streams"
    static let summary = "What networks differ by: their initialisation, and the samples that came."
    static let discussion = """
        Solves the infinitely wide network on each of simulate.streams streams of samples, trains simulate.networks \
        networks on them at each width, and splits the variance of the test loss: between initialisations on one stream, which \
        vanishes as 1/N, and between streams, which does not. Says from which width on the samples matter more. Gaussian \
        inputs are drawn afresh for every stream, always of the same task; samples of a file come in another order \
        (training.order: shuffled).
        """
    static let examples = ["online.yaml", "online.yaml --streams 16 --widths 64,256 --networks 160"]
    static let sections = ["simulate", "data", "training", "network", "predict"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, simulation = try study.streamSimulation()
        var (experiments, warnings) = ([Experiment](), [String]())
        for k in 0..<simulation.streams {
            let (experiment, own) = try study.stream(k).experiment()
            experiments.append(experiment)
            warnings += own.filter { !warnings.contains($0) }
        }
        let each = simulation.networks / simulation.streams
        let comparison = try StreamComparison(
            experiments, theory: study.predict,
            ensembles: simulation.widths.map {
                var settings = simulation.settings(width: $0, recordsKernels: false)
                settings.networks = each
                return settings
            }, progress: context.progress, shouldStop: context.shouldStop)
        var answer = Answer(
            "\(study.name): initialisations and streams",
            subtitle: "\(study.networkText); \(each) networks of each width on each of \(simulation.streams) streams",
            warnings: warnings + comparison.warnings)
        answer.check = CheckSummary(comparison.check)
        addShares(comparison, to: &answer)
        addCurves(comparison, to: &answer)
        return answer
    }

    private static func addShares(_ comparison: StreamComparison, to answer: inout Answer) {
        let last = comparison.rows.last!, along = ["width"]
        // √v; √δv for a variance that is not above its error.
        func deviation(_ variance: Estimate) -> Estimate {
            let root = max(variance.mean, 0).squareRoot(), error = variance.standardError
            return Estimate(
                mean: root, standardError: variance.mean > error ? error / (2 * root) : error.squareRoot(), count: variance.count)
        }
        let even = comparison.evenWidth(last)
        answer.add("loss", last.mean, "Test loss of the infinitely wide network after training, mean over streams")
        answer.add("even_width", even, "Width from which streams matter more than initialisations", "N*")
        answer.add("width", comparison.widths, "Width", "N")
        answer.add(
            "initial_predicted", last.initialAtWidths.map(deviation), along: along,
            "Deviation of the test loss between initialisations on one stream, predicted", "initialisation, predicted")
        answer.add(
            "initial_measured", last.measured.map { deviation($0.within) }, along: along, "The same, measured", "measured")
        answer.add(
            "streams_predicted", comparison.widths.map { _ in deviation(last.streams) }, along: along,
            "Deviation of the mean test loss between streams, of infinitely wide networks", "streams, predicted")
        answer.add(
            "streams_measured", last.measured.map { deviation($0.between) }, along: along, "The same, measured", "measured")
        let text =
            even.map {
                "Below a width of \(NumberText.withError($0.mean, $0.standardError)) networks differ more for their initialisation, above it more for the "
                    + "samples that came: wider networks do not make runs on other samples more alike."
            } ?? "Streams do not differ beyond the errors: \(comparison.limits.count) of them do not tell how much."
        answer.lead = [
            .callout(.neutral, title: "After step \(last.step)", text: text), .facts([.init("loss"), .init("even_width")]),
        ]
        answer.section(
            "What networks differ by",
            [
                .table(
                    [.init("width")]
                        + ["initial_predicted", "initial_measured", "streams_predicted", "streams_measured"].map { .init($0) },
                    caption: "Standard deviations of the test loss after training."),
                .paragraph(
                    "At three steps the mean and N·variance of the test loss on every stream are extrapolated to 1/N = 0 and compared "
                        + "with theory on the same stream."),
                .checked(),
            ])
    }

    private static func addCurves(_ comparison: StreamComparison, to answer: inout Answer) {
        answer.add("step", comparison.steps, "Recorded steps", "step")
        for (k, limit) in comparison.limits.enumerated() {
            answer.add(
                "limit_\(k + 1)", limit, along: ["step"], "Test loss of the infinitely wide network on stream \(k + 1)", "loss")
        }
        for (name, title, values) in [
            (
                "initial_variance", "N·variance of the test loss between initialisations, predicted",
                comparison.rows.map(\.initial)
            ),
            (
                "stream_variance", "Variance of the test loss between streams, of infinitely wide networks",
                comparison.rows.map(\.streams)
            ),
        ] { answer.add(name, values, along: ["step"], title) }
        for (w, width) in comparison.widths.enumerated() {
            answer.add(
                "initial_variance_\(width)",
                comparison.rows.map { row in
                    let within = row.measured[w].within, n = Double(width)
                    return Estimate(mean: n * within.mean, standardError: n * within.standardError, count: within.count)
                }, along: ["step"], "N·variance between initialisations at width \(width), measured")
            answer.add(
                "stream_variance_\(width)", comparison.rows.map { $0.measured[w].between }, along: ["step"],
                "Variance between streams at width \(width), measured")
        }
        func panel(_ title: String, _ name: String) -> View.Panel {
            .init(
                title, x: .init("step"), y: .init("", including: [0]),
                [.line(name, label: "N = ∞")]
                    + comparison.widths.enumerated().map { k, width in
                        .points("\(name)_\(width)", .series(k + 1), label: "N = \(width)")
                    })
        }
        answer.section(
            "While training",
            [
                .figure(
                    "streams",
                    caption:
                        "Test losses of the infinitely wide network, and the two variances; error bars are one standard error.",
                    panels: [
                        .init(
                            "Test loss on each stream", x: .init("step"), y: .init("test loss"),
                            comparison.limits.indices.map { .line("limit_\($0 + 1)", .series($0), label: "stream \($0 + 1)") }),
                        panel("N·variance between initialisations", "initial_variance"),
                        panel("Variance between streams", "stream_variance"),
                    ])
            ])
    }
}
