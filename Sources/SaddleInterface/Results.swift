import CSaddleInterface
import Foundation
import SaddleNumerics
import SaddleStudies

/// What came of a request, in memory that C can read; it lives as long as its job.
final class Results: @unchecked Sendable {
    // Never changed after the initialiser.
    let text: UnsafePointer<CChar>
    let arrays: [HeldArray]
    private let answer: Answer?

    /// - Parameter outcome: JSON.
    private init(_ outcome: String, _ answer: Answer? = nil, arrays: [(name: String, array: Tensor)] = []) {
        text = UnsafePointer(strdup(outcome)!)
        self.arrays = (answer?.arrays ?? arrays).map { HeldArray($0.name, $0.array) }
        self.answer = answer
    }

    convenience init(_ answer: Answer) throws {
        let content = String(decoding: try answer.json(withPage: true), as: UTF8.self)
        let rest = try Self.json(["text": answer.text, "folder": answer.folder])
        self.init("{\"answer\": \(content), \(rest.dropFirst())", answer)
    }

    convenience init(_ summary: StudySummary) throws {
        let rest = try Self.json(["folder": summary.folder])
        self.init("{\"summary\": \(try summary.json()), \(rest.dropFirst())")
    }

    convenience init(_ data: StudyData, _ observe: StudyObserver) {
        for warning in data.warnings { observe(.warning(warning)) }
        self.init("{}", arrays: data.arrays)
    }

    convenience init(_ error: any Error) {
        let kind =
            switch error {
            case StudyFailure.interrupted: "interrupted"
            case StudyFailure.failed: "failure"
            default: "input"
            }
        let text = (try? Self.json(["kind": kind, "message": "\(error)"])) ?? "{}"
        self.init("{\"error\": \(text)}")
    }

    deinit { free(UnsafeMutableRawPointer(mutating: text)) }

    var page: String? { answer?.page.html() }

    private static func json(_ values: [String: String]) throws -> String {
        String(decoding: try JSON.encode(values), as: UTF8.self)
    }
}

/// An array whose numbers stay at one place.
final class HeldArray: @unchecked Sendable {
    private let name: UnsafeMutablePointer<CChar>
    private let shape: UnsafeMutableBufferPointer<Int64>
    private let values: UnsafeMutableBufferPointer<Double>

    init(_ name: String, _ array: Tensor) {
        self.name = strdup(name)!
        shape = .allocate(capacity: array.shape.count)
        values = .allocate(capacity: array.elements.count)
        _ = shape.initialize(from: array.shape.map(Int64.init))
        _ = values.initialize(from: array.elements)
    }

    deinit {
        free(name)
        shape.deallocate()
        values.deallocate()
    }

    var view: saddle_array {
        saddle_array(
            name: name, rank: Int64(shape.count), shape: UnsafePointer(shape.baseAddress),
            values: UnsafePointer(values.baseAddress))
    }
}

/// A file that the caller holds while it starts a job.
struct HeldFile: @unchecked Sendable {
    let path: String
    let parts: [UnsafeRawBufferPointer]

    /// Copies the file to where it is read.
    func take() -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(parts.reduce(0) { $0 + $1.count })
        for part in parts { bytes.append(contentsOf: part) }
        MemoryFiles.provide(bytes, at: path)
        return path
    }
}
