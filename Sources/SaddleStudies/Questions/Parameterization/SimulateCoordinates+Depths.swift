import Foundation
import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// Against the number of residual branches, L = hidden layers − 1.
extension SimulateCoordinates {
    static func answer(
        _ context: QuestionRunner.Context, _ experiment: Experiment, depths: [Int], _ warnings: [String]
    ) throws -> Answer {
        let study = context.study, settings = study.coordinates ?? CoordinatesStudy()
        guard study.network.parameterization.isEquivalent(to: .meanField) else {
            throw study.problem(
                "network.parameterization",
                "'network.parameterization' is \(study.network.parameterization.text); expected mean_field or mup with 'coordinates.depths'"
            )
        }
        guard case .depth(_, let α)? = study.network.residual?.scale else {
            throw study.problem(
                "network.residual",
                "'coordinates.depths' is set, but branches have no power of the depth; expected network.residual such as "
                    + "{depth_scaled: 1, exponent: 0.5}")
        }
        if settings.against != nil {
            throw study.problem(
                "coordinates.against", "'coordinates.against' names a power of the width; expected none with 'coordinates.depths'"
            )
        }
        if settings.depthRates == .maximal, study.network.biasScale > 0, study.training.optimizer.others.epsilon != nil {
            throw study.problem(
                "coordinates.depth_rates",
                "'coordinates.depth_rates' is maximal, but the ε of biases in branches is that of the inputs' weights; expected fixed, or "
                    + "network.bias_scale: 0")
        }
        let width = (settings.widths ?? study.simulate?.widths ?? [256]).max()!
        let theory = depthTheory(of: study, settings, branches: depths.map { $0 - 1 }, α)
        let points = depths.map { depth in
            CoordinateCheck.Point(
                size: depth - 1,
                deepened(experiment, to: depth, theory.rates, over: Double(depth - 1) / Double(depths.min()! - 1)), width: width)
        }
        var answer = Answer(
            "Coordinate check of \(study.name) against the depth",
            subtitle: "branches ∝ L^−\(NumberText.exponent(α)), \(study.training.optimizer.title), width \(width), "
                + "L = \(points.map { String($0.size) }.joined(separator: ", "))", warnings: warnings)
        answer.add("branch_exponent", α, "α of the factor L^−α of branches")
        answer.add("depth_regime", (theory.scaling ?? theory.limit).regime.rawValue, "What the depth does")
        do {
            let check = try CoordinateCheck(
                depths: points, networks: settings.networks, seed: study.simulate?.seed ?? 2, expecting: theory.scaling,
                progress: context.progress, shouldStop: context.shouldStop)
            record(check, "depth", "Number L of residual branches", "branches L", to: &answer)
            add(check, theory, to: &answer)
        } catch let divergence as Divergence {
            answer.add("divergence", "\(divergence)", "What diverged")
            answer.check = CheckSummary(
                Check(), verdict: .cannotTell, reason: "\(divergence). Lower the learning rate.")
        }
        return answer
    }

    private struct DepthTheory {
        /// Nil: the study is between two limits.
        let scaling: DepthScaling?
        let limit: DepthScaling
        /// Powers of L of the learning rate of hidden weights and of their ε.
        let rates: (learningRate: Double, epsilon: Double)
    }

    private static func depthTheory(
        of study: Study, _ settings: CoordinatesStudy, branches: [Int], _ α: Double
    ) -> DepthTheory {
        let rule = study.training.optimizer.rule
        if settings.depthRates == .maximal {
            let row = MaximalUpdate(study.training.optimizer, multipliers: .meanField, branchExponent: α)[.hiddenWeights]
            let scaling = DepthScaling(branchExponent: α, rule)
            return DepthTheory(
                scaling: scaling, limit: scaling, rates: (row.depth!.learningRate, row.depth!.epsilon ?? 0))
        }
        // Gradients are of order one times the branch's factor. An ε well below does nothing at these depths.
        let limit = DepthScaling(branchExponent: α, rule, rate: 0, fixedEpsilon: true)
        let below = DepthScaling(branchExponent: α, rule, rate: 0)
        guard let ε = rule.epsilon, ε > 0 else { return DepthTheory(scaling: below, limit: limit, rates: (0, 0)) }
        let power = MaximalUpdate(study.training.optimizer, branchExponent: α)[.hiddenWeights].depth!.epsilon!
        let smallest = pow(Double(branches.max()!), power)
        return DepthTheory(scaling: ε < 1e-3 * smallest ? below : nil, limit: limit, rates: (0, 0))
    }

    /// The experiment with so many hidden layers.
    ///
    /// - Parameter ratio: of the number of branches to the smallest.
    private static func deepened(
        _ experiment: Experiment, to depth: Int, _ rates: (learningRate: Double, epsilon: Double), over ratio: Double
    ) -> Experiment {
        var deep = experiment
        deep.network.hiddenLayers = depth
        if rates.learningRate != 0 {
            let base = experiment.training.layerRates.hidden ?? experiment.training.learningRate.base
            deep.training.layerRates.hidden = base * pow(ratio, rates.learningRate)
        }
        if let ε = experiment.training.optimizer.rule.epsilon {
            deep.training.optimizer.rule.epsilon = ε * pow(ratio, rates.epsilon)
        }
        return deep
    }

    private static func add(_ check: CoordinateCheck, _ theory: DepthTheory, to answer: inout Answer) {
        if let scaling = theory.scaling {
            answer.lead = [.paragraph(scaling.explanation)]
        } else {
            answer.lead = [
                .paragraph(
                    "ε is neither far below the gradients of branches, which shrink with the depth, nor moves with them "
                        + "('coordinates.depth_rates: maximal' does that): no powers of the depth are expected.")
            ]
        }
        answer.section(
            "Slopes of log size against log depth",
            [
                theory.scaling?.isStable ?? false ? .checked() : .table([.init("coordinate"), .init("slope")]),
                .paragraph(
                    """
                    Root mean squares over neurons and the samples of the batch, in \(check.networks) networks of each depth; updates after \
                    \(check.steps) steps. ΔWφ is what weights do by having moved, before the factor of their branch. Errors of slopes contain what \
                    corrections of relative size \(NumberText.exponent(CoordinateCheck.depthCurvature))/L do to them.
                    """),
                .figure(
                    "coordinates", caption: "Sizes against the number of branches, with fitted power laws.",
                    panels: [
                        panel("The last layer", [.lastPreactivation, .lastPreactivationUpdate]),
                        panel("Updates by the layer's own weights", LayerRole.allCases.map { .weightUpdate($0) }),
                        panel("Output and its update", [.output, .outputUpdate]),
                    ]),
            ])
    }
}
