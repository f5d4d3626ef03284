import Foundation
import SaddleNumerics
import SaddleStudies
import Synchronization

/// One request at work on a thread of its own: what it tells meanwhile, and what came out.
final class Job: Sendable {
    private struct State {
        var events: [String] = []
        var progress = 0.0
        var results: Results?
    }

    private let request: String
    private let files: [HeldFile]
    private let state = Mutex(State())
    private let isStopped = Atomic<Bool>(false)
    private let isOver = DispatchSemaphore(value: 0)

    init(request: String, files: [HeldFile]) { (self.request, self.files) = (request, files) }

    /// Files are taken before this returns.
    func start() {
        let held = files.map { $0.take() }
        let thread = Thread {
            let results = self.work()
            for path in held { MemoryFiles.remove(path) }
            self.state.withLock { $0.results = results }
            self.isOver.signal()
        }
        // As much as a program's first thread has.
        thread.stackSize = 8 << 20
        thread.start()
    }

    var results: Results? { state.withLock { $0.results } }
    var progress: Double { state.withLock { $0.progress } }

    func nextEvent() -> String? { state.withLock { $0.events.isEmpty ? nil : $0.events.removeFirst() } }

    func stop() { isStopped.store(true, ordering: .relaxed) }

    /// - Returns: whether the job is over.
    func wait(_ seconds: Double) -> Bool {
        guard isOver.wait(timeout: .now() + max(0, min(seconds, 1e6))) == .success else { return false }
        // For whoever else waits, and for the next time.
        isOver.signal()
        return true
    }

    private func work() -> Results {
        do {
            let request = try Request(json: request)
            return try request.carryOut(observe: note, shouldStop: { self.isStopped.load(ordering: .relaxed) })
        } catch { return Results(error) }
    }

    private func note(_ event: StudyEvent) {
        let told: EventText
        switch event {
        case .progress(let part): return state.withLock { $0.progress = part }
        case .started(let stage): told = EventText(kind: "started", text: stage)
        case .finished(let stage, let seconds, let reused):
            told = EventText(kind: "finished", text: stage, seconds: seconds, reused: reused)
        case .warning(let text): told = EventText(kind: "warning", text: text)
        case .notice(let text): told = EventText(kind: "notice", text: text)
        }
        let text = told.json
        state.withLock {
            if told.kind == "started" { $0.progress = 0 }
            $0.events.append(text)
        }
    }
}

private struct EventText: Encodable {
    var kind: String
    var text: String
    var seconds: Double?
    var reused: Bool?

    var json: String { (try? JSON.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}" }
}
