import Numerics
import SaddleNumerics
import SaddleReport

/// `saddle simulate gas`: cumulants of linear statistics of a two-dimensional Coulomb gas beside exact ones.
enum SimulateGas: Question {
    static let verb = QuestionVerb.simulate
    static let name = "gas"
    static let phrase = "a Coulomb gas"
    static let summary = "Cumulants of a two-dimensional Coulomb gas."
    static let discussion = """
        Charges that repel each other logarithmically in a round trap; at β = 2 in the harmonic trap they are the \
        eigenvalues of complex Gaussian matrices. Sampled by Metropolis's moves; mean and cumulants of sums over \
        charges beside the exact ones.
        """
    static let examples = ["", "--charges 50 --beta 4", "--trap 4 --sweeps 4000"]
    static let sections = ["spectrum.gas", "spectrum"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study.spectrum ?? RandomMatrixStudy()
        let settings = study.gas, p = settings.trap
        let comparison = try GasComparison(
            RadialCoulombGas(charges: settings.charges, trapPower: p, beta: settings.beta), chains: settings.chains,
            sweeps: settings.sweeps, seed: study.seed, progress: context.progress, shouldStop: context.shouldStop)
        let (gas, sample, measured) = (comparison.gas, comparison.sample, comparison.measured)
        let (exact, limits) = (comparison.exact, comparison.limits)
        var answer = Answer(
            "Coulomb gas of \(gas.charges) charges, β = \(NumberText.exponent(gas.beta)), trap \(GasComparison.power(p))",
            subtitle: "\(settings.chains) independent chains of \(settings.sweeps) sweeps")
        answer.check = CheckSummary(comparison.check)
        answer.add("acceptance", sample.acceptance, "Share of moves that were accepted", form: .percent)
        answer.add("function", words: comparison.functions, "f")
        let n = Double(gas.charges)
        for q in 0..<4 {
            let scale = q == 0 ? 1 : Double.pow(n, Double(q - 1)), symbol = ["κ₁", "κ₂", "N κ₃", "N² κ₄"][q]
            answer.add(
                "cumulant_\(q + 1)", measured.map { scale * $0[q].mean }, errors: measured.map { scale * $0[q].standardError },
                along: ["function"], "Cumulant \(q + 1) of Σ f, times powers of N that make it of order 1", symbol)
            answer.add(
                "cumulant_\(q + 1)_exact", exact.map { $0.map { scale * $0[q] } ?? .nan }, along: ["function"],
                "The same, exact at this N", symbol, isPartial: true)
            if q > 0 {
                answer.add("cumulant_\(q + 1)_limit", limits.map { $0[q - 1] }, along: ["function"], "Its limit", "limit")
            }
        }
        let histogram = Histogram(sample.radii, from: 0, to: max(1.2, sample.radii.max()!), bins: 40)
        answer.add("radius_edges", histogram.edges, "Edges of the bins", "r")
        answer.add("radius_density", histogram.densities, "Density of the charges' distances from the centre", "density")
        let radii = (0...200).map { Double($0) / 200 }
        answer.add("radius", radii, "Distance from the centre", "r")
        answer.add(
            "radius_density_limit", radii.map { p * Double.pow($0, p - 1) }, along: ["radius"], "Its limit p r^(p−1)", "density")

        if gas.beta == 2 { addInner(gas, sample.radii, to: &answer) }
        answer.lead = [
            .facts(
                ["acceptance", "inner", "inner_exact", "inner_deviation", "hole"].filter { answer[$0] != nil }.map { .init($0) })
        ]
        answer.section(
            "Cumulants",
            [
                .checked(
                    caption: gas.beta == 2
                        ? "Exact at this N: moduli are independent gamma variables at β = 2. Errors from independent chains."
                        : "Exact at this N for the energy of the trap, at every β. Errors from independent chains."),
                .table(
                    [.init("function")] + (2...4).flatMap { [.init("cumulant_\($0)"), .init("cumulant_\($0)_limit")] },
                    caption: "Measured, and for N → ∞."),
            ])
        answer.section(
            "Droplet",
            [
                .figure(
                    "radii", caption: "Radii of charges and the limit p r^{p−1}.",
                    panels: [
                        .init(
                            "Radii", x: .init("r"), y: .init("density", including: [0]),
                            [
                                .steps("radius_density", edges: "radius_edges", label: "last configurations"),
                                .line("radius_density_limit", label: "limit"),
                            ])
                    ])
            ])
        return answer
    }

    /// Charges within half the radius: the gas is a determinantal process at β = 2.
    private static func addInner(_ gas: RadialCoulombGas, _ radii: [Double], to answer: inout Answer) {
        let count = gas.count(within: 0.5), n = gas.charges
        let counts = stride(from: 0, to: radii.count, by: n).map { Double(radii[$0..<$0 + n].count { $0 < 0.5 }) }
        answer.add("inner", Estimate(counts), "Charges within half the radius, last configurations")
        answer.add("inner_exact", count.mean, "Their mean, exact at this N")
        answer.add("inner_deviation", count.variance.squareRoot(), "Their deviation, exact at this N")
        answer.add("hole", count.gapProbability, "Probability of none, exact at this N")
    }
}
