import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport
import SaddleTheory

/// `saddle simulate coordinates`: do sizes of activations and updates scale with the width as theory says?
public struct Coordinates: Sendable {
    /// Nil: those of the study, or powers of two from 64 to 2048 if it trains no networks.
    public var widths: [Int]?
    public var networks = 12
    public var steps = 4
    /// The batch: so many of the first training samples.
    public var samples = 32
    /// Name of the parameterisation whose exponents are expected; nil: that of the study.
    public var against: String?

    public init() {}

    public func result(_ context: TopicRunner.Context) throws -> TopicResult {
        let study = context.study
        let (experiment, warnings) = try batch(of: study)
        let widths = self.widths ?? study.simulate?.widths ?? [64, 128, 256, 512, 1024, 2048]
        if Set(widths).count < 2 {
            throw study.problem("simulate.widths", "a slope needs two different widths or more; here they are \(widths)")
        }
        let expected = try parameterization(study)
        let theory = ScalingTheory(expected, hiddenLayers: study.network.hiddenLayers)
        do {
            let check = try CoordinateCheck(
                experiment, widths: widths.sorted(), networks: networks, seed: study.simulate?.seed ?? 2, expecting: theory,
                progress: context.progress, shouldStop: context.shouldStop)
            return TopicResult(
                "coordinates", page: check.page(study), numbers: check.numbers, arrays: check.arrays, warnings: warnings,
                verdict: check.check.verdict)
        } catch let divergence as Divergence {
            return Self.failure(divergence, study, theory, warnings)
        }
    }

    /// Networks that diverge have no slopes. Where they are expected to be stable but are not by their own exponents, that is an answer.
    private static func failure(
        _ divergence: Divergence, _ study: Study, _ theory: ScalingTheory, _ warnings: [String]
    ) -> TopicResult {
        struct Numbers: Encodable, Sendable {
            let parameterization, regime, divergence: String
            let check: CheckSummary
        }
        let own = ScalingTheory(study.network.parameterization, hiddenLayers: study.network.hiddenLayers)
        let isUnstable = own.regime == .unstable
        let reason =
            isUnstable
            ? "\(divergence). \(own.parameterization.text) is not stable: "
                + own.violations.map { "it violates \($0.text)" }.joined(separator: "; ") + "."
            : "\(divergence). \(own.parameterization.text) is stable, so this is a matter of the learning rate, not of the width: lower it."
        let verdict: Verdict = isUnstable && theory.regime != .unstable ? .disagrees : .cannotTell
        return TopicResult(
            "coordinates",
            page: Page(
                title: "Coordinate check of \(study.name)",
                lead: [.callout(verdict.tone, title: verdict.title, text: reason)], sections: []),
            numbers: Numbers(
                parameterization: theory.parameterization.text, regime: theory.regime.rawValue, divergence: "\(divergence)",
                check: CheckSummary(Check(), verdict: verdict, reason: reason)),
            warnings: warnings, verdict: verdict)
    }

    /// The first training samples, learnt in full batches with the base learning rate.
    private func batch(of study: Study) throws -> (Experiment, [String]) {
        var (experiment, warnings) = try study.experiment(includesTheory: false)
        let data = experiment.data
        let rows = Array(0..<min(samples, data.trainCount))
        experiment.data = Dataset(
            trainInputs: data.trainInputs.selectingRows(rows), trainLabels: data.trainLabels.selectingRows(rows),
            testInputs: Matrix(rows: 0, columns: data.inputDimension), testLabels: Matrix(rows: 0, columns: data.outputCount))
        experiment.training.batchSize = nil
        experiment.training.steps = steps
        experiment.training.learningRate = LearningRate(base: study.training.learningRate.base)
        experiment.recordedSteps = [steps]
        return (experiment, warnings)
    }

    private func parameterization(_ study: Study) throws -> Parameterization {
        guard let against else { return study.network.parameterization }
        guard let found = Parameterization(named: against) else {
            throw StudyFileError(
                file: "--against",
                "'\(against)' is no parameterisation; expected one of "
                    + Parameterization.named.map(\.name).joined(separator: ", "))
        }
        return found
    }
}

extension CoordinateCheck {
    struct Numbers: Encodable, Sendable {
        struct Slope: Encodable, Sendable {
            let coordinate: String
            let slope, slopeError: Double
            let expected: Double?
        }
        let parameterization: String
        let regime: String
        let widths: [Int]
        let networks, steps: Int
        let slopes: [Slope]
        let check: CheckSummary
    }

    var numbers: Numbers {
        Numbers(
            parameterization: theory.parameterization.text, regime: theory.regime.rawValue, widths: widths, networks: networks,
            steps: steps,
            slopes: rows.map {
                Numbers.Slope(
                    coordinate: $0.coordinate.key, slope: $0.fit.exponent.mean, slopeError: $0.fit.exponent.standardError,
                    expected: $0.expected)
            }, check: CheckSummary(check))
    }

    /// `widths`, and for each coordinate its root mean square at each width and the standard error.
    var arrays: [(name: String, array: Tensor)] {
        func tensor(_ values: [Double]) -> Tensor { Tensor(shape: [values.count], elements: values) }
        return [("widths", tensor(widths.map { Double($0) }))]
            + rows.flatMap { row in
                [
                    (row.coordinate.key, tensor(row.sizes.map(\.mean))),
                    (row.coordinate.key + "_error", tensor(row.sizes.map(\.standardError))),
                ]
            }
    }

    func page(_ study: Study) -> Page {
        let check = check
        var lead = [check.callout]
        if theory.sizes == nil {
            lead.append(
                .paragraph(
                    "\(theory.parameterization.text) is not stable with \(theory.hiddenLayers) hidden layers, so no sizes are expected: "
                        + theory.violations.map { "it violates \($0.text)" }.joined(separator: "; ") + "."))
        }
        let how = """
            Root mean squares over neurons and the samples of the batch, in \(networks) networks of each width; updates after \(steps) \
            steps. Errors of slopes contain what corrections of relative size \(NumberText.exponent(Self.curvature))/n do to them.
            """
        // Where theory expects nothing, slopes alone.
        let slopes = Table(
            [.text("Size"), .number("Slope")], rows: rows.map { [$0.coordinate.text, NumberText.withError($0.fit.exponent)] })
        return Page(
            title: "Coordinate check of \(study.name)",
            subtitle: "\(study.network.parameterization.text), \(study.network.hiddenLayers) hidden layers, "
                + "\(study.network.activation.name), widths \(widths.map(String.init).joined(separator: ", "))",
            lead: lead,
            sections: [
                Section(
                    "Slopes of log size against log width",
                    [theory.sizes == nil ? .table(slopes) : check.table(), .paragraph(how), figure])
            ])
    }

    private typealias Section = Page.Section

    private var figure: Page.Block {
        func panel(_ title: String, _ chosen: [Coordinate]) -> Chart {
            let x = widths.map { Double($0) }
            let marks = chosen.enumerated().flatMap { k, coordinate -> [Chart.Mark] in
                let row = rows.first { $0.coordinate == coordinate }!
                return [
                    .points(
                        x, row.sizes.map(\.mean), errors: row.sizes.map(\.standardError), .series(k), label: coordinate.text),
                    .line(x, x.map { row.fit($0) }, .series(k), label: coordinate.text),
                ]
            }
            return Chart(
                title, x: Chart.Axis("width N", .logarithmic), y: Chart.Axis("root mean square", .logarithmic), marks: marks)
        }
        let layers = 1...theory.hiddenLayers
        return .figure(
            Figure(
                "coordinates", caption: "Sizes against width, with fitted power laws.", columns: 2,
                panels: [
                    panel("Preactivations at initialisation", layers.map { .preactivation($0) }),
                    panel("Their updates", layers.map { .preactivationUpdate($0) }),
                    panel("Activations at initialisation", layers.map { .activation($0) }),
                    panel("Their updates", layers.map { .activationUpdate($0) }),
                    panel("Output and its update", [.output, .outputUpdate]),
                ]))
    }
}
