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
                passes: check.passes)
        } catch let divergence as Divergence {
            return Self.failure(divergence, study, theory, warnings)
        }
    }

    /// Networks that diverge fail the check: there are no slopes, but there is an answer.
    private static func failure(
        _ divergence: Divergence, _ study: Study, _ theory: ScalingTheory, _ warnings: [String]
    ) -> TopicResult {
        struct Numbers: Encodable, Sendable {
            let passes: Bool
            let parameterization, regime, divergence: String
        }
        let own = ScalingTheory(study.network.parameterization, hiddenLayers: study.network.hiddenLayers)
        let reason =
            own.regime == .unstable
            ? "\(own.parameterization.text) is not stable: "
                + own.violations.map { "it violates \($0.text)" }.joined(separator: "; ")
            : "\(own.parameterization.text) is stable, so this is a matter of the learning rate, not of the width"
        return TopicResult(
            "coordinates",
            page: Page(
                title: "Coordinate check of \(study.name)",
                lead: [.callout(.bad, title: "Fail", text: "\(divergence). \(reason).")], sections: []),
            numbers: Numbers(
                passes: false, parameterization: theory.parameterization.text, regime: theory.regime.rawValue,
                divergence: "\(divergence)"),
            warnings: warnings, passes: false)
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
            let passes: Bool
        }
        let passes: Bool
        let parameterization: String
        let regime: String
        let widths: [Int]
        let networks, steps: Int
        let allowance: Double
        let slopes: [Slope]
    }

    var numbers: Numbers {
        Numbers(
            passes: passes, parameterization: theory.parameterization.text, regime: theory.regime.rawValue, widths: widths,
            networks: networks, steps: steps, allowance: Self.allowance,
            slopes: rows.map {
                Numbers.Slope(
                    coordinate: $0.coordinate.key, slope: $0.fit.exponent.mean, slopeError: $0.fit.exponent.standardError,
                    expected: $0.expected, passes: $0.passes)
            })
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
        let failed = rows.filter { !$0.passes }
        let name = theory.parameterization.text
        let verdict: Page.Block =
            passes
            ? .callout(.good, title: "Pass", text: "all \(rows.count) slopes are those of \(name)")
            : theory.sizes == nil
                ? .callout(
                    .bad, title: "Fail",
                    text: "\(name) is not stable with \(theory.hiddenLayers) hidden layers, so no sizes are expected: "
                        + theory.violations.map { "it violates \($0.text)" }.joined(separator: "; "))
                : .callout(
                    .bad, title: "Fail",
                    text: "\(failed.count) of \(rows.count) slopes are not those of \(name): "
                        + failed.map(\.coordinate.text).joined(separator: ", "))
        let table = Table(
            [.text("Size"), .number("Slope"), .number("Expected"), .text("")],
            rows: rows.map { row in
                [
                    row.coordinate.text, NumberText.withError(row.fit.exponent),
                    row.expected.map { NumberText.exponent($0) } ?? "none", row.passes ? "pass" : "FAIL",
                ]
            })
        let how = """
            Root mean squares over neurons, the samples of the batch and \(networks) networks of each width; updates after \(steps) \
            steps. A slope passes within \(NumberText.exponent(Self.allowance)) + 4 standard errors of the exponent of n that theory \
            gives; a standard error above \(NumberText.exponent(Self.allowance)) decides nothing and fails.
            """
        return Page(
            title: "Coordinate check of \(study.name)",
            subtitle: "\(study.network.parameterization.text), \(study.network.hiddenLayers) hidden layers, "
                + "\(study.network.activation.name), widths \(widths.map(String.init).joined(separator: ", "))",
            lead: [verdict],
            sections: [Section("Slopes of log size against log width", [.table(table), .paragraph(how), figure])])
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
