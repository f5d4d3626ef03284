import Foundation
import TestSupport

import SaddleReport
@testable import SaddleStudies

extension Study {
    /// With changes such as "network.activation=relu".
    init(text: String, settings: [String], file: String) throws {
        try self.init(text: text, changes: try settings.map(Study.Change.init(setting:)), file: file)
    }
}

/// The answer to a question as its files have it, read back from them, so that what is tested is what is stored.
func ask(_ question: any Question.Type, _ text: String, settings: [String] = []) throws -> Answer {
    try withTemporaryDirectory { directory in
        let study = try Study(text: text, settings: settings, file: "study.yaml")
        _ = try QuestionRunner(study, output: "\(directory)/run").run(question)
        return try Answer(question: question.id, in: "\(directory)/run")
    }
}

extension Answer {
    func value(_ name: String) throws -> Double { try quantity(name).values[0] }
    func values(_ name: String) throws -> [Double] { try quantity(name).values }
    func errors(_ name: String) throws -> [Double] { try quantity(name).errors ?? [] }

    private func quantity(_ name: String) throws -> Quantity {
        guard let quantity = self[name] else { throw MissingQuantity(name: name, present: quantities.map(\.name)) }
        return quantity
    }

    struct MissingQuantity: Error { let name: String, present: [String] }
}
