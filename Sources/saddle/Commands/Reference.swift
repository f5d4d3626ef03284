import SaddleStudies

/// `saddle help study` and `saddle help keys SECTION`: the reference of the study file.
enum Reference {
    /// The text that the arguments ask for; nil if they ask for something else.
    static func text(_ arguments: [String]) throws -> String? {
        guard arguments.first == "help", arguments.count > 1, ["study", "keys"].contains(arguments[1]) else { return nil }
        return try badInput { try Study.reference(of: arguments.dropFirst(2).first) }
    }
}
