import SaddleModels
import SaddleReport
import SaddleTheory

/// `saddle predict parametrization`: verdicts, learning rates and equivalent forms of abc-parameterisations.
public struct ParametrizationTopic: Sendable {
    public init() {}

    public func result(_ context: TopicRunner.Context) throws -> TopicResult {
        let network = context.study.network
        let own = ScalingTheory(network.parameterization, hiddenLayers: network.hiddenLayers)
        let others = Parameterization.named.filter { $0 != network.parameterization }.map {
            ScalingTheory($0, hiddenLayers: network.hiddenLayers)
        }
        let all = [own] + others
        let page = Page(
            title: "Parameterisation \(own.parameterization.text)",
            subtitle: "\(network.hiddenLayers) hidden layer\(network.hiddenLayers == 1 ? "" : "s"), width n → ∞",
            lead: [.callout(own.regime.tone, title: own.regime.title, text: own.explanation)],
            sections: [
                Page.Section("This and others", [.table(Self.verdicts(all))]),
                Page.Section("Size of updates, layer by layer", [.table(own.movementTable)]),
                Page.Section(
                    "Without multipliers: how each layer starts and learns",
                    [
                        .table(own.ruleTable),
                        .paragraph(
                            "In a network whose parameters are the weights themselves, trained by stochastic gradient descent: "
                                + "standard deviation and learning rate of each kind of parameter against the width n."),
                    ]),
                Page.Section("The same networks written differently", [.table(own.formTable)]),
            ])
        return TopicResult("parametrization", page: page, numbers: Numbers(own: own, others: others))
    }

    private static func verdicts(_ theories: [ScalingTheory]) -> Table {
        Table(
            [
                .text("Parameterisation"), .text("Verdict"), .number("r"), .number("c"), .number("Smallest stable c"),
                .text("Learning layers"),
            ],
            rows: theories.map { theory in
                [
                    theory.parameterization.text, theory.regime.title, NumberText.exponent(theory.r),
                    NumberText.exponent(theory.parameterization.learningRate),
                    theory.smallestStableLearningRate.map { NumberText.exponent($0) } ?? "none",
                    theory.learningLayers.isEmpty ? "none" : theory.learningLayers.map(String.init).joined(separator: ", "),
                ]
            })
    }

    struct Numbers: Encodable, Sendable {
        let hiddenLayers: Int
        let own: Verdict
        let others: [Verdict]

        init(own: ScalingTheory, others: [ScalingTheory]) {
            hiddenLayers = own.hiddenLayers
            self.own = Verdict(own)
            self.others = others.map(Verdict.init)
        }
    }

    struct Verdict: Encodable, Sendable {
        struct Rule: Encodable, Sendable {
            let parameter: String
            let deviationExponent, learningRateExponent: Double
        }
        struct Form: Encodable, Sendable {
            let name: String
            let a, b: [Double]
            let c: Double
        }
        let parameterization: String
        let verdict: String
        let violations: [String]
        let r: Double
        let updateExponents: [Double]
        let learningLayers: [Int]
        let smallestStableC: Double?
        let layers: [Rule]
        let equivalentForms: [Form]

        init(_ theory: ScalingTheory) {
            parameterization = theory.parameterization.text
            verdict = theory.regime.rawValue
            violations = theory.violations.map(\.text)
            r = theory.r
            updateExponents = theory.movements.map { -$0 }
            learningLayers = theory.learningLayers
            smallestStableC = theory.smallestStableLearningRate
            layers = theory.layerRules.map {
                Rule(parameter: $0.name, deviationExponent: -$0.deviation, learningRateExponent: -$0.learningRate)
            }
            func list(_ e: Parameterization.Exponents) -> [Double] { [e.input, e.hidden, e.output] }
            equivalentForms = theory.equivalentForms.map {
                Form(name: $0.name, a: list($0.form.multiplier), b: list($0.form.initialDeviation), c: $0.form.learningRate)
            }
        }
    }
}

extension ScalingTheory.Regime {
    fileprivate var title: String {
        switch self {
        case .unstable: "not stable"
        case .trivial: "stable, but trivial"
        case .kernel: "kernel regime"
        case .featureLearning: "feature learning"
        }
    }

    fileprivate var tone: Page.Tone {
        switch self {
        case .unstable, .trivial: .bad
        case .kernel: .neutral
        case .featureLearning: .good
        }
    }
}

extension ScalingTheory {
    fileprivate var explanation: String {
        switch regime {
        case .unstable: "violated as n → ∞: " + violations.map(\.text).joined(separator: "; ")
        case .trivial:
            "outputs do not move as n → ∞; the step size may grow as n^\(Self.power(-(smallestStableLearningRate ?? 0)))"
        case .kernel: "features move as n^\(Self.power(-r)), outputs follow the fixed tangent kernel"
        case .featureLearning:
            "features move by order one at every width, in layers \(learningLayers.map(String.init).joined(separator: ", "))"
        }
    }

    fileprivate var movementTable: Table {
        Table(
            [.text("Layer"), .text("Δh after some steps")],
            rows: movements.enumerated().map { ["\($0 + 1)", Self.scaling(-$1)] })
    }

    fileprivate var ruleTable: Table {
        Table(
            [.text("Parameter"), .text("Deviation"), .text("Learning rate")],
            rows: layerRules.map { [$0.name, Self.scaling(-$0.deviation), Self.scaling(-$0.learningRate)] })
    }

    fileprivate var formTable: Table {
        func list(_ e: Parameterization.Exponents) -> String {
            [e.input, e.hidden, e.output].map { NumberText.exponent($0) }.joined(separator: ", ")
        }
        return Table(
            [.text("Form"), .text("a: input, hidden, output"), .text("b: input, hidden, output"), .number("c")],
            rows: equivalentForms.map {
                [$0.name, list($0.form.multiplier), list($0.form.initialDeviation), NumberText.exponent($0.form.learningRate)]
            })
    }

    /// n to a power as text; 1 for none.
    private static func scaling(_ exponent: Double) -> String {
        abs(exponent) < 1e-9 ? "1" : abs(exponent - 1) < 1e-9 ? "n" : "n^\(power(exponent))"
    }

    private static func power(_ exponent: Double) -> String { NumberText.exponent(exponent) }
}
