import SaddleStudies

/// `saddle help study`, `saddle help keys SECTION` and `saddle help commands`: the references of the study file and of all questions; `saddle help registry`, both as JSON.
enum Reference {
    /// The text that the arguments ask for; nil if they ask for something else.
    static func text(_ arguments: [String]) throws -> String? {
        guard arguments.first == "help", arguments.count > 1 else { return nil }
        switch (arguments[1], arguments.dropFirst(2).first) {
        case ("commands", _): return Questions.markdown
        case ("registry", _): return try Registry().json()
        case ("study", "--markdown"): return Study.markdown
        case ("study", let section), ("keys", let section): return try badInput { try Study.reference(of: section) }
        default: return nil
        }
    }
}
