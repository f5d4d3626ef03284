import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle simulate field`: drawn fields of cosine neurons, reweighted by their interaction, beside the exact functions and the expansion.
enum SimulateField: Question {
    static let verb = QuestionVerb.simulate
    static let name = "field"
    static let phrase = "drawing fields of neurons"
    static let summary = "Drawn fields of N cosine neurons, reweighted by exp(−λ∫φ⁴), beside `predict field`."
    static let discussion = """
        Draws networks, measures connected functions and their powers of N, and weights the draws by their interaction; averages \
        are given while enough draws carry the weight. Says up to which λ the first order describes them.
        """
    static let examples = ["", "--dimension 0 --draws 200000", "--dimension 2 --neurons 4,16,64 --coupling 0.02"]
    static let sections = ["field"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study.field ?? FieldStudy(), field = study.field, theory = NeuronFieldTheory(field)
        let total = study.neurons.reduce(0, +)
        var done = 0
        let ensembles = try study.neurons.map { n in
            let before = done
            done += n
            return try FieldEnsemble(
                field, neurons: n, draws: study.draws, couplings: study.couplings, seed: study.seed,
                progress: { context.progress(Double(before) + Double(n) * $0 / $1, Double(total)) },
                shouldStop: context.shouldStop)
        }
        let check = FieldCheck(theory, ensembles, coupling: study.coupling)
        var answer = Answer(
            "\(study.title): draws beside theory", subtitle: "\(study.subtitle), \(ensembles[0].draws) draws for each N")
        let refused = ensembles.filter { $0.reweighted(study.couplings.firstIndex(of: study.coupling)!) == nil }
        answer.check = CheckSummary(check.check)
        if let worst = refused.last {
            answer.warnings.append(
                "at λ = \(NumberText.exponent(study.coupling)) and N = \(worst.neurons) only "
                    + "\(NumberText.short(worst.effectiveSizes[study.couplings.firstIndex(of: study.coupling)!])) of \(worst.draws) draws carry the "
                    + "weight, and no average is given below \(Int(FieldEnsemble.leastEffective)); a smaller 'field.coupling' or 'field.box', or more 'field.draws' help"
            )
        }
        study.addPropagator(theory, &answer)
        study.addOrders(theory, &answer)
        study.addMeasured(check, &answer)
        return answer
    }
}

extension FieldStudy {
    fileprivate func addMeasured(_ check: FieldCheck, _ answer: inout Answer) {
        let ensembles = check.ensembles, line = field.line, λs = couplings, shape = [neurons.count, λs.count],
            along = ["neurons", "coupling"]
        let weighted = ensembles.flatMap { e in λs.indices.map { e.reweighted($0) } }
        func add(_ name: String, _ values: [Estimate?], _ title: String, _ symbol: String) {
            answer.add(
                name, values.map { $0?.mean ?? .nan }, errors: values.map { $0?.standardError ?? .nan }, along: along,
                shape: shape, title,
                symbol, isPartial: true)
        }
        add("measured", weighted.map { $0?.pairs[0] }, "⟨φ²⟩, reweighted", "⟨φ²⟩")
        add("measured_fourth", weighted.map { $0?.fourth }, "⟨φ⁴⟩ connected, reweighted", "⟨φ⁴⟩ connected")
        answer.add(
            "effective_draws", ensembles.flatMap(\.effectiveSizes), along: along, shape: shape, "Draws that carry the weight",
            "effective draws")
        answer.add(
            "measured_propagator", ensembles.flatMap { $0.pairs.map(\.mean) },
            errors: ensembles.flatMap { $0.pairs.map(\.standardError) }, along: ["neurons", "distance"],
            shape: [neurons.count, line.count], "⟨φφ⟩ without interaction, measured", "⟨φφ⟩")
        let cumulants = ensembles.map(\.cumulants), ns = neurons.map(Double.init)
        answer.add(
            "cumulant_4", cumulants.map { $0.fourth.mean }, errors: cumulants.map { $0.fourth.standardError }, along: ["neurons"],
            "⟨φ⁴⟩ connected, measured", "⟨φ⁴⟩ connected")
        answer.add(
            "cumulant_4_exact", ns.map { check.theory.fourth / $0 }, along: ["neurons"], "⟨φ⁴⟩ connected", "⟨φ⁴⟩ connected")
        answer.add(
            "cumulant_6", cumulants.map { $0.sixth.mean }, errors: cumulants.map { $0.sixth.standardError }, along: ["neurons"],
            "⟨φ⁶⟩ connected, measured", "⟨φ⁶⟩ connected")
        answer.add(
            "cumulant_6_exact", ns.map { check.theory.sixth / ($0 * $0) }, along: ["neurons"], "⟨φ⁶⟩ connected", "⟨φ⁶⟩ connected")
        for power in check.powers {
            answer.add("exponent_\(power.fields)", power.fit.exponent, "Exponent of N, \(power.fields) connected fields")
        }
        answer.add(
            "measured_slope_fourth", ensembles.map { $0.slopes.fourth.mean },
            errors: ensembles.map { $0.slopes.fourth.standardError },
            along: ["neurons"], "d⟨φ⁴⟩/dλ connected, at λ = 0, measured", "d⟨φ⁴⟩/dλ")
        let useful = ensembles.map { usefulUpTo($0, check.theory) }
        answer.add(
            "useful_up_to", useful.map { $0 ?? .nan }, along: ["neurons"],
            "Largest λ at which the first order is closer than none", "useful up to λ",
            isPartial: true)
        answer.lead = [
            .highlights(
                check.powers.map {
                    .init("exponent_\($0.fields)", remark: "exact: \(1 - $0.fields / 2)")
                } + [.init("kurtosis", remark: "at a point, times N")])
        ]
        answer.section(
            "Theory and draws",
            [.checked(caption: "Theory is exact at each N.")])
        func points(_ name: String) -> [View.Mark] {
            neurons.enumerated().map { k, n in
                .points(name, at: k, x: "coupling", .series(k), label: "N = \(n)", nudge: 3 * Double(k))
            }
        }
        let λ = View.Axis("λ", .logarithmic)
        answer.section(
            "With interaction",
            [
                .table([
                    .init("neurons"), .init("useful_up_to"), .init("cumulant_4", "⟨φ⁴⟩ measured"),
                    .init("cumulant_4_exact", "exact"), .init("cumulant_6", "⟨φ⁶⟩ measured"),
                    .init("cumulant_6_exact", "exact"), .init("measured_slope_fourth"),
                ]),
                .figure(
                    "interaction",
                    caption:
                        "Draws with the weight exp(−λ∫φ⁴), where at least \(Int(FieldEnsemble.leastEffective)) draws carry it.",
                    panels: [
                        .init(
                            "⟨φ²⟩ in the middle", x: λ, y: .init("⟨φ²⟩", including: [0], lowest: 0),
                            [.line("order_1_drawn", label: "first order, N → ∞", dashed: true), .line("free", label: "free")]
                                + points("measured")),
                        .init("⟨φ⁴⟩ connected", x: λ, y: .init(including: [0]), points("measured_fourth")),
                        .init(
                            "Draws that carry the weight", x: λ, y: .init("effective draws", .logarithmic),
                            points("effective_draws")),
                    ]),
            ])
    }

    /// The largest coupling up to which, at this N, the first order (exact in N) is closer to ⟨φ²⟩ than the free value.
    private func usefulUpTo(_ ensemble: FieldEnsemble, _ theory: NeuronFieldTheory) -> Double? {
        let slope = theory.slope(field.line[0], field.line[0], neurons: Double(ensemble.neurons))
        let close = couplings.indices.prefix { k in
            guard ensemble.effectiveSizes[k] >= FieldEnsemble.leastEffective else { return false }
            let shift = ensemble.shift(k).mean
            return abs(shift - couplings[k] * slope) < abs(shift)
        }
        return close.last.map { couplings[$0] }
    }
}
