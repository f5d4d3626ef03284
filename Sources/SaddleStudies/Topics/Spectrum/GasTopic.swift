import Numerics
import SaddleNumerics
import SaddleReport

/// `saddle simulate gas`: cumulants of linear statistics of a two-dimensional Coulomb gas, sampled by Metropolis's moves, beside exact ones.
public struct GasTopic: Sendable {
    public init() {}

    struct Statistic: Sendable {
        let name: String
        let measured: [Estimate]
        /// κ₁ … κ₈; nil where no exact formula is known.
        let exact: [Double]?
        /// κ₂, N κ₃, N² κ₄ for N → ∞
        let limits: [Double]
    }

    public func result(_ context: TopicRunner.Context) throws -> TopicResult {
        let study = context.study.spectrum ?? RandomMatrixStudy()
        let settings = study.gas
        let gas = try RadialCoulombGas(charges: settings.charges, trapPower: settings.trap, beta: settings.beta)
        let p = settings.trap
        var functions = PlanarAnswer.functions.filter { !(p == 2 && $0.name == "r²") && !(p == 4 && $0.name == "r⁴") }
        functions.insert(
            (Self.power(p), { Double.pow($0, p) }, { p * Double.pow($0, p - 1) }, p * (p - 1)), at: 0)
        let chosen = functions
        let burnIn = max(50, settings.sweeps / 10)
        let (count, progress, shouldStop) = (Counter(), context.progress, context.shouldStop)
        let total = Double(settings.chains * (settings.sweeps + burnIn))
        let chains = try Threads.map(settings.chains) { m -> (sums: [[Double]], radii: [Double], acceptance: Double) in
            var chain = RadialCoulombGas.Chain(gas, stream: RandomStream(seed: study.seed, .coulombGas, m))
            var sums = chosen.map { _ in [Double]() }
            for sweep in 0..<(settings.sweeps + burnIn) {
                if shouldStop() { throw CancellationError() }
                chain.sweep()
                progress(Double(count.increment()), total)
                if sweep < burnIn { continue }
                let radii = chain.radii
                for (k, function) in chosen.enumerated() { sums[k].append(radii.reduce(0) { $0 + function.f($1) }) }
            }
            return (sums, chain.radii, Double(chain.accepted) / Double(chain.tried))
        }
        let statistics = try functions.enumerated().map { k, function in
            Statistic(
                name: function.name, measured: BatchedCumulants.estimates(chains.map { $0.sums[k] }),
                exact: k == 0 ? gas.trapCumulants(8) : settings.beta == 2 ? gas.cumulants(8, of: function.f) : nil,
                limits: try gas.limitingCumulants(derivative: function.slope, curvature: function.curvature))
        }
        let check = Self.check(statistics)
        let acceptance = chains.reduce(0) { $0 + $1.acceptance } / Double(chains.count)
        return TopicResult(
            "gas", page: page(gas, settings, statistics, check, chains.flatMap(\.radii), acceptance),
            numbers: Numbers(gas, settings, statistics, check, acceptance), verdict: check.verdict)
    }

    static func check(_ statistics: [Statistic]) -> Check {
        var check = Check()
        for statistic in statistics {
            guard let exact = statistic.exact else { continue }
            // Few samples of a skewed law miss its tail: their cumulants are low, and so are errors read off them. As many independent samples as
            // the mean stands for would have these errors, and a bias of relative order q(q − 1)/2 over their number.
            let mean = statistic.measured[0].standardError
            let count = exact[1] / (mean * mean)
            let variances = BatchedCumulants.samplingVariances(exact)
            for q in 0..<4 {
                let measured = statistic.measured[q]
                let bias = Double((q + 1) * q / 2) / count * exact[q]
                let error = max(measured.standardError, (max(variances[q], 0) / count).squareRoot())
                check.add(
                    .mean(
                        "κ\(["₁", "₂", "₃", "₄"][q]) of Σ f", at: "f = \(statistic.name)", predicted: exact[q],
                        measured: measured.mean,
                        uncertainties: [
                            Uncertainty(
                                error: (error * error + bias * bias).squareRoot(),
                                degreesOfFreedom: Double(measured.count - 1))
                        ]))
            }
        }
        return check
    }

    /// rᵖ
    private static func power(_ p: Double) -> String {
        p == 1 ? "r" : p == 2 ? "r²" : p == 3 ? "r³" : p == 4 ? "r⁴" : "r^\(NumberText.exponent(p))"
    }

    private func page(
        _ gas: RadialCoulombGas, _ settings: RandomMatrixStudy.Gas, _ statistics: [Statistic], _ check: Check,
        _ radii: [Double], _ acceptance: Double
    ) -> Page {
        let n = Double(gas.charges), p = gas.trapPower
        let cumulants = Table(
            [.text("f"), .number("κ₂"), .number("limit"), .number("N κ₃"), .number("limit"), .number("N² κ₄"), .number("limit")],
            rows: statistics.map { s in
                let scaled = (1...3).flatMap { q -> [String] in
                    let factor = Double.pow(n, q - 1), m = s.measured[q]
                    return [
                        NumberText.withError(factor * m.mean, factor * m.standardError),
                        NumberText.short(s.limits[q - 1], digits: 4),
                    ]
                }
                return [s.name] + scaled
            }, caption: "Measured, and for N → ∞.")
        let high = max(1.2, radii.max()!)
        let histogram = SpectrumHistogram(radii, from: 0, to: high, bins: 40, weight: 1 / Double(radii.count))
        let xs = (0...200).map { Double($0) / 200 }
        let chart = Chart(
            "Radii", x: .init("r"), y: .init("density", including: [0]),
            marks: [
                .steps(edges: histogram.edges, histogram.densities, .series(0), label: "last configurations"),
                .line(xs, xs.map { p * Double.pow($0, p - 1) }, .reference, label: "limit"),
            ])
        return Page(
            title:
                "Coulomb gas of \(gas.charges) charges, β = \(NumberText.exponent(gas.beta)), trap \(Self.power(p))",
            subtitle:
                "\(settings.chains) independent chains of \(settings.sweeps) sweeps; \(NumberText.short(100 * acceptance)) % of moves "
                + "accepted",
            lead: [check.callout],
            sections: [
                Page.Section(
                    "Cumulants",
                    [
                        check.table(
                            gas.beta == 2
                                ? "Exact at this N: moduli are independent gamma variables at β = 2. Errors from independent chains."
                                : "Exact at this N for the energy of the trap, at every β. Errors from independent chains."),
                        .table(cumulants),
                    ]),
                Page.Section(
                    "Droplet", [.figure(Figure("radii", caption: "Radii of charges and the limit p r^{p−1}.", panels: [chart]))]),
            ])
    }

    struct Numbers: Encodable, Sendable {
        struct Statistic: Encodable, Sendable {
            let name: String
            let measured, errors: [Double]
            let exact: [Double]?
            let limits: [Double]
        }
        let charges: Int
        let beta, trap, acceptance: Double
        let statistics: [Statistic]
        let check: CheckSummary

        init(
            _ gas: RadialCoulombGas, _ settings: RandomMatrixStudy.Gas, _ statistics: [GasTopic.Statistic],
            _ check: Check,
            _ acceptance: Double
        ) {
            (charges, beta, trap, self.acceptance) = (gas.charges, gas.beta, gas.trapPower, acceptance)
            self.statistics = statistics.map {
                Statistic(
                    name: $0.name, measured: $0.measured.map(\.mean), errors: $0.measured.map(\.standardError),
                    exact: $0.exact.map { Array($0.prefix(4)) },
                    limits: $0.limits)
            }
            self.check = CheckSummary(check)
        }
    }
}
