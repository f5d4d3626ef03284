import SaddleMeasures
import SaddleModels
import SaddleNumerics
import SaddleReport

/// `saddle measure screen`: which inputs, or units, carry information on the labels.
enum MeasureScreen: RepresentationQuestion {
    static let verb = QuestionVerb.measure
    static let name = "screen"
    static let phrase = "screening features"
    static let summary =
        "Which features carry label information: mutual information with control of false discoveries, stability selection."
    static let discussion = """
        Of each feature (pixel, column, unit): the mutual information with the label by nearest neighbours (classes or numbers), a p-value by relabelling, and control of \
        the share of false discoveries; beside it the linear correlation, which a symmetric dependence does not have. A penalised regression \
        (lasso, MCP, SCAD; logistic, squared or Huber's robust loss) on halves of the samples tells which features are needed together and stably, with a bound on how many \
        are selected by chance. Images get a map of the information of each pixel.
        """
    static let examples = [
        "digits", "digits --penalty mcp --rate 0.01", "table.csv --label-column price --loss huber",
        "acts.npz --inputs layer2 --samples 1000",
    ]
    static let sections = ["screen", "representation", "data"]

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, asked = study.screen ?? ScreenStudy(), (item, remarks) = try context.representation()
        let target = try study.target(item, asked), share = asked.pairs > 0 ? 0.5 : 1
        let loss = asked.loss ?? target.usualLoss
        let (screen, stable) = try study.screening(item.name) {
            let screen = try FeatureScreen(
                item.points, target, neighbours: asked.neighbours, relabellings: asked.relabellings, seed: asked.seed,
                progress: { context.progress(share * $0 / $1, 1) }, shouldStop: context.shouldStop)
            if asked.pairs == 0 { return (screen, nil as StabilitySelection?) }
            var settings = StabilitySelection.Settings()
            (settings.loss, settings.penalty, settings.pairs) = (loss, asked.regularizer, asked.pairs)
            (settings.threshold, settings.falseSelections, settings.seed) = (asked.threshold, asked.falseSelections, asked.seed)
            return (
                screen,
                try StabilitySelection(
                    item.points, target, settings, progress: { context.progress(0.5 + $0 / $1 / 2, 1) },
                    shouldStop: context.shouldStop)
            )
        }
        var answer = Answer(
            "\(item.name): features that know of the label",
            subtitle:
                "\(NumberText.count(item.count)) samples, \(NumberText.count(item.dimension)) features; k = \(asked.neighbours) neighbours, "
                + "\(asked.relabellings) relabellings", warnings: remarks)
        addLead(screen, stable, asked, item, to: &answer)
        addTable(screen, stable, asked, item, to: &answer)
        addMaps(screen, stable, item, to: &answer)
        answer.section("What the numbers are", [.paragraph(explanation(stable, loss, asked))])
        return answer
    }

    private static func addLead(
        _ screen: FeatureScreen, _ stable: StabilitySelection?, _ asked: ScreenStudy, _ item: Representation,
        to answer: inout Answer
    ) {
        let found = screen.discoveries(rate: asked.rate), tested = item.dimension - screen.constantCount
        let resolution = screen.resolution(rate: asked.rate)
        answer.add(
            "discoveries", found.count,
            "Features with information, at a rate of false discoveries of \(NumberText.percent(asked.rate))")
        answer.add("tested", tested, "Features that vary")
        answer.add("constant", screen.constantCount, "Constant features, which know nothing")
        answer.add("stable", stable?.stable.count, "Features selected stably")
        answer.add("selected_by_chance", stable?.bound, "Expected number selected by chance, at most", "E[V]")
        if found.isEmpty && resolution > 1 {
            answer.warnings.append(
                "with \(asked.relabellings) relabellings the least p-value is 1/\(asked.relabellings + 1), so that nothing is discovered unless "
                    + "\(Int(resolution.rounded(.up))) features have it; raise 'screen.permutations' to \(Int((Double(tested) / asked.rate).rounded(.up)))"
            )
        }
        let tied = screen.features.filter { !$0.isConstant && $0.tiedShare > 0.5 }.count
        if tied > 0 {
            answer.warnings.append(
                "in \(tied) of \(tested) features most values occur more than once; ties are broken by noise of 1e-10 standard deviations"
            )
        }
        answer.lead = [
            .callout(
                found.isEmpty ? .neutral : .good,
                title: "\(found.count) of \(tested) features carry information on the label",
                text: "At most \(NumberText.percent(asked.rate)) of them are expected to be there by chance."
                    + (stable.map {
                        " \($0.stable.count) are selected in \(NumberText.percent(asked.threshold)) or more of \(2 * asked.pairs) halves, at most "
                            + "\(NumberText.short($0.bound)) of them expected by chance."
                    } ?? ""))
        ]
    }

    private static func addTable(
        _ screen: FeatureScreen, _ stable: StabilitySelection?, _ asked: ScreenStudy, _ item: Representation,
        to answer: inout Answer
    ) {
        let all = screen.features, along = ["feature"]
        let order = all.indices.sorted { (all[$0].information, $1) > (all[$1].information, $0) }
        let shown = Array(order.prefix(asked.top))
        answer.add("feature", words: all.indices.map { place($0, item.axes) }, "Feature")
        answer.add(
            "information", all.map(\.information), along: along, "Mutual information with the label", "information", unit: "nats")
        answer.add("p", all.map(\.p), along: along, "p-value by relabelling", "p")
        answer.add("adjusted", all.map(\.adjusted), along: along, "Rate of false discoveries at which it is one", "q")
        answer.add("null_information", all.map(\.nullMean), along: along, "Mean of the estimate over relabellings", "by chance")
        answer.add("linear", all.map(\.linear), along: along, "Correlation, or correlation ratio with classes", "|correlation|")
        var columns = ["feature", "information", "null_information", "p", "adjusted", "linear"]
        if let stable {
            answer.add("stability", stable.shares, along: along, "Share of halves that select it", "stability")
            columns.append("stability")
            if let classes = stable.classes, let names = item.labels.classes?.names {
                answer.add("selected_for", words: classes.map { names[$0] }, along: along, "Class for which it is selected most")
                columns.append("selected_for")
            }
        }
        answer.section(
            "Features with most information",
            [
                .facts(
                    ["tested", "constant", "discoveries", "stable", "selected_by_chance"].filter { answer[$0] != nil }.map {
                        .init($0)
                    }),
                .table(
                    columns.map { .init($0) }, rows: shown,
                    caption: "The first \(shown.count) of \(all.count); the arrays hold all."),
            ])
    }

    /// "12", or "row 3, column 4" of images.
    private static func place(_ feature: Int, _ axes: [Int]) -> String {
        axes.count == 2 ? "row \(feature / axes[1]), column \(feature % axes[1])" : "\(feature)"
    }

    private static func addMaps(
        _ screen: FeatureScreen, _ stable: StabilitySelection?, _ item: Representation, to answer: inout Answer
    ) {
        guard item.axes.count == 2, item.axes[0] > 1, item.axes[1] > 1 else { return }
        answer.add(
            "information_map", screen.features.map(\.information), along: [], shape: item.axes, "Information of each pixel",
            "nats")
        var panels: [View.Panel] = [.matrix("Information in nats", "information_map")]
        if let stable {
            answer.add("stability_map", stable.shares, along: [], shape: item.axes, "Stability of each pixel", "share")
            panels.append(.matrix("Share of halves that select it", "stability_map"))
        }
        answer.section(
            "Over the image", [.figure("map", caption: "Row 0 is at the top. Numbers of features count from 0.", panels: panels)])
    }

    private static func explanation(_ stable: StabilitySelection?, _ loss: PenalisedRegression.Loss, _ asked: ScreenStudy)
        -> String
    {
        """
        Information: Kraskov, Stögbauer and Grassberger for numbers, Ross for classes; one feature at a time, so that what only two features together tell \
        is not seen. p counts relabellings with at least as much information; q is Benjamini and Hochberg's. Ties are broken by noise of 1e-10 standard deviations.
        """
            + (stable.map {
                " Stability: on each of \(2 * asked.pairs) halves the first \($0.selected) features on the path of the \(asked.penalty.rawValue) with a "
                    + "\(loss.rawValue) loss\($0.classes == nil ? "" : ", each class against all others"); at most q²/((2π − 1)D) = \(NumberText.short($0.bound)) by chance"
                    + "\($0.classes == nil ? "" : " for each class") (Meinshausen and Bühlmann). Of features that tell the same, one may be selected in place of another."
            } ?? "")
    }
}

extension ScreenTarget {
    fileprivate var usualLoss: PenalisedRegression.Loss { if case .classes = self { .logistic } else { .squared } }
}

extension Study {
    fileprivate func target(_ item: Representation, _ asked: ScreenStudy) throws -> ScreenTarget {
        switch item.labels {
        case .none:
            throw problem(
                "data.labels", "\(item.name) has no labels; expected classes or numbers for its samples ('data.labels')")
        case .classes(let classes, _): return .classes(classes)
        case .targets(let matrix):
            guard asked.target <= matrix.columns else {
                throw problem(
                    "screen.target",
                    "'screen.target' is \(asked.target); expected 1 to \(matrix.columns), the columns of the targets")
            }
            return .numbers((0..<matrix.rows).map { matrix[$0, asked.target - 1] })
        }
    }

    fileprivate func screening<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as ScreenError {
            let key =
                switch error {
                case .logisticOfNumbers, .robustOfClasses: "screen.loss"
                case .smallClass, .fewSamples: "screen.neighbors"
                case .oneClass, .constantTarget: "data.labels"
                case .allConstant: "data.source"
                }
            throw problem(key, orOf: "data.source", "\(name): \(error)")
        }
    }
}
