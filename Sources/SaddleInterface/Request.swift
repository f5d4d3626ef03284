import Foundation
import SaddleNumerics
import SaddleStudies

/// What a program asks for, as JSON.
struct Request: Decodable {
    struct Setting: Decodable {
        /// "network.activation", or "activation" for an option of the command.
        var key: String
        /// As in a study file, or as it is typed on the command line.
        var value: String
        /// What the user wrote, for errors.
        var place: String
    }

    /// "run", "predict", "simulate", "sweep", "compare", "data", or a question as "predict-spectrum".
    var command: String
    /// Name of a study that is given by its keys.
    var name: String?
    /// Files: a study, data, tables.
    var sources: [String]?
    /// Keys of the study.
    var keys: [Setting]?
    /// Options of the command.
    var options: [Setting]?
    /// The run folder.
    var output: String?
    /// Whether an answer is written to the run folder though none is named.
    var keeps: Bool?
    var force: Bool?
    var threads: Int?
    /// Of a sweep: "learning_rate=0.1,1", what is computed ("theory", "networks") and a question.
    var vary: [String]?
    var only: String?
    var ask: String?
    /// Of a comparison.
    var ensemble: String?

    init(json: String) throws { self = try JSON.decode(Request.self, from: [UInt8](json.utf8)) }

    func carryOut(observe: @escaping StudyObserver, shouldStop: @escaping @Sendable () -> Bool) throws -> Results {
        if let threads, threads < 1 { throw StudyFileError(file: "threads", "\(threads); expected 1 or more") }
        try badInput { try Installation.requireMemory() }
        if let threads { StudyRunner.useThreads(threads) } else { StudyRunner.useAllThreads() }
        let goals: [String: StudyRunner.Goal] = ["run": .everything, "predict": .prediction, "simulate": .simulation]
        if let goal = goals[command] {
            let runner = StudyRunner(
                try badInput { try study() }, output: output, isForced: force ?? false, observe: observe, shouldStop: shouldStop)
            return try Results(try runner.run(goal))
        }
        if command == "data" { return try Results(badInput { try StudyData(study()) }, observe) }
        if command == "compare" {
            let comparison = OutsideComparison(run: sources?.first ?? "", ensemble: ensemble ?? "", output: output)
            return try Results(try comparison.compare(observe: observe))
        }
        if command == "sweep" {
            let runner = SweepRunner(
                try badInput { try sweep() }, output: output, isForced: force ?? false, observe: observe, shouldStop: shouldStop)
            return try Results(try runner.run())
        }
        guard let question = Questions.named(command) else {
            throw StudyFileError(file: "saddle", "there is no question '\(command)'")
        }
        return try Results(try answer(question, observe: observe, shouldStop: shouldStop))
    }

    /// In a run folder where one is named, else nowhere.
    private func answer(
        _ question: any Question.Type, observe: @escaping StudyObserver, shouldStop: @escaping @Sendable () -> Bool
    ) throws -> Answer {
        let (study, home) = try badInput { () throws -> (Study, String?) in
            let changes = try changes + question.changes((options ?? []).map { ($0.key, $0.value, $0.place) })
            if let name {
                return (try Study(text: Study.defaults(name: Study.quoted(name)), changes: changes, file: "study"), nil)
            }
            return try Study.asked(question, of: sources ?? [], changes: changes)
        }
        let runner = QuestionRunner(
            study, output: output, home: home, isForced: force ?? false, observe: observe, shouldStop: shouldStop)
        return output == nil && keeps != true ? try runner.answer(question) : try runner.run(question)
    }

    private var changes: [Study.Change] { (keys ?? []).map { Study.Change($0.key, $0.value, option: $0.place) } }

    private func study() throws -> Study {
        if let file = sources?.first { return try Study(path: file, changes: changes) }
        return try Study(text: Study.defaults(name: Study.quoted(name ?? "study")), changes: changes, file: "study")
    }

    private func sweep() throws -> Sweep {
        let task: Sweep.Task =
            if let ask { try .init(asking: ask) } else {
                .study(only == "theory" ? .prediction : only == "networks" ? .simulation : .everything)
            }
        var changes = changes
        if let name { changes.insert(Study.Change("name", Study.quoted(name), option: "study"), at: 0) }
        return try Sweep(file: sources?.first, axes: try (vary ?? []).map(SweepAxis.init), changes: changes, task: task)
    }
}
