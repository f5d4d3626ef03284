#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// One of the two output streams, and what it can show.
struct Terminal: Sendable {
    static let output = Terminal(descriptor: 1)
    static let error = Terminal(descriptor: 2)

    enum Style: String {
        case bold = "1"
        case dim = "2"
        case red = "31"
        case green = "32"
        case yellow = "33"
    }

    let descriptor: Int32
    /// Whether a person is looking: only then is anything redrawn.
    var isInteractive: Bool { isatty(descriptor) == 1 && Self.variable("TERM") != "dumb" }

    /// The text in a style, if this is a terminal and NO_COLOR is not set (no-color.org).
    func styled(_ text: String, _ style: Style) -> String {
        guard isInteractive, (Self.variable("NO_COLOR") ?? "").isEmpty else { return text }
        return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
    }

    /// A word as a shell reads it back.
    static func shellWord(_ word: String) -> String {
        let isPlain = !word.isEmpty && word.allSatisfy { $0.isLetter || $0.isNumber || "%+,-./:=@_".contains($0) }
        return isPlain
            ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// Ends the program with exit code 1 if the standard output takes no more, since then what was asked for did not arrive.
    func print(_ text: String, terminator: String = "\n") {
        var bytes = Array((text + terminator).utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            if count < 0 {
                // A closed pipe is nobody's problem any more, and there is no place to say that errors cannot be said.
                if errno == EPIPE || descriptor == Self.error.descriptor { return }
                let reason = String(cString: strerror(errno))
                Self.error.print("\(Self.error.styled("error:", .red)) cannot write to the standard output: \(reason)")
                exit(1)
            }
            bytes = bytes.dropFirst(count)
        }
    }

    /// Columns of the terminal; 80 if unknown.
    var columns: Int {
        var size = winsize()
        return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
