import Numerics
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

extension LinearResponseAnswer {
    var page: Page {
        Page(title: title, subtitle: subtitle, lead: lead, sections: sections(measured: nil))
    }

    var title: String {
        model.isLinear ? "Linear dynamics in a random environment" : "Random recurrent network of \(model.activation.name)"
    }

    var subtitle: String {
        let decay = model.decay > 0 ? "−\(NumberText.exponent(model.decay))·x + " : ""
        let noise = model.noise > 0 ? ", white noise T = \(NumberText.exponent(model.noise))" : ""
        return
            "dx/dt = \(decay)\(NumberText.exponent(model.gain))·J\(model.isLinear ? "x" : "φ(x)")\(noise); "
            + "symmetry τ = \(NumberText.exponent(model.symmetry)), initial variance \(NumberText.exponent(model.initialVariance))"
    }

    var lead: [Page.Block] {
        var highlights: [Page.Highlight] = []
        let last = times.count - 1, end = NumberText.exponent(study.duration)
        if let linear {
            highlights = [
                .init(
                    "σ(1 + τ) − λ", NumberText.short(model.growthRate),
                    remark: model.growthRate < 0 ? "stable" : model.growthRate > 0 ? "unstable" : "marginal"),
                .init("C(\(end), \(end))", NumberText.short(twoTime.variance[last], digits: 4)),
            ]
            if model.noise == 0 {
                let twin = linear.normalTwin(study.duration, study.duration)
                highlights.append(
                    .init("non-normal / normal", NumberText.short(twoTime.variance[last] / twin), remark: "of C, same spectrum"))
            }
            if let stationary {
                highlights.append(.init("stationary variance", NumberText.short(stationary.correlation(0), digits: 4)))
            }
        } else {
            highlights = [
                transitionHighlight,
                .init("C(\(end), \(end))", NumberText.short(twoTime.variance[last], digits: 4)),
            ]
            if let chaotic, let lyapunovExponent {
                highlights += [
                    .init("stationary variance", NumberText.short(chaotic.variance, digits: 4)),
                    .init(
                        "Lyapunov exponent", NumberText.short(lyapunovExponent, digits: 4),
                        remark: lyapunovExponent > 0 ? "chaos" : "quiescent"),
                ]
            }
        }
        return [.highlights(highlights)] + (note.map { [.callout(.neutral, title: "No stationary state", text: $0 + ".")] } ?? [])
    }

    private var transitionHighlight: Page.Highlight {
        if let transition {
            return .init(
                "small activity grows above gain", NumberText.short(transition, digits: 4),
                remark: model.gain > transition ? "it grows" : model.gain < transition ? "it dies out" : "at the transition")
        }
        return .init(
            "small activity grows above gain", "none",
            remark: ChaoticState.transition(model) == nil ? "φ(0) ≠ 0: no quiescent state" : "it dies out at every gain")
    }

    func sections(measured: RandomDynamicsEnsemble?) -> [Page.Section] {
        var sections = [
            Page.Section("Against time", [.figure(timeFigure(measured)), .table(table)]),
            Page.Section("At two times", [.figure(twoTimeFigure)]),
        ]
        if let linear { sections.append(Page.Section("Spectrum", [.figure(spectrumFigure(linear))])) }
        if let stationary { sections.append(Page.Section("Stationary state", [.figure(stationaryFigure(stationary))])) }
        if let chaotic {
            sections.append(Page.Section("Stationary state and transition", [.figure(chaosFigure(chaotic))]))
        }
        sections.append(Page.Section("How to read it", explanation.map { .paragraph($0) }))
        return sections
    }

    private var table: Table {
        let rows = study.recorded
        var columns: [Table.Column] = [.number("t"), .number("R(t)"), .number("C(t, t)"), .number("P(t, t)")]
        if let linear, model.noise == 0 {
            columns.append(.number("C(t, t), normal"))
            return Table(
                columns,
                rows: rows.map { line($0) + [NumberText.short(linear.normalTwin(times[$0], times[$0]), digits: 4)] })
        }
        return Table(columns, rows: rows.map(line))
    }

    private func line(_ i: Int) -> [String] {
        [NumberText.exponent(times[i])]
            + [twoTime.response[i, 0], twoTime.correlation[i, i], perturbation[i, i]].map { NumberText.short($0, digits: 4) }
    }

    private func timeFigure(_ measured: RandomDynamicsEnsemble?) -> Figure {
        func points(_ value: (RandomDynamicsEnsemble, Int) -> Estimate) -> [Chart.Mark] {
            measured.map { e in
                let estimates = e.times.indices.map { value(e, $0) }
                return [
                    .points(
                        e.times, estimates.map(\.mean), errors: estimates.map(\.standardError), .series(1), label: "N = \(e.size)"
                    )
                ]
            } ?? []
        }
        func chart(_ title: String, _ values: [Double], _ label: String, _ more: [Chart.Mark]) -> Chart {
            let twin = more.flatMap { if case .line(let y, _) = $0.shape { y } else { [Double]() } }
            let all = values + twin, isWide = all.allSatisfy { $0 > 0 } && all.max()! > 50 * all.min()!
            return Chart(
                title, x: .init("t"), y: .init(label, isWide ? .logarithmic : .linear, including: isWide ? [] : [0]),
                marks: [.line(times, values, .reference, label: "theory, N → ∞")] + more)
        }
        var variance = points { $0.correlation($1, $1) }
        var perturbed = points { $0.perturbation($1, $1) }
        if let linear {
            let free = linear.unitResponse
            let twin = Chart.Mark.line(
                times, times.map { free.normalTwin($0, $0) }, .series(0), label: "normal matrix, same spectrum", dashed: true)
            perturbed.append(twin)
            if model.noise == 0 && model.initialVariance == 1 { variance.append(twin) }
        }
        return Figure(
            "time",
            caption:
                "Mean response of a unit to a kick at time 0, variance of a unit, and mean square of a perturbation of unit variance at time "
                + "0."
                + (model.isLinear
                    ? " Dashed: matrices with the same eigenvalues and orthogonal eigenvectors; what lies above is transient amplification."
                    : ""),
            columns: 3,
            panels: [
                chart("Response R(t)", twoTime.responseToStart, "R(t, 0)", points { $0.response($1) }),
                chart("Variance", twoTime.variance, "C(t, t)", variance),
                chart("Perturbation", perturbationVariance, "P(t, t)", perturbed),
            ])
    }

    private var twoTimeFigure: Figure {
        let n = times.count, cells = min(n, 101)
        func place(_ i: Int) -> Int { (i * (n - 1) + (cells - 1) / 2) / max(cells - 1, 1) }
        func map(_ title: String, _ value: (Int, Int) -> Double) -> Chart {
            let values = (0..<cells * cells).map { value(place($0 % cells), place($0 / cells)) }
            return Chart(
                title, x: .init("t"), y: .init("t′"), marks: [],
                ground: .init(
                    x: 0...study.duration, y: 0...study.duration, rows: cells, columns: cells, values: values,
                    colours: .fitting(values)))
        }
        let variance = twoTime.variance
        return Figure(
            "two-time", caption: "Left: C(t, t′)/√(C(t, t)C(t′, t′)). Right: response to a kick at t′, zero before it.",
            panels: [
                map("Correlation coefficient") { i, j in
                    let scale = (variance[i] * variance[j]).squareRoot()
                    return scale > 0 ? twoTime.correlation[i, j] / scale : .nan
                },
                map("Response R(t, t′)") { twoTime.response[$0, $1] },
            ])
    }

    private func spectrumFigure(_ linear: LinearDynamics) -> Figure {
        let (a, b) = (model.spectralEdge, model.gain * (1 - model.symmetry)), count = 200
        let angles = (0...count).map { 2 * Double.pi * Double($0) / Double(count) }
        let boundary = Chart(
            "Eigenvalues of σJ − λ", x: .init("real part", including: [0]), y: .init("imaginary part"),
            marks: [
                .line(
                    angles.map { a * Double.cos($0) - model.decay }, angles.map { b * Double.sin($0) }, .reference,
                    label: "boundary of the spectrum")
            ])
        let reals = (0...count).map { a * Double.cos(.pi * (1 - Double($0) / Double(count))) - model.decay }
        let density = Chart(
            "Density of real parts", x: .init("real part", including: [0]), y: .init("density", including: [0]),
            marks: [.line(reals, reals.map { linear.realPartDensity($0) ?? .nan }, .reference)])
        let reach = 3 * max(model.decay, model.gain), ω = (0...count).map { reach * (2 * Double($0) / Double(count) - 1) }
        var panels = [boundary]
        if model.spectralEdge > 0 { panels.append(density) }
        if model.growthRate < 0 {
            let h = ω.map { linear.resolvent(Complex(0, $0)) }
            panels.append(
                Chart(
                    "Resolvent H(iω)", x: .init("ω"), y: .init("H"),
                    marks: [
                        .line(ω, h.map(\.real), .series(0), label: "Re H"),
                        .line(ω, h.map(\.imaginary), .series(1), label: "Im H"),
                    ]))
        }
        return Figure(
            "spectrum",
            caption:
                "Uniform in the ellipse with half axes σ(1 + τ) and σ(1 − τ) around −λ; stable where it lies left of 0. H solves "
                + "iω + λ = 1/H + τσ²H.", columns: 3, panels: panels)
    }

    private func stationaryFigure(_ state: StationaryDynamics) -> Figure {
        let reach = 3 * max(model.decay, model.gain), ω = (0...200).map { reach * Double($0) / 200 }
        // −C′(u)/T by fluctuation–dissipation would be R: compare T∫R = C for symmetric couplings.
        let responses = times.map { state.dynamics.response($0) }
        let step = study.duration / Double(study.steps)
        var integral = [0.0]
        for (a, b) in zip(responses, responses.dropFirst()) { integral.append(integral.last! + step * (a + b) / 2) }
        let correlation = times.map(state.correlation)
        return Figure(
            "stationary",
            caption: "Left: power spectrum 2T|H|²/(1 − σ²|H|²). Right: the two lines coincide in equilibrium (τ = 1), by the "
                + "fluctuation–dissipation theorem.",
            panels: [
                Chart(
                    "Power spectrum", x: .init("ω"), y: .init("S(ω)", .logarithmic),
                    marks: [.line(ω, ω.map(state.powerSpectrum), .reference)]),
                Chart(
                    "Fluctuation and dissipation", x: .init("u"), y: .init("", including: [0]),
                    marks: [
                        .line(times, correlation.map { correlation[0] - $0 }, .reference, label: "C(0) − C(u)"),
                        .line(times, integral.map { model.noise * $0 }, .series(0), label: "T ∫ R", dashed: true),
                    ]),
            ])
    }

    private func chaosFigure(_ state: ChaoticState) -> Figure {
        // Odd activations with a slope at 0 have one.
        let transition = transition!
        var gains: [Double] = [], variances: [Double] = [], exponents: [Double] = []
        let last = max(2.5 * transition, 1.2 * model.gain)
        for k in 0...30 {
            var other = model
            other.gain = 0.4 * transition + (last - 0.4 * transition) * Double(k) / 30
            // Beyond the reach of the series the curve ends.
            guard let found = try? ChaoticState(other) else { break }
            gains.append(other.gain)
            variances.append(found.variance)
            exponents.append(found.lyapunovExponent(points: 1000))
        }
        var panels: [Chart] = []
        if state.variance > 0 {
            let reach = 6 / state.decayRate, lags = state.autocorrelation(spacing: reach / 200, count: 201)
            panels.append(
                Chart(
                    "Autocorrelation", x: .init("lag u"), y: .init("Δ(u)", including: [0]),
                    marks: [.line((0...200).map { reach / 200 * Double($0) }, lags, .reference, label: "theory, N → ∞")]))
        }
        func phase(_ title: String, _ label: String, _ values: [Double], _ here: Double) -> Chart {
            Chart(
                title, x: .init("gain σ"), y: .init(label, including: [0]),
                marks: [
                    .line(gains, values, .reference, label: "theory, N → ∞"),
                    .points([model.gain], [here], .series(0), label: "this gain"),
                ])
        }
        panels += [
            phase("Variance", "Δ₀", variances, state.variance),
            phase("Largest Lyapunov exponent", "Λ", exponents, lyapunovExponent!),
        ]
        return Figure(
            "chaos",
            caption:
                "Below the transition at σ = λ/φ′(0) activity dies out; beyond it the network is chaotic, with Δ from conservation of energy and Λ "
                + "from the ground state of a particle in the well λ² − σ²E φ′φ′.", columns: 3, panels: panels)
    }

    private var explanation: [String] {
        let common =
            "C(t, t′) is the covariance of a unit with itself at two times, R(t) its response to a kick, P(t, t′) the same as C for a "
            + "linearised perturbation that starts with unit variance. All are limits N → ∞; corrections are of order 1/N. "
            + (stepError > 0
                ? "The step of the grid leaves a relative error of \(NumberText.short(stepError, digits: 1))."
                : "They are closed forms, exact to rounding.")
        if model.isLinear {
            return [
                common,
                "A random matrix acts on a vector as a chain with coefficients 1 and τ, which gives C and R in Bessel functions for every "
                    + "τ. Eigenvalues alone fix R; C also knows the eigenvectors. Where these are not orthogonal (|τ| < 1) C exceeds that of a "
                    + "normal matrix with the same spectrum.",
            ]
        }
        return [
            common,
            "Each unit is driven by a Gaussian field whose covariance is that of σφ. The response of a unit is that of an isolated one, "
                + "since its couplings back are independent of those that drive it.",
        ]
    }
}

extension LinearDynamics {
    /// The same dynamics without noise from unit variance.
    fileprivate var unitResponse: LinearDynamics {
        // A linear model stays one.
        try! LinearDynamics(RandomDynamics(symmetry: model.symmetry, decay: model.decay, gain: model.gain))
    }
}
