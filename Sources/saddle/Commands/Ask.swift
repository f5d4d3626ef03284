import ArgumentParser
import SaddleStudies

/// The command of one question, made from what the question says of itself.
struct Ask<Asked: Question>: ParsableCommand {
    static var configuration: CommandConfiguration {
        let command = "saddle \(Asked.verb.rawValue) \(Asked.name)"
        let examples = Asked.examples.map { $0.isEmpty ? "  \(command)" : "  \(command) \($0)" }.joined(separator: "\n")
        return CommandConfiguration(
            commandName: Asked.name, abstract: Asked.summary,
            discussion: """
                \(Asked.discussion)

                Writes \(Asked.id).html, .json and .npz into the run folder. Every option but the last few stands for a key of the \
                study (saddle help keys \(Asked.sections[0])); --set reaches all keys.

                EXAMPLES
                \(examples)
                """)
    }

    @Argument(help: Self.help, completion: .file())
    var sources: [String] = []

    private static var help: ArgumentHelp {
        ArgumentHelp(
            Asked.argument?.help ?? "The study file (YAML); without it the defaults, as changed by options.",
            valueName: Asked.argument == nil ? "study" : "file")
    }

    @OptionGroup(title: "Keys of the study") var keys: KeyOptions<Asked>

    @OptionGroup var settings: SettingOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let (study, folder) = try badInput {
            try Study.asked(Asked.self, of: sources, changes: Asked.changes(keys.given) + (try settings.changes()))
        }
        let (answer, page): (Answer, String) = try output.watched { printer in
            let runner = QuestionRunner(
                study, output: output.output, home: folder, isForced: output.force, observe: printer.show,
                shouldStop: { Interruption.isRequested })
            let answer = try runner.run(Asked.self)
            return (answer, runner.page(of: answer))
        }
        if output.messages.json {
            Terminal.output.print(String(decoding: try answer.json(), as: UTF8.self), terminator: "")
        } else if !output.messages.quiet {
            Terminal.output.print("\(answer.text)\n\nPage: \(page)")
        }
        if answer.disagrees { throw ExitCode(3) }
    }
}

/// Any key of a study.
struct SettingOptions: ParsableArguments {
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("Set a key of the study, as network.activation=relu. May be repeated.", valueName: "key=value"))
    var set: [String] = []

    func changes() throws -> [Study.Change] { try set.map(Study.Change.init(setting:)) }
}

/// Options for the keys that a question reads: the parser learns of them by reflection, from the study's schema.
struct KeyOptions<Asked: Question>: ParsableArguments, CustomReflectable {
    private(set) var given: [(option: String, value: String)] = []

    init() {}

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Name.self)
        for entry in Self.entries {
            let name = Name(stringValue: entry.option)
            if entry.isFlag {
                let flag = try container.decode(Flag<Bool?>.self, forKey: name).wrappedValue
                if let flag { given.append((entry.option, "\(flag)")) }
            } else {
                let value = try container.decode(Option<String?>.self, forKey: name).wrappedValue
                if let value { given.append((entry.option, value)) }
            }
        }
    }

    var customMirror: Mirror {
        Mirror(self, children: Self.entries.map { (label: Optional($0.option), value: Self.property($0)) })
    }

    private static var entries: [(option: String, isFlag: Bool, entry: KeyEntry?)] {
        let options = Asked.options
        return options.map { ($0.option, $0.isFlag, $0) }
            + Asked.shorthands.sorted { $0.key < $1.key }.filter { short in !options.contains { $0.option == short.key } }.map {
                // Also of a section that the question does not offer whole.
                short in (short.key, false, Study.reference.first { $0.path == short.value })
            }
    }

    private static func property(_ option: (option: String, isFlag: Bool, entry: KeyEntry?)) -> Any {
        let entry = option.entry
        let initial = entry?.initial.map { " (default: \($0))" } ?? ""
        let unit = entry?.unit.map { " [\($0)]" } ?? ""
        let help = ArgumentHelp(
            "\(entry?.path ?? ""): \(entry?.summary ?? "")\(unit)\(initial)", valueName: entry?.isList == true ? "list" : "value")
        let name = NameSpecification.customLong(option.option)
        if option.isFlag { return Flag<Bool?>(wrappedValue: nil, name: name, inversion: .prefixedNo, help: help) }
        let words = entry?.words ?? []
        return Option<String?>(
            name: name, parsing: .unconditional, help: help, completion: words.isEmpty ? nil : .list(words))
    }

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}
