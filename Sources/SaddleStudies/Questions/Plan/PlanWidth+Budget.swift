import SaddleComparisons
import SaddleModels
import SaddleNumerics
import SaddleReport

extension PlanWidth {
    /// The loss within a budget; without one, within what the recommended width costs.
    static func addBudget(
        _ settings: PlanStudy, _ experiment: Experiment, _ evidence: WidthEvidence, width: Int?, _ study: Study,
        to answer: inout Answer
    ) throws {
        let graph = experiment.graph, outputs = experiment.data.outputCount
        let isFlops = settings.trainingFlops != nil
        let training = experiment.training, count = experiment.data.trainCount
        let samples = Double(min(training.batchSize ?? count, count)) * Double(training.steps)
        func cost(_ width: Int) -> Double {
            isFlops
                ? 3 * samples * graph.forwardOperations(width: width, outputs: outputs)
                : Double(graph.parameterCount(width: width, outputs: outputs, hasBiases: study.network.biasScale != 0))
        }
        let name = isFlops ? "training operations" : "parameters", key = isFlops ? "plan.training_flops" : "plan.parameters"
        let given = settings.trainingFlops ?? settings.parameters
        guard let budget = given ?? width.map(cost) else { return }
        guard let plan = BudgetPlan(evidence, budget: budget, unit: graph.widthUnit, cost: cost) else {
            if given == nil { return }
            throw study.problem(
                key,
                "'\(key)' is \(NumberText.short(budget)), and a network of width \(evidence.least), the narrowest that was looked at, has \(NumberText.short(cost(evidence.least))) \(name); "
                    + "expected as many or more")
        }
        let best = plan.best
        answer.add("budget", budget, "Budget in \(name)", name)
        answer.add("best_width", best.width, "Best width within it")
        answer.add("best_networks", best.networks, "Networks averaged")
        answer.add("best_loss", best.loss, error: best.error, "Expected loss of these")
        answer.add(
            "single_loss", plan.single.loss, error: plan.single.error,
            "Expected loss of one network of width \(NumberText.count(plan.single.width))")
        answer.add("gain", plan.gain.value, error: plan.gain.error, "What averaging gains over one wide network")
        let isKnown = plan.gain.value > 2 * plan.gain.error
        let title =
            best.networks == 1
            ? "Widen: one network of width \(NumberText.count(best.width)) is best"
            : isKnown
                ? "Average: \(best.networks) networks of width \(NumberText.count(best.width)) are best"
                : "Averaging \(best.networks) networks of width \(NumberText.count(best.width)) may be best: the gain is within its error"
        let (limit, v) = (evidence.loss.value(at: .infinity), evidence.spread.value(at: Double(best.width)))
        var views: [View] = [
            .callout(
                .neutral, title: title,
                text: (given == nil ? "Within what the recommended width costs, " : "Within ")
                    + "\(NumberText.short(budget)) \(name)."
                    + (evidence.isSquared
                        ? " Of the excess at width \(NumberText.count(best.width)), \(NumberText.withError(best.loss - limit.value, best.error)) for these networks, averaging can remove at most the "
                            + "spread between seeds, \(NumberText.withError(v.value, v.error)) of one."
                        : " What averaging does to other losses than the squared one is not known from their spread: single networks are compared.")
            )
        ]
        views.append(
            .facts(
                (best.networks == 1
                    ? ["budget", "best_width", "best_loss"]
                    : ["budget", "best_width", "best_networks", "best_loss", "single_loss", "gain"]).map { .init($0) }))
        addFrontier(plan, evidence, unit: graph.widthUnit, name: name, cost, to: &answer, views: &views)
        answer.section("Widen or average", views)
    }

    private static func addFrontier(
        _ plan: BudgetPlan, _ evidence: WidthEvidence, unit: Int, name: String, _ cost: (Int) -> Double, to answer: inout Answer,
        views: inout [View]
    ) {
        let least = cost((evidence.least + unit - 1) / unit * unit)
        let budgets = logSpaced(from: least, to: max(plan.budget * 10, least * 30), count: 40)
        let plans = budgets.map { BudgetPlan(evidence, budget: $0, unit: unit, cost: cost) }
        answer.add("frontier_budget", budgets, "Budgets", name)
        var marks: [View.Mark] = []
        for (k, networks) in [1, 2, 4, 8, 16].enumerated() where evidence.isSquared || networks == 1 {
            let values = plans.map { plan in plan?.choices.first { $0.networks == networks }?.loss ?? .nan }
            if values.allSatisfy(\.isNaN) { continue }
            let label = networks == 1 ? "one network" : "\(networks) averaged"
            answer.add(
                "loss_of_\(networks)", values, along: ["frontier_budget"], "Expected loss of \(label)", "loss", isPartial: true)
            marks.append(.line("loss_of_\(networks)", .series(k), label: label))
        }
        answer.add(
            "frontier_loss", plans.map { $0?.best.loss ?? .nan }, along: ["frontier_budget"], "Lowest expected loss", "loss",
            isPartial: true)
        answer.add(
            "frontier_networks", plans.map { Double($0?.best.networks ?? 1) }, along: ["frontier_budget"], "Networks to average",
            "networks")
        answer.add("frontier_width", plans.map { Double($0?.best.width ?? 0) }, along: ["frontier_budget"], "Their width", "N")
        views.append(
            .figure(
                "frontier",
                caption: "Left: expected loss within a budget, by how many networks share it. Right: the best choice.",
                panels: [
                    .init(
                        "Loss within a budget", x: .init(name, .logarithmic), y: .init("loss"),
                        marks + [.line("frontier_loss", dashed: true)]),
                    .init(
                        "Best width and number", x: .init(name, .logarithmic), y: .init("", .logarithmic),
                        [
                            .line("frontier_width", .series(0), label: "width"),
                            .line("frontier_networks", .series(1), label: "networks"),
                        ]),
                ]))
    }
}
