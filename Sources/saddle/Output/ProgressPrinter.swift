import SaddleStudies
import Synchronization

/// Shows on the error stream what a study is doing: a bar with the time left on a terminal, else a line every few seconds.
final class ProgressPrinter: Sendable {
    private struct State {
        var stage = ""
        var start = ContinuousClock.now
        /// Progress with which the stage began: what an earlier run had done takes no time now.
        var first: Double?
        var lastDrawn: ContinuousClock.Instant?
        var hasBar = false
    }

    private let terminal = Terminal.error
    private let state = Mutex(State())
    private let isQuiet: Bool

    init(isQuiet: Bool) { self.isQuiet = isQuiet }

    func show(_ event: StudyEvent) {
        state.withLock { state in
            switch event {
            case .started(let stage):
                state = State(stage: stage, start: .now, hasBar: state.hasBar)
                if !isQuiet && !terminal.isInteractive { terminal.print("\(stage) …") }
            case .progress(let fraction): draw(fraction, &state)
            case .finished(let stage, let seconds, let reused):
                erase(&state)
                let time = reused ? "from an earlier run" : Self.duration(seconds)
                if !isQuiet { terminal.print("\(terminal.styled("✓", .green)) \(stage) \(terminal.styled("(\(time))", .dim))") }
            case .notice(let text):
                erase(&state)
                if !isQuiet { terminal.print(text) }
            case .warning(let text):
                erase(&state)
                terminal.print("\(terminal.styled("warning:", .yellow)) \(text)")
            }
        }
    }

    /// Leaves a clean line, whatever was drawn.
    func finish() { state.withLock { erase(&$0) } }

    private func draw(_ fraction: Double, _ state: inout State) {
        if isQuiet { return }
        let now = ContinuousClock.now
        let first = state.first ?? fraction
        state.first = first
        // Ten times a second on a terminal; in a log every five seconds.
        let pause: Duration = terminal.isInteractive ? .milliseconds(100) : .seconds(5)
        if now - (state.lastDrawn ?? state.start) < pause { return }
        state.lastDrawn = now
        let elapsed = (now - state.start) / .seconds(1)
        var left = ""
        // A beginning tells nothing yet.
        if fraction > first + 0.005, elapsed > 0.5 {
            left = ", \(Self.duration(elapsed * (1 - fraction) / (fraction - first))) left"
        }
        let percent = "\(Int(fraction * 100)) %"
        guard terminal.isInteractive else { return terminal.print("\(state.stage): \(percent)\(left)") }
        let width = 24
        let full = Int(Double(width) * min(fraction, 1))
        let bar = String(repeating: "━", count: full) + terminal.styled(String(repeating: "━", count: width - full), .dim)
        let room = max(terminal.columns - width - percent.count - left.count - 4, 0)
        terminal.print("\r\u{1B}[K\(bar) \(percent)\(left)  \(state.stage.prefix(room))", terminator: "")
        state.hasBar = true
    }

    private func erase(_ state: inout State) {
        if state.hasBar { terminal.print("\r\u{1B}[K", terminator: "") }
        state.hasBar = false
    }

    static func duration(_ seconds: Double) -> String {
        if seconds < 9.95 { return "\((seconds * 10).rounded() / 10) s" }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        return whole < 3600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3600) h \(whole % 3600 / 60) min"
    }
}
