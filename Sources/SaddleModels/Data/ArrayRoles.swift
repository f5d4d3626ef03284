import SaddleNumerics

/// Which arrays of a file are the inputs and labels: those that the description names, or those with names that are common.
///
/// A common name is a word for inputs or labels, with or without `train` or `test`: `X` and `y`, `x_train`, `test_labels`, `images`.
struct ArrayRoles {
    struct Pair {
        var inputs: String
        var labels: String?
    }

    /// What is looked for in a file: training samples, with test samples if it has any, or the test samples of a description.
    enum Part { case trainAndTest, testAlone }

    let train: Pair
    let test: Pair?
    /// Which arrays were taken without being told.
    private(set) var remarks: [String] = []

    enum Role: String {
        case inputs = "inputs", labels = "labels", testInputs = "test_inputs", testLabels = "test_labels"
        var isTest: Bool { self == .testInputs || self == .testLabels }
        var isInputs: Bool { self == .inputs || self == .testInputs }
    }

    private static let inputWords: Set = ["x", "xs", "input", "inputs", "image", "images", "data", "feature", "features"]
    private static let labelWords: Set = ["y", "ys", "label", "labels", "target", "targets", "class", "classes"]

    init(_ file: any NamedArrays, _ source: DataSource, _ part: Part) throws {
        let isTest = part == .testAlone
        // A file of test samples alone may use the names of the training samples again.
        let again = { (name: String?) in isTest ? name.flatMap { file.names.contains($0) ? $0 : nil } : nil }
        let wanted: [Role: String] = [
            .inputs: isTest ? nil : source.inputs, .labels: isTest ? nil : source.labels,
            .testInputs: source.testInputs ?? again(source.inputs), .testLabels: source.testLabels ?? again(source.labels),
        ].compactMapValues(\.self)
        let asked = Set(wanted.values)

        /// The array of a role; nil if there is none.
        func find(_ role: Role, keyed key: Role? = nil) throws -> String? {
            let key = key ?? role
            if let name = wanted[key] {
                if file.names.contains(name) { return name }
                throw DataError.key(
                    key.rawValue,
                    reason: "\(file.file) has no array '\(name)'; it holds \(Self.contents(file, among: file.names))")
            }
            let free = file.names.filter { !asked.contains($0) }
            let fitting = { (role: Role, part: String) in free.filter { Self.meaning($0, role) == part } }
            let found =
                role.isTest ? fitting(role, "test") : [fitting(role, "train"), fitting(role, "")].first { !$0.isEmpty } ?? []
            if found.count > 1 {
                throw DataError.key(
                    key.rawValue,
                    reason: "missing: \(Self.contents(file, among: found)) of \(file.file) may each be the "
                        + "\(role.isInputs ? "inputs" : "labels"); expected the name of one")
            }
            return found.first
        }
        func required(_ role: Role, keyed key: Role? = nil) throws -> String {
            if let name = try find(role, keyed: key) { return name }
            let kind = (role.isTest || isTest ? "test " : "") + (role.isInputs ? "inputs" : "labels")
            let words = role.isInputs ? "x, inputs, images, data, features" : "y, labels, targets, classes"
            throw DataError.key(
                (key ?? role).rawValue,
                reason: "missing: no array of \(file.file) has a name that is common for \(kind) (\(words); with "
                    + "\(role.isTest ? "'test'" : "'train' or alone")); it holds \(Self.contents(file, among: file.names)); "
                    + "expected the name of one")
        }

        if isTest {
            // The file of the test samples may call them so, or nothing but x and y.
            let inputs = try find(.testInputs) ?? required(.inputs, keyed: .testInputs)
            train = Pair(inputs: inputs, labels: try find(.testLabels) ?? find(.labels, keyed: .testLabels))
            test = nil
        } else {
            train = Pair(inputs: try required(.inputs), labels: try required(.labels))
            if source.testSource != nil {
                test = nil
            } else if let inputs = try find(.testInputs) {
                test = Pair(inputs: inputs, labels: try find(.testLabels))
            } else {
                if try find(.testLabels) != nil { _ = try required(.testInputs) }
                test = nil
            }
        }
        remarks = remark(file, asked: asked, isTest: isTest)
    }

    private func remark(_ file: any NamedArrays, asked: Set<String>, isTest: Bool) -> [String] {
        let names = [train.inputs, train.labels, test?.inputs, test?.labels].compactMap(\.self)
        let unused = file.names.filter { !names.contains($0) }
        let canonical: Set = ["train_inputs", "train_labels", "test_inputs", "test_labels"]
        if unused.isEmpty && names.allSatisfy({ asked.contains($0) || canonical.contains($0) }) { return [] }
        func text(_ pair: Pair, _ part: String) -> String {
            "\(part)inputs are '\(pair.inputs)'" + (pair.labels.map { ", \(part)labels '\($0)'" } ?? "")
        }
        let prefix = isTest ? "test_" : ""
        return [
            "\(file.file): " + text(train, isTest ? "test " : "") + (test.map { ", " + text($0, "test ") } ?? "")
                + (unused.isEmpty ? "" : "; not used: \(Self.contents(file, among: unused))")
                + "; `\(prefix)inputs` and `\(prefix)labels` choose others"
        ]
    }

    /// "train", "test" or "" if a name is one for the role, else nil.
    static func meaning(_ name: String, _ role: Role) -> String? {
        let word = name.lowercased().filter { $0.isLetter || $0.isNumber }
        let words = role.isInputs ? inputWords : labelWords
        if words.contains(word) { return "" }
        for part in ["training", "testing", "train", "test"] {
            let rest = word.hasPrefix(part) ? word.dropFirst(part.count) : word.hasSuffix(part) ? word.dropLast(part.count) : nil
            if let rest, words.contains(String(rest)) { return part.hasPrefix("train") ? "train" : "test" }
        }
        return nil
    }

    /// Names with shapes and types, as far as they can be told.
    static func contents(_ file: any NamedArrays, among names: [String]) -> String {
        if names.isEmpty { return "no arrays" }
        let texts = names.prefix(12).map { name in "'\(name)' (\((try? file.header(name).description) ?? "not readable"))" }
        return texts.joined(separator: ", ") + (names.count > 12 ? ", …" : "")
    }
}
