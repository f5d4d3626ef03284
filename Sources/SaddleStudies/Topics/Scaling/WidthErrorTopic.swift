import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `saddle predict width-error`: what N neurons miss of an average over neurons by sampling alone, and how many a solution needs.
public struct WidthErrorTopic: Sendable {
    public init() {}

    struct Row: Sendable {
        let width: Int
        let predicted, bound: Double
        let measured: Estimate?
    }

    public func result(_ context: TopicRunner.Context) throws -> TopicResult {
        let settings = context.study.widthError ?? WidthErrorStudy()
        if settings.draws > 0 { try context.study.checkMemory(settings) }
        let target = GaussianTarget(dimension: settings.dimension, scale: settings.scale)
        let neurons = RandomNeurons(
            dimension: settings.dimension, scale: settings.scale, radius: settings.radius, seed: settings.seed)
        let (variance, bound) = (target.neuronVariance(ball: settings.radius), target.barronBound(ball: settings.radius))
        let total = settings.widths.reduce(0) { $0 + Double($1) }
        var done = 0.0
        let rows = try settings.widths.map { width in
            if context.shouldStop() { throw CancellationError() }
            let predicted = variance / Double(width)
            let measured =
                settings.draws > 0
                ? Estimate(try neurons.errors(width: width, draws: settings.draws) { target.value(radius: $0) }) : nil
            done += Double(width)
            context.progress(done, total)
            return Row(width: width, predicted: predicted, bound: bound / Double(width), measured: measured)
        }
        let check = settings.draws > 0 ? Self.check(rows) : nil
        let iterates = Self.equation(settings)
        return TopicResult(
            "width-error", page: page(settings, target, rows, check, iterates),
            numbers: Numbers(
                barronNorm: target.barronNorm, neuronVariance: variance, bound: bound,
                widths: rows.map {
                    Numbers.Width(
                        width: $0.width, predicted: $0.predicted, bound: $0.bound, measured: $0.measured?.mean,
                        measuredError: $0.measured?.standardError)
                }, check: check.map { CheckSummary($0) }), verdict: check?.verdict)
    }

    /// Mean square errors are positive, with tails to the right.
    static func check(_ rows: [Row]) -> Check {
        var check = Check()
        for row in rows {
            guard let measured = row.measured else { continue }
            check.add(
                .mean(
                    "mean square error", at: "width \(row.width)", predicted: row.predicted, measured: measured.mean,
                    uncertainties: [
                        Uncertainty(error: measured.standardError, degreesOfFreedom: EffectiveFreedom.positive(measured))
                    ]))
        }
        return check
    }

    /// −u″ + u + a u³ = e^{cos 2πx/ℓ} on a circle of length 2π.
    private static func equation(_ settings: WidthErrorStudy) -> [EllipticDescent.Iterate] {
        let n = 129
        let source = (0..<n).map { exp(cos(2 * Double.pi * Double($0) / Double(n))) }
        return EllipticDescent(source: source, length: 2 * Double.pi, cubic: settings.cubic).iterates(
            steps: 40, rate: 1 / (1 + settings.cubic))
    }

    struct Numbers: Encodable, Sendable {
        struct Width: Encodable, Sendable {
            let width: Int
            let predicted, bound: Double
            let measured, measuredError: Double?
        }
        let barronNorm, neuronVariance, bound: Double
        let widths: [Width]
        let check: CheckSummary?
    }

    private func page(
        _ settings: WidthErrorStudy, _ target: GaussianTarget, _ rows: [Row], _ check: Check?,
        _ iterates: [EllipticDescent.Iterate]
    ) -> Page {
        let last = iterates.last!
        let table = Table(
            [.number("Width"), .number("Predicted"), .number("Measured"), .number("Barron's bound")],
            rows: rows.map {
                [
                    "\($0.width)", NumberText.short($0.predicted, digits: 4),
                    $0.measured.map { NumberText.withError($0.mean, $0.standardError) } ?? "–",
                    NumberText.short($0.bound, digits: 3),
                ]
            },
            caption: "Mean square error on the ball.")
        let widths = rows.map { Double($0.width) }
        let measured = rows.filter { $0.measured != nil }
        let errors = Chart(
            "Mean square error", x: .init("width", .logarithmic), y: .init("E‖f − f_N‖²", .logarithmic),
            marks: [
                .line(widths, rows.map(\.predicted), .series(0), label: "(E‖φ‖² − ‖f‖²)/N"),
                .line(widths, rows.map(\.bound), .series(1), label: "Barron's bound", dashed: true),
                .points(
                    measured.map { Double($0.width) }, measured.map { $0.measured!.mean },
                    errors: measured.map { $0.measured!.standardError }, .reference, label: "random neurons"),
            ])
        let steps = iterates.indices.map(Double.init)
        let norms = Chart(
            "Barron norm of the iterates", x: .init("step"), y: .init("Σ|ω||û|", including: [0]),
            marks: [.line(steps, iterates.map(\.barronNorm), .series(0))])
        let kept = iterates.indices.filter { iterates[$0].residual > 1e-15 }
        let residuals = Chart(
            "Residual", x: .init("step"), y: .init("root mean square", .logarithmic),
            marks: [.line(kept.map(Double.init), kept.map { iterates[$0].residual }, .series(0))])
        var lead: [Page.Block] = [
            .highlights([
                .init("Barron norm", NumberText.short(target.barronNorm, digits: 4), remark: "C = E|ω|"),
                .init(
                    "N × error", NumberText.short(rows.first.map { $0.predicted * Double($0.width) } ?? 0, digits: 4),
                    remark: "exact, by sampling alone"),
                .init(
                    "N × bound", NumberText.short(target.barronBound(ball: settings.radius), digits: 4),
                    remark: "(2rC)², chosen neurons"),
            ])
        ]
        if let check { lead.insert(check.callout, at: 0) }
        return Page(
            title: "Error of a finite width by sampling alone",
            subtitle: "exp(−|x|²/2s²) in \(settings.dimension) dimension\(settings.dimension == 1 ? "" : "s"), s = "
                + "\(NumberText.short(settings.scale)), on the ball of radius \(NumberText.short(settings.radius))",
            lead: lead,
            sections: [
                Page.Section(
                    "Widths",
                    [.figure(Figure("width-error", caption: "", panels: [errors])), .table(table)]
                        + (check.map { [$0.table()] } ?? [])),
                Page.Section(
                    "How many neurons does the solution of an equation need?",
                    [
                        .paragraph(
                            "−u″ + u + \(NumberText.short(settings.cubic)) u³ = f on a circle, by preconditioned gradient steps from 0: "
                                + "the Barron norm of the iterates ends at \(NumberText.short(last.barronNorm, digits: 4)), so that "
                                + "\(NumberText.short(100 * 4 * Double.pi * Double.pi * last.barronNorm * last.barronNorm, digits: 2)) "
                                + "neurons suffice for a mean square error of 0.01 on it (radius π)."),
                        .figure(Figure("equation", caption: "", panels: [norms, residuals])),
                    ]),
                Page.Section(
                    "How to read it",
                    [
                        .paragraph(
                            "A network whose N neurons are drawn independently misses its limit by exactly (E‖φ‖² − ‖f‖²)/N on average. "
                                + "Training makes neurons depend on each other: what it changes is the dynamical part of the 1/N corrections, "
                                + "which saddle run predicts.")
                    ]),
            ])
    }
}
