import Numerics
import SaddleMeasures
import SaddleNumerics
import SaddleReport

extension MeasureKoopman {
    /// Above this rank a pseudospectrum takes minutes.
    private static let largestPicture = 60

    static func addModes(
        _ found: KoopmanMeasurement, _ asked: KoopmanStudy, _ context: QuestionRunner.Context, to answer: inout Answer
    ) throws {
        let modes = found.modes, rates = modes.map(found.rate)
        answer.add("mode", Array(1...modes.count), "Number of the mode, the largest in the first state first", "mode")
        answer.add("eigenvalue", modes.map(\.value.real), along: ["mode"], "Real part of the eigenvalue", "Re μ")
        answer.add("imaginary", modes.map(\.value.imaginary), along: ["eigenvalue"], "Its imaginary part", "Im μ")
        answer.add("modulus", modes.map(\.value.length), along: ["mode"], "Its modulus", "|μ|")
        answer.add(
            "growth", rates.map(\.real), along: ["mode"], "Growth rate, log |μ| over the interval", "growth", isPartial: true,
            mayBeInfinite: true)
        answer.add("frequency", rates.map { $0.imaginary / (2 * .pi) }, along: ["mode"], "Cycles per time", "frequency")
        answer.add("residual", modes.map(\.residual), along: ["mode"], "Residual of the eigenpair", "residual")
        answer.add("amplitude", modes.map(\.amplitude), along: ["mode"], "Size of the mode in the first state", "amplitude")
        let angles = (0...120).map { 2 * .pi * Double($0) / 120 }
        answer.add("circle_real", angles.map { Double.cos($0) }, "The unit circle, real part", "Re μ")
        answer.add(
            "circle_imaginary", angles.map { Double.sin($0) }, along: ["circle_real"], "The unit circle, imaginary part", "Im μ")
        var ground: View.Ground?
        if asked.grid > 1, found.model.rank <= largestPicture {
            try addPseudospectrum(found, asked.grid, context, to: &answer)
            ground = .init("pseudospectrum")
        }
        answer.section(
            "Eigenvalues",
            [
                .figure(
                    "eigenvalues",
                    caption:
                        "Points: eigenvalues; line: the unit circle."
                        + (ground == nil
                            ? asked.grid > 1 ? " No pseudospectrum is drawn above rank \(largestPicture)." : ""
                            : " Colours: log₁₀ of the least residual of any function with that eigenvalue; where it is small the eigenvalue is well founded, and how far the dark reaches is how far noise can move it."),
                    panels: [
                        .init(
                            "Eigenvalues", x: .init("Re μ"), y: .init("Im μ"),
                            [
                                .points("imaginary", x: "eigenvalue", label: "eigenvalues", radius: 3),
                                .line("circle_imaginary", label: "unit circle"),
                            ], ground: ground)
                    ]),
                .table(
                    ["mode", "eigenvalue", "imaginary", "modulus", "growth", "frequency", "residual", "amplitude"].map {
                        .init($0)
                    },
                    rows: Array(modes.indices.prefix(24)),
                    caption:
                        "The residual is the share of the eigenfunction that a step does not multiply by μ: what has a large one is none of the dynamics."
                        + (modes.count > 24 ? " The 24 largest of \(modes.count) modes; the others are in the JSON." : "")),
            ])
    }

    private static func addPseudospectrum(
        _ found: KoopmanMeasurement, _ grid: Int, _ context: QuestionRunner.Context, to answer: inout Answer
    ) throws {
        let reach = 1.1 * max(1, found.modes.reduce(0) { max($0, $1.value.length) })
        let side = (0..<grid).map { reach * (2 * Double($0) / Double(grid - 1) - 1) }
        let model = found.model, done = Counter()
        // The lower half is the mirror image of the upper one.
        let half = (grid + 1) / 2
        let rows = try Threads.map(half) { k throws in
            try side.map { x throws in
                if context.shouldStop() { throw CancellationError() }
                return Double.log10(max(try model.pseudospectrum(Complex(x, side[grid - 1 - k])), 1e-16))
            }
        }
        context.progress(Double(done.increment()), 1)
        answer.add("pseudo_real", side, "Real part", "Re z")
        answer.add("pseudo_imaginary", side, "Imaginary part", "Im z")
        answer.add(
            "pseudospectrum", Matrix(rows: grid, columns: grid) { i, j in rows[min(i, grid - 1 - i)][j] },
            along: ["pseudo_imaginary", "pseudo_real"], "log₁₀ of the least residual at z", "log₁₀ ε")
    }

    static func addForecast(_ found: KoopmanMeasurement, to answer: inout Answer) {
        guard found.heldOut > 0 else { return }
        let interval = found.series.interval
        answer.add("ahead", (1...found.heldOut).map { interval * Double($0) }, "Time after the last fitted state", "time ahead")
        answer.add(
            "error_ahead", found.forecastErrors, along: ["ahead"], "Error of the forecast, over the series' deviation", "error")
        answer.add("still_ahead", found.persistenceErrors, along: ["ahead"], "Error of \"as it was\"", "error")
        // The variable that moves most.
        let states = found.series.states, n = states.rows
        let spread = (0..<states.columns).map { j -> Double in
            let column = states.elements[j * n..<(j + 1) * n]
            return column.max()! - column.min()!
        }
        let j = spread.indices.max { spread[$0] < spread[$1] }!
        answer.add("time", (0..<n).map { interval * Double($0) }, "Time from the first state", "time")
        answer.add("variable", (0..<n).map { states[$0, j] }, along: ["time"], "Variable \(j) (from 0)", "x\(j)")
        answer.add(
            "forecast_time", (0..<found.heldOut).map { interval * Double(found.fitted + $0) }, "Times of the forecast", "time")
        answer.add(
            "variable_forecast", (0..<found.heldOut).map { found.forecast[$0, j] }, along: ["forecast_time"], "Its forecast",
            "x\(j)")
        answer.section(
            "Forecast",
            [
                .figure(
                    "forecast",
                    caption:
                        "From the last fitted state on; root mean squares over the variables. Beside it the variable that moves most.",
                    panels: [
                        .init(
                            "Error", x: .init("time ahead"), y: .init("error", including: [0]),
                            [
                                .line("error_ahead", .series(0), label: "forecast"),
                                .line("still_ahead", .muted, label: "as it was"),
                            ]),
                        .init(
                            "Variable \(j)", x: .init("time"), y: .init("x\(j)"),
                            [
                                .line("variable", label: "series"),
                                .line("variable_forecast", .series(0), label: "forecast", dashed: true),
                            ]),
                    ])
            ])
    }

    static func addRank(_ found: KoopmanMeasurement, to answer: inout Answer) {
        let values = found.model.singularValues, largest = values[0], shown = values.filter { $0 > 1e-17 * largest }
        answer.add("direction", Array(1...shown.count), "Directions", "k")
        answer.add("singular_value", shown.map { $0 / largest }, along: ["direction"], "Singular values over the largest", "s")
        answer.add("kept_direction", Array(1...found.model.rank), "Directions that are kept", "k")
        answer.add(
            "kept_value", shown.prefix(found.model.rank).map { $0 / largest }, along: ["kept_direction"], "Those that are kept",
            "s")
        answer.section(
            "Rank",
            [
                .figure(
                    "rank", caption: "Singular values of the functions at the fitted states.",
                    panels: [
                        .init(
                            "Singular values", x: .init("k"), y: .init("s", .logarithmic),
                            [.line("singular_value"), .points("kept_value", label: "kept", radius: 2.4)])
                    ])
            ])
    }
}
