import Numerics
import SaddleModels
import SaddleReport
import SaddleTheory

extension LinearResponseAnswer {
    func addSpectrum(_ linear: LinearDynamics, _ answer: inout Answer) {
        let model = study.model, a = model.spectralEdge, b = model.gain * (1 - model.symmetry), count = 200
        let angles = (0...count).map { 2 * Double.pi * Double($0) / Double(count) }
        answer.add(
            "boundary_real", angles.map { a * Double.cos($0) - model.decay }, "Boundary of the eigenvalues of σJ − λ", "real part"
        )
        answer.add(
            "boundary_imaginary", angles.map { b * Double.sin($0) }, along: ["boundary_real"], "Their imaginary parts",
            "imaginary part")
        var panels: [View.Panel] = [
            .init(
                "Eigenvalues of σJ − λ", x: .init(including: [0]),
                [.line("boundary_imaginary", label: "boundary of the spectrum")])
        ]
        if a > 0 {
            let reals = (0...count).map { a * Double.cos(.pi * (1 - Double($0) / Double(count))) - model.decay }
            answer.add("real_part", reals, "Real part of an eigenvalue", "real part")
            answer.add(
                "real_part_density", reals.map { linear.realPartDensity($0) ?? .nan }, along: ["real_part"],
                "Density of real parts",
                "density", isPartial: true)
            panels.append(
                .init("Density of real parts", x: .init(including: [0]), y: .init(including: [0]), [.line("real_part_density")]))
        }
        if model.growthRate < 0 {
            let reach = 3 * max(model.decay, model.gain), ω = (0...count).map { reach * (2 * Double($0) / Double(count) - 1) }
            let h = ω.map { linear.resolvent(Complex(0, $0)) }
            answer.add("frequency", ω, "Angular frequency", "ω", unit: "1/time")
            answer.add("resolvent_real", h.map(\.real), along: ["frequency"], "Real part of the resolvent H(iω)", "Re H")
            answer.add(
                "resolvent_imaginary", h.map(\.imaginary), along: ["frequency"], "Imaginary part of the resolvent H(iω)", "Im H")
            panels.append(
                .init(
                    "Resolvent H(iω)", x: .init("ω"), y: .init("H"),
                    [.line("resolvent_real", .series(0), label: "Re H"), .line("resolvent_imaginary", .series(1), label: "Im H")])
            )
        }
        answer.section(
            "Spectrum",
            [
                .figure(
                    "spectrum",
                    caption:
                        "Uniform in the ellipse with half axes σ(1 + τ) and σ(1 − τ) around −λ; stable where it lies left of 0. H solves "
                        + "iω + λ = 1/H + τσ²H.", columns: 3, panels: panels)
            ])
    }

    func addStationary(_ state: StationaryDynamics, _ answer: inout Answer) {
        let reach = 3 * max(study.model.decay, study.model.gain), ω = (0...200).map { reach * Double($0) / 200 }
        // −C′(u)/T by fluctuation–dissipation would be R: compare T∫R = C for symmetric couplings.
        let responses = theory.times.map { state.dynamics.response($0) }, step = study.duration / Double(study.steps)
        var integral = [0.0]
        for (a, b) in zip(responses, responses.dropFirst()) { integral.append(integral.last! + step * (a + b) / 2) }
        let correlation = theory.times.map(state.correlation)
        answer.add("power_frequency", ω, "Angular frequency", "ω", unit: "1/time")
        answer.add(
            "power_spectrum", ω.map(state.powerSpectrum), along: ["power_frequency"], "Power spectrum 2T|H|²/(1 − σ²|H|²)", "S(ω)"
        )
        answer.add(
            "stationary_loss", correlation.map { correlation[0] - $0 }, along: ["time"], "C(0) − C(u) in the stationary state")
        answer.add("integrated_response", integral.map { study.model.noise * $0 }, along: ["time"], "T ∫ R up to the lag")
        answer.section(
            "Stationary state",
            [
                .figure(
                    "stationary",
                    caption:
                        "Left: power spectrum. Right: the two lines coincide in equilibrium (τ = 1), by the fluctuation–dissipation theorem.",
                    panels: [
                        .init("Power spectrum", x: .init("ω"), y: .init("S(ω)", .logarithmic), [.line("power_spectrum")]),
                        .init(
                            "Fluctuation and dissipation", x: .init("u"), y: .init("", including: [0]),
                            [
                                .line("stationary_loss", label: "C(0) − C(u)"),
                                .line("integrated_response", .series(0), label: "T ∫ R", dashed: true),
                            ]),
                    ])
            ])
    }

    func addChaos(_ state: ChaoticState, _ transition: Double, _ answer: inout Answer) {
        let model = study.model, last = max(2.5 * transition, 1.2 * model.gain)
        let gains = (0...30).map { 0.4 * transition + (last - 0.4 * transition) * Double($0) / 30 }
        let course = ChaoticState.course(of: model, gains: gains)
        answer.add("gain", model.gain, "Gain of the study", "gain σ")
        answer.add("course_gain", course.map(\.gain), "Gain", "gain σ")
        answer.add(
            "course_variance", course.map(\.variance), along: ["course_gain"], "Stationary variance against the gain", "Δ₀")
        answer.add("course_lyapunov_exponent", course.map(\.exponent), along: ["course_gain"], "Largest Lyapunov exponent", "Λ")
        var panels: [View.Panel] = []
        if state.variance > 0 {
            let reach = 6 / state.decayRate
            answer.add("decay_rate", state.decayRate, "Rate at which the autocorrelation decays", unit: "1/time")
            answer.add("lag", (0...200).map { reach / 200 * Double($0) }, "Lag", "lag u")
            answer.add(
                "autocorrelation", state.autocorrelation(spacing: reach / 200, count: 201), along: ["lag"],
                "Autocorrelation in the stationary state", "Δ(u)")
            panels.append(.init("Autocorrelation", y: .init(including: [0]), [.line("autocorrelation", label: "theory, N → ∞")]))
        }
        for (title, name, here) in [
            ("Variance", "course_variance", "stationary_variance"),
            ("Largest Lyapunov exponent", "course_lyapunov_exponent", "lyapunov_exponent"),
        ] {
            panels.append(
                .init(
                    title, y: .init(including: [0]),
                    [.line(name, label: "theory, N → ∞"), .points(here, x: "gain", .series(0), label: "this gain")]))
        }
        answer.section(
            "Stationary state and transition",
            [
                .figure(
                    "chaos",
                    caption:
                        "Below the transition at σ = λ/φ′(0) activity dies out; beyond it the network is chaotic, with Δ from conservation of energy and "
                        + "Λ from the ground state of a particle in the well λ² − σ²E φ′φ′.", columns: 3, panels: panels)
            ])
    }

    var explanation: [String] {
        let common =
            "C(t, t′) is the covariance of a unit with itself at two times, R(t) its response to a kick, P(t, t′) the same as C for a "
            + "linearised perturbation that starts with unit variance. All are limits N → ∞; corrections are of order 1/N. "
            + (theory.stepError > 0
                ? "The step of the grid leaves the relative error that is stated." : "They are closed forms, exact to rounding.")
        return [
            common,
            study.model.isLinear
                ? "A random matrix acts on a vector as a chain with coefficients 1 and τ, which gives C and R in Bessel functions for every "
                    + "τ. Eigenvalues alone fix R; C also knows the eigenvectors. Where these are not orthogonal (|τ| < 1) C exceeds that of a "
                    + "normal matrix with the same spectrum."
                : "Each unit is driven by a Gaussian field whose covariance is that of σφ. The response of a unit is that of an isolated one, "
                    + "since its couplings back are independent of those that drive it.",
        ]
    }
}
