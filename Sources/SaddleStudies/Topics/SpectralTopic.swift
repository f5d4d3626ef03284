import SaddleNumerics
import SaddleReport
import SaddleTheory

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `saddle predict spectral-mixture`: a Gaussian process whose spectrum is learnt, beside one with an RBF kernel.
public struct SpectralTopic: Sendable {
    public init() {}

    public func result(_ context: TopicRunner.Context) throws -> TopicResult {
        let settings = context.study.spectralMixture ?? SpectralStudy()
        let task = try SpectralTask(settings, context.study)
        let search = SpectralFit(
            settings.spectrum, components: settings.components, largestFrequencies: task.largestFrequencies)
        let learnt = try search.fit(task.observations)
        if context.shouldStop() { throw CancellationError() }
        context.progress(2, 3)
        let plain = try search.fitWithoutFrequencies(task.observations)
        let fits = [
            try Fit("spectral mixture", learnt, task),
            try Fit(settings.degrees == nil ? "RBF" : "Matérn, the same spectrum at frequency 0", plain, task),
        ]
        var warnings = task.warnings
        if learnt.ending == .stepLimit {
            warnings.append("the evidence was still rising after \(learnt.steps) steps; its spectrum may not be the best one")
        }
        let page = Page(
            title: "Learnt spectrum: \(task.name)",
            subtitle:
                "\(settings.components) components a variable, noise \(NumberText.short(settings.noise)) of the observations",
            lead: [.highlights(Self.highlights(fits))],
            sections: [
                Page.Section("Fits", [.table(Self.table(fits))]),
                Page.Section("Spectrum", [.table(Self.components(learnt.process))]),
                Page.Section("Pictures", Self.figures(task, fits)),
            ])
        return TopicResult(
            "spectral-mixture", page: page, numbers: Numbers(fits, learnt.process), warnings: warnings)
    }

    struct Fit: Sendable {
        let name: String
        let result: SpectralFit.Result
        /// Relative error √(Σ(mean − u)²/Σu²) at the points of the check; nil without such points.
        let error: Double?

        init(_ name: String, _ result: SpectralFit.Result, _ task: SpectralTask) throws {
            (self.name, self.result) = (name, result)
            guard task.check.rows > 0 else {
                error = nil
                return
            }
            let found = try result.process.posterior(.identity(dimension: task.check.columns), at: task.check).mean
            let square = task.truth.reduce(0) { $0 + $1 * $1 }
            let miss = zip(found, task.truth).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            error = square > 0 ? (miss / square).squareRoot() : nil
        }
    }

    private static func highlights(_ fits: [Fit]) -> [Page.Highlight] {
        let process = fits[0].result.process
        var items = process.kernel.indices.map { d -> Page.Highlight in
            let frequency = process.dominantFrequency(of: d)
            return .init(
                process.kernel.count > 1 ? "Frequency of variable \(d + 1)" : "Dominant frequency",
                NumberText.short(frequency, digits: 6),
                remark: "cycles; ω = \(NumberText.short(2 * Double.pi * frequency, digits: 6))")
        }
        for fit in fits {
            if let error = fit.error { items.append(.init("Relative error, \(fit.name)", NumberText.short(error))) }
        }
        return items
    }

    private static func table(_ fits: [Fit]) -> Table {
        Table(
            [.text("Kernel"), .number("Log evidence"), .number("Relative error"), .number("Steps"), .text("Ended")],
            rows: fits.map {
                [
                    $0.name, NumberText.short($0.result.process.logEvidence, digits: 5),
                    $0.error.map { NumberText.short($0) } ?? "–",
                    "\($0.result.steps)", $0.result.ending.text,
                ]
            })
    }

    /// Components that make up the solution, the others counted.
    private static func components(_ process: SpectralProcess) -> Table {
        var rows: [[String]] = []
        var pruned = 0
        for (d, mixture) in process.kernel.enumerated() {
            let sizes = process.sizesOfParts(of: d)
            for q in sizes.indices.sorted(by: { sizes[$0] > sizes[$1] }) {
                if sizes[q] < 1e-6 * sizes.max()! {
                    pruned += 1
                    continue
                }
                rows.append([
                    "\(d + 1)", NumberText.short(abs(mixture.frequencies[q]), digits: 6), NumberText.short(mixture.widths[q]),
                    NumberText.short(mixture.weights[q]), NumberText.short(sizes[q]),
                ])
            }
        }
        return Table(
            [.number("Variable"), .number("Frequency"), .number("Width"), .number("Weight"), .number("Size in the solution")],
            rows: rows, caption: pruned > 0 ? "\(pruned) components lost their weight: below a millionth of the solution." : "")
    }

    private static func figures(_ task: SpectralTask, _ fits: [Fit]) -> [Page.Block] {
        guard task.check.columns == 1, let process = fits.first?.result.process else { return [] }
        let range = task.range
        let x = (0..<400).map { range.low + (range.high - range.low) * (Double($0) + 0.5) / 400 }
        var marks: [Chart.Mark] = []
        if task.check.rows > 0 {
            // So few points that the curves beneath can be seen.
            let shown = stride(from: 0, to: task.check.rows, by: max(task.check.rows / 120, 1))
            marks.append(
                .points(shown.map { task.check[$0, 0] }, shown.map { task.truth[$0] }, .reference, label: "u", radius: 1.4))
        }
        for (k, fit) in fits.enumerated() {
            guard let found = try? fit.result.process.posterior(at: x) else { continue }
            let deviation = found.variance.map { 2 * max($0, 0).squareRoot() }
            marks.append(.band(x, low: zip(found.mean, deviation).map(-), high: zip(found.mean, deviation).map(+), .series(k)))
            marks.append(.line(x, found.mean, .series(k), label: fit.name))
        }
        let solution = Chart("Solution", x: .init("x"), y: .init("u"), marks: marks)

        let band = task.largestFrequencies[0] * 1.2
        let mixture = process.kernel[0]
        let sizes = process.sizesOfParts()
        let kept = sizes.indices.filter { sizes[$0] >= 1e-6 * sizes.max()! }
        let density = { (f: Double) in fits[1].result.process.kernel[0].spectralDensity(f).squareRoot() }
        let frequencies = (0...400).map { band * Double($0) / 400 }.filter { density($0) > 1e-6 * density(0) }
        let spectrum = Chart(
            "Spectrum", x: .init("frequency (cycles)"), y: .init("size in the solution", .logarithmic),
            marks: [
                .points(kept.map { abs(mixture.frequencies[$0]) }, kept.map { sizes[$0] }, .series(0), label: "components"),
                .line(frequencies, frequencies.map(density), .series(1), label: "√S of \(fits[1].name)"),
            ])
        return [
            .figure(
                Figure(
                    "spectrum", caption: "Left: mean and two standard deviations. Right: what the solution is made of.",
                    panels: [solution, spectrum]))
        ]
    }

    struct Numbers: Encodable, Sendable {
        struct Kernel: Encodable, Sendable {
            let name: String
            let logEvidence: Double
            let relativeError: Double?
            let steps: Int
            let ended: String
        }
        struct Component: Encodable, Sendable {
            let variable: Int
            let frequency, width, weight, size: Double
        }
        let dominantFrequencies: [Double]
        let fits: [Kernel]
        let components: [Component]

        init(_ fits: [Fit], _ process: SpectralProcess) {
            dominantFrequencies = process.kernel.indices.map { process.dominantFrequency(of: $0) }
            self.fits = fits.map {
                Kernel(
                    name: $0.name, logEvidence: $0.result.process.logEvidence, relativeError: $0.error, steps: $0.result.steps,
                    ended: $0.result.ending.rawValue)
            }
            components = process.kernel.enumerated().flatMap { d, mixture -> [Component] in
                let sizes = process.sizesOfParts(of: d)
                return sizes.indices.map {
                    Component(
                        variable: d + 1, frequency: abs(mixture.frequencies[$0]), width: mixture.widths[$0],
                        weight: mixture.weights[$0], size: sizes[$0])
                }
            }
        }
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
