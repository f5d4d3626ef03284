import Foundation
import SaddleNumerics
import Synchronization

/// Computes the points of a sweep, several at once, and keeps each when it is finished.
///
/// Every point is a study in a run folder of its own, continued where it was if somebody stopped it. A point that cannot be computed, as where
/// training diverges, is a row with the reason; the others go on.
public struct SweepRunner: Sendable {
    public let sweep: Sweep
    public let path: String
    let isForced: Bool
    let observe: StudyObserver
    let shouldStop: @Sendable () -> Bool
    /// Who computes the points; this process if nil.
    let executor: Executor?
    /// Whether only what is there is put together.
    var collects = false

    /// - Parameter output: the folder; if nil `runs/<name of the study>-sweep`, or one beside it where that holds a sweep of other keys.
    public init(
        _ sweep: Sweep, output: String? = nil, isForced: Bool = false, executor: Executor? = nil,
        observe: @escaping StudyObserver = { _ in }, shouldStop: @escaping @Sendable () -> Bool = { false }
    ) {
        (self.sweep, self.executor) = (sweep, executor)
        path = output ?? SweepFolder.chosen("runs/\(sweep.base.name)-sweep", for: sweep)
        self.isForced = isForced
        self.observe = observe
        self.shouldStop = shouldStop
    }

    public var page: String { "\(path)/sweep.html" }

    /// - Returns: the table of all points and pictures of it.
    /// - Throws: `StudyFailure`; the first point's if none has a result.
    public func run() throws -> Answer {
        let phrase = "computing \(NumberText.count(sweep.points.count)) studies"
        observe(.started(stage: phrase))
        let clock = ContinuousClock.now, folder = SweepFolder(path: path)
        let (rows, lock, count) = try computed(folder)
        defer { withExtendedLifetime(lock) {} }
        let others = folder.others(than: sweep)
        if others > 0 {
            observe(
                .notice("The table has the \(rows.count) points of these values; \(others) of others are kept in \(path)/points.")
            )
        }
        var answer = sweep.answer(rows)
        (answer.question, answer.folder, answer.version) = ("sweep", path, saddleVersion)
        for warning in answer.warnings { observe(.warning(warning)) }
        try badInput {
            let csv = AtomicFile.Pending(sweep.csv(rows), to: folder.table)
            try AtomicFile.write(try answer.files(in: path) + [csv])
        }
        if executor != nil { ShardFolder(path: path).remove() }
        observe(.finished(stage: phrase, seconds: (ContinuousClock.now - clock) / .seconds(1), reused: count == 0))
        return answer
    }

    /// The rows of all points, computed as far as they are not there.
    ///
    /// - Throws: `StudyFailure`; the first point's if none has a result.
    func computed() throws -> [SweepRow] { try computed(SweepFolder(path: path)).rows }

    private func computed(_ folder: SweepFolder) throws -> (rows: [SweepRow], lock: FolderLock, count: Int) {
        let lock = try badInput { try folder.claim(for: sweep, isForced: isForced) }
        var shared: Int?
        if let executor {
            let work = SweepShards(self), plan: ShardPlan = try badInput { try self.plan(work) }
            shared = try executor.run(work, plan, cluster: sweep.cluster, observe: observe, shouldStop: shouldStop)
        }
        let silent: StudyObserver = { _ in }
        let (rows, own) = try rows(folder, Meter(sweep.points.count, executor == nil ? observe : silent))
        let count = shared ?? own
        if let first = rows.first?.failure, !rows.contains(where: \.hasResult) {
            throw StudyFailure.failed(
                stage: "none of \(rows.count) points has a result; the first, \(sweep.points[0].name)", SweepFailure(text: first))
        }
        return (rows, lock, count)
    }

    /// Points without a current row.
    var missing: [Int] {
        let folder = SweepFolder(path: path), files = filesDigest(), points = sweep.points
        return points.indices.filter { folder.row(points[$0], digest: digest(points[$0].study, files)) == nil }
    }

    private func rows(_ folder: SweepFolder, _ meter: Meter) throws -> ([SweepRow], computed: Int) {
        // Others have begun anew already.
        let computed = Atomic<Int>(0), points = sweep.points, isForced = isForced && executor == nil
        let shards = executor != nil || collects ? ShardFolder(path: path) : nil
        let files = filesDigest()
        let rows = try Threads.map(points.count) { i throws -> SweepRow in
            let digest = digest(points[i].study, files)
            defer { meter.set(i, 1) }
            if !isForced, let row = folder.row(points[i], digest: digest) { return row }
            if let row = shards?.readFailure(i)?.row { return row }
            if collects { return SweepRow(missing: digest) }
            if shouldStop() { throw StudyFailure.interrupted(folder: path) }
            computed.add(1, ordering: .relaxed)
            let row = try row(points[i], folder, digest: digest, shouldStop: shouldStop) { meter.set(i, $0) }
            // What could not be begun is tried again the next time.
            if row.status != .failed { try badInput { try folder.write(row, of: points[i]) } }
            return row
        }
        return (rows, computed.load(ordering: .relaxed))
    }

    func row(
        _ point: Sweep.Point, _ folder: SweepFolder, digest: String, shouldStop: @escaping @Sendable () -> Bool,
        progress: @escaping @Sendable (Double) -> Void
    ) throws -> SweepRow {
        let clock = ContinuousClock.now
        func seconds() -> Double { rounded((ContinuousClock.now - clock) / .seconds(1), digits: 4) }
        let output = folder.runFolder(point)
        do {
            switch sweep.task {
            case .study(let goal):
                let stages = StageProgress(stages: goal.stageCount(of: point.study), report: progress)
                var runner = StudyRunner(
                    point.study, output: output, isForced: isForced, observe: stages.observe, shouldStop: shouldStop)
                runner.isPart = true
                let summary = try runner.run(goal)
                return SweepRow(summary, goal: goal, digest: digest, seconds: seconds())
            case .question(let question):
                let stages = StageProgress(stages: 1, report: progress)
                let runner = QuestionRunner(
                    point.study, output: output, isForced: isForced, observe: stages.observe, shouldStop: shouldStop)
                return SweepRow(try runner.run(question), digest: digest, seconds: seconds())
            }
        } catch StudyFailure.interrupted {
            throw StudyFailure.interrupted(folder: path)
        } catch StudyFailure.failed(let stage, let error as FileError) {
            throw StudyFailure.failed(stage: stage, error)
        } catch StudyFailure.badInput(let error as RunFolderError) {
            throw StudyFailure.badInput(error)
        } catch let error as StudyFailure {
            var widths: [Int] = []
            if case .study(let goal) = sweep.task, goal != .prediction { widths = point.study.simulate?.widths ?? [] }
            return SweepRow(error, widths: widths, digest: digest, seconds: seconds())
        }
    }

    /// Files are read once for all points that name the same.
    func filesDigest() -> String {
        var digest = Digest()
        sweep.base.addFiles(to: &digest)
        return digest.text
    }

    func digest(_ study: Study, _ files: String) -> String {
        var digest = Digest()
        for part in [saddleVersion, sweep.task.id, study.yaml, files] { digest.add(part) }
        if study.data.source != sweep.base.data.source { study.addFiles(to: &digest) }
        return digest.text
    }

    /// How much of all points is done.
    private final class Meter: Sendable {
        private let done: Mutex<(parts: [Double], sum: Double)>
        private let observe: StudyObserver

        init(_ count: Int, _ observe: @escaping StudyObserver) {
            done = Mutex(([Double](repeating: 0, count: count), 0))
            self.observe = observe
        }

        func set(_ i: Int, _ part: Double) {
            let fraction = done.withLock { done in
                done.sum += part - done.parts[i]
                done.parts[i] = part
                return done.sum / Double(done.parts.count)
            }
            observe(.progress(min(fraction, 1)))
        }
    }

    /// How much of one point is done, by its stages.
    private final class StageProgress: Sendable {
        private let stages: Int
        private let finished = Atomic<Int>(0)
        private let report: @Sendable (Double) -> Void

        init(stages: Int, report: @escaping @Sendable (Double) -> Void) { (self.stages, self.report) = (stages, report) }

        var observe: StudyObserver {
            { event in
                switch event {
                case .progress(let part):
                    self.report(min((Double(self.finished.load(ordering: .relaxed)) + part) / Double(self.stages), 1))
                case .finished: self.finished.add(1, ordering: .relaxed)
                default: break
                }
            }
        }
    }
}

/// What a row says of its failure.
private struct SweepFailure: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
}

extension StudyRunner.Goal {
    fileprivate func stageCount(of study: Study) -> Int {
        let widths = study.simulate?.widths.count ?? 0
        return switch self {
        case .everything: 2 + widths
        case .prediction: 1
        case .simulation: max(widths, 1)
        }
    }
}
