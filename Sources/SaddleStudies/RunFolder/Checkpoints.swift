import Foundation
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// The networks trained so far at one width, in a file that says to which study they belong.
enum EnsembleCheckpoint {
    static func write(_ state: EnsembleState, digest: String, seconds: Double, to path: String) throws {
        let arrays = CheckpointArrays.arrays(state.moments, "networks") + [("networks_panel", PanelRows.tensor(state.panel))]
        try CheckpointArrays.write(arrays, digest, seconds, to: path)
    }

    /// The state and the seconds spent on it, if the file is there and of the same study.
    ///
    /// - Throws: if it is damaged.
    static func read(_ path: String, digest: String) throws -> (state: EnsembleState, seconds: Double)? {
        guard let (arrays, seconds) = try CheckpointArrays.read(path, digest: digest),
            let moments = CheckpointArrays.moments(arrays, "networks"), let panel = PanelRows.rows(arrays["networks_panel"]),
            panel.count == moments.count
        else { return nil }
        return (EnsembleState(moments: moments, panel: panel), seconds)
    }
}

/// The solutions of the theory so far, likewise.
enum TheoryCheckpoint {
    static func write(_ state: MeanFieldProgress, digest: String, seconds: Double, to path: String) throws {
        let unmatched = (name: "unmatched", array: Tensor(shape: [1], elements: [Double(state.unmatched)]))
        let moments = parts.flatMap { CheckpointArrays.arrays(state[keyPath: $0.path], $0.name) }
        let outputs = (
            name: "outputs",
            array: Tensor(shape: [state.outputs.count, state.outputs.first?.count ?? 0], elements: state.outputs.flatMap { $0 })
        )
        let panels = PanelRows.panels.map { ("panel_" + $0.name, PanelRows.tensor(state.panels[keyPath: $0.path])) }
        try CheckpointArrays.write([unmatched, outputs] + moments + panels, digest, seconds, to: path)
    }

    static func read(
        _ path: String, digest: String, experiment: Experiment, layout: ObservableLayout
    ) throws -> (state: MeanFieldProgress, seconds: Double)? {
        guard let (arrays, seconds) = try CheckpointArrays.read(path, digest: digest),
            let unmatched = arrays["unmatched"]?.elements.first, let outputs = arrays["outputs"], outputs.shape.count == 2
        else { return nil }
        var state = MeanFieldProgress(experiment, layout)
        for part in parts {
            guard let moments = CheckpointArrays.moments(arrays, part.name),
                moments.dimension == state[keyPath: part.path].dimension
            else { return nil }
            state[keyPath: part.path] = moments
        }
        for (name, path) in PanelRows.panels {
            guard let rows = PanelRows.rows(arrays["panel_" + name]) else { return nil }
            state.panels[keyPath: path] = rows
        }
        state.unmatched = Int(unmatched)
        guard outputs.shape[0] == state.solutions.count else { return nil }
        state.outputs = (0..<outputs.shape[0]).map {
            Array(outputs.elements[$0 * outputs.shape[1]..<($0 + 1) * outputs.shape[1]])
        }
        return (state, seconds)
    }

    private static var parts: [(name: String, path: WritableKeyPath<MeanFieldProgress, StreamingMoments>)] {
        [
            ("solutions", \.solutions), ("halves", \.halves), ("shifts", \.shifts), ("ranks", \.ranks),
            ("changes", \.changes), ("square_changes", \.squareChanges), ("squares", \.squares),
            ("shift_changes", \.shiftChanges),
        ]
    }
}

private enum CheckpointArrays {
    /// The arrays, the study that they belong to, and a digest of them, which shows whether anybody has changed them.
    static func write(
        _ arrays: [(name: String, array: Tensor)], _ digest: String, _ seconds: Double, to path: String
    ) throws {
        let all = [("digest", text(digest)), ("seconds", vector([seconds]))] + arrays
        let content = contentDigest(Dictionary(uniqueKeysWithValues: all.map { ($0.0, $0.1) }))
        try NPZ.write(all.map { (name: $0.0, array: $0.1) } + [(name: "content", array: text(content))], to: path)
    }

    static func read(_ path: String, digest: String) throws -> (arrays: [String: Tensor], seconds: Double)? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        var arrays = try NPZ.read(path)
        let content = arrays.removeValue(forKey: "content")
        guard content?.elements == text(contentDigest(arrays)).elements else { throw RunFolderError.changed(path: path) }
        guard arrays["digest"]?.elements == text(digest).elements, let seconds = arrays["seconds"]?.elements.first else {
            return nil
        }
        return (arrays, seconds)
    }

    private static func contentDigest(_ arrays: [String: Tensor]) -> String {
        var digest = Digest()
        for (name, array) in arrays.sorted(by: { $0.key < $1.key }) {
            digest.add(name)
            digest.add(array)
        }
        return digest.text
    }

    private static func text(_ text: String) -> Tensor { vector(text.utf8.map(Double.init)) }

    static func arrays(_ moments: StreamingMoments, _ name: String) -> [(name: String, array: Tensor)] {
        [
            ("\(name)_count", vector([Double(moments.count)])), ("\(name)_mean", vector(moments.mean)),
            ("\(name)_second_sum", vector(moments.secondSum)), ("\(name)_third_sum", vector(moments.thirdSum)),
            ("\(name)_fourth_sum", vector(moments.fourthSum)),
        ]
    }

    static func moments(_ arrays: [String: Tensor], _ name: String) -> StreamingMoments? {
        let sums = ["mean", "second_sum", "third_sum", "fourth_sum"].compactMap { arrays["\(name)_\($0)"]?.elements }
        guard let count = arrays["\(name)_count"]?.elements.first, sums.count == 4, Set(sums.map(\.count)).count == 1 else {
            return nil
        }
        return StreamingMoments(
            count: Int(count), mean: sums[0], secondSum: sums[1], thirdSum: sums[2], fourthSum: sums[3])
    }

    private static func vector(_ values: [Double]) -> Tensor { Tensor(shape: [values.count], elements: values) }
}
