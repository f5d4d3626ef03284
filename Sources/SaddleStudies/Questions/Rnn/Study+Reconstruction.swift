import SaddleComparisons
import SaddleMeasures
import SaddleModels
import SaddleNumerics

extension QuestionRunner.Context {
    /// A series to learn from.
    struct ReconstructionSource {
        let task: ReconstructionTask
        let name: String
        /// The key that is to blame for the series.
        let key: String
        var remark = ""
        var warnings: [String] = []
    }

    func reconstructionTask(_ asked: RnnStudy) throws -> ReconstructionSource {
        if let path = study.flow?.system, study.flow?.equations == nil, WholeFile.exists(path) { return try ofFile(path, asked) }
        for (key, isSet) in [("delays", asked.delays > 0), ("time_column", asked.timeColumn != nil)] where isSet {
            throw study.problem(
                "rnn.\(key)", "'rnn.\(key)' is set, which is for a file with a series; expected it together with one")
        }
        let system = try study.dynamicalSystem(), flow = study.flow ?? FlowStudy(), noise = asked.noise ?? 0.05
        let interval = flow.interval ?? (system.kind == .map ? 1 : (flow.period ?? system.period) / 40)
        do {
            let task = try ReconstructionTask(
                of: system, times: asked.times ?? 20_000, interval: interval, noise: noise,
                integrator: .init(relative: flow.tolerance, absolute: flow.tolerance, mostSteps: 50_000_000), seed: asked.seed,
                shouldStop: shouldStop)
            return ReconstructionSource(
                task: task, name: system.title, key: "flow.system", remark: " with \(NumberText.percent(noise)) of noise")
        } catch let error as IntegrationError {
            throw study.problem("flow", "\(system.name): \(error)")
        } catch let error as OrbitError {
            throw study.problem("flow", "\(system.name): \(error)")
        } catch let error as ReconstructionError {
            throw study.problem("flow.system", "\(system.name): \(error)")
        }
    }

    private func ofFile(_ path: String, _ asked: RnnStudy) throws -> ReconstructionSource {
        for (key, isSet, what) in [("noise", asked.noise != nil, "noise"), ("times", asked.times != nil, "times")] where isSet {
            throw study.problem(
                "rnn.\(key)",
                "'rnn.\(key)' is set, but '\(study.typed(path))' is a series with \(what) of its own; expected it not to be")
        }
        var source = DataSource(source: path, preprocess: .none)
        source.seed = 0
        let loaded = try study.reading { try source.representations() }
        guard loaded.all.count == 1 else {
            throw study.problem(
                "flow.system", "'\(study.typed(path))' holds \(loaded.all.count) arrays; expected one, times × variables")
        }
        let item = loaded.all[0]
        var points = item.points, times: [Double]?
        if let column = asked.timeColumn {
            guard column < item.dimension, item.dimension > 1 else {
                throw study.problem(
                    "rnn.time_column",
                    "'rnn.time_column' is \(column) of \(item.dimension) columns (from 0); expected one of them, and another one of states"
                )
            }
            times = (0..<item.count).map { item.points[$0, column] }
            points = points.selectingColumns((0..<item.dimension).filter { $0 != column })
        }
        let span = asked.delays
        guard points.rows > span + 200 else {
            throw study.problem(
                "flow.system",
                "\(item.name): \(ReconstructionError.tooShort(times: points.rows, needed: max(asked.window, 200) + span + 2))")
        }
        do {
            let series = try KoopmanSeries(points, times: times, interval: study.flow?.interval ?? 1)
            let states = DelayEmbedding(order: span + 1, lag: 1).apply(series.states)
            let names = (0...span).flatMap { delay in (0..<points.columns).map { "x\($0 + 1)" + (delay > 0 ? "(+\(delay))" : "") }
            }
            return ReconstructionSource(
                task: try ReconstructionTask(states, interval: series.interval, names: names, heldOut: asked.heldOut),
                name: item.name, key: "flow.system", remark: span > 0 ? " (\(span) delays)" : "", warnings: loaded.warnings)
        } catch let error as KoopmanError {
            let isTime =
                switch error {
                case .notAscending, .notUniform: true
                default: false
                }
            throw study.problem(isTime ? "rnn.time_column" : "flow.system", "\(item.name): \(error)")
        } catch let error as ReconstructionError {
            throw study.problem("flow.system", "\(item.name): \(error)")
        }
    }
}
