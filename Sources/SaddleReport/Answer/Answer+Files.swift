import Foundation
import SaddleNumerics

/// The file of an answer: JSON for other programs, with long arrays in the `.npz` beside it. Its schema is `Documentation/answer.schema.json`.
extension Answer {
    /// Longer arrays stand in the `.npz` only.
    static let longest = 1000

    /// Every array with its name, errors as `…_error`.
    package var arrays: [(name: String, array: Tensor)] {
        quantities.flatMap { quantity -> [(name: String, array: Tensor)] in
            if quantity.words != nil || quantity.isScalar { return [] }
            let values = (quantity.name, Tensor(shape: quantity.shape, elements: quantity.values))
            return [values]
                + (quantity.errors.map { [(quantity.name + "_error", Tensor(shape: quantity.shape, elements: $0))] } ?? [])
        }
    }

    /// - Parameter withPage: whether the views of the page are part of it, as in the run folder.
    public func json(withPage: Bool = false) throws -> [UInt8] {
        try JSON.encode(Stored(self, withPage: withPage), indented: true)
    }

    /// The files of the answer, to be written together.
    ///
    /// - Throws: ``NotFinite`` if one of the numbers is no result.
    package func files(in folder: String) throws -> [AtomicFile.Pending] {
        try checkNumbers()
        let arrays = arrays
        return [AtomicFile.Pending(try json(withPage: true), to: "\(folder)/\(question).json")]
            + (arrays.isEmpty ? [] : [NPZ.pending(arrays, to: "\(folder)/\(question).npz")])
            + [AtomicFile.Pending([UInt8](page.html().utf8), to: "\(folder)/\(question).html")]
    }

    /// - Throws: ``NotFinite`` if one of the numbers is no result.
    package func checkNumbers() throws {
        for quantity in quantities where quantity.words == nil {
            if !quantity.isPartial && quantity.values.allSatisfy(\.isFinite) && quantity.errors == nil { continue }
            func isResult(_ x: Double) -> Bool { x.isFinite || (x.isNaN ? quantity.isPartial : quantity.mayBeInfinite) }
            if let bad = quantity.values.first(where: { !isResult($0) }) {
                throw NotFinite(quantity: quantity.name, value: bad.isNaN ? "nan" : "\(bad)")
            }
            if let errors = quantity.errors, errors.contains(where: { $0.isNaN && !quantity.isPartial }) {
                throw NotFinite(quantity: "the error of \(quantity.name)", value: "nan")
            }
        }
    }

    /// Names of the files with numbers.
    package var numberFiles: [String] { ["\(question).json"] + (arrays.isEmpty ? [] : ["\(question).npz"]) }

    /// An answer as it was stored.
    ///
    /// - Throws: an error that names the file if it is damaged.
    package init(question: String, in folder: String) throws {
        let path = "\(folder)/\(question).json"
        let stored: Stored
        do { stored = try JSON.decode(Stored.self, from: try WholeFile.read(path)) } catch let error as FileError {
            throw error
        } catch { throw Self.changed(path) }
        let arrays =
            FileManager.default.fileExists(atPath: "\(folder)/\(question).npz") ? try NPZ.read("\(folder)/\(question).npz") : [:]
        self.init(stored.title, subtitle: stored.subtitle, warnings: stored.warnings)
        version = stored.version
        (self.question, self.folder, check, lead, sections) = (
            question, folder, stored.check, stored.page?.lead ?? [], stored.page?.sections ?? []
        )
        for name in stored.order {
            guard let entry = stored.quantities[name] else { throw Self.changed(path) }
            var quantity = entry.quantity(name)
            if let array = arrays[name] { quantity.values = array.elements }
            if let errors = arrays[name + "_error"] { quantity.errors = errors.elements }
            guard quantity.words != nil || quantity.values.count == quantity.shape.reduce(1, *) else {
                throw Self.changed(path)
            }
            add(quantity)
        }
    }

    private static func changed(_ path: String) -> FileError { .malformed(file: path, reason: "it is not what was written") }
}

private struct Stored: Codable {
    struct Views: Codable {
        let lead: [View]
        let sections: [ViewSection]
    }

    struct Entry: Codable {
        let title: String
        let symbol, unit: String?
        let form: Quantity.Form
        let shape: [Int]
        let along: [String]
        /// Of a single number.
        let value, error: Number?
        let values, errors: [Number]?
        let words: [String]?
        let isPartial, mayBeInfinite: Bool?

        init(_ quantity: Quantity) {
            (title, symbol, unit, form) = (quantity.title, quantity.symbol, quantity.unit, quantity.form)
            (shape, along, words) = (quantity.shape, quantity.along, quantity.words)
            let isShort = quantity.words == nil && quantity.values.count <= Answer.longest
            let numbers = isShort ? quantity.values.map(Number.init) : nil
            let errors = isShort ? quantity.errors?.map(Number.init) : nil
            (value, error) = quantity.isScalar ? (numbers?.first, errors?.first) : (nil, nil)
            (values, self.errors) = quantity.isScalar ? (nil, nil) : (numbers, errors)
            (isPartial, mayBeInfinite) = (quantity.isPartial ? true : nil, quantity.mayBeInfinite ? true : nil)
        }

        func quantity(_ name: String) -> Quantity {
            Quantity(
                name: name, title: title, symbol: symbol, unit: unit, form: form, shape: shape, along: along,
                values: (values ?? value.map { [$0] } ?? []).map(\.value),
                errors: (errors ?? error.map { [$0] })?.map(\.value), words: words, isPartial: isPartial ?? false,
                mayBeInfinite: mayBeInfinite ?? false)
        }
    }

    let program, version, question, title, subtitle: String
    let quantities: [String: Entry]
    /// Names of the quantities as the question gives them.
    let order: [String]
    let check: CheckSummary?
    let warnings: [String]
    let page: Views?

    init(_ answer: Answer, withPage: Bool) {
        (program, version, question) = ("saddle", answer.version, answer.question)
        (title, subtitle, warnings, check) = (answer.title, answer.subtitle, answer.warnings, answer.check)
        quantities = Dictionary(uniqueKeysWithValues: answer.quantities.map { ($0.name, Entry($0)) })
        order = answer.quantities.map(\.name)
        page = withPage ? Views(lead: answer.lead, sections: answer.sections) : nil
    }
}

/// A number of JSON, which has no infinities: these are the texts "inf" and "-inf", and null stands for "not defined".
private struct Number: Codable {
    let value: Double

    init(_ value: Double) { self.value = value }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            value = .nan
        } else if let number = try? container.decode(Double.self) {
            value = number
        } else {
            switch try container.decode(String.self) {
            case "inf": value = .infinity
            case "-inf": value = -.infinity
            case let text:
                throw DecodingError.dataCorrupted(
                    .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is no number"))
            }
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if value.isNaN {
            try container.encodeNil()
        } else if value.isInfinite {
            try container.encode(value > 0 ? "inf" : "-inf")
        } else {
            try container.encode(value)
        }
    }
}
