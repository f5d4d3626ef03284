import SaddleModels
import SaddleNumerics

extension DataSource {
    /// The section `data`; without one, 50 training and 200 test images of the digits 0 and 1.
    ///
    /// Settings of the command line without a study file fill in that default where they leave the digits in place: what they do
    /// not name belongs to the digits, not to another source.
    init(_ section: StudySection, file: String) {
        let sources = "digits, gaussian, or the path of a .npz, .npy, .csv, IDX or CIFAR-10 .bin file"
        let isWithoutFile = file == Study.settingsFile
        if section.isPresent && !section.has("source") && !isWithoutFile {
            section.reject("source", "'data' needs a 'source': \(sources)")
        }
        let source = section.text("source", sources) ?? "digits"
        self.init(source: ["digits", "gaussian"].contains(source) ? source : StudySection.resolve(source, besides: file))
        labels = section.text("labels", "the path of a file with labels").map { StudySection.resolve($0, besides: file) }
        labelColumns = section.columns("label_column")
        columns = section.columns("columns")
        drop = section.columns("drop")
        table = TableFormat(section)
        testSource = section.text("test_source", "the path of a file").map { StudySection.resolve($0, besides: file) }
        testLabels = section.text("test_labels", "the path of a file").map { StudySection.resolve($0, besides: file) }
        classes = section.integers("classes", atLeast: 0)
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
        var lines = [YAMLText.line("source", YAMLText.scalar(source))]
        func add(_ key: String, _ value: String?) { if let value { lines.append(YAMLText.line(key, value)) } }
        add("labels", labels.map(YAMLText.scalar))
        add("label_column", labelColumns.map { $0.count == 1 ? YAMLText.scalar($0[0]) : YAMLText.list($0) })
        add("columns", columns.map(YAMLText.list))
        add("drop", drop.map(YAMLText.list))
        for (key, value) in table.entries { add(key, value) }
        add("test_source", testSource.map(YAMLText.scalar))
        add("test_labels", testLabels.map(YAMLText.scalar))
        add("classes", classes.map(YAMLText.list))
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
