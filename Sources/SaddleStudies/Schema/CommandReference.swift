import SaddleNumerics

extension Questions {
    /// The reference of all questions in Markdown: how each is asked, what it says, which keys it reads.
    public static var markdown: String {
        let verbs = QuestionVerb.allCases.map { verb -> String in
            "## saddle \(verb.rawValue)\n\n" + of(verb).map { markdown($0) }.joined(separator: "\n")
        }
        return """
            # Questions

            Made from the program by `saddle help commands`. Every question reads a study file, or none: then options change the defaults. An \
            option stands for a key of the study; `--set section.key=value` reaches every key. Answers are `VERB-NAME.html`, `.json` and `.npz` in \
            the run folder, and are not computed again until something that they depend on changes. The JSON follows `answer.schema.json`; arrays are in \
            the `.npz` under the same names, errors as `NAME_error`.

            \(verbs.joined(separator: "\n"))
            """
    }

    private static func markdown(_ question: any Question.Type) -> String {
        let command = "saddle \(question.verb.rawValue) \(question.name)"
        let examples = question.examples.map { $0.isEmpty ? command : "\(command) \($0)" }.joined(separator: "\n")
        let options = question.options.map { "`--\($0.option)`" }.joined(separator: ", ")
        return """
            ### \(command)

            \(question.summary) \(question.discussion.replacing("\n\n", with: " "))

            ```sh parse
            \(examples)
            ```

            Options: \(options).

            """
    }
}

extension Study {
    /// The reference of the study file in Markdown.
    public static var markdown: String {
        let sections = keys.map { key -> String in
            let entries = key.entries("", Study())
            let rows = entries.map { entry in
                "| `\(entry.path)` | \(entry.summary)\(entry.unit.map { " [\($0)]" } ?? "") | \(entry.accepted) | \(entry.initial.map { "`\($0)`" } ?? "") |"
            }
            let title = entries.first?.path == key.name ? "" : "## \(key.name)\n\n\(key.summary)\n\n"
            return title + "| key | meaning | accepted | unless given |\n|---|---|---|---|\n"
                + rows.joined(separator: "\n").replacing("\\|", with: "|") + "\n"
        }
        return """
            # The study file

            Made from the program by `saddle help study --markdown`. Every key may be left out; an unknown key, a wrong type or an impossible value is an \
            error that names the line and what would be accepted. `--set section.key=value` sets any key on the command line.

            \(sections.joined(separator: "\n"))
            """
    }
}
