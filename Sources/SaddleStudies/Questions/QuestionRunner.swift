import Foundation
import SaddleModels
import SaddleNumerics

/// Answers one question about a study and keeps the answer in the study's run folder, beside what other commands put there.
public struct QuestionRunner: Sendable {
    /// What a question may need while it is answered.
    public struct Context: Sendable {
        public let study: Study
        /// Reports what is done and how far it is, from any thread.
        public let observe: StudyObserver
        public let shouldStop: @Sendable () -> Bool
        /// Where the study's results are, if anywhere.
        public var folder: RunFolder?

        /// Marks the folder as the study's, before anything but an answer is put in it.
        func settle() throws {
            guard let folder, try folder.readManifest() == nil else { return }
            try folder.write(Manifest(study: study))
            try AtomicFile.write([UInt8](study.yaml.utf8), to: folder.study)
        }

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
    /// Where answers go: if another answer to the question is there, and nobody named a folder, one beside it.
    public let folder: RunFolder
    private let isForced: Bool
    private let isFolderNamed: Bool

    /// - Parameters:
    ///   - output: the run folder; if nil `home`, or `runs/<name of the study>`.
    ///   - home: the run folder that the study was read from.
    ///   - isForced: whether an answer that is there is computed again, and another one replaced.
    public init(
        _ study: Study, output: String? = nil, home: String? = nil, isForced: Bool = false,
        observe: @escaping StudyObserver = { _ in },
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) {
        folder = RunFolder(path: output ?? home ?? "runs/\(study.name)")
        context = Context(study: study, observe: observe, shouldStop: shouldStop, folder: folder)
        self.isForced = isForced
        isFolderNamed = output != nil
    }

    /// The answer: from the folder if it is there, else computed and written.
    ///
    /// - Throws: `StudyFailure`. A `StudyFileError` of the question counts as bad input.
    public func run(_ question: any Question.Type) throws -> Answer {
        let digest = digest(of: question), folder = try badInput { try chosenFolder(question, digest) }
        if isForced { folder.discardDamagedManifest() }
        let wasCreated = try badInput { try folder.claim(for: context.study.name) }
        defer { if wasCreated { folder.removeIfWithoutResults() } }
        let lock = try badInput { try folder.lock() }
        defer { withExtendedLifetime(lock) {} }

        if let stored = try badInput({ try present(question, digest, in: folder) }) {
            context.observe(.started(stage: question.phrase))
            for warning in stored.warnings { context.observe(.warning(warning)) }
            context.observe(.finished(stage: question.phrase, seconds: 0, reused: true))
            return stored
        }
        let timer = Timer(earlier: 0)
        let (answer, files) = try compute(question, context) { answer in
            answer.folder = folder.path
            return try answer.files(in: folder.path)
        }
        try badInput {
            try AtomicFile.write(files)
            let earlier = try folder.readManifest()
            var manifest = earlier ?? Manifest(study: context.study)
            manifest.topics = manifest.topics ?? [:]
            manifest.topics![question.id] = Manifest.Stage(
                digest: digest, did: question.phrase, seconds: rounded(timer.seconds, digits: 4),
                finished: Date.now.ISO8601Format(), warnings: answer.warnings)
            try folder.seal(answer.numberFiles, in: &manifest)
            try folder.write(manifest)
            if earlier == nil { try AtomicFile.write([UInt8](context.study.yaml.utf8), to: folder.study) }
        }
        context.observe(.finished(stage: question.phrase, seconds: timer.seconds, reused: false))
        return answer
    }

    /// The answer, computed and written nowhere.
    ///
    /// - Throws: `StudyFailure`, as ``run(_:)``.
    public func answer(_ question: any Question.Type) throws -> Answer {
        let timer = Timer(earlier: 0)
        var context = context
        context.folder = nil
        let answer = try compute(question, context) { try $0.checkNumbers() }.answer
        context.observe(.finished(stage: question.phrase, seconds: timer.seconds, reused: false))
        return answer
    }

    /// The answer, and what is made of it before anybody is told of it.
    private func compute<Made>(
        _ question: any Question.Type, _ context: Context, _ make: (inout Answer) throws -> Made
    ) throws -> (answer: Answer, made: Made) {
        context.observe(.started(stage: question.phrase))
        do {
            var answer = try question.answer(context)
            (answer.question, answer.version) = (question.id, saddleVersion)
            let made = try make(&answer)
            for warning in answer.warnings { context.observe(.warning(warning)) }
            return (answer, made)
        } catch let error as StudyFileError {
            throw StudyFailure.badInput(error)
        } catch {
            if context.shouldStop() {
                throw StudyFailure.interrupted(folder: question.keepsParts ? context.folder?.path : nil)
            }
            throw StudyFailure.failed(stage: question.phrase, context.study.explained(error))
        }
    }

    /// Where the page of the answer is.
    public func page(of answer: Answer) -> String { "\(answer.folder)/\(answer.question).html" }

    /// All that the answer depends on: the program, the sections that the question reads, and the files that they name.
    private func digest(of question: any Question.Type) -> String {
        var digest = Digest()
        digest.add(saddleVersion)
        let study = context.study
        let used = Study.keys.flatMap { $0.entries("", study) }.filter { entry in
            !entry.path.contains(".") || question.inputs.contains { entry.path.hasPrefix("\($0).") }
        }
        for entry in used where entry.path != "name" { digest.add("\(entry.path): \(entry.initial ?? "")") }
        study.addFiles(to: &digest)
        return digest.text
    }

    /// The answer in the folder, if it is this study's.
    private func present(_ question: any Question.Type, _ digest: String, in folder: RunFolder) throws -> Answer? {
        if isForced { return nil }
        guard let manifest = try folder.readManifest(), manifest.topics?[question.id]?.digest == digest else { return nil }
        // What was edited or lost is computed again.
        guard let answer = try? Answer(question: question.id, in: folder.path) else { return nil }
        do { for file in answer.numberFiles { _ = try folder.check(file, against: manifest) } } catch { return nil }
        return answer
    }

    /// Another answer to the same question is not lost: it is kept, and this one written beside it.
    private func chosenFolder(_ question: any Question.Type, _ digest: String) throws -> RunFolder {
        guard !isForced, let manifest = try? folder.readManifest(), let stage = manifest.topics?[question.id],
            stage.digest != digest,
            manifest.version == saddleVersion
        else { return folder }
        if isFolderNamed {
            throw RunFolderError.holdsAnotherVersion(
                path: folder.path, result: "the answer to \(question.id)", changes: folder.changes(to: context.study))
        }
        return RunFolder(path: "\(folder.path)-\(digest.prefix(8))")
    }
}

extension Study {
    /// The contents of all files that a study names.
    func addFiles(to digest: inout Digest) {
        let tables = Self.keys.flatMap { $0.entries("", self) }.filter(\.isFile).flatMap(\.initialTexts)
        // What comes through the standard input has no file.
        if ([data.source] + tables).contains(DataSource.standardInput) { digest.add((try? DataSource.fingerprint()) ?? "") }
        let paths =
            [data.source, data.labels, data.testSource, data.testLabels].compactMap { $0 } + data.moreSources
            + data.moreTestSources
        // Of a run folder its curves.
        for path in paths + tables + tables.map({ RunFolder(path: $0).ensemble }) where WholeFile.exists(path) {
            guard let bytes = try? WholeFile.read(path) else { continue }
            bytes.withUnsafeBytes { digest.add($0) }
        }
    }
}
