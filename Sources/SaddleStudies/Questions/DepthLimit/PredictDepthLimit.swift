import SaddleModels
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle predict depth-limit`: residual networks of infinite width and depth, and what a finite width and a finite depth add.
enum PredictDepthLimit: Question {
    static let verb = QuestionVerb.predict
    static let name = "depth-limit"
    static let phrase = "solving residual networks of several depths"
    static let summary = "Residual networks of infinite depth: what a finite depth and a finite width change."
    static let discussion = """
        Solves the infinitely wide network at several depths, extrapolates in 1/(residual branches), and tells two corrections apart: \
        1/L of the depth, which no width removes, and 1/N of the width, in mean and spread. Needs branches that shrink with the \
        depth (network.residual: {depth_scaled: 1, exponent: 0.5}, or exponent 1).
        """
    static let examples = ["resnet.yaml", "resnet.yaml --depths 9,17,33,65"]
    static let sections = ["depth_limit", "network", "training", "data", "predict", "simulate"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study
        try study.checkDepthLimit()
        let (experiment, warnings) = try study.experiment()
        let solution = try DepthLimit(
            experiment, depths: (study.depthLimit ?? DepthLimitStudy()).depths, settings: study.predict,
            progress: context.progress,
            notice: { context.observe(.notice($0)) }, shouldStop: context.shouldStop)
        var answer = Answer(
            "\(study.name): the limit of infinite depth",
            subtitle:
                "\(study.networkText); \(study.training.optimizer.title); depths \(solution.depths.map(String.init).joined(separator: ", "))",
            warnings: warnings + Set(solution.predictions.flatMap(\.warnings)).sorted())
        if let step = solution.bentStep(experiment.recordedSteps) {
            answer.warnings.append(
                "losses of these depths do not lie on a straight line in 1/L within their errors (worst at step \(step)): the limit is not reached yet; "
                    + "larger 'depth_limit.depths' would tell whether it exists")
        }
        answer.add("depth", solution.depths, "Hidden layers", "L + 1")
        answer.add("branches", solution.blocks, "Residual branches", "L")
        answer.add("step", experiment.recordedSteps, "Recorded steps", "step")
        for set in SampleSet.allCases {
            guard let entry = solution.predictions[0].layout[.loss(set)] else { continue }
            add(solution, set, entry, study, to: &answer)
        }
        return answer
    }

    private static func add(
        _ solution: DepthLimit, _ set: SampleSet, _ entry: ObservableLayout.Entry, _ study: Study, to answer: inout Answer
    ) {
        let title = set == .train ? "training loss" : "test loss", key = set == .train ? "train_loss" : "test_loss"
        let widths = study.simulate?.widths ?? [64, 256], branches = max(study.network.hiddenLayers - 1, 1)
        let hasCorrections = !solution.predictions[0].variance.isEmpty
        let courses = solution.courses(.limit, entry.range), last = courses.last!
        answer.add(key, last.limit, "The \(title) after training, N = L = ∞")
        answer.add("\(key)_at_depth", last.values, along: ["depth"], "The \(title) after training, N = ∞", title)
        let depth = last.correction(blocks: branches)
        answer.add(
            "\(key)_of_depth", depth, "What \(branches) branch\(branches == 1 ? "" : "es") add\(branches == 1 ? "s" : "") to it")
        var columns: [View.Column] = [.init("depth"), .init("branches"), .init("\(key)_at_depth")]
        var text =
            "\(branches) branches change the \(title) of the limit by \(NumberText.withError(depth.mean, depth.standardError))"
        if hasCorrections {
            let bias = solution.courses(.bias, entry.range).last!, variance = solution.courses(.variance, entry.range).last!
            answer.add("\(key)_bias_at_depth", bias.values, along: ["depth"], "N·bias of the \(title)", "N·bias")
            answer.add("\(key)_variance_at_depth", variance.values, along: ["depth"], "N·variance of the \(title)", "N·variance")
            answer.add("\(key)_bias", bias.limit, "N·bias of the \(title), L = ∞")
            answer.add("\(key)_variance", variance.limit, "N·variance of the \(title), L = ∞")
            columns += [.init("\(key)_bias_at_depth"), .init("\(key)_variance_at_depth")]
            let own = bias.limit.mean + bias.correction(blocks: branches).mean
            for width in widths {
                text +=
                    "; width \(width) by \(NumberText.withError(own / Double(width), bias.limit.standardError / Double(width)))"
            }
            if depth.mean != 0, abs(depth.mean) > 2 * depth.standardError, abs(own) > 2 * bias.limit.standardError {
                text += ". Both are alike at a width of \(NumberText.short(abs(own / depth.mean)))"
            }
        }
        answer.lead.append(.callout(.neutral, title: title.prefix(1).uppercased() + title.dropFirst(), text: text + "."))
        answer.add("\(key)_limit_course", courses.map(\.limit), along: ["step"], "The \(title), N = L = ∞", title)
        for (k, depth) in solution.depths.enumerated() {
            answer.add(
                "\(key)_added_\(depth)",
                courses.map { course in
                    let (value, limit) = (course.values[k], course.limit)
                    return Estimate(
                        mean: value.mean - limit.mean, standardError: hypotenuse(value.standardError, limit.standardError),
                        count: value.count)
                }, along: ["step"], "What \(solution.blocks[k]) branches add to the \(title) of infinite depth, N = ∞", title)
        }
        answer.section(
            title.prefix(1).uppercased() + title.dropFirst(),
            [
                .facts(
                    [.init(key), .init("\(key)_of_depth")]
                        + (hasCorrections ? [.init("\(key)_bias"), .init("\(key)_variance")] : [])),
                .table(columns, caption: "After training, at infinite width; errors are of all kinds."),
                .figure(
                    key, caption: "Of infinitely wide networks; error bars are of all kinds.",
                    panels: [
                        .init(
                            "The \(title) at infinite depth", x: .init("step"), y: .init(title, including: [0]),
                            [.line("\(key)_limit_course", label: "L = ∞")]),
                        .init(
                            "What a finite depth adds", x: .init("step"), y: .init("change of the \(title)", including: [0]),
                            solution.depths.enumerated().map { k, depth in
                                .points("\(key)_added_\(depth)", .series(k), label: "\(solution.blocks[k]) branches")
                            }),
                    ]),
            ])
    }
}

extension Study {
    /// Branches that shrink with the depth have a limit.
    fileprivate func checkDepthLimit() throws {
        let advice = "expected branches that shrink with the depth, such as network.residual: {depth_scaled: 1, exponent: 0.5}"
        guard let residual = network.residual else {
            throw problem(
                "network.residual",
                "'network.residual' is false, and layers without branches have no limit of infinite depth; \(advice)")
        }
        guard case .depth(_, let α) = residual.scale else {
            throw problem(
                "network.residual",
                "'network.residual' has branches of the same size at every depth, which have no limit; \(advice)")
        }
        let rule = training.optimizer.rule(of: .hidden), scaling = DepthScaling(branchExponent: α, rule, rate: 0)
        if !scaling.isStable {
            throw problem(
                "network.residual",
                "with \(training.optimizer.title) and branches that shrink as L^\(NumberText.exponent(-α)) networks are \(scaling.title), and have no limit: "
                    + "\(scaling.explanation); expected an 'exponent' with which they have one, such as 1 ('saddle predict parameterization' names them)"
            )
        }
    }
}
