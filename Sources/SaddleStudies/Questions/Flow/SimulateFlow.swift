import SaddleModels
import SaddleNumerics
import SaddleReport

/// `saddle simulate flow`: orbits of chaotic flows and maps.
enum SimulateFlow: Question {
    static let verb = QuestionVerb.simulate
    static let name = "flow"
    static let phrase = "following the orbit"
    static let summary = "Orbits of chaotic flows and maps: a registry of \(DynamicalSystem.all.count) systems, or own equations."
    static let discussion = """
        Integrates a system by Tsitouras's pair of orders 5 and 4 with error control and writes its orbit at equal times: into the answer's .npz, and as .csv, .npy or .npz where \
        'flow.file' says. Own systems are equations: a study with 'flow: {variables: [x, v], equations: ["v", "-x - k*v"], parameters: [k=0.1], start: [1, 0]}'. \
        'saddle simulate flow list' lists the registry.
        """
    static let examples = [
        "lorenz", "rossler --count 5000 --interval 0.1 --file rossler.csv", "lorenz --parameters r=20", "list", "mine.yaml",
    ]
    static let sections = ["flow"]
    static let argument: (key: String, help: String)? = (
        "flow.system", "A system by name, 'list', or a study with own equations."
    )

    static func answer(_ context: QuestionRunner.Context) throws -> Answer {
        let study = context.study, asked = study.flow ?? FlowStudy()
        if asked.system == "list", asked.equations == nil { return list() }
        let system = try study.dynamicalSystem()
        let interval = asked.interval ?? (system.kind == .map ? 1 : (asked.period ?? system.period) / 50)
        let states: [[Double]]
        do {
            states = try system.trajectory(
                count: asked.count, every: interval,
                integrator: .init(relative: asked.tolerance, absolute: asked.tolerance, mostSteps: 50_000_000),
                shouldStop: context.shouldStop)
        } catch let error as IntegrationError {
            throw study.problem("flow", "\(system.name): \(error)")
        } catch let error as OrbitError {
            throw study.problem("flow", "\(system.name): \(error)")
        }
        let times = states.indices.map { Double($0) * interval }
        var answer = Answer(
            "\(system.title)",
            subtitle:
                "\(system.name): \(system.kind.rawValue) of \(NumberText.count(system.dimension, of: "variable")); \(NumberText.count(states.count, of: "state")) at intervals of \(NumberText.short(interval))"
        )
        answer.add("time", times, "Time", system.kind == .map ? "step" : "time")
        answer.add("state", Matrix(rows: states.count, columns: system.dimension) { states[$0][$1] }, "Orbit, one state a row")
        for (i, name) in system.variables.enumerated() {
            answer.add("x\(i + 1)", states.map { $0[i] }, along: ["time"], "Variable \(name)", name)
        }
        if let file = asked.file { try write(states, times, system, to: file, study) }
        let shown =
            system.kind == .map
            ? View.Mark.points("x2", x: "x1", radius: 1.2) : View.Mark.line("x\(min(system.dimension, 3))", x: "x1", .series(0))
        var panels = [
            View.Panel(
                "Against time", x: .init(system.kind == .map ? "step" : "time"), y: .init(system.variables[0]),
                [.line("x1", .series(0))])
        ]
        if system.dimension > 1 {
            panels.insert(
                View.Panel(
                    "The orbit", x: .init(system.variables[0]),
                    y: .init(system.variables[system.kind == .map ? 1 : min(system.dimension, 3) - 1]), [shown]), at: 0)
        }
        answer.section("Orbit", [.figure("orbit", caption: "", panels: panels), .paragraph(equations(system))])
        return answer
    }

    private static func equations(_ system: DynamicalSystem) -> String {
        zip(system.variables, system.equations).map { system.kind == .map ? "\($0)⁺ = \($1)" : "d\($0)/dt = \($1)" }.joined(
            separator: ",  ")
            + (system.parameters.isEmpty
                ? ""
                : "  with "
                    + system.parameters.map { "\($0.name) = \(NumberText.short($0.value, digits: 8))" }.joined(separator: ", "))
    }

    private static func write(_ states: [[Double]], _ times: [Double], _ system: DynamicalSystem, to file: String, _ study: Study)
        throws
    {
        let flat = Tensor(shape: [states.count, system.dimension], elements: states.flatMap { $0 })
        if file.hasSuffix(".npz") {
            try NPZ.write([("time", Tensor(shape: [times.count], elements: times)), ("state", flat)], to: file)
        } else if file.hasSuffix(".npy") {
            try NPY.write(flat, to: file)
        } else if file.hasSuffix(".csv") {
            let rows = zip(times, states).map { time, state in ([time] + state).map { "\($0)" } }
            try AtomicFile.write(CSVText.bytes([["time"] + system.variables] + rows), to: file)
        } else {
            throw study.problem("flow.file", "'\(study.typed(file))' has no ending that is known; expected .csv, .npy or .npz")
        }
    }

    private static func list() -> Answer {
        let all = DynamicalSystem.all
        var answer = Answer("Flows and maps", subtitle: "\(all.count) systems")
        answer.add("system", words: all.map(\.name), "System")
        answer.add("published", words: all.map(\.title), along: ["system"], "Published by")
        answer.add("kind", words: all.map(\.kind.rawValue), along: ["system"], "Kind")
        answer.add("dimension", all.map(\.dimension), along: ["system"], "Variables", "d")
        answer.add("period", all.map(\.period), along: ["system"], "About the time of a turn", "period")
        answer.add(
            "parameters",
            words: all.map { s in
                s.parameters.isEmpty
                    ? "–" : s.parameters.map { "\($0.name)=\(NumberText.short($0.value))" }.joined(separator: ", ")
            },
            along: ["system"], "Parameters")
        answer.section(
            "The registry", [.table(["system", "published", "kind", "dimension", "period", "parameters"].map { .init($0) })])
        return answer
    }
}
