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

    /// Moments that go on, to the last bit, from where they were.
    package static func moments(_ moments: StreamingMoments, _ name: String) -> [NamedArray] {
        let sums = [moments.mean, moments.secondSum, moments.thirdSum, moments.fourthSum]
        return [vector("\(name)_count", [moments.count])] + zip(sumNames, sums).map { vector("\(name)_\($0)", $1) }
    }

    /// Nil if one of the arrays is missing or has another length.
    package static func moments(_ name: String, in arrays: [String: Tensor]) -> StreamingMoments? {
        let sums = sumNames.compactMap { arrays["\(name)_\($0)"]?.elements }
        guard let count = arrays["\(name)_count"]?.elements.first, sums.count == 4, Set(sums.map(\.count)).count == 1 else {
            return nil
        }
        return StreamingMoments(
            count: Int(count), mean: sums[0], secondSum: sums[1], thirdSum: sums[2], fourthSum: sums[3])
    }

    private static let sumNames = ["mean", "second_sum", "third_sum", "fourth_sum"]
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
