import SaddleModels
import SaddleNetworks
import SaddleNumerics

/// Ensembles that were trained elsewhere: outputs of many networks, as arrays `test_output_64`, `train_output_64`, … by width.
///
/// An array is networks × times × samples × outputs; the axis of times may be left out where one is recorded, that of outputs where there is one. Losses
/// follow from the labels.
public struct OutsideEnsembles: Sendable {
    /// Outputs of the sample sets that were found and, where the study records them, their losses.
    public let layout: ObservableLayout
    /// One for each width, ascending; two or more networks each.
    public let ensembles: [EnsembleStatistics]

    /// An array that does not fit the study: which file, what is wrong with it and what is expected.
    public struct Failure: Error, CustomStringConvertible {
        /// The file's name, and what is wrong with it.
        public let file, reason: String
        public var description: String { "\(file): \(reason)" }
    }

    /// - Parameters:
    ///   - recorded: what theory recorded, and at which steps.
    ///   - minimum: of networks.
    package init(
        _ arrays: [(name: String, array: Tensor)], file: String, recorded: ObservableLayout, steps: [Int], data: Dataset,
        loss: Loss
    ) throws {
        func problem(_ reason: String) -> Failure { Failure(file: file, reason: reason) }
        var found: [(set: SampleSet, width: Int, array: Tensor, name: String)] = []
        for (name, array) in arrays {
            let parts = name.split(separator: "_").map(String.init)
            guard parts.count == 3, parts[1] == "output", let set = SampleSet(rawValue: parts[0]), let width = Int(parts[2]),
                width > 0
            else { continue }
            found.append((set, width, array, name))
        }
        let names = arrays.map(\.name)
        if found.isEmpty {
            throw problem(
                "holds \(names.isEmpty ? "no arrays" : names.brief(8)); expected outputs of networks under names such as test_output_64 (width 64), "
                    + "networks × times × samples × outputs")
        }
        let widths = Set(found.map(\.width)).sorted(),
            sets = SampleSet.allCases.filter { set in found.contains { $0.set == set } }
        for set in sets {
            if recorded[.output(set)] == nil {
                throw problem("has \(set.rawValue)_output arrays, and the study records no \(set.title) outputs")
            }
            if let width = widths.first(where: { width in !found.contains { $0.set == set && $0.width == width } }) {
                throw problem(
                    "has \(set.title) outputs of some widths and no '\(set.rawValue)_output_\(width)'; expected the same of all widths"
                )
            }
        }
        var shapes: [(observable: Observable, shape: [Int])] = sets.map { (.output($0), recorded[.output($0)]!.shape) }
        shapes += sets.filter { recorded[.loss($0)] != nil }.map { (.loss($0), recorded[.loss($0)]!.shape) }
        let layout = ObservableLayout(shapes), panel = ObservablePanel(layout)
        self.layout = layout
        ensembles = try widths.map { width in
            let own = sets.map { set in found.first { $0.set == set && $0.width == width }! }
            let count = own[0].array.shape.first ?? 0
            for part in own {
                let entry = layout[.output(part.set)]!
                let full = [entry.times, entry.samples, entry.outputs], shape = Array(part.array.shape.dropFirst())
                func reduced(_ shape: [Int]) -> [Int] { shape.filter { $0 != 1 } }
                guard reduced(shape) == reduced(full), shape.reduce(1, *) == full.reduce(1, *) else {
                    throw problem(
                        "'\(part.name)' has the shape \(part.array.shape); expected networks × \(full[0]) times (steps \(steps.map(String.init).brief(6))) × \(full[1]) samples × "
                            + "\(full[2]) outputs. For other steps set 'record' in the study and solve the theory again")
                }
                if part.array.shape[0] != count {
                    throw problem(
                        "'\(part.name)' has \(part.array.shape[0]) networks where '\(own[0].name)' has \(count); expected the same ones"
                    )
                }
                if count < 2 { throw problem("'\(part.name)' has \(count) network; expected two or more, for a variance") }
                if let bad = part.array.elements.firstIndex(where: { !$0.isFinite }) {
                    throw problem(
                        "'\(part.name)' is not finite for network \(bad / entry.range.count) (from 0); expected networks that did not diverge"
                    )
                }
            }
            var moments = StreamingMoments(dimension: layout.count), rows: [[Double]] = []
            for network in 0..<count {
                var values = own.flatMap { part -> [Double] in
                    let size = layout[.output(part.set)]!.range.count
                    return Array(part.array.elements[network * size..<(network + 1) * size])
                }
                for set in sets where layout[.loss(set)] != nil {
                    let entry = layout[.output(set)]!
                    values += (0..<entry.times).map { time in
                        loss.mean(
                            outputs: Matrix(rows: entry.samples, columns: entry.outputs) {
                                values[entry.range(at: time).lowerBound + $0 * entry.outputs + $1]
                            },
                            labels: data.labels(set))
                    }
                }
                moments.add(values)
                rows.append(panel.values(of: values))
            }
            return EnsembleStatistics(width: width, EnsembleState(moments: moments, panel: rows))
        }
    }
}
