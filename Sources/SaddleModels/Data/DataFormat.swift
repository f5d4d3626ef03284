/// The kinds of sources, told apart by name.
enum DataFormat: String {
    case digits, gaussian, npz, npy, csv, idx, cifar

    init(_ source: String) throws(DataError) {
        if let named = [DataFormat.digits, .gaussian].first(where: { $0.rawValue == source }) {
            self = named
            return
        }
        var name = source.split(separator: "/").last.map { $0.lowercased() } ?? ""
        if name.hasSuffix(".gz") { name.removeLast(3) }
        let endings: [(String, DataFormat)] = [
            (".npz", .npz), (".npy", .npy), (".csv", .csv), (".tsv", .csv), (".txt", .csv), (".bin", .cifar),
        ]
        if let found = endings.first(where: { name.hasSuffix($0.0) }) {
            self = found.1
        } else if name.contains("idx") {
            self = .idx
        } else {
            throw .key("source", reason: "'\(source)' is not a known source; expected \(Self.accepted)")
        }
    }

    private static let accepted =
        "digits, gaussian, or the path of a file .npz, .npy, .csv (.tsv, .txt), IDX (its name contains 'idx') or CIFAR-10 .bin; "
        + ".gz may follow, except for .npz and .npy"

    /// Whether labels are classes even where the description lists none.
    var isImages: Bool { self == .digits || self == .idx || self == .cifar }
}

extension DataSource {
    /// The format of the source, after a check that every key has a possible value and applies to it.
    func checkedFormat() throws(DataError) -> DataFormat {
        let format = try DataFormat(source)
        let uses: [(key: String, isSet: Bool, formats: [DataFormat])] = [
            ("labels", labels != nil, [.npy, .idx]), ("label_column", labelColumns != nil, [.csv]),
            ("columns", columns != nil, [.csv]), ("drop", drop != nil, [.csv]), ("header", table.header != nil, [.csv]),
            ("decimal", table.decimal != nil, [.csv]), ("missing", table.missing != nil, [.csv]),
            ("test_source", testSource != nil, [.npy, .csv, .idx, .cifar]), ("test_labels", testLabels != nil, [.npy, .idx]),
            ("classes", classes != nil, [.digits, .npz, .npy, .csv, .idx, .cifar]),
            ("layout", layout != nil, [.npz, .npy, .csv, .idx, .cifar]),
            ("dimension", dimension != nil, [.gaussian]), ("teacher", teacher != nil, [.gaussian]),
            ("link", link != nil, [.gaussian]), ("sparsity", sparsity != nil, [.gaussian]), ("noise", noise != nil, [.gaussian]),
        ]
        for (key, isSet, formats) in uses where isSet && !formats.contains(format) {
            let names = formats.map(\.rawValue).joined(separator: ", ")
            throw .key(key, reason: "does not apply to source '\(source)', only to \(names)")
        }
        if let train, train < 1 { throw .key("train", reason: "\(train) samples; expected 1 or more") }
        if let test, test < 0 { throw .key("test", reason: "\(test) samples; expected 0 or more") }
        if let classes {
            if classes.count < 2 { throw .key("classes", reason: "\(classes) is not a list of two or more classes") }
            if Set(classes).count < classes.count { throw .key("classes", reason: "\(classes) names a class twice") }
        }
        if format == .cifar, layout == .channelsLast {
            throw .key("layout", reason: "channels_last, but CIFAR-10's binary format is plane by plane: channels_first")
        }
        if let testSource, try DataFormat(testSource) != format {
            throw .key("test_source", reason: "'\(testSource)' is not of the same format as source '\(source)'")
        }
        if testLabels != nil && testSource == nil { throw .key("test_labels", reason: "applies only together with test_source") }
        return format
    }
}
