import SaddleComparisons
import SaddleMeasures
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleReport

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// `saddle plan transfer`: whether what is best for narrow networks serves wide ones.
enum PlanTransfer: Question {
    static let verb = QuestionVerb.plan
    static let name = "transfer"
    static let phrase = "finding optima"
    static let summary = "Does the best learning rate (or another key) of narrow networks serve wide ones?"
    static let discussion = """
        Trains networks of every width of 'simulate' at several values of a key, each network from the same weights at all values, and fits where the \
        final loss is lowest: the optimum of each width and at infinite width with intervals, whether it moves, what the narrowest network's optimum costs in \
        the widest, and whether a step of the grid is noise. With --theory the infinite-width optimum and its shift s/N come from theory too, and are compared with \
        the networks. Everything that was trained is kept in the run folder and serves again when values are added.
        """
    static let examples = [
        "digits.yaml --widths 32,64,128,256", "digits.yaml --key network.richness --values log:0.1..10:9",
        "digits.yaml --values log:0.2..5:7 --theory",
        "digits.yaml --set network.parameterization=standard --values log:0.01..1:9",
    ]
    static let sections = ["plan_transfer", "simulate", "network", "training", "data", "predict"]
    /// `simulate.seed` rather than that of theory.
    static let shorthands = ["seed": "simulate.seed"]
    static let keepsParts = true

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, settings = study.planTransfer ?? PlanTransferStudy()
        guard let simulation = study.simulate, simulation.widths.count > 1, simulation.networks > 1 else {
            throw study.problem(
                "simulate",
                "'simulate' needs two widths or more and two networks of each, which tell whether an optimum moves; expected "
                    + "such as simulate: {widths: [32, 64, 128, 256], networks: 20}")
        }
        let axis = try axis(settings, study)
        let widths = SweepAxis("simulate.widths", simulation.widths.map { "[\($0)]" })
        let parts =
            try [TransferPart(.simulation, [axis, widths], context)]
            + (settings.solvesTheory ? [TransferPart(.prediction, [axis], context)] : [])
        try TransferPart.compute(parts, context)
        let (networks, theory) = (parts[0], parts.dropFirst().first)
        let set = try study.plannedExperiment(needsTheory: false).0.data.judged
        let runs = try runs(networks, axis, simulation, set)
        let table = TransferTable(runs: runs, rateName: axis.name, lossName: "\(set.title) loss")
        let fit = TransferFit(table, tolerance: settings.tolerance), cost = TransferCost(fit, seed: simulation.seed)
        var answer = Answer(
            "\(study.name): transfer of \(axis.name) across widths",
            subtitle:
                "\(study.networkText); \(simulation.networks) networks of each width at \(axis.values.count) values from \(axis.values[0]) to \(axis.values.last!)",
            warnings: networks.sweep.warnings(networks.rows) + (theory.map { $0.sweep.warnings($0.rows) } ?? []))
        MeasureTransfer.addLead(fit, cost, table, to: &answer)
        MeasureTransfer.addNumbers(fit, cost, to: &answer)
        MeasureTransfer.addRows(fit, table, to: &answer)
        if let theory { try addTheory(theory, axis, set, fit, to: &answer) }
        answer.section("How it is decided", [.paragraph(MeasureTransfer.explanation(fit, table))])
        return answer
    }

    private static func axis(_ settings: PlanTransferStudy, _ study: Study) throws -> SweepAxis {
        let own = Study.keys.flatMap { $0.entries("", study) }.first { $0.path == settings.key || $0.name == settings.key }
        var values = settings.values
        if values == nil {
            guard let number = own?.initial.flatMap(Double.init), number > 0 else {
                throw study.problem(
                    "plan_transfer.values",
                    "'plan_transfer.values' is missing, and \(settings.key) is no positive number in the study; expected values such as log:0.1..10:9"
                )
            }
            values = "log:\(number / 4)..\(number * 4):9"
        }
        let axis: SweepAxis
        do { axis = try SweepAxis("\(settings.key)=\(values!)") } catch let error as StudyFileError {
            throw study.problem(settings.values == nil ? "plan_transfer.key" : "plan_transfer.values", error.problems[0].message)
        }
        guard let numbers = axis.numbers, numbers.allSatisfy({ $0 > 0 }), numbers.count > 2 else {
            throw study.problem(
                "plan_transfer.values",
                "'plan_transfer.values' is \(values!); expected three positive numbers or more, since optima are found in the logarithm"
            )
        }
        return axis
    }

    /// The final loss of every network, nil where the training of that value diverged.
    private static func runs(
        _ found: TransferPart, _ axis: SweepAxis, _ simulation: Study.Simulation, _ set: SampleSet
    ) throws -> [TransferTable.Run] {
        try found.rows.indices.flatMap { i -> [TransferTable.Run] in
            let rate = axis.numbers![found.sweep.place(0, of: i)], width = simulation.widths[found.sweep.place(1, of: i)]
            switch found.rows[i].status {
            case .diverged: return [TransferTable.Run(width: Double(width), rate: rate, loss: nil)]
            case .done:
                let file = RunFolder(path: found.home.runFolder(found.sweep.points[i])).ensemble
                let (layout, ensembles) = try EnsembleFile.read(file)
                let last = ObservablePanel(layout).parts.first { $0.observable == .loss(set) }!.range.upperBound - 1
                return ensembles[0].panel.enumerated().map { number, values in
                    TransferTable.Run(width: Double(width), rate: rate, seed: "\(number)", loss: values[last])
                }
            default: return []
            }
        }
    }

    private static func addTheory(
        _ found: TransferPart, _ axis: SweepAxis, _ set: SampleSet, _ fit: TransferFit, to answer: inout Answer
    ) throws {
        let rows = found.rows
        var x: [Double] = [], limits: [(value: Double, error: Double)] = [], excesses: [(value: Double, error: Double)] = []
        let order = rows.indices.filter { rows[$0].status == .done }.sorted { axis.numbers![$0] < axis.numbers![$1] }
        for i in order {
            let prediction = try TheoryFile.read(RunFolder(path: found.home.runFolder(found.sweep.points[i])).theory)
            guard !prediction.bias.isEmpty, let place = prediction.layout[.loss(set)]?.range.upperBound else { continue }
            x.append(axis.numbers![i])
            limits.append((prediction.mean[place - 1], prediction.meanTotalError(at: place - 1)))
            excesses.append((prediction.bias[place - 1], prediction.biasTotalError(at: place - 1)))
        }
        answer.add("theory_value", x, axis.path, axis.name)
        answer.add(
            "theory_loss", limits.map(\.value), errors: limits.map(\.error), along: ["theory_value"], "Loss at infinite width",
            "loss")
        answer.add(
            "theory_excess", excesses.map(\.value), errors: excesses.map(\.error), along: ["theory_value"], "N times its excess",
            "N · excess")
        let panels: [View.Panel] = [
            .init("Loss at infinite width", x: .init(axis.name, .logarithmic), [.points("theory_loss"), .line("theory_loss")]),
            .init(
                "N times the excess of the loss", x: .init(axis.name, .logarithmic),
                [.points("theory_excess"), .line("theory_excess")]),
        ]
        let figure = View.figure("theory", caption: "Error bars are whole errors.", panels: panels)
        // From where on wide networks diverge the limit is no curve around an optimum either.
        let edge = fit.optima.last?.curve.divergence ?? .infinity, stable = x.count { $0 < edge }
        guard
            let shift = OptimumShift(
                x: x.prefix(stable).map { log($0) }, limits: Array(limits.prefix(stable)),
                excesses: Array(excesses.prefix(stable)))
        else {
            answer.section(
                "Theory",
                [
                    .paragraph(
                        "The loss at infinite width has no lowest value between others that its errors can tell: no shift is predicted."
                    ), figure,
                ])
            return
        }
        answer.add(
            "theory_optimum", exp(shift.optimum.value), error: exp(shift.optimum.value) * shift.optimum.error,
            "Optimum at infinite width")
        answer.add("theory_shift", shift.slope.value, error: shift.slope.error, "Shift of its logarithm times N", "s")
        let optima = fit.found
        answer.add("shift_width", optima.map { Int($0.curve.width) }, "Width", "N")
        let predicted = optima.map { shift.optimum(width: $0.curve.width) }
        answer.add(
            "shift_predicted", predicted.map { exp($0.value) }, errors: predicted.map { exp($0.value) * $0.error },
            along: ["shift_width"],
            "Optimum by theory", "theory")
        answer.add("shift_measured", optima.map { $0.optimum!.value }, along: ["shift_width"], "Optimum of networks", "networks")
        let numbers = optima.indices.compactMap { i -> CheckedNumber? in
            let optimum = optima[i].optimum!
            guard optimum.low > 0, optimum.high.isFinite else { return nil }
            return .mean(
                "logarithm of the optimum", at: "width \(Int(optima[i].curve.width))", predicted: predicted[i].value,
                measured: log(optimum.value), scale: 1,
                uncertainties: [
                    Uncertainty(error: predicted[i].error), Uncertainty(error: log(optimum.high / optimum.low) / 3.92),
                ])
        }
        if !numbers.isEmpty { answer.check = CheckSummary(Check(numbers)) }
        let table = View.table(
            ["shift_width", "shift_predicted", "shift_measured"].map { .init($0) },
            caption: "ln optimum(N) = ln optimum(∞) + s/N.")
        answer.section(
            "Theory",
            [.facts([.init("theory_optimum"), .init("theory_shift")])] + (optima.isEmpty ? [] : [table]) + [figure, .checked()])
    }
}
