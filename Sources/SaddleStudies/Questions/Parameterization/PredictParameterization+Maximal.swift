import SaddleModels
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// How the study's optimiser has to be scaled so that every layer moves by order one, and what of it the study does.
extension PredictParameterization {
    static func addMaximalUpdate(_ network: Network, _ training: Training, _ own: ScalingTheory, to answer: inout Answer) {
        let optimizer = training.optimizer, α = network.residual?.branchExponent
        let plain = MaximalUpdate(optimizer, branchExponent: α)
        let places = plain.rows.map(\.place).filter { $0 != .hiddenWeights || network.hiddenLayers > 1 }
        let rows = places.map { plain[$0] }
        let factors = MaximalUpdate(optimizer, multipliers: .meanField, branchExponent: α)
        answer.add("maximal_parameter", words: places.map(\.rawValue), "Kind of parameter")
        answer.add("maximal_rule", words: rows.map { UpdateRuleForm($0.rule).name.rawValue }, along: along, "Its rule")
        add("maximal_deviation", "its standard deviation", rows.map(\.deviation), "deviation ∝ N^e, e", to: &answer)
        addExponents("maximal", "N", rows.map(\.width), to: &answer)
        answer.section(
            "Maximal update with \(optimizer.title), without multipliers",
            [
                .table(
                    [.init("maximal_parameter"), .init("maximal_rule"), .init("maximal_deviation_exponent")]
                        + columns("maximal", rows.map(\.width))),
                .paragraph(
                    "For layers W·x + b whose parameters are the weights themselves, as in most software, and gradients of a mean loss: "
                        + "features of every layer then move by order one at every width. Decoupled weight decay λ multiplies weights by "
                        + "1 − (learning rate)·λ."),
            ])

        let factored = places.map { factors[$0] }
        add("factored_multiplier", "its multiplier", factored.map(\.multiplier), "multiplier ∝ N^e, e", to: &answer)
        addExponents("factored", "N", factored.map(\.width), to: &answer)
        answer.section(
            "The same with the multipliers of mean_field",
            [
                .table(
                    [.init("maximal_parameter"), .init("factored_multiplier_exponent")]
                        + columns("factored", factored.map(\.width))),
                .paragraph(
                    "For parameters of deviations of order one behind multipliers. The units of training.learning_rate and of ε in a study contain "
                        + "these powers in mean_field, so that one number of each serves all widths."),
            ])

        let roles = LayerRole.allCases.filter { $0 != .hidden || network.hiddenLayers > 1 }
        let updates = roles.map { 0 - own.ownMovement(of: $0) }
        answer.add("layer_kind", words: roles.map(\.rawValue), "Kind of layer")
        answer.add(
            "own_update_exponent", updates, along: ["layer_kind"], "e of ΔWφ ∝ N^e, what its own updates do to what it computes",
            "ΔWφ ∝ N^e, e")
        answer.add("own_update", words: updates.map(verdict), along: ["layer_kind"], "Compared with the maximal update")
        answer.section(
            "What the study's settings do", [.table(["layer_kind", "own_update_exponent", "own_update"].map { .init($0) })])
        addDepth(network, training, rows, to: &answer)
    }

    private static let along = ["maximal_parameter"]

    private static func verdict(_ exponent: Double) -> String {
        abs(exponent) < 1e-9 ? "maximal" : exponent < 0 ? "less" : "diverges"
    }

    private static func add(_ name: String, _ what: String, _ values: [Double], _ label: String, to answer: inout Answer) {
        answer.add("\(name)_exponent", values, along: along, "e of \(what) ∝ N^e", label)
    }

    private static func addExponents(_ name: String, _ size: String, _ all: [MaximalUpdate.Exponents], to answer: inout Answer) {
        answer.add(
            "\(name)_learning_rate_exponent", all.map(\.learningRate), along: along, "e of its learning rate ∝ \(size)^e",
            "learning rate ∝ \(size)^e, e")
        if all.contains(where: { $0.epsilon != nil }) {
            answer.add(
                "\(name)_epsilon_exponent", all.map { $0.epsilon ?? .nan }, along: along,
                "e of its ε ∝ \(size)^e; none if it has no ε",
                "ε ∝ \(size)^e, e", isPartial: true)
        }
        answer.add(
            "\(name)_weight_decay_exponent", all.map(\.weightDecay), along: along,
            "e of its decoupled weight decay λ ∝ \(size)^e",
            "λ ∝ \(size)^e, e")
    }

    private static func columns(_ name: String, _ all: [MaximalUpdate.Exponents]) -> [View.Column] {
        [.init("\(name)_learning_rate_exponent")]
            + (all.contains { $0.epsilon != nil } ? [.init("\(name)_epsilon_exponent")] : [])
            + [.init("\(name)_weight_decay_exponent")]
    }

    private static func addDepth(
        _ network: Network, _ training: Training, _ rows: [MaximalUpdate.Row], to answer: inout Answer
    ) {
        guard let α = network.residual?.branchExponent else { return }
        let exponents = rows.compactMap(\.depth)
        let rule = training.optimizer.rule
        let study = DepthScaling(branchExponent: α, rule, rate: 0)
        answer.add("branch_exponent", 0 - α, "e of the factor of a residual branch ∝ L^e")
        addExponents("depth", "L", exponents, to: &answer)
        answer.add("depth_regime", study.regime.rawValue, "What the depth does with one learning rate at all depths")
        answer.add(
            "depth_own_update_exponent", study.ownUpdate, "e of ΔWφ ∝ L^e in a branch with one learning rate at all depths")
        answer.add(
            "depth_feature_update_exponent", study.featureUpdate,
            "e of what branches move features by, ∝ L^e, with one learning rate at all depths")
        var lead: [View] = [.callout(study.tone, title: study.title, text: study.explanation)]
        if rule.epsilon != nil {
            let fixed = DepthScaling(branchExponent: α, rule, rate: 0, fixedEpsilon: true)
            answer.add(
                "depth_fixed_epsilon_regime", fixed.regime.rawValue, "The same where ε is one number at all depths, and decides")
            lead.append(
                .paragraph(
                    "This holds while ε is far below the gradients of branches, which are L^\(NumberText.exponent(0 - α)). Where one ε for all depths is "
                        + "above them: \(fixed.title)."))
        }
        answer.section(
            "Residual branches ∝ L^−\(NumberText.exponent(α)): maximal update at every depth L",
            lead + [
                .table([.init("maximal_parameter")] + columns("depth", exponents)),
                .paragraph(
                    "Powers of the number of branches, beside those of the width; hidden biases are those within branches. With α = ½ these are the "
                        + "rules of depth-μP, with α = 1 those of CompleteP, where no branch is linearised."),
            ])
    }
}

extension Residual {
    /// α of branches with a factor ∝ L^−α; nil where the factor is not a power of the depth.
    var branchExponent: Double? { if case .depth(_, let exponent) = scale { exponent } else { nil } }
}
