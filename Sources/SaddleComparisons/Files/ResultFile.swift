import SaddleModels
import SaddleNumerics
import SaddleTheory

/// What the array files of results have in common.
package enum ResultFile {
    /// Writes arrays as they are in memory; all are looked through first.
    package static func write(_ arrays: [NamedArray], infinite: Set<String> = [], to path: String) throws {
        try NotFinite.check(arrays, infinite: infinite)
        try AtomicFile.write([NPZ.pending(arrays, to: path)])
    }

    package static func vector(_ name: String, _ values: [Double]) -> NamedArray {
        NamedArray(name, shape: [values.count], values[...])
    }
    package static func vector(_ name: String, _ values: [Int]) -> NamedArray { vector(name, values.map(Double.init)) }

    /// Rows of equal length as one array.
    package static func panel(_ name: String, _ rows: [[Double]]) -> NamedArray {
        NamedArray(name, shape: [rows.count, rows.first?.count ?? 0], rows.flatMap { $0 }[...])
    }
}

extension NPZ {
    /// The numbers of all observables in one flat vector.
    ///
    /// - Parameter name: of the array of an entry.
    package func flat(_ layout: ObservableLayout, file: String, _ name: (ObservableLayout.Entry) -> String) throws -> [Double] {
        var result: [Double] = []
        result.reserveCapacity(layout.count)
        for entry in layout.entries {
            let array = try self.array(name(entry))
            guard array.shape == entry.shape else {
                throw FileError.malformed(
                    file: file, reason: "'\(name(entry))' has shape \(array.shape), not \(entry.shape)")
            }
            result += array.elements
        }
        return result
    }

    /// Rows of equal length; nil if there is no such array.
    package func panel(_ name: String) throws -> [[Double]]? {
        guard names.contains(name) else { return nil }
        return try array(name).rows
    }

    /// Observables by the arrays that are there, in the order of the file.
    ///
    /// - Parameter suffix: what follows the name of an observable.
    package func layout(suffix: String = "") throws -> ObservableLayout {
        ObservableLayout(
            try names.compactMap { name in
                guard name.hasSuffix(suffix), let observable = Observable(name: String(name.dropLast(suffix.count))) else {
                    return nil
                }
                return (observable, try array(name).shape)
            })
    }
}

extension Tensor {
    /// Nil unless there are two axes.
    package var rows: [[Double]]? {
        guard shape.count == 2 else { return nil }
        return (0..<shape[0]).map { Array(elements[$0 * shape[1]..<($0 + 1) * shape[1]]) }
    }
}

extension FluctuationPanels {
    /// Its parts under the names that files give them.
    package static var parts: [(name: String, path: WritableKeyPath<FluctuationPanels, [[Double]]>)] {
        [("solutions", \.solutions), ("halves", \.halves), ("shifts", \.shifts), ("limits", \.limits)]
    }
}
