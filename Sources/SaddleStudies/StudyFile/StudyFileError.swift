import SaddleNumerics

/// Everything that is wrong with a study file, each problem with its place and what would be accepted.
public struct StudyFileError: Error, Equatable, CustomStringConvertible {
    /// A file, and the place in it where there is one; lines and columns count from 1. For what the command line set, the option.
    public struct Place: Sendable, Equatable, CustomStringConvertible {
        public var file: String
        public var line: Int?
        public var column: Int?

        public init(file: String, line: Int? = nil, column: Int? = nil) {
            self.file = file
            self.line = line
            self.column = column
        }

        public var description: String {
            shortened(file, to: 300) + (line.map { ":\($0)" + (column.map { ":\($0)" } ?? "") } ?? "")
        }
    }

    public struct Problem: Sendable, Equatable, CustomStringConvertible {
        public var place: Place
        public var message: String

        public init(place: Place, message: String) {
            self.place = place
            self.message = message
        }

        public var description: String { "\(place): \(message)" }
    }

    /// In the order of the file; never empty.
    public let problems: [Problem]

    public init(problems: [Problem]) {
        precondition(!problems.isEmpty, "an error without problems")
        self.problems = problems.sorted {
            ($0.place.line ?? 0, $0.place.column ?? 0) < ($1.place.line ?? 0, $1.place.column ?? 0)
        }
    }

    public init(file: String, line: Int? = nil, column: Int? = nil, _ message: String) {
        self.init(problems: [Problem(place: Place(file: file, line: line, column: column), message: message)])
    }

    public var description: String { problems.map(\.description).joined(separator: "\n") }
}
