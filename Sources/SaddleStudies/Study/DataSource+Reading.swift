import SaddleModels
import SaddleNumerics

extension DataSource {
    /// The section `data`; without one, 50 training and 200 test images of the digits 0 and 1.
    ///
    /// Settings of the command line without a study file fill in that default where they leave the digits in place: what they do
    /// not name belongs to the digits, not to another source.
    init(_ section: StudySection, file: String) {
        let sources =
            "digits, gaussian, - (standard input), or the path of a .npz, .safetensors, .npy, .csv, IDX or CIFAR-10 .bin file"
        let isWithoutFile = file == Study.settingsFile
        if section.isPresent && !section.has("source") && !isWithoutFile {
            section.reject("source", "'data' needs a 'source': \(sources)")
        }
        func resolve(_ path: String) -> String {
            ["digits", "gaussian", Self.standardInput].contains(path) ? path : StudySection.resolve(path, besides: file)
        }
        let listed = section.oneOrMore("source", sources) ?? ["digits"]
        let source = listed[0]
        self.init(source: resolve(source))
        moreSources = listed.dropFirst().map(resolve)
        if source == Self.standardInput, ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"].contains(file) {
            section.reject(
                "source",
                "'data.source' is the standard input, which the study itself was read from; expected one of them as a file")
        }
        inputs = section.text("inputs", "the name of an array")
        func labelFile(_ key: String, in source: String) -> String? {
            section.text(key, "the path of a file with labels, or the name of an array in '\(source)'").map {
                Self.labelsAreNames($0, in: source) ? $0 : resolve($0)
            }
        }
        labels = labelFile("labels", in: source)
        let tests = section.oneOrMore("test_source", "the path of a file") ?? []
        (testSource, moreTestSources) = (tests.first.map(resolve), tests.dropFirst().map(resolve))
        testInputs = section.text("test_inputs", "the name of an array")
        testLabels = labelFile("test_labels", in: tests.first ?? source)
        digest = section.text("digest", "what the copy of this study in its run folder says")
        let columnNames = "the name of a column, or its number from 1"
        labelColumns = section.oneOrMore("label_column", columnNames)
        columns = section.oneOrMore("columns", columnNames)
        drop = section.oneOrMore("drop", columnNames)
        table = TableFormat(section)
        classes = section.texts("classes", "a list of different classes, numbers or names, such as [0, 1] or [cat, dog]")?
            .map { ClassName($0) }
        train = section.optionalInteger("train", atLeast: 1)
        test = section.optionalInteger("test", atLeast: 0)
        preprocess = Preprocessing(
            rawValue: section.choice(
                "preprocess", default: Preprocessing.centerScale.rawValue, of: Preprocessing.allCases.map(\.rawValue)))!
        layout = section.optionalChoice("layout", of: InputLayout.Order.allCases.map(\.rawValue)).map {
            InputLayout.Order(rawValue: $0)!
        }
        seed = section.integer("seed", default: 0, atLeast: 0, atMost: .max)
        dimension = section.optionalInteger("dimension", atLeast: 1)
        teacher = section.optionalChoice("teacher", of: Teacher.allCases.map(\.rawValue)).map { Teacher(rawValue: $0)! }
        link = section.text("link", "he2, he3, he4 or the name of an activation")
        sparsity = section.optionalInteger("sparsity", atLeast: 1)
        noise = section.optionalNumber("noise", "a number at least 0") { $0 >= 0 }
        section.finish()
        if !section.isPresent || (isWithoutFile && source == "digits") {
            (classes, train, test) = (classes ?? [0, 1], train ?? 50, test ?? 200)
        }
    }

    var lines: [String] {
        func files(_ paths: [String]) -> String { paths.count == 1 ? YAMLText.scalar(paths[0]) : YAMLText.list(paths) }
        var lines = [YAMLText.line("source", files([source] + moreSources))]
        func add(_ key: String, _ value: String?) { if let value { lines.append(YAMLText.line(key, value)) } }
        add("inputs", inputs.map(YAMLText.scalar))
        add("labels", labels.map(YAMLText.scalar))
        add("label_column", labelColumns.map { $0.count == 1 ? YAMLText.scalar($0[0]) : YAMLText.list($0) })
        add("columns", columns.map(YAMLText.list))
        add("drop", drop.map(YAMLText.list))
        for (key, value) in table.entries { add(key, value) }
        add("test_source", testSource.map { files([$0] + moreTestSources) })
        add("test_inputs", testInputs.map(YAMLText.scalar))
        add("test_labels", testLabels.map(YAMLText.scalar))
        add("digest", (digest ?? (source == Self.standardInput ? try? Self.fingerprint() : nil)).map(YAMLText.scalar))
        add(
            "classes",
            classes.map { names in
                "[\(names.map { $0.number.map(String.init) ?? YAMLText.scalar($0.text) }.joined(separator: ", "))]"
            })
        add("train", train.map(String.init))
        add("test", test.map(String.init))
        add("preprocess", preprocess.rawValue)
        add("layout", layout?.rawValue)
        add("seed", "\(seed)")
        add("dimension", dimension.map(String.init))
        add("teacher", teacher?.rawValue)
        add("link", link.map(YAMLText.scalar))
        add("sparsity", sparsity.map(String.init))
        add("noise", noise.map { "\($0)" })
        return lines
    }
}
