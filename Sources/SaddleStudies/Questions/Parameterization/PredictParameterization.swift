import SaddleModels
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle predict parameterization`: regime, learning rates and equivalent forms of abc-parameterisations.
enum PredictParameterization: Question {
    static let verb = QuestionVerb.predict
    static let name = "parameterization"
    static let phrase = "exponents of the width"
    static let summary = "Stable or not, kernel or feature learning: what a parameterisation does at large width."
    static let discussion = """
        For the network of the study and for the parameterisations with a name: the regime under the study's optimiser, the exponent \
        r, how each layer's initialisation, learning rate, ε and weight decay scale with the width, and with the depth of residual \
        branches, so that all layers learn features (μP, depth-μP, CompleteP), what of this the study does, and equivalent forms.
        """
    static let examples = [
        "", "--parameterization mup --hidden-layers 3", "--parameterization '{a: [0, 0, 0], b: [0, 0.5, 0.5], c: 1}'",
        "--optimizer adamw --set 'network.residual={depth_scaled: 1, exponent: 1}'",
    ]
    static let sections = ["network", "training"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let network = context.study.network, optimizer = context.study.training.optimizer
        func theory(_ parameterization: Parameterization, fixedEpsilon: Bool = false) -> ScalingTheory {
            ScalingTheory(
                parameterization, hiddenLayers: network.hiddenLayers, optimizer: optimizer, fixedEpsilon: fixedEpsilon)
        }
        let own = theory(network.parameterization)
        let all = [own] + Parameterization.named.filter { $0 != network.parameterization }.map { theory($0) }
        var answer = Answer(
            "Parameterisation \(own.parameterization.text)",
            subtitle:
                "\(network.hiddenLayers) hidden layer\(network.hiddenLayers == 1 ? "" : "s"), \(optimizer.title), width N → ∞")
        answer.lead = [.callout(own.regime.tone, title: own.regime.title, text: own.explanation)]

        answer.add("parameterization", words: all.map(\.parameterization.text), "Parameterisation")
        let along = ["parameterization"]
        answer.add("regime", words: all.map(\.regime.rawValue), along: along, "Regime")
        answer.add("r", all.map(\.r), along: along, "Features move as N^−r", "r")
        answer.add("c", all.map(\.learningRate), along: along, "The learning rate is ∝ N^−c", "c")
        answer.add(
            "smallest_stable_c", all.map { $0.smallestStableLearningRate ?? .nan }, along: along,
            "Smallest stable c; none if no c is",
            "smallest stable c", isPartial: true)
        answer.add(
            "learning_layers",
            words: all.map { $0.learningLayers.isEmpty ? "none" : $0.learningLayers.map(String.init).joined(separator: ", ") },
            along: along, "Learning layers")
        answer.section(
            "This and others",
            [
                .table(
                    ["parameterization", "regime", "r", "c", "smallest_stable_c", "learning_layers"].map { .init($0) },
                    caption: optimizer.isDescent
                        ? ""
                        : "Each with its multipliers, deviations and one power c of the learning rate for all layers, as for gradient descent. With "
                            + "\(optimizer.title) all layers learn in any of them once each has the powers below.")
            ])

        answer.add("layer", Array(1...network.hiddenLayers), "Layer")
        answer.add(
            "update_exponent", own.movements.map { -$0 }, along: ["layer"], "e of the updates Δh ∝ N^e after some steps",
            "Δh ∝ N^e, e")
        answer.section("Size of updates, layer by layer", [.table([.init("layer"), .init("update_exponent")])])

        if optimizer.isDescent { addForms(own, to: &answer) }
        addMaximalUpdate(network, context.study.training, own, to: &answer)
        if network.parameterization != .meanField, [optimizer.rule, optimizer.others].contains(where: { $0.epsilon != nil }) {
            let fixed = theory(network.parameterization, fixedEpsilon: true)
            answer.add("fixed_epsilon_regime", fixed.regime.rawValue, "Regime with ε the same number at every width")
            answer.add("fixed_epsilon_r", fixed.r, "Features then move as N^−r")
            answer.section(
                "With ε the same number at every width",
                [.callout(fixed.regime.tone, title: fixed.regime.title, text: fixed.explanation)])
        }
        return answer
    }

    /// By descent, in which multipliers, deviations and steps can be exchanged.
    private static func addForms(_ own: ScalingTheory, to answer: inout Answer) {
        let rules = own.layerRules
        answer.add("parameter", words: rules.map(\.name), "Parameter")
        answer.add(
            "deviation_exponent", rules.map { -$0.deviation }, along: ["parameter"], "e of its standard deviation ∝ N^e",
            "deviation ∝ N^e, e")
        answer.add(
            "learning_rate_exponent", rules.map { -$0.learningRate }, along: ["parameter"], "e of its learning rate ∝ N^e",
            "learning rate ∝ N^e, e")
        answer.section(
            "Without multipliers: how each layer starts and learns",
            [
                .table([.init("parameter"), .init("deviation_exponent"), .init("learning_rate_exponent")]),
                .paragraph(
                    "In a network whose parameters are the weights themselves, trained by stochastic gradient descent: "
                        + "standard deviation and learning rate of each kind of parameter against the width N."),
            ])

        let forms = own.equivalentForms
        answer.add("form", words: forms.map(\.name), "Form")
        for (letter, exponents) in [("a", forms.map(\.form.multiplier)), ("b", forms.map(\.form.initialDeviation))] {
            answer.add(
                "form_\(letter)", exponents.flatMap { [$0.input, $0.hidden, $0.output] }, along: ["form"],
                shape: [forms.count, 3],
                "\(letter) of the input, hidden and output layers", letter)
        }
        answer.add("form_c", forms.map(\.form.learningRate), along: ["form"], "c", "c")
        let layers = ["input", "hidden", "output"]
        answer.section(
            "The same networks written differently",
            [
                .table(
                    [.init("form")]
                        + ["a", "b"].flatMap { letter in
                            (0..<3).map { .init("form_\(letter)", "\(letter), \(layers[$0])", at: $0) }
                        }
                        + [.init("form_c")])
            ])
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
        case .unstable: "violated as N → ∞: " + violationTexts.joined(separator: "; ")
        case .trivial:
            "outputs do not move as N → ∞; the step size may grow as N^\(NumberText.exponent(-(smallestStableLearningRate ?? 0)))"
        case .kernel: "features move as N^\(NumberText.exponent(-r)), outputs follow the fixed tangent kernel"
        case .featureLearning:
            "features move by order one at every width, in layers \(learningLayers.map(String.init).joined(separator: ", "))"
        }
    }
}
