import SaddleMeasures
import SaddleModels
import SaddleNumerics
import SaddleReport

/// `saddle measure transport`: how far and how a cloud of points moves to another one.
enum MeasureTransport: RepresentationQuestion {
    static let verb = QuestionVerb.measure
    static let name = "transport"
    static let phrase = "transporting a cloud"
    static let summary =
        "From one cloud to another: a Schrödinger bridge with plan and drift in closed form, beside entropic optimal transport."
    static let discussion = """
        Takes two clouds of points with the same features (two arrays, a layer at two steps, two classes of one set), splits off the shift of their means, and fits on the leading principal \
        components a light Schrödinger bridge: a mixture of Gaussians whose plan, cost and drift are closed forms. On the same points the entropic \
        optimal transport plan by Sinkhorn's iteration, and the closed form for Gaussians with the same covariances. Where both clouds are the same samples, what these really moved stands beside.
        """
    static let examples = [
        "digits --classes 3,8", "digits.yaml --layer 2 --step 0,100", "acts.npz --epsilon 0.5 --components 20",
        "digits --classes 0,1 --dimensions 2",
    ]
    static let sections = ["transport", "representation", "data"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, asked = study.transport ?? TransportStudy(), clouds = try clouds(context)
        let settings = asked.settings
        let least = 3 * min(clouds.first.points.rows, clouds.second.points.rows) / 4
        if let components = settings.components, components > least {
            throw study.problem(
                "transport.components",
                "'transport.components' is \(components); expected at most \(least), the points of the smaller cloud that are fitted"
            )
        }
        let found: CloudTransport
        do {
            found = try CloudTransport(
                clouds.first.points, clouds.second.points, arePaired: clouds.arePaired, settings, progress: context.progress,
                shouldStop: context.shouldStop)
        } catch let error as TransportError {
            throw study.problem("transport.dimensions", orOf: "data.source", "\(error)")
        }
        var warnings = clouds.warnings
        if !found.sinkhorn.isConverged {
            warnings.append(
                "Sinkhorn's iteration stopped after \(found.sinkhorn.sweeps) sweeps with marginals off by \(NumberText.short(found.sinkhorn.marginalError)); raise 'transport.epsilon'"
            )
        }
        if found.fit.ending == .stepLimit {
            warnings.append("the fit ended after 'transport.steps' (\(asked.settings.steps)) steps; its loss still fell")
        }
        if found.heldOutLoss > found.fit.loss + 0.5 * Double(found.dimensions) {
            warnings.append(
                "on points that were not fitted the loss is \(NumberText.short(found.heldOutLoss)) in place of \(NumberText.short(found.fit.loss)): "
                    + "the mixture fits the points, not the cloud; lower 'transport.components' or 'transport.dimensions'")
        }
        var answer = Answer(
            "\(clouds.first.name) → \(clouds.second.name): transport",
            subtitle:
                "\(clouds.first.points.rows) and \(clouds.second.points.rows) points; \(found.dimensions) of \(clouds.first.points.columns) dimensions; ε = "
                + NumberText.short(found.epsilon), warnings: warnings)
        addCosts(found, clouds, asked, to: &answer)
        addPicture(found, clouds, to: &answer)
        addBridge(found, to: &answer)
        answer.section("What the numbers are", [.paragraph(explanation)])
        return answer
    }

    private struct Clouds {
        var first: (name: String, points: Matrix)
        var second: (name: String, points: Matrix)
        var arePaired: Bool
        var warnings: [String]
    }

    private static func clouds(_ context: QuestionRunner.Context) throws -> Clouds {
        let study = context.study, loaded = try context.representations(allCounts: true), all = loaded.all
        var clouds: Clouds
        if all.count == 1, let labels = all[0].labels.classes, labels.names.count == 2 {
            func part(_ c: Int) -> (String, Matrix) {
                ("class \(labels.names[c])", all[0].points.selectingRows(labels.of.indices.filter { labels.of[$0] == c }))
            }
            clouds = Clouds(first: part(0), second: part(1), arePaired: false, warnings: loaded.warnings)
        } else if all.count == 2 {
            clouds = Clouds(
                first: (all[0].name, all[0].points), second: (all[1].name, all[1].points),
                arePaired: study.isOfFile && all[0].count == all[1].count, warnings: loaded.warnings)
        } else {
            let given = all.count == 1 ? "one cloud is given" : "\(all.count) clouds are given (\(all.map(\.name).brief(6)))"
            throw study.problem(
                "data.source",
                "\(given); expected two: two classes ('data.classes'), a file with two arrays, or one 'representation.layer' at two steps ('representation.step' [0, 100])"
            )
        }
        let (a, b) = (clouds.first.points, clouds.second.points)
        if a.columns != b.columns {
            throw study.problem(
                "data.source",
                "\(clouds.first.name) has \(a.columns) features and \(clouds.second.name) has \(b.columns); expected the same, a plan needs one space"
            )
        }
        for cloud in [clouds.first, clouds.second] where cloud.points.rows < 4 {
            throw study.problem("data.source", "\(cloud.name) has \(cloud.points.rows) points; expected 4 or more")
        }
        if a.columns > 4000 {
            throw study.problem("data.source", "\(clouds.first.name) has \(a.columns) features; expected at most 4000")
        }
        return clouds
    }

    private static func addCosts(_ found: CloudTransport, _ clouds: Clouds, _ asked: TransportStudy, to answer: inout Answer) {
        answer.add("epsilon", found.epsilon, "Variance of the noise", "ε")
        answer.add("translation", found.translation, "Cost of the shift of the means, ½|Δμ|²")
        answer.add("bridge_cost", found.bridgeCost, "Cost of the bridge, around the means")
        answer.add("sinkhorn_cost", found.sinkhorn.cost, "Cost of Sinkhorn's plan on the same points")
        answer.add("gaussian_cost", found.gaussianCost, "Cost between Gaussians of the same covariances")
        answer.add("independent_cost", found.independentCost, "Cost with partners at random")
        answer.add("paired_cost", found.pairedCost, "Cost of each sample's own move")
        answer.add("marginal_error", found.sinkhorn.marginalError, "Error of the marginals of Sinkhorn's plan")
        answer.add("sinkhorn_sweeps", found.sinkhorn.sweeps, "Sweeps")
        answer.add(
            "map_difference", found.mapDifference, "Bridge and plan: difference of the mean targets over the mean move",
            form: .percent)
        answer.add(
            "kept_first", found.keptShares.first, "Share of the variance that is kept: \(clouds.first.name)", form: .percent)
        answer.add(
            "kept_second", found.keptShares.second, "Share of the variance that is kept: \(clouds.second.name)", form: .percent)
        answer.add("loss", found.fit.loss, "Loss of the fit")
        answer.add("held_out_loss", found.heldOutLoss, "Loss of points that were not fitted")
        answer.add("fit_steps", found.fit.steps, "Steps of the fit")
        answer.add("components", found.fit.bridge.components.count, "Gaussians of the potential")
        answer.add("tried_components", found.tried.map(\.components), "Gaussians that were tried", "Gaussians")
        answer.add("tried_loss", found.tried.map(\.loss), along: ["tried_components"], "Loss of the fitted points", "loss")
        answer.add(
            "tried_held_out", found.tried.map(\.heldOutLoss), along: ["tried_components"], "Loss of points that were not fitted",
            "loss of others", mayBeInfinite: true)
        let whole = found.translation + found.bridgeCost
        answer.lead = [
            .callout(
                .neutral, title: "\(clouds.first.name) → \(clouds.second.name): cost \(NumberText.short(whole))",
                text:
                    "\(NumberText.percent(found.translation / whole)) of it shifts the means; the rest, \(NumberText.short(found.bridgeCost)), changes the shape. "
                    + "With partners at random it would be \(NumberText.short(found.independentCost + found.translation))."
                    + (found.pairedCost.map { " The samples themselves moved by \(NumberText.short($0)) around the means." } ?? "")
            )
        ]
        answer.section(
            "Costs",
            [
                .facts(
                    [
                        "translation", "bridge_cost", "sinkhorn_cost", "gaussian_cost", "independent_cost", "paired_cost",
                        "map_difference", "kept_first",
                        "kept_second", "epsilon",
                    ].filter { answer[$0] != nil }.map { .init($0) }),
                .facts(
                    ["components", "loss", "held_out_loss", "fit_steps", "marginal_error", "sinkhorn_sweeps"].map { .init($0) }),
                .table(
                    ["tried_components", "tried_loss", "tried_held_out"].map { .init($0) },
                    caption:
                        "The loss E ln c(x) − E ln v(y), three quarters of the points fitted; the least of the other quarter is taken."
                ),
            ])
    }

    /// The fitted potential, for those who ask it about other points.
    private static func addBridge(_ found: CloudTransport, to answer: inout Answer) {
        let parts = found.fit.bridge.components, (count, d) = (parts.count, found.dimensions),
            total = LightBridge.logSum(parts.map(\.logWeight))
        let shapes = parts.map(\.shape)
        answer.add("bridge_log_weights", parts.map { $0.logWeight - total }, "Logarithms of the weights αₖ, which sum to one")
        answer.add(
            "bridge_centres", parts.flatMap(\.centre), shape: [count, d],
            "Centres rₖ, on the components that are kept, around the means")
        answer.add(
            "bridge_shapes", shapes.flatMap { shape in (0..<d).flatMap { i in (0..<d).map { shape[i, $0] } } },
            shape: [count, d, d],
            "Matrices Sₖ: y given x is a mixture of N(rₖ + Sₖx, εSₖ)")
        answer.add("bridge_directions", found.directions, "Principal components, one a column")
        answer.section(
            "The bridge",
            [
                .paragraph(
                    "v(y) = Σ αₖ N(y | rₖ, εSₖ); y given x is the mixture of N(rₖ + Sₖx, εSₖ) with weights ∝ αₖ exp((xᵀSₖx + 2rₖᵀx)/2ε). The drift at time t is (E[y | x_t] − x_t)/(1 − t), at t = 0 the "
                        + "mean move. The arrays bridge_log_weights, bridge_centres, bridge_shapes and bridge_directions hold it."
                )
            ])
    }

    private static func addPicture(_ found: CloudTransport, _ clouds: Clouds, to answer: inout Answer) {
        guard found.dimensions > 1 else { return }
        // The largest components come last.
        let (a, b) = (found.dimensions - 1, found.dimensions - 2)
        func add(_ name: String, _ points: Matrix, _ title: String) {
            let rows = Array(0..<min(points.rows, 400))
            answer.add("\(name)_1", rows.map { points[$0, a] }, "\(title): first component", "first component")
            answer.add(
                "\(name)_2", rows.map { points[$0, b] }, along: ["\(name)_1"], "\(title): second component", "second component")
        }
        add("first", found.first, clouds.first.name)
        add("second", found.second, clouds.second.name)
        add("moved", found.moved, "Mean targets of \(clouds.first.name)")
        answer.section(
            "The clouds",
            [
                .figure(
                    "clouds",
                    caption: "Around their means, on the two leading principal components of both; at most 400 points each.",
                    panels: [
                        .init(
                            "Clouds", x: .init("first component"), y: .init("second component"),
                            [
                                .points("first_2", .series(0), label: clouds.first.name, radius: 2),
                                .points("second_2", .series(1), label: clouds.second.name, radius: 2),
                            ]),
                        .init(
                            "Where the first goes on average", x: .init("first component"), y: .init("second component"),
                            [
                                .points("second_2", .series(1), label: clouds.second.name, radius: 2),
                                .points("moved_2", .series(2), label: "mean targets", radius: 2),
                            ]),
                    ])
            ])
    }

    private static let explanation = """
        Costs are means of ½|x − y|². ε is the noise of the bridge and the entropy of the plan: for ε → 0 the cost is that of optimal transport, for large ε partners are random. \
        The bridge is a density and can be asked about new points; Sinkhorn's plan knows its points only: between few points in many dimensions its cost exceeds that between the clouds they come from. A loss that is \
        larger on held-out points says that the mixture fitted the points.
        """
}
