import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle predict spectral-mixture`: a Gaussian process whose spectrum is learnt, beside one with an RBF kernel.
enum PredictSpectralMixture: Question {
    static let verb = QuestionVerb.predict
    static let name = "spectral-mixture"
    static let phrase = "learning a spectrum"
    static let summary = "Gaussian process regression, or Poisson's equation, with a learnt spectrum."
    static let discussion = """
        Learns a mixture of bumps in frequency by the largest evidence, and shows the solution, the spectrum, and what an \
        RBF kernel makes of the same observations. `observed` is source (u″ on a grid), values (u on a grid) or data (the \
        samples of the study).
        """
    static let examples = ["", "--frequencies 1,100 --points 60", "series.yaml --observed data"]
    static let sections = ["spectral_mixture", "data"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let settings = context.study.spectralMixture ?? SpectralStudy()
        let (task, warnings) = try settings.problem(context.study)
        let search = SpectralFit(
            settings.spectrum, components: settings.components, largestFrequencies: task.largestFrequencies)
        let learnt = try search.fit(task.observations)
        if context.shouldStop() { throw CancellationError() }
        context.progress(2, 3)
        let plain = try search.fitWithoutFrequencies(task.observations)
        let fits = [
            (name: "spectral mixture", result: learnt),
            (name: settings.degrees == nil ? "RBF" : "Matérn, the same spectrum at frequency 0", result: plain),
        ]
        var answer = Answer(
            "Learnt spectrum: \(task.name)",
            subtitle:
                "\(settings.components) components a variable, noise \(NumberText.short(settings.noise)) of the observations",
            warnings: warnings)
        if learnt.ending == .stepLimit {
            answer.warnings.append(
                "the evidence was still rising after \(learnt.steps) steps; its spectrum may not be the best one")
        }
        let process = learnt.process
        answer.add("variable", Array(1...process.kernel.count), "Variable")
        let frequencies = process.kernel.indices.map { process.dominantFrequency(of: $0) }
        answer.add("dominant_frequency", frequencies, along: ["variable"], "Dominant frequency", unit: "cycles")
        answer.add("dominant_angular_frequency", frequencies.map { 2 * .pi * $0 }, along: ["variable"], "ω = 2π · frequency", "ω")
        answer.lead = [
            .highlights(
                process.kernel.indices.flatMap {
                    [.init("dominant_frequency", at: $0), .init("dominant_angular_frequency", at: $0)]
                })
        ]
        answer.add("kernel", words: fits.map(\.name), "Kernel")
        answer.add(
            "log_evidence", fits.map(\.result.process.logEvidence), along: ["kernel"], "Logarithm of the evidence", "log evidence"
        )
        let errors = try fits.map { try task.relativeError(of: $0.result.process) ?? .nan }
        answer.add(
            "relative_error", errors, along: ["kernel"], "√(Σ(mean − u)²/Σu²) at the points of the check", "relative error",
            isPartial: true)
        answer.add("fit_steps", fits.map(\.result.steps), along: ["kernel"], "Steps of the fit", "steps")
        answer.add("ended", words: fits.map(\.result.ending.text), along: ["kernel"], "Ended")
        answer.section("Fits", [.table(["kernel", "log_evidence", "relative_error", "fit_steps", "ended"].map { .init($0) })])
        addComponents(process, to: &answer)
        addPictures(task, fits, to: &answer)
        return answer
    }

    /// Components that make up the solution, by size, the others counted.
    private static func addComponents(_ process: SpectralProcess, to answer: inout Answer) {
        var rows: [(variable: Int, frequency: Double, width: Double, weight: Double, size: Double)] = []
        var kept = 0
        for (d, mixture) in process.kernel.enumerated() {
            let sizes = process.sizesOfParts(of: d)
            kept += sizes.count { $0 >= 1e-6 * sizes.max()! }
            for q in sizes.indices {
                rows.append((d + 1, abs(mixture.frequencies[q]), mixture.widths[q], mixture.weights[q], sizes[q]))
            }
        }
        rows.sort { $0.variable == $1.variable ? $0.size > $1.size : $0.variable < $1.variable }
        let along = ["component"]
        answer.add("component", Array(1...rows.count), "Component")
        answer.add("component_variable", rows.map(\.variable), along: along, "Variable of the component", "variable")
        answer.add("component_frequency", rows.map(\.frequency), along: along, "Its frequency", "frequency", unit: "cycles")
        answer.add("component_width", rows.map(\.width), along: along, "Its width", "width")
        answer.add("component_weight", rows.map(\.weight), along: along, "Its weight", "weight")
        answer.add("component_size", rows.map(\.size), along: along, "Its size in the solution", "size in the solution")
        let largest = rows.map(\.size).max()!
        let shown = rows.indices.filter { rows[$0].size >= 1e-6 * largest }
        answer.section(
            "Spectrum",
            [
                .table(
                    ["variable", "frequency", "width", "weight", "size"].map { .init("component_\($0)") }, rows: shown,
                    caption: kept < rows.count
                        ? "\(rows.count - kept) components lost their weight: below a millionth of the solution." : "")
            ])
    }

    private static func addPictures(
        _ task: SpectralProblem, _ fits: [(name: String, result: SpectralFit.Result)], to answer: inout Answer
    ) {
        guard task.check.columns == 1 else { return }
        let range = task.range, x = (0..<400).map { range.low + (range.high - range.low) * (Double($0) + 0.5) / 400 }
        answer.add("x", x, "Places", "x")
        var marks: [View.Mark] = []
        if task.check.rows > 0 {
            // So few points that the curves beneath can be seen.
            let shown = Array(stride(from: 0, to: task.check.rows, by: max(task.check.rows / 120, 1)))
            answer.add("check_x", shown.map { task.check[$0, 0] }, "Places of the check", "x")
            answer.add("check_u", shown.map { task.truth[$0] }, along: ["check_x"], "The solution there", "u")
            marks.append(.points("check_u", .reference, label: "u", radius: 1.4))
        }
        for (k, fit) in fits.enumerated() {
            guard let found = try? fit.result.process.posterior(at: x) else { continue }
            let name = k == 0 ? "mixture" : "plain", deviation = found.variance.map { 2 * max($0, 0).squareRoot() }
            answer.add("u_\(name)", found.mean, along: ["x"], "Posterior mean, \(fit.name)", "u")
            answer.add("u_\(name)_low", zip(found.mean, deviation).map(-), along: ["x"], "Two standard deviations below it", "u")
            answer.add("u_\(name)_high", zip(found.mean, deviation).map(+), along: ["x"], "Two standard deviations above it", "u")
            marks += [.band("u_\(name)_low", "u_\(name)_high", .series(k)), .line("u_\(name)", .series(k), label: fit.name)]
        }
        let plain = fits[1].result.process.kernel[0], band = task.largestFrequencies[0] * 1.2
        let density = { (f: Double) in plain.spectralDensity(f).squareRoot() }
        let frequencies = (0...400).map { band * Double($0) / 400 }.filter { density($0) > 1e-6 * density(0) }
        answer.add("frequency", frequencies, "Frequency", "frequency", unit: "cycles")
        answer.add(
            "plain_density", frequencies.map(density), along: ["frequency"], "√S of \(fits[1].name)", "size in the solution")
        answer.section(
            "Pictures",
            [
                .figure(
                    "spectrum", caption: "Left: mean and two standard deviations. Right: what the solution is made of.",
                    panels: [
                        .init("Solution", x: .init("x"), y: .init("u"), marks),
                        .init(
                            "Spectrum", x: .init("frequency / cycles"), y: .init("size in the solution", .logarithmic),
                            [
                                .points("component_size", x: "component_frequency", label: "components"),
                                .line("plain_density", .series(1), label: "√S of \(fits[1].name)"),
                            ]),
                    ])
            ])
    }
}

extension LBFGS.Ending {
    fileprivate var text: String {
        switch self {
        case .gradientIsSmall: "at a maximum"
        case .valueIsFlat: "evidence no longer rises"
        case .stepLimit: "step limit"
        case .noDescent: "at the limit of rounding"
        }
    }
}
