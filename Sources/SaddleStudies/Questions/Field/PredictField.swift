import Numerics
import SaddleModels
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle predict field`: correlations of a field that a network of N cosine neurons makes, and their first orders in λ and 1/N.
enum PredictField: Question {
    static let verb = QuestionVerb.predict
    static let name = "field"
    static let phrase = "correlations of a field of neurons"
    static let summary = "Fields that are sums of N cosine neurons: propagator, connected functions, first orders in λ and 1/N."
    static let discussion = """
        Networks with random momenta are a free field at N → ∞; at finite N connected functions of 2n fields are of order \
        N^(1 − n). With the weight exp(−λ∫φ⁴) in a box: the first order in λ, exact in N, and in d = 0 the whole integral.
        """
    static let examples = ["", "--dimension 0 --coupling 0.1", "--dimension 2 --amplitude gaussian --weighting amplitudes"]
    static let sections = ["field"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study.field ?? FieldStudy(), field = study.field, theory = NeuronFieldTheory(field)
        var answer = Answer(study.title, subtitle: study.subtitle)
        study.addPropagator(theory, &answer)
        study.addOrders(theory, &answer)
        addWeightings(study, &answer)
        answer.lead = [
            .highlights([
                .init("kurtosis", remark: "at a point, times N"),
                .init("first_order", remark: "of ⟨φ²⟩, relative, at λ and N → ∞"),
                .init("half_coupling", remark: "where the first order is half of ⟨φ²⟩"),
            ])
        ]
        return answer
    }

    /// The same field with its propagator elsewhere.
    private static func addWeightings(_ study: FieldStudy, _ answer: inout Answer) {
        let theories = NeuronField.Weighting.allCases.map { weighting in
            var field = study.field
            field.weighting = weighting
            return NeuronFieldTheory(field)
        }
        let place = study.field.line[0]
        answer.add("weighting", words: NeuronField.Weighting.allCases.map(\.rawValue), "Where the propagator is")
        answer.add(
            "weighting_kurtosis", theories.map(\.kurtosis), along: ["weighting"], "N times the excess kurtosis", "N·kurtosis")
        let slopes = theories.map { theory in
            let n = 1e6, limit = theory.slope(place, place, neurons: .infinity)
            return n * (theory.slope(place, place, neurons: n) - limit) / limit
        }
        answer.add(
            "weighting_correction", slopes, along: ["weighting"], "N times the relative correction to the first order in λ",
            "N·correction")
        if study.field.dimension == 0 { return }
        answer.section(
            "Where the propagator is",
            [
                .table(
                    [.init("weighting"), .init("weighting_kurtosis"), .init("weighting_correction")],
                    caption: "The limit is the same for all; corrections of order 1/N are not.")
            ])
    }
}

extension FieldStudy {
    var title: String { "Field of cosine neurons in \(field.dimension) dimension\(field.dimension == 1 ? "" : "s")" }
    var subtitle: String {
        let momenta = field.dimension == 0 ? "" : ", momenta up to \(NumberText.exponent(field.cutoff))"
        return
            "mass \(NumberText.exponent(field.mass))\(momenta), \(field.amplitude.rawValue) amplitudes, λ = \(NumberText.exponent(coupling))"
    }

    /// Distances along the line from the middle, and the propagator there.
    func addPropagator(_ theory: NeuronFieldTheory, _ answer: inout Answer) {
        let line = field.line, distances = line.indices.map { Double($0) * field.spacing }
        answer.add("distance", distances, "Distance from the middle of the box", "distance")
        answer.add(
            "propagator", line.map { theory.propagator(line[0], $0) }, along: ["distance"], "Propagator of the free field", "⟨φφ⟩"
        )
        if field.dimension == 1 {
            let m = field.mass
            answer.add(
                "propagator_limit", distances.map { Double.exp(-m * $0) / (2 * m) }, along: ["distance"],
                "Without a cut-off, e^(−m|x|)/2m", "no cut-off")
            answer.add("cutoff_error", 1 / (Double.pi * field.cutoff), "Bound on what the cut-off takes off")
        }
        answer.add("kurtosis", theory.kurtosis, "Excess kurtosis times N", "N·kurtosis")
        answer.add("connected_fourth", theory.fourth, "N⟨φ⁴⟩ connected, at a point", "N⟨φ⁴⟩")
        answer.add("connected_sixth", theory.sixth, "N²⟨φ⁶⟩ connected, at a point", "N²⟨φ⁶⟩")
        var views: [View] = [
            .facts([.init("connected_fourth"), .init("connected_sixth")] + (field.dimension == 1 ? [.init("cutoff_error")] : []))
        ]
        if field.dimension > 0 {
            views.append(
                .figure(
                    "propagator", caption: "Exact at every N: the covariance of one neuron.",
                    panels: [
                        .init(
                            "Propagator", x: .init("distance", including: [0]), y: .init("⟨φφ⟩", including: [0]),
                            [.line("propagator", label: "with cut-off")]
                                + (field.dimension == 1
                                    ? [.line("propagator_limit", label: "without cut-off", dashed: true)] : []))
                    ]))
        }
        answer.section("Without interaction", views)
    }

    /// ⟨φ²⟩ in the middle against λ: no order, the first one, and d = 0 exactly, for the limit and each N.
    func addOrders(_ theory: NeuronFieldTheory, _ answer: inout Answer) {
        let place = field.line[0], g = theory.propagator(place, place), limit = theory.slope(place, place, neurons: .infinity)
        answer.add("slope", limit, "d⟨φ²⟩/dλ at λ = 0, N → ∞")
        answer.add("first_order", coupling * limit / g, "First order in λ", form: .percent)
        answer.add("half_coupling", -g / (2 * limit), "Coupling", "λ")
        answer.add("slope_fourth", theory.slopeOfFourth(place), "d⟨φ⁴⟩/dλ connected, at λ = 0, N → ∞")
        answer.add("neurons", neurons, "Neurons", "N")
        answer.add(
            "neurons_slope", neurons.map { theory.slope(place, place, neurons: Double($0)) }, along: ["neurons"],
            "d⟨φ²⟩/dλ at λ = 0, exact at this N", "d⟨φ²⟩/dλ")
        let λs = couplings
        answer.add("coupling", λs, "Couplings", "λ")
        answer.add("free", λs.map { _ in g }, along: ["coupling"], "⟨φ²⟩ without interaction", "⟨φ²⟩")
        answer.add("order_1", λs.map { g + $0 * limit }, along: ["coupling"], "⟨φ²⟩ to first order in λ, N → ∞", "⟨φ²⟩")
        // A negative mean square is none.
        answer.add(
            "order_1_drawn", λs.map { g + $0 * limit > 0 ? g + $0 * limit : .nan }, along: ["coupling"],
            "The same where it is positive", "⟨φ²⟩", isPartial: true)
        answer.add(
            "order_1_finite", neurons.flatMap { n in λs.map { g + $0 * theory.slope(place, place, neurons: Double(n)) } },
            along: ["neurons", "coupling"], shape: [neurons.count, λs.count], "⟨φ²⟩ to first order in λ, exact in N", "⟨φ²⟩")
        if field.dimension > 0 {
            answer.section(
                "First order in λ",
                [.table([.init("neurons"), .init("neurons_slope")]), .facts([.init("slope"), .init("slope_fourth")])])
            return
        }
        func exact(_ n: Double) -> [Double] {
            λs.map { SinglePointField(mass: field.mass, amplitude: field.amplitude, neurons: n, coupling: $0).second }
        }
        answer.add("exact", exact(.infinity), along: ["coupling"], "⟨φ²⟩ exactly, N → ∞", "⟨φ²⟩")
        answer.add(
            "exact_finite", neurons.flatMap { exact(Double($0)) }, along: ["neurons", "coupling"],
            shape: [neurons.count, λs.count],
            "⟨φ²⟩ exactly", "⟨φ²⟩")
        let m = field.mass
        answer.add(
            "useful_coupling", SinglePointField.usefulCoupling * m * m * m * m,
            "Beyond this λ the first order is farther off than none (N → ∞)")
        answer.section(
            "First order in λ and the integral",
            [
                .facts([.init("useful_coupling"), .init("slope"), .init("slope_fourth")]),
                .table(
                    [.init("coupling"), .init("free", "no order"), .init("order_1", "first order"), .init("exact", "exact")],
                    caption: "⟨φ²⟩ for N → ∞."),
                .figure(
                    "orders", caption: "⟨φ²⟩ in d = 0: exact, and its expansion.",
                    panels: [
                        .init(
                            "⟨φ²⟩ against λ", x: .init("λ", .logarithmic), y: .init("⟨φ²⟩", including: [0], lowest: 0),
                            [
                                .line("exact", label: "exact, N → ∞"),
                                .line("order_1_drawn", .series(4), label: "first order", dashed: true),
                            ]
                                + neurons.enumerated().map { k, n in
                                    .line("exact_finite", at: k, x: "coupling", .series(k), label: "exact, N = \(n)")
                                })
                    ]),
            ])
    }
}
