import SaddleComparisons
import SaddleModels
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle measure hessian`: curvature of the training loss of a study's networks, beside the tangent kernel of infinite width.
enum MeasureHessian: Question {
    static let verb = QuestionVerb.measure
    static let name = "hessian"
    static let phrase = "measuring the curvature of the loss"
    static let summary = "Curvature of the training loss: sharpness while networks learn, the spectrum of the Hessian in the end."
    static let discussion = """
        Trains a network of the study and measures its Hessian in units of the step, in which descent with learning rate η is stable \
        below 2/η: the largest eigenvalue while it learns, and in the end the density (all eigenvalues of small networks, Lanczos \
        quadrature from random starts of large ones), outliers, trace, the Gauss–Newton part (exactly, by the tangent kernel) \
        and what errors that are left add, and the second moment of the gradients of single samples. Where the loss is squared \
        with one output, the sharpness of ensembles of simulate.widths is compared with that of the mean-field theory (kernels: false leaves it out).
        """
    static let examples = [
        "digits.yaml", "digits.yaml --width 256 --probes 2", "--hidden-layers 1 --learning-rate 3 --steps 200",
    ]
    static let sections = ["hessian", "simulate", "network", "training", "data", "predict"]
    static let shorthands = ["width": "hessian.width"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, asked = study.hessian ?? HessianStudy()
        try study.checkCurvature()
        let (experiment, warnings) = try study.experiment(includesTheory: false)
        let simulation = study.simulate ?? .init()
        var settings = HessianMeasurement.Settings(width: asked.width ?? study.simulate?.widths.max() ?? 64)
        (settings.network, settings.seed) = (asked.network, simulation.seed)
        (settings.exact, settings.probes, settings.lanczosSteps) = (asked.exact, asked.probes, asked.lanczosSteps)
        if let problem = experiment.graph.widthProblem(settings.width) {
            throw study.problem("hessian.width", "'hessian.width' is \(settings.width); expected \(problem)")
        }
        let hasCourse = SharpnessComparison.serves(experiment) && study.hasLimit(samples: experiment.data.trainCount)
        let share = hasCourse ? 0.5 : 1
        let measured = try HessianMeasurement(
            experiment, settings, progress: { context.progress(share * $0 / $1, 1) }, shouldStop: context.shouldStop)
        let course =
            try hasCourse
            ? SharpnessComparison(
                experiment, theory: study.predict,
                ensembles: simulation.widths.map { simulation.settings(width: $0, recordsKernels: true) },
                progress: { context.progress(0.5 + $0 / $1 / 2, 1) }, shouldStop: context.shouldStop) : nil
        var answer = Answer(
            "\(study.name): curvature of the training loss",
            subtitle: "\(study.networkText); network \(settings.network) of width \(settings.width), "
                + "\(NumberText.count(measured.parameterCount)) parameters",
            warnings: warnings + (course?.warnings ?? []))
        if let course { answer.check = CheckSummary(course.check) }
        addLead(measured, to: &answer)
        addSharpness(measured, course, to: &answer)
        addSpectrum(measured, top: asked.top, to: &answer)
        return answer
    }

    private static func addLead(_ measured: HessianMeasurement, to answer: inout Answer) {
        let last = measured.points.last!, share = last.whole.value / last.edge
        answer.lead = [
            .callout(
                share > 1 ? .bad : .neutral,
                title: "After step \(last.step): largest eigenvalue \(NumberText.short(last.whole.value))",
                text:
                    "Descent is stable below 2/η = \(NumberText.short(last.edge)), of which that is \(NumberText.percent(share)). "
                    + "\(measured.outliers) eigenvalue\(measured.outliers == 1 ? "" : "s") of the Hessian lie beyond those of the part that comes from errors, "
                    + "\(NumberText.short(measured.residual.largest(1)[0].value)).")
        ]
    }

    private static func addSharpness(_ measured: HessianMeasurement, _ course: SharpnessComparison?, to answer: inout Answer) {
        let points = measured.points, along = ["measured_step"]
        answer.add("measured_step", points.map(\.step), "Steps at which the network was measured", "step")
        answer.add("loss", points.map(\.loss), along: along, "Training loss of the network", "training loss")
        answer.add(
            "largest_eigenvalue", points.map(\.whole.value), errors: points.map(\.whole.residual), along: along,
            "Largest eigenvalue of the Hessian, with the bound of Lanczos", "λ of H")
        answer.add(
            "sharpness", points.map(\.gaussNewton.value), errors: points.map(\.gaussNewton.residual), along: along,
            "Largest eigenvalue of its Gauss–Newton part", "λ of A")
        answer.add("edge", points.map(\.edge), along: along, "Where descent ceases to be stable", "2/η")
        var views: [View] = [
            .table([.init("measured_step")] + ["loss", "largest_eigenvalue", "sharpness", "edge"].map { .init($0) })
        ]
        var marks: [View.Mark] = [
            .line("edge", dashed: true), .points("largest_eigenvalue", .series(0), label: "H of the network"),
            .points("sharpness", .series(1), label: "A of the network", radius: 2.4),
        ]
        if let course {
            answer.add("step", course.steps, "Recorded steps", "step")
            answer.add("sharpness_limit", course.limit, along: ["step"], "Sharpness of infinite width, K(t, t)/P", "N = ∞")
            for (k, width) in course.widths.enumerated() {
                answer.add(
                    "sharpness_\(width)", course.means[k], along: ["step"], "Mean sharpness at width \(width)", "N = \(width)")
                answer.add(
                    "sharpness_spread_\(width)", course.deviations[k], along: ["step"],
                    "Its standard deviation between networks of width \(width)", "spread, N = \(width)")
            }
            views.append(
                .table(
                    [.init("step"), .init("sharpness_limit")]
                        + course.widths.flatMap { [.init("sharpness_\($0)"), .init("sharpness_spread_\($0)")] },
                    caption: "The largest eigenvalue of the Gauss–Newton part: of the mean-field theory, and of ensembles."))
            views.append(.checked(caption: "Means over networks are extrapolated to 1/N = 0 and compared with theory."))
            marks.append(.line("sharpness_limit", label: "infinite width"))
            marks += course.widths.enumerated().map { k, width in
                .points("sharpness_\(width)", .series(k + 2), label: "mean at N = \(width)", radius: 2.4)
            }
        }
        let eigenvalues = points.map(\.whole.value) + points.map(\.gaussNewton.value),
            isFar = points[0].edge > 4 * eigenvalues.max()!
        views.append(
            .figure(
                "sharpness", caption: "Error bars: standard errors of means, the bound of Lanczos for H.",
                panels: [
                    .init(
                        "Sharpness while training", x: .init("step"),
                        y: isFar && eigenvalues.min()! > 0
                            ? .init("eigenvalue", .logarithmic) : .init("eigenvalue", including: [0]),
                        marks)
                ]))
        answer.section("Sharpness", views)
    }

    private static func addSpectrum(_ measured: HessianMeasurement, top: Int, to answer: inout Answer) {
        let (whole, traces) = (measured.whole, measured.traces)
        let largest = whole.largest(top), lowest = whole.lowest(top)
        answer.add("rank", (1...max(largest.count, 1)).map { $0 }, "From the end of the spectrum", "k")
        answer.add(
            "largest", largest.map(\.value), errors: largest.map(\.residual), along: ["rank"], "Largest eigenvalues of H",
            "largest of H")
        answer.add(
            "lowest", lowest.map(\.value), errors: lowest.map(\.residual), along: ["rank"], "Lowest eigenvalues of H",
            "lowest of H")
        func padded(_ values: [Double]) -> [Double] { (0..<largest.count).map { $0 < values.count ? values[$0] : 0 } }
        let newton = measured.gaussNewton.largest(largest.count)
        answer.add(
            "gauss_newton", padded(newton.map(\.value)), errors: padded(newton.map(\.residual)), along: ["rank"],
            "Largest eigenvalues of the Gauss–Newton part, those of the tangent kernel over P", "A")
        if let gradients = measured.gradients {
            answer.add(
                "gradient_moments", padded(gradients.eigenvalues), along: ["rank"],
                "Eigenvalues of the second moment of the gradients of single samples", "gradients")
            answer.add("squared_gradient", gradients.squaredGradient, "s|∇ℒ|²")
        }
        let columns = ["largest", "gauss_newton"] + (measured.gradients == nil ? [] : ["gradient_moments"]) + ["lowest"]
        answer.add("trace", traces.whole, "Trace of H")
        answer.add("trace_gauss_newton", traces.gaussNewton, "Trace of A")
        answer.add("trace_residual", traces.residual, "Trace of the part that comes from errors")
        answer.add("outliers", measured.outliers, "Eigenvalues of H beyond those of the part that comes from errors")
        let low = min(lowest[0].value, 0), high = max(largest[0].value, 0), span = max(high - low, .leastNormalMagnitude)
        let grid = (0...240).map { low - 0.05 * span + 1.1 * span * Double($0) / 240 }, deviation = span / 120
        answer.add("eigenvalue", grid, "Eigenvalue", "λ")
        answer.add(
            "density", grid.map { Double(whole.order) * whole.density(at: $0, deviation: deviation).mean }, along: ["eigenvalue"],
            "Eigenvalues of H per unit, smoothed by \(NumberText.short(deviation))", "density of H")
        answer.add(
            "density_residual", grid.map { Double(whole.order) * measured.residual.density(at: $0, deviation: deviation).mean },
            along: ["eigenvalue"], "The same of the part that comes from errors", "density of R")
        answer.section(
            "The spectrum after training",
            [
                .facts(
                    (["trace", "trace_gauss_newton", "trace_residual"] + (measured.gradients == nil ? [] : ["squared_gradient"])
                        + ["outliers"]).map { .init($0) }),
                .table(
                    [.init("rank")] + columns.map { .init($0) },
                    caption: whole.isExact
                        ? "All \(whole.order) eigenvalues were found."
                        : "By Lanczos quadrature from \(whole.probes.count) random starts; an eigenvalue lies within the bound beside it. "
                            + "Eigenvalues that occur several times are listed once."),
                .figure(
                    "spectrum", caption: "Eigenvalues per unit.",
                    panels: [
                        .init(
                            "Density of eigenvalues", x: .init("λ"),
                            y: .init("eigenvalues per unit", .logarithmic, lowest: 0.05 / span),
                            [
                                .line("density", .series(0), label: "H"),
                                .line("density_residual", .series(1), label: "of the errors' part", dashed: true),
                            ])
                    ]),
            ])
    }
}

extension Study {
    /// What has a Hessian in units of the step of descent.
    fileprivate func checkCurvature() throws {
        if training.isStream {
            throw problem(
                "training.data", "'training.data' is stream, whose samples come once: there is no loss to curve; expected fixed")
        }
        try checkPlainDescent(": curvature is measured in units of its step")
        if network.normalizesHidden {
            throw problem(
                "network.layer_norm",
                "'network.layer_norm' is hidden or all; the Hessian is not served through a normalisation; expected false")
        }
    }

    /// Whether there are ensembles, and a theory of their kernels beside them.
    fileprivate func hasLimit(samples: Int) -> Bool {
        simulate != nil && network.parameterization.isEquivalent(to: .meanField) && recordsKernels(samples: samples).records
    }
}
