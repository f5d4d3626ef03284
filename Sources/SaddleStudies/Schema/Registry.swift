import SaddleNumerics

/// Everything that can be asked and set, for programs: documentation, bindings and editors are made from it.
public struct Registry: Encodable, Sendable {
    struct Key: Encodable {
        /// "network.activation"
        var path: String
        /// "activation": a keyword of functions, with hyphens of commands.
        var option: String
        var summary, accepted: String
        /// In YAML, where a study does not say.
        var initial: String?
        var unit: String?
        var isList, isText, isWhole, isFile: Bool
        var words: [String]

        init(_ entry: KeyEntry, option: String? = nil) {
            (path, summary, accepted, initial, unit) = (entry.path, entry.summary, entry.accepted, entry.initial, entry.unit)
            (isList, isText, isWhole, isFile) = (entry.isList, entry.isText, entry.isWhole, entry.isFile)
            (self.option, words) = (option ?? entry.name, entry.words)
        }
    }

    struct Argument: Encodable {
        var key, help: String
        var isOptional: Bool
        /// Samples × features, or several files of them; otherwise one file, a table.
        var isData: Bool
    }

    struct Entry: Encodable {
        /// "predict-spectrum"
        var id: String
        var verb, name, summary, discussion: String
        /// Of the command line.
        var examples: [String]
        var argument: Argument?
        /// Paths of keys by their options.
        var options: [String: String]

        init(_ question: any Question.Type) {
            (id, verb, name, summary) = (question.id, question.verb.rawValue, question.name, question.summary)
            (discussion, examples) = (question.discussion, question.examples)
            let isData = question is any RepresentationQuestion.Type
            argument = question.argument.map {
                Argument(key: $0.key, help: $0.help, isOptional: isData || question.isArgumentOptional, isData: isData)
            }
            options = Dictionary(uniqueKeysWithValues: question.options.map { ($0.name, $0.path) })
            for (short, path) in question.shorthands { options[short.replacing("-", with: "_")] = path }
        }
    }

    let version = saddleVersion
    let questions = Questions.all.map { Entry($0) }
    let keys = Study.reference.map { Key($0) }

    public init() {}

    /// JSON for `saddle help registry`.
    public func json() throws -> String { String(decoding: try JSON.encode(self, indented: true), as: UTF8.self) }
}
