import Foundation
import SaddleModels
import SaddleNumerics

/// A question about samples as some thing represents them: data, arrays that another program wrote, or layers of a network while it trains.
///
/// Its input is a file, `digits`, `gaussian`, a study or a run folder; of the last two the network is trained and its layers are measured.
protocol RepresentationQuestion: Question {}

extension RepresentationQuestion {
    static var argument: (key: String, help: String)? {
        (
            "data.source",
            "Samples × features: .npz, .safetensors, .npy, .csv, IDX, CIFAR-10, a folder of these, digits or gaussian; or a study (.yaml) or run folder, whose network is measured."
        )
    }
    static var shorthands: [String: String] { ["samples": "data.train", "run": "data.source"] }
    static var inputs: [String] { sections + ["network", "training", "simulate"] }

    /// What is measured is what the file holds; of the bundled digits all of them.
    static func defaults(_ changes: [Study.Change]) -> [Study.Change] {
        let source = changes.last { $0.path == "data.source" }?.value ?? "digits"
        let option = changes.last { $0.path == "data.source" }?.option ?? "digits"
        var all = [Study.Change("data.preprocess", "none", option: option)]
        if [DataSource.bundled, YAMLText.quoted(DataSource.bundled)].contains(source) {
            all += [("classes", "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]"), ("train", "1797"), ("test", "0")].map {
                Study.Change("data.\($0)", $1, option: option)
            }
        }
        return all
    }
}

extension DataSource {
    static let bundled = "digits"
}

extension Study {
    /// The study that a question is asked of, from what its command was given.
    ///
    /// - Returns: with a run folder whose answer it shall be, if one was given.
    public static func asked(
        _ question: any Question.Type, of sources: [String], changes: [Change]
    ) throws -> (study: Study, folder: String?) {
        let command = "saddle \(question.verb.rawValue) \(question.name)"
        guard let argument = question.argument else {
            if sources.count > 1 { throw StudyFileError(file: command, "\(sources.count) files are given; expected one study") }
            if let source = sources.first { return (try Study(path: source, changes: changes), nil) }
            return (
                try Study(
                    text: Study.defaults(name: question.name), changes: question.defaults(changes) + changes, file: settingsFile),
                nil
            )
        }
        let isRepresentation = question is any RepresentationQuestion.Type
        // --run stands for the argument.
        let given = isRepresentation ? changes.last { $0.path == argument.key } : nil
        let sources = sources + (given.map { [$0.value.trimmingCharacters(in: ["\""])] } ?? [])
        let others = isRepresentation ? changes.filter { $0.path != argument.key } : changes
        if sources.isEmpty && question.isArgumentOptional {
            return (
                try Study(
                    text: Study.defaults(name: question.name), changes: question.defaults(changes) + changes, file: settingsFile),
                nil
            )
        }
        if sources.isEmpty && !isRepresentation { throw StudyFileError(file: command, "no file is given: \(argument.help)") }
        if sources.count > 1 && !isRepresentation {
            throw StudyFileError(file: command, "\(sources.count) files are given; expected one: \(argument.help)")
        }
        if isRepresentation, sources.count == 1, let source = sources.first {
            let folder = RunFolder(path: source.hasSuffix("/") ? String(source.dropLast()) : source)
            if FileManager.default.fileExists(atPath: folder.study), FileManager.default.fileExists(atPath: folder.manifest) {
                return (try Study(path: folder.study, changes: others), folder.path)
            }
            if source.hasSuffix(".yaml") || source.hasSuffix(".yml") { return (try Study(path: source, changes: others), nil) }
        }
        if !isRepresentation, let source = sources.first, source.hasSuffix(".yaml") || source.hasSuffix(".yml") {
            return (try Study(path: source, changes: changes), nil)
        }
        let source = sources.first ?? DataSource.bundled
        let value = sources.count > 1 ? "[\(sources.map(quoted).joined(separator: ", "))]" : quoted(source)
        let change = Change(argument.key, value, option: sources.joined(separator: " "))
        return (
            try Study(
                text: "name: \(quoted(stem(of: source)))\n", changes: question.defaults(others + [change]) + others + [change],
                file: settingsFile), nil
        )
    }
}
