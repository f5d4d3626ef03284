import Numerics
import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// What is said of random dynamics, beside finite systems where there are some.
struct LinearResponseAnswer {
    let study: LinearResponseStudy
    let theory: RandomDynamicsSolution
    let measured: LinearResponseCheck?
    private var model: RandomDynamics { study.model }

    init(_ study: LinearResponseStudy, _ theory: RandomDynamicsSolution, measured: LinearResponseCheck?) {
        (self.study, self.theory, self.measured) = (study, theory, measured)
    }

    var answer: Answer {
        let decay = model.decay > 0 ? "−\(NumberText.exponent(model.decay))·x + " : ""
        let noise = model.noise > 0 ? ", white noise T = \(NumberText.exponent(model.noise))" : ""
        let title =
            model.isLinear ? "Linear response in a random environment" : "Random recurrent network of \(model.activation.name)"
        var answer = Answer(
            title + (measured == nil ? "" : ": finite systems beside theory"),
            subtitle: "dx/dt = \(decay)\(NumberText.exponent(model.gain))·J\(model.isLinear ? "x" : "φ(x)")\(noise); "
                + "symmetry τ = \(NumberText.exponent(model.symmetry)), initial variance \(NumberText.exponent(model.initialVariance))"
                + (measured.map {
                    "; \(study.matrices) matrices of each size \($0.ensembles.map { "\($0.size)" }.joined(separator: ", "))"
                } ?? ""))
        if theory.stepError > 1e-3 {
            answer.warnings.append(
                "the step of the grid leaves a relative error of \(NumberText.short(theory.stepError, digits: 1)); raise 'linear_response.steps'"
            )
        }
        addNumbers(&answer)
        if let measured { add(measured, to: &answer) }
        addTimes(&answer)
        addTwoTimes(&answer)
        if let linear = theory.linear { addSpectrum(linear, &answer) }
        if let stationary = theory.stationary { addStationary(stationary, &answer) }
        if let chaotic = theory.chaotic, let transition = theory.transition { addChaos(chaotic, transition, &answer) }
        answer.section("How to read it", explanation.map { .paragraph($0) })
        return answer
    }

    private func addNumbers(_ answer: inout Answer) {
        let end = NumberText.exponent(study.duration)
        var items: [View.Item] = []
        answer.add("step_error", theory.stepError, "Relative error that the step of the grid leaves")
        if let linear = theory.linear {
            answer.add("growth_rate", model.growthRate, "Growth rate σ(1 + τ) − λ", "σ(1 + τ) − λ")
            answer.add("spectral_edge", model.spectralEdge, "Where the spectrum of σJ ends on the right")
            items.append(
                .init("growth_rate", remark: model.growthRate < 0 ? "stable" : model.growthRate > 0 ? "unstable" : "marginal"))
            let twin = linear.normalTwin(study.duration, study.duration)
            // Both may have decayed beyond the range of numbers.
            if model.noise == 0, twin >= .leastNormalMagnitude {
                answer.add("amplification", theory.twoTime.variance.last! / twin, "Non-normal over normal C at the end")
                items.append(.init("amplification", remark: "same spectrum"))
            }
        } else {
            answer.add("transition", theory.transition, "Gain above which small activity grows")
            if let transition = theory.transition {
                items.append(
                    .init(
                        "transition",
                        remark: model.gain > transition
                            ? "it grows" : model.gain < transition ? "it dies out" : "at the transition"))
            } else {
                let reason = ChaoticState.transition(model) == nil ? "φ(0) ≠ 0: no quiescent state" : "it dies out at every gain"
                answer.add("transition_note", reason, "Small activity")
                items.append(.init("transition_note"))
            }
        }
        answer.add("final_variance", theory.twoTime.variance.last!, "C(\(end), \(end))", "C")
        items.append(.init("final_variance"))
        answer.add(
            "stationary_variance", theory.stationary?.correlation(0) ?? theory.chaotic?.variance, "Stationary variance", "Δ₀")
        if answer["stationary_variance"] != nil { items.append(.init("stationary_variance")) }
        if let exponent = theory.lyapunovExponent {
            answer.add("lyapunov_exponent", exponent, "Largest Lyapunov exponent", "Λ")
            items.append(.init("lyapunov_exponent", remark: exponent > 0 ? "chaos" : "quiescent"))
        }
        answer.lead = [.highlights(items)]
        if let note = theory.note {
            answer.add("note", note, "Why there is no stationary state")
            answer.lead.append(.callout(.neutral, title: "No stationary state", text: note + "."))
        }
    }

    private func add(_ measured: LinearResponseCheck, to answer: inout Answer) {
        answer.check = CheckSummary(measured.check)
        let largest = measured.ensembles.last!.size
        answer.add(
            "largest_correction", measured.largestCorrection, "Largest difference from the limit at N = \(largest)",
            form: .percent)
        answer.lead.insert(
            .paragraph(
                "Means over matrices at all pairs of \(measured.recorded.count) times are extrapolated to 1/N = 0 by a straight line through the "
                    + "sizes. At N = \(largest) they differ from that by up to \(NumberText.short(100 * measured.largestCorrection, digits: 2)) %."
            ),
            at: 0)
        if !measured.remedies.isEmpty { answer.lead.insert(.list(measured.remedies), at: 1) }
        if measured.largestCorrection > 0.3 {
            answer.warnings.append(
                "at N = \(largest) means differ from the limit by up to \(NumberText.short(100 * measured.largestCorrection, digits: 2)) %: "
                    + "a line in 1/N may not be enough; larger 'sizes' or a shorter 'duration' help")
        }
        answer.section("In numbers", [.checked()])
        let times = measured.ensembles[0].times, n = times.count
        answer.add("measured_time", times, "Times at which systems are recorded", "t")
        for e in measured.ensembles {
            func square(_ name: String, _ title: String, _ value: (Int, Int) -> Estimate) {
                answer.add(
                    "\(name)_\(e.size)", (0..<n * n).map { value($0 / n, $0 % n) }, along: ["measured_time", "measured_time"],
                    shape: [n, n],
                    "\(title) at N = \(e.size)", title)
                answer.add(
                    "\(name)_diagonal_\(e.size)", (0..<n).map { value($0, $0) }, along: ["measured_time"],
                    "\(title), t = t′, at N = \(e.size)",
                    title)
            }
            square("correlation", "C(t, t′)") { e.correlation($0, $1) }
            square("perturbation", "P(t, t′)") { e.perturbation($0, $1) }
            answer.add(
                "response_\(e.size)", (0..<n).map { e.response($0) }, along: ["measured_time"], "R(t, 0) at N = \(e.size)",
                "R(t, 0)")
        }
    }

    private func addTimes(_ answer: inout Answer) {
        let times = theory.times, size = measured?.ensembles.last?.size
        answer.add("time", times, "Time", "t")
        answer.add(
            "response_to_start", theory.twoTime.responseToStart, along: ["time"], "Mean response of a unit to a kick at time 0",
            "R(t, 0)")
        answer.add("variance", theory.twoTime.variance, along: ["time"], "Variance of a unit", "C(t, t)")
        let perturbed = times.indices.map { theory.perturbation[$0, $0] }
        answer.add(
            "perturbation_variance", perturbed, along: ["time"], "Mean square of a perturbation of unit variance at time 0",
            "P(t, t)")
        var columns: [View.Column] = [
            .init("time"), .init("response_to_start"), .init("variance"), .init("perturbation_variance"),
        ]
        var twins: (variance: [View.Mark], perturbation: [View.Mark]) = ([], []),
            all: [[Double]] = [theory.twoTime.variance, perturbed]
        if let linear = theory.linear {
            if model.noise == 0 {
                answer.add(
                    "normal_variance", times.map { linear.normalTwin($0, $0) }, along: ["time"], "C of a normal matrix",
                    "C(t, t), normal")
                columns.append(.init("normal_variance"))
            }
            if let free = try? linear.freeResponse() {
                let twin = times.map { free.normalTwin($0, $0) }
                answer.add("normal_perturbation", twin, along: ["time"], "P of a normal matrix of the same spectrum", "P(t, t)")
                let mark = View.Mark.line("normal_perturbation", .series(0), label: "normal matrix, same spectrum", dashed: true)
                twins.perturbation = [mark]
                all[1] += twin
                if model.noise == 0 && model.initialVariance == 1 { (twins.variance, all[0]) = ([mark], all[0] + twin) }
            }
        }
        func panel(_ title: String, _ name: String, _ values: [Double], _ measured: String, _ more: [View.Mark]) -> View.Panel {
            let isWide = values.allSatisfy { $0 > 0 } && values.max()! > 50 * values.min()!
            let points: [View.Mark] = size.map { [.points("\(measured)_\($0)", .series(1), label: "N = \($0)")] } ?? []
            return .init(
                title, y: .init(nil, isWide ? .logarithmic : .linear, including: isWide ? [] : [0]),
                [.line(name, label: "theory, N → ∞")] + points + more)
        }
        answer.section(
            "Against time",
            [
                .figure(
                    "time",
                    caption:
                        "Mean response of a unit to a kick at time 0, variance of a unit, and mean square of a perturbation of unit variance at "
                        + "time 0."
                        + (model.isLinear
                            ? " Dashed: matrices with the same eigenvalues and orthogonal eigenvectors; what lies above is transient amplification."
                            : ""),
                    columns: 3,
                    panels: [
                        panel("Response R(t)", "response_to_start", theory.twoTime.responseToStart, "response", []),
                        panel("Variance", "variance", all[0], "correlation_diagonal", twins.variance),
                        panel("Perturbation", "perturbation_variance", all[1], "perturbation_diagonal", twins.perturbation),
                    ]), .table(columns, rows: study.recorded),
            ])
    }

    private func addTwoTimes(_ answer: inout Answer) {
        let n = theory.times.count, axes = ["time", "time"], variance = theory.twoTime.variance
        answer.add(
            "correlation", theory.twoTime.correlation, along: axes, "Covariance of a unit with itself at two times", "C(t, t′)")
        answer.add("response", theory.twoTime.response, along: axes, "Response to a kick at t′", "R(t, t′)")
        answer.add("perturbation", theory.perturbation, along: axes, "Covariance of a linearised perturbation", "P(t, t′)")
        // Pictures of about a hundred cells a side.
        let cells = min(n, 101), places = (0..<cells).map { ($0 * (n - 1) + (cells - 1) / 2) / max(cells - 1, 1) }
        answer.add("map_time", places.map { theory.times[$0] }, "Times of the maps", "t")
        func map(_ name: String, _ title: String, _ value: (Int, Int) -> Double) {
            answer.add(
                name, (0..<cells * cells).map { value(places[$0 % cells], places[$0 / cells]) }, along: ["map_time", "map_time"],
                shape: [cells, cells], title, isPartial: true)
        }
        map("correlation_map", "Correlation coefficient; rows t′, columns t") { i, j in
            let scale = (variance[i] * variance[j]).squareRoot()
            return scale > 0 ? theory.twoTime.correlation[i, j] / scale : .nan
        }
        map("response_map", "Response; rows t′, columns t") { theory.twoTime.response[$0, $1] }
        answer.section(
            "At two times",
            [
                .figure(
                    "two-time", caption: "Left: C(t, t′)/√(C(t, t)C(t′, t′)). Right: response to a kick at t′, zero before it.",
                    panels: [
                        .init("Correlation coefficient", x: .init("t"), y: .init("t′"), [], ground: .init("correlation_map")),
                        .init("Response R(t, t′)", x: .init("t"), y: .init("t′"), [], ground: .init("response_map")),
                    ])
            ])
    }
}
