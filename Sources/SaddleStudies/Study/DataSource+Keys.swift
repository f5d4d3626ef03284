import SaddleModels

extension DataSource: Settings {
    public init() { self.init(source: "digits") }

    private static let sources = "digits, gaussian, or the path of a .npz, .npy, .csv, IDX or CIFAR-10 .bin file"

    static let keys: [Key<DataSource>] = [
        Key("source", \.source, sourceKind, "Where samples come from."),
        Key("labels", \.labels, .optional(.path("the path of a file with labels")), "Labels in a file of their own."),
        Key(
            "label_column", \.labelColumn, .optional(.text("the name of a column, or its number from 1")),
            "Of a table: the column with class or target."),
        Key("header", \.header, .optional(.flag), "Of a table: whether the first line names the columns."),
        Key("test_source", \.testSource, .optional(.path("the path of a file")), "Where test samples come from, if elsewhere."),
        Key("test_labels", \.testLabels, .optional(.path("the path of a file")), "Their labels."),
        Key(
            "classes", \.classes, .optional(classesKind),
            "Classes to use: two are labelled +1 and −1, more have an output each."),
        Key("train", \.train, .optional(.integer(atLeast: 1)), "Training samples; all that are not test samples unless given."),
        Key("test", \.test, .optional(.integer(atLeast: 0)), "Test samples."),
        Key("preprocess", \.preprocess, .choice, "How inputs are centred and scaled."),
        Key("layout", \.layout, .optional(.choice), "The order of an image's channels where nothing tells it."),
        Key("seed", \.seed, .seed, "Decides which samples are drawn, and everything synthetic."),
        Key("dimension", \.dimension, .optional(.integer(atLeast: 1)), "Components of a gaussian input."),
        Key("teacher", \.teacher, .optional(.choice), "How gaussian inputs are labelled."),
        Key(
            "link", \.link, .optional(.text("he2, he3, he4 or the name of an activation")),
            "Of the teacher single_index."),
        Key("sparsity", \.sparsity, .optional(.integer(atLeast: 1)), "Inputs that count for the teacher parity."),
        Key("noise", \.noise, .optional(.number(atLeast: 0)), "Standard deviation of noise on training labels."),
    ]

    private static let sourceKind = Kind<String>(
        sources, words: ["digits", "gaussian"],
        read: { node, file in
            StudySection.text(node).flatMap { text in
                text.isEmpty ? nil : ["digits", "gaussian"].contains(text) ? text : StudySection.resolve(text, besides: file)
            }
        }, write: YAMLText.scalar)

    private static let classesKind: Kind<[Int]> = {
        let low = 0, high = StudySection.largestCount
        return .list(
            "a list of different whole numbers, each from \(low) to \(high), such as [0, 1]",
            of: .integer(atLeast: low, atMost: high), where: { Set($0).count == $0.count })
    }()

    /// Without a section, 50 training and 200 test images of the digits 0 and 1.
    ///
    /// Settings of the command line without a study file fill in that default where they leave the digits in place: what they do
    /// not name belongs to the digits, not to another source.
    mutating func complete(_ section: StudySection) {
        let isWithoutFile = section.problems.file == Study.settingsFile
        if section.isPresent && !section.has("source") && !isWithoutFile {
            section.reject("source", "'data' needs a 'source': \(Self.sources)")
        }
        if !section.isPresent || (isWithoutFile && source == "digits") {
            (classes, train, test) = (classes ?? [0, 1], train ?? 50, test ?? 200)
        }
    }
}
