import SaddleNumerics

/// The kinds of sources.
enum DataFormat: String {
    case digits, gaussian, group, npz, safetensors, npy, csv, idx, cifar

    /// Told by the name, or, for the standard input, by how its content begins.
    init(_ source: String) throws {
        if source == DataSource.standardInput {
            self = try Self.sniffed(WholeFile.read(WholeFile.standardInput))
        } else if let named = [DataFormat.digits, .gaussian, .group].first(where: { $0.rawValue == source }) {
            self = named
        } else if let found = Self(fileName: source) {
            self = found
        } else {
            throw DataError.key("source", reason: "'\(source)' is not a known source; expected \(Self.accepted)")
        }
    }

    init?(fileName path: String) {
        var name = path.lastPathPart.lowercased()
        if name.hasSuffix(".gz") { name.removeLast(3) }
        let endings: [(String, DataFormat)] = [
            (".npz", .npz), (".safetensors", .safetensors), (".npy", .npy), (".csv", .csv), (".tsv", .csv), (".txt", .csv),
            (".bin", .cifar),
        ]
        if let found = endings.first(where: { name.hasSuffix($0.0) }) {
            self = found.1
        } else if name.contains("idx") {
            self = .idx
        } else {
            return nil
        }
    }

    private static func sniffed(_ bytes: [UInt8]) throws -> DataFormat {
        let content = Gzip.isCompressed(bytes) ? try Gzip.inflate(bytes, file: WholeFile.standardInput) : bytes
        if content.starts(with: [0x50, 0x4b]) { return .npz }
        if content.starts(with: [0x93, 0x4e]) { return .npy }
        if Safetensors.isPlausible(content) { return .safetensors }
        if content.count % CIFAR.record == 0, !content.isEmpty,
            stride(from: 0, to: content.count, by: CIFAR.record).allSatisfy({ content[$0] < CIFAR.classNames.count })
        {
            return .cifar
        }
        if content.starts(with: [0, 0]) { return .idx }
        let beginning = content.prefix(4096)
        guard !content.isEmpty, !beginning.contains(0) else {
            throw DataError.key(
                "source",
                reason: content.isEmpty
                    ? "the standard input is empty; expected data, as in '… < data.npz'"
                    : "the standard input begins like no known data; expected .npz, .safetensors, .npy, IDX, CIFAR-10 or a table")
        }
        return .csv
    }

    private static let accepted =
        "digits, gaussian, group, - (standard input), a folder of CIFAR-10 or IDX files, or the path of a file .npz, .safetensors, .npy, "
        + ".csv (.tsv, .txt), IDX (its name contains 'idx') or CIFAR-10 .bin; .gz may follow, except for .npz and .safetensors"

    /// Whether labels are classes even where the description lists none.
    var isImages: Bool { self == .digits || self == .idx || self == .cifar }

    /// Whether arrays have names, by which `inputs` and `labels` choose them.
    var hasNames: Bool { self == .npz || self == .safetensors }
}

extension DataSource {
    /// The name of the standard input as a source.
    package static let standardInput = "-"

    /// Whether `labels` of this source name an array in it, and not a file.
    package static func labelsAreNames(_ labels: String, in source: String) -> Bool {
        source == standardInput ? DataFormat(fileName: labels) == nil : DataFormat(fileName: source)?.hasNames == true
    }

    /// The format of the source, after a check that every key has a possible value and applies to it.
    func checkedFormat() throws -> DataFormat {
        let format = try DataFormat(source)
        let uses: [(key: String, isSet: Bool, formats: [DataFormat])] = [
            ("inputs", inputs != nil, [.npz, .safetensors]), ("test_inputs", testInputs != nil, [.npz, .safetensors]),
            ("labels", labels != nil, [.npy, .idx, .npz, .safetensors]), ("label_column", labelColumns != nil, [.csv]),
            ("columns", columns != nil, [.csv]), ("drop", drop != nil, [.csv]), ("header", table.header != nil, [.csv]),
            ("decimal", table.decimal != nil, [.csv]), ("missing", table.missing != nil, [.csv]),
            ("test_source", testSource != nil, [.npy, .csv, .idx, .cifar, .npz, .safetensors]),
            ("test_labels", testLabels != nil, [.npy, .idx, .npz, .safetensors]),
            ("classes", classes != nil, [.digits, .npz, .safetensors, .npy, .csv, .idx, .cifar]),
            ("layout", layout != nil, [.npz, .safetensors, .npy, .csv, .idx, .cifar]),
            ("dimension", dimension != nil, [.gaussian]), ("teacher", teacher != nil, [.gaussian]),
            ("link", link != nil, [.gaussian]), ("sparsity", sparsity != nil, [.gaussian]), ("noise", noise != nil, [.gaussian]),
            ("group", group != nil, [.group]),
        ]
        for (key, isSet, formats) in uses where isSet && !formats.contains(format) {
            let names = formats.map(\.rawValue).joined(separator: ", ")
            throw DataError.key(key, reason: "does not apply to source '\(source)', only to \(names)")
        }
        if let train, train < 1 { throw DataError.key("train", reason: "\(train) samples; expected 1 or more") }
        if let test, test < 0 { throw DataError.key("test", reason: "\(test) samples; expected 0 or more") }
        if let classes {
            if classes.count < 2 {
                throw DataError.key("classes", reason: "[\(classes.list)] is not a list of two or more classes")
            }
            if Set(classes).count < classes.count {
                throw DataError.key("classes", reason: "[\(classes.list)] names a class twice")
            }
        }
        if format == .cifar, layout == .channelsLast {
            throw DataError.key("layout", reason: "channels_last, but CIFAR-10's binary format is plane by plane: channels_first")
        }
        let others =
            moreSources.map { ("source", $0) } + (testSource.map { [$0] + moreTestSources } ?? []).map { ("test_source", $0) }
        for (key, other) in others {
            if other == Self.standardInput || source == Self.standardInput {
                throw DataError.key(
                    key, reason: "the standard input is one source alone, for training and test samples; expected files")
            }
            if try DataFormat(other) != format {
                throw DataError.key(key, reason: "'\(other)' is not of the same format as source '\(source)'")
            }
        }
        if !moreSources.isEmpty || !moreTestSources.isEmpty {
            if format == .npy || format == .csv {
                throw DataError.key(
                    "source", reason: "several files are read for CIFAR-10, IDX, npz and safetensors; expected one")
            }
            for (key, labels) in [("labels", labels), ("test_labels", testLabels)] where labels != nil && format == .idx {
                throw DataError.key(key, reason: "one file for several of images; their labels are found by MNIST's file names")
            }
        }
        if testLabels != nil && testSource == nil && !format.hasNames {
            throw DataError.key("test_labels", reason: "applies only together with test_source")
        }
        return format
    }
}
