import SaddleComparisons
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle predict width-error`: what N neurons miss of an average over neurons by sampling alone, and how many a solution needs.
enum PredictWidthError: Question {
    static let verb = QuestionVerb.predict
    static let name = "width-error"
    static let phrase = "errors of random neurons"
    static let summary = "What a finite width misses by sampling alone, and Barron norms."
    static let discussion = """
        The mean square error of N independent random neurons, exact at every N, beside networks that are drawn; Barron's \
        bound for chosen neurons; the Barron norm of the solution of a nonlinear elliptic equation.
        """
    static let examples = ["", "--dimension 10 --radius 3"]
    static let sections = ["width_error"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let settings = context.study.widthError ?? WidthErrorStudy()
        if settings.draws > 0 { try context.study.checkMemory(settings) }
        let target = GaussianTarget(dimension: settings.dimension, scale: settings.scale)
        let (variance, bound) = (target.neuronVariance(ball: settings.radius), target.barronBound(ball: settings.radius))
        var answer = Answer(
            "Error of a finite width by sampling alone",
            subtitle: "exp(−|x|²/2s²) in \(settings.dimension) dimension\(settings.dimension == 1 ? "" : "s"), s = "
                + "\(NumberText.short(settings.scale)), on the ball of radius \(NumberText.short(settings.radius))")
        answer.add("barron_norm", target.barronNorm, "Barron norm", "C")
        answer.add("neuron_variance", variance, "N × error by sampling alone")
        answer.add("barron_bound", bound, "N × Barron's bound")
        answer.lead = [
            .highlights([
                .init("barron_norm", remark: "C = E|ω|"), .init("neuron_variance", remark: "exact"),
                .init("barron_bound", remark: "(2rC)², chosen neurons"),
            ])
        ]
        let widths = settings.widths.map(Double.init), predicted = widths.map { variance / $0 }
        answer.add("width", settings.widths, "Width", "width")
        answer.add("error_predicted", predicted, along: ["width"], "Mean square error on the ball, exact", "E‖f − f_N‖²")
        answer.add("error_bound", widths.map { bound / $0 }, along: ["width"], "Barron's bound", "bound")
        var marks: [View.Mark] = [
            .line("error_predicted", .series(0), label: "(E‖φ‖² − ‖f‖²)/N"),
            .line("error_bound", .series(1), label: "Barron's bound", dashed: true),
        ]
        var columns = ["width", "error_predicted", "error_bound"].map { View.Column($0) }, views: [View] = []
        if settings.draws > 0 {
            let comparison = try NeuronComparison(
                target, radius: settings.radius, widths: settings.widths, draws: settings.draws, seed: settings.seed,
                progress: context.progress, shouldStop: context.shouldStop)
            let measured = comparison.measured
            answer.check = CheckSummary(comparison.check)
            answer.add("error_measured", measured, along: ["width"], "The same of random neurons", "measured")
            marks.append(.points("error_measured", .reference, label: "random neurons"))
            columns.insert(.init("error_measured"), at: 2)
            views = [.checked()]
        }
        answer.section(
            "Widths",
            [
                .figure(
                    "width-error", caption: "",
                    panels: [.init("Mean square error", x: .init(nil, .logarithmic), y: .init(nil, .logarithmic), marks)]),
                .table(columns, caption: "Mean square error on the ball."),
            ] + views)
        addEquation(settings, to: &answer)
        answer.section(
            "How to read it",
            [
                .paragraph(
                    "A network whose N neurons are drawn independently misses its limit by exactly (E‖φ‖² − ‖f‖²)/N on average. "
                        + "Training makes neurons depend on each other: what it changes is the dynamical part of the 1/N corrections, "
                        + "which saddle run predicts.")
            ])
        return answer
    }

    private static func addEquation(_ settings: WidthErrorStudy, to answer: inout Answer) {
        let iterates = EllipticDescent.exponentialSource(cubic: settings.cubic), norm = iterates.last!.barronNorm
        // The bound (2rC)²/N at r = π.
        let neurons = 100 * 4 * Double.pi * Double.pi * norm * norm
        answer.add("solution_barron_norm", norm, "Barron norm of the solution of the equation")
        answer.add("solution_neurons", neurons, "Neurons that suffice for a mean square error of 0.01 on it")
        answer.add("step", Array(iterates.indices), "Step", "step")
        answer.add("iterate_barron_norm", iterates.map(\.barronNorm), along: ["step"], "Barron norm of the iterates", "Σ|ω||û|")
        let kept = iterates.indices.filter { iterates[$0].residual > 1e-15 }
        answer.add("residual_step", kept, "Steps with a residual above rounding", "step")
        answer.add(
            "residual", kept.map { iterates[$0].residual }, along: ["residual_step"], "Residual, root mean square",
            "root mean square")
        answer.section(
            "How many neurons does the solution of an equation need?",
            [
                .paragraph(
                    "−u″ + u + \(NumberText.short(settings.cubic)) u³ = f on a circle, by preconditioned gradient steps from 0: "
                        + "the Barron norm of the iterates ends at \(NumberText.short(norm, digits: 4)), so that "
                        + "\(NumberText.short(neurons, digits: 2)) neurons suffice for a mean square error of 0.01 on it (radius π)."
                ),
                .figure(
                    "equation", caption: "",
                    panels: [
                        .init(
                            "Barron norm of the iterates", y: .init(including: [0]), [.line("iterate_barron_norm", .series(0))]),
                        .init("Residual", y: .init(nil, .logarithmic), [.line("residual", .series(0))]),
                    ]),
            ])
    }
}
