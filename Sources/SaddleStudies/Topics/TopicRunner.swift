import Foundation
import SaddleModels
import SaddleNumerics

/// Answers one question about a study and keeps the answer in the study's run folder, beside what other commands put there.
public struct TopicRunner: Sendable {
    /// What a topic may need while it computes.
    public struct Context: Sendable {
        public let study: Study
        /// Reports what is done and how far it is, from any thread.
        public let observe: StudyObserver
        public let shouldStop: @Sendable () -> Bool

        /// For engines that count: done, total.
        var progress: ProgressHandler {
            { done, total in observe(.progress(total > 0 ? min(done / total, 1) : 0)) }
        }

        /// Does the work of each width in turn, handing it the progress of its share; work grows with the square of the width.
        func map<Result>(
            widths: [Int], _ body: (_ width: Int, _ progress: @escaping ProgressHandler) throws -> Result
        ) rethrows -> [Result] {
            let (total, progress) = (widths.reduce(0) { $0 + Double($1 * $1) }, progress)
            var done = 0.0
            return try widths.map { width in
                let (before, share) = (done, Double(width * width))
                defer { done += share }
                return try body(width) { progress(before + share * $0 / $1, total) }
            }
        }
    }

    public let context: Context
    public let folder: RunFolder

    /// - Parameter output: the run folder; `runs/<name of the study>` if nil.
    public init(
        _ study: Study, output: String? = nil, observe: @escaping StudyObserver = { _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) {
        context = Context(study: study, observe: observe, shouldStop: shouldStop)
        folder = RunFolder(path: output ?? "runs/\(study.name)")
    }

    /// - Parameter phrase: what is done, as in "finding the critical point".
    /// - Throws: `StudyFailure`. A `StudyFileError` of `compute` counts as bad input.
    public func run(_ phrase: String, _ compute: (Context) throws -> TopicResult) throws -> TopicResult {
        let wasCreated = try badInput { try folder.claim(for: context.study.name) }
        defer { if wasCreated { folder.removeIfWithoutResults() } }
        let lock = try badInput { try folder.lock() }
        defer { withExtendedLifetime(lock) {} }

        context.observe(.started(stage: phrase))
        let timer = Timer(earlier: 0)
        let result: TopicResult
        let files: [AtomicFile.Pending]
        do {
            result = try compute(context)
            files = try result.files(in: folder.path)
        } catch let error as StudyFileError {
            throw StudyFailure.badInput(error)
        } catch {
            if context.shouldStop() { throw StudyFailure.interrupted(folder: folder.path) }
            throw StudyFailure.failed(stage: phrase, context.study.explained(error))
        }
        for warning in result.warnings { context.observe(.warning(warning)) }
        try badInput {
            try AtomicFile.write(files)
            let earlier = try folder.readManifest()
            var manifest = earlier ?? Manifest(study: context.study)
            var digest = Digest()
            digest.add(saddleVersion)
            digest.add(context.study.yaml)
            manifest.topics = manifest.topics ?? [:]
            manifest.topics![result.topic] = Manifest.Stage(
                digest: digest.text, did: phrase, seconds: rounded(timer.seconds, digits: 4), finished: Date.now.ISO8601Format(),
                warnings: result.warnings)
            try folder.seal(result.numberFiles, in: &manifest)
            try folder.write(manifest)
            if earlier == nil { try AtomicFile.write([UInt8](context.study.yaml.utf8), to: folder.study) }
        }
        context.observe(.finished(stage: phrase, seconds: timer.seconds, reused: false))
        return result
    }

    /// Where the page of a result is.
    public func page(of result: TopicResult) -> String { "\(folder.path)/\(result.topic).html" }
}
