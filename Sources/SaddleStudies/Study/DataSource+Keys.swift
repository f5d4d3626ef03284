import SaddleModels
import SaddleNumerics
import Yams

extension DataSource: Settings {
    public init() { self.init(source: "digits") }

    private static let sources =
        "digits, gaussian, group, - (standard input), or the path of a .npz, .safetensors, .npy, .csv, IDX or CIFAR-10 .bin file"

    static let keys: [Key<DataSource>] =
        [
            Key("source", \.sourceFiles, filesKind(sources + ", or a list of them"), "Where samples come from."),
            Key("inputs", \.inputs, .optional(.text("the name of an array")), "Of several arrays: the one with inputs."),
            Key("labels", \.labels, .optional(labelsKind), "Labels in a file of their own, or the array that has them."),
            Key(
                "label_column", \.labelColumns, .optional(columnsKind),
                "Of a table: the column with class or target, or several targets."),
            Key("columns", \.columns, .optional(columnsKind), "Of a table: the columns with inputs."),
            Key("drop", \.drop, .optional(columnsKind), "Of a table: columns to leave out."),
        ] + Key.table(\.table.header, \.table.decimal, \.table.missing) + [
            Key(
                "test_source", \.testSourceFiles, .optional(filesKind("the path of a file, or a list of them")),
                "Where test samples come from, if elsewhere."),
            Key(
                "test_inputs", \.testInputs, .optional(.text("the name of an array")),
                "Of several arrays: the one with test inputs."),
            Key("test_labels", \.testLabels, .optional(labelsKind), "Labels of test samples, likewise."),
            Key(
                "digest", \.writtenDigest, .optional(.text("what the copy of this study in its run folder says")),
                "Of samples from standard input: what they were."),
            Key(
                "classes", \.classes, .optional(classesKind),
                "Classes to use: two are labelled +1 and −1, more have an output each."),
            Key(
                "train", \.train, .optional(.integer(atLeast: 1)), "Training samples; all that are not test samples unless given."
            ),
            Key("test", \.test, .optional(.integer(atLeast: 0)), "Test samples."),
            Key("preprocess", \.preprocess, .choice, "How inputs are centred and scaled."),
            Key("layout", \.layout, .optional(.choice), "The order of an image's channels where nothing tells it."),
            Key("seed", \.seed, .seed, "Decides which samples are drawn, and everything synthetic."),
            Key("group", \.group, .optional(.text("\(FiniteGroup.syntax)")), "Of source group: whose products are learnt."),
            Key("dimension", \.dimension, .optional(.integer(atLeast: 1)), "Components of a gaussian input."),
            Key("teacher", \.teacher, .optional(.choice), "How gaussian inputs are labelled."),
            Key("link", \.link, .optional(.text("he2, he3, he4 or the name of an activation")), "Of the teacher single_index."),
            Key("sparsity", \.sparsity, .optional(.integer(atLeast: 1)), "Inputs that count for the teacher parity."),
            Key("noise", \.noise, .optional(.number(atLeast: 0)), "Standard deviation of noise on training labels."),
        ]

    private static func resolve(_ path: String, _ file: String) -> String {
        ["digits", "gaussian", "group", standardInput].contains(path) ? path : StudySection.resolve(path, besides: file)
    }

    /// One path, or a list of different ones. On the command line a single `-` is a path, though YAML takes it for an empty list.
    private static func filesKind(_ accepted: String) -> Kind<[String]> {
        Kind(
            accepted, words: ["digits", "gaussian", "group"],
            read: { node, file in
                let texts: [String]
                if let nodes = node.sequence {
                    texts =
                        nodes.count == 1 && nodes[0].scalar?.string.isEmpty == true ? ["-"] : nodes.compactMap(StudySection.text)
                    guard texts.count == nodes.count else { return nil }
                } else {
                    texts = StudySection.text(node).map { [$0] } ?? []
                }
                guard !texts.isEmpty, !texts.contains(""), Set(texts).count == texts.count else { return nil }
                return texts.map { resolve($0, file) }
            }, write: { $0.count == 1 ? YAMLText.scalar($0[0]) : YAMLText.list($0) })
    }

    /// Names or numbers of columns: one, or a list of different ones.
    private static let columnsKind: Kind<[String]> = {
        var kind = plainColumnsKind
        kind.isText = true
        return kind
    }()
    private static let plainColumnsKind = Kind<[String]>(
        "the name of a column, or its number from 1, or a list of them", isList: true,
        read: { node, _ in
            func name(_ node: Node) -> String? { StudySection.integer(node).map(String.init) ?? StudySection.text(node) }
            let names = node.sequence.map { $0.compactMap(name) } ?? name(node).map { [$0] } ?? []
            let isComplete = names.count == (node.sequence?.count ?? 1) && !names.contains("")
            return isComplete && !names.isEmpty && Set(names).count == names.count ? names : nil
        }, write: { $0.count == 1 ? YAMLText.scalar($0[0]) : YAMLText.list($0) })

    /// As it is written; `complete` tells names of arrays from paths.
    private static let labelsKind = Kind<String>.text("the path of a file with labels, or the name of an array")

    private static let classesKind = Kind<[ClassName]>.list(
        "a list of different classes, numbers or names, such as [0, 1] or [cat, dog]",
        of: Kind(
            "a class",
            read: { node, _ in (StudySection.integer(node).map(String.init) ?? StudySection.text(node)).map { ClassName($0) } },
            write: { $0.number.map(String.init) ?? YAMLText.scalar($0.text) }),
        where: { names in Set(names.map(\.text)).count == names.count && !names.contains { $0.text.isEmpty } })

    private var sourceFiles: [String] {
        get { [source] + moreSources }
        set { (source, moreSources) = (newValue[0], Array(newValue.dropFirst())) }
    }

    private var testSourceFiles: [String]? {
        get { testSource.map { [$0] + moreTestSources } }
        set { (testSource, moreTestSources) = (newValue?.first, Array(newValue?.dropFirst() ?? [])) }
    }

    /// Samples of standard input cannot be read again: the written study says what they were.
    private var writtenDigest: String? {
        get { digest ?? (source == Self.standardInput ? try? Self.fingerprint() : nil) }
        set { digest = newValue }
    }

    /// Without a section, 50 training and 200 test images of the digits 0 and 1.
    ///
    /// Settings of the command line without a study file fill in that default where they leave the digits in place: what they do
    /// not name belongs to the digits, not to another source.
    mutating func complete(_ section: StudySection) {
        let file = section.problems.file, isWithoutFile = file == Study.settingsFile
        if source == Self.standardInput, ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"].contains(file) {
            section.reject(
                "source",
                "'data.source' is the standard input, which the study itself was read from; expected one of them as a file")
        }
        func labelFile(_ text: String?, in source: String) -> String? {
            text.map { Self.labelsAreNames($0, in: source) ? $0 : Self.resolve($0, file) }
        }
        labels = labelFile(labels, in: source)
        testLabels = labelFile(testLabels, in: testSource ?? source)
        if section.isPresent && !section.has("source") && !isWithoutFile {
            section.reject("source", "'data' needs a 'source': \(Self.sources)")
        }
        if !section.isPresent || (isWithoutFile && source == "digits") {
            (classes, train, test) = (classes ?? [ClassName("0"), ClassName("1")], train ?? 50, test ?? 200)
        }
    }
}
