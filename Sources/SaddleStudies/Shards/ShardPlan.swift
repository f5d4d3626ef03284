import Foundation
import SaddleNumerics

/// What a command was asked, so that any process that sees its folder can do a piece of it: `shards/plan.json` of that folder.
struct ShardPlan: Codable, Equatable, Sendable {
    var version = saddleVersion
    /// The folder in which the command was given: relative paths count from there.
    var directory: String
    /// Where results go, as the command has it.
    var path: String
    var source: StudySource
    /// None: a single study.
    var axes: [SweepAxis]
    /// "study-everything", or the name of a question.
    var task: String
    var isForced: Bool
    /// How often a shard that was killed is begun again.
    var retries: Int
    /// Of the shards, in their order.
    var names: [String]
    /// Of a study.
    var parts: [StudyPart]?
}

/// A study as it was given: the text of its file and what the command line changed.
struct StudySource: Codable, Equatable, Sendable {
    var file: String
    var text: String
    var changes: [Study.Change]

    /// - Parameter file: nil for the defaults.
    init(file: String?, changes: [Study.Change]) throws {
        self.file = file ?? Study.settingsFile
        text = try file.map(Study.text) ?? "name: study\n"
        self.changes = changes
    }

    init(_ study: Study) { (file, text, changes) = (study.origin.file, study.yaml, []) }

    func study(_ more: [Study.Change] = []) throws -> Study { try Study(text: text, changes: changes + more, file: file) }
}

extension ShardPlan {
    /// Whether the shards are the same, and what they come to; how they were begun may differ.
    func isSame(as other: ShardPlan?) -> Bool {
        guard var other else { return false }
        (other.isForced, other.retries) = (isForced, retries)
        return other == self
    }

    /// The pieces of work that the plan is about.
    ///
    /// - Parameters:
    ///   - path: of the folder, if it is elsewhere by now.
    ///   - needed: the shards that are asked for, since reading what a thousand others are takes as long as a small one.
    func work(path: String, needed: [Int]? = nil) throws -> any Sharded {
        if !axes.isEmpty {
            let sweep = try Sweep(source, axes: axes, task: Sweep.Task(id: task), needed: needed.map(Set.init))
            return SweepShards(SweepRunner(sweep, output: path, isForced: isForced))
        }
        let study = try source.study(), goal = Sweep.Task.study(.simulation).id
        let experiment = try study.experiment(includesTheory: task != goal).experiment
        return StudyShards(parts ?? [], study, experiment, RunFolder(path: path))
    }
}
