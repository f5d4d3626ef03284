/// Everything that is wrong with a study file, each problem with its place and what would be accepted.
public struct StudyFileError: Error, Equatable, CustomStringConvertible {
    public struct Problem: Sendable, Equatable, CustomStringConvertible {
        /// The file, and the place in it where there is one; lines and columns count from 1.
        public var file: String
        public var line: Int?
        public var column: Int?
        public var message: String

        public init(file: String, line: Int? = nil, column: Int? = nil, message: String) {
            self.file = file
            self.line = line
            self.column = column
            self.message = message
        }

        public var description: String {
            // What was made on the command line has no lines.
            let line = file == Study.settingsFile ? nil : line
            let place = line.map { ":\($0)" + (column.map { ":\($0)" } ?? "") } ?? ""
            return "\(file)\(place): \(message)"
        }
    }

    /// In the order of the file; never empty.
    public let problems: [Problem]

    public init(problems: [Problem]) {
        precondition(!problems.isEmpty, "an error without problems")
        self.problems = problems.sorted { ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0) }
    }

    public init(file: String, line: Int? = nil, column: Int? = nil, _ message: String) {
        self.init(problems: [Problem(file: file, line: line, column: column, message: message)])
    }

    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
