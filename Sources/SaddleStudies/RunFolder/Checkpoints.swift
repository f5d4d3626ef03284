import Foundation
import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// The networks trained so far at one width, in a file that says to which study they belong.
enum EnsembleCheckpoint {
    static func write(_ state: EnsembleState, digest: String, seconds: Double, to path: String) throws {
        let panel = ResultFile.panel("networks_panel", state.panel)
        let arrays = ResultFile.moments(state.moments, "networks") + [panel]
        try CheckpointArrays.write(arrays, digest, seconds, to: path)
    }

    /// The state and the seconds spent on it, if the file is there and of the same study.
    ///
    /// - Throws: if it is damaged.
    static func read(_ path: String, digest: String) throws -> (state: EnsembleState, seconds: Double)? {
        guard let (arrays, seconds) = try CheckpointArrays.read(path, digest: digest),
            let moments = ResultFile.moments("networks", in: arrays), let panel = arrays["networks_panel"]?.rows,
            panel.count == moments.count
        else { return nil }
        return (EnsembleState(moments: moments, panel: panel), seconds)
    }
}

/// The solutions of the theory so far, likewise.
enum TheoryCheckpoint {
    static func write(_ state: MeanFieldProgress, digest: String, seconds: Double, to path: String) throws {
        let moments = parts.flatMap { ResultFile.moments(state[keyPath: $0.path], $0.name) }
        let twoTime = state.twoTime.dimension > 0 ? twoTimeParts : []
        let more = twoTime.flatMap { ResultFile.moments(state[keyPath: $0.path], $0.name) }
        let panels = FluctuationPanels.parts.map { ResultFile.panel("panel_" + $0.name, state.panels[keyPath: $0.path]) }
        let scalars = [
            ResultFile.vector("scalar_squares", state.scalarSquares), ResultFile.vector("scalar_changes", state.scalarChanges),
        ]
        try CheckpointArrays.write(
            [
                ResultFile.vector("unmatched", [state.unmatched]),
                ResultFile.vector("size", [state.sites, state.networkWidth, state.limitWidth]),
                ResultFile.panel("outputs", state.outputs),
            ] + moments + panels + scalars + more, digest, seconds, to: path)
    }

    static func read(
        _ path: String, digest: String, experiment: Experiment, layout: ObservableLayout
    ) throws -> (state: MeanFieldProgress, seconds: Double)? {
        guard let (arrays, seconds) = try CheckpointArrays.read(path, digest: digest),
            let unmatched = arrays["unmatched"]?.elements.first, let outputs = arrays["outputs"]?.rows,
            let size = arrays["size"]?.elements, size.count == 3
        else { return nil }
        var state = MeanFieldProgress(experiment, layout)
        for part in parts {
            guard let moments = ResultFile.moments(part.name, in: arrays),
                moments.dimension == state[keyPath: part.path].dimension
            else { return nil }
            state[keyPath: part.path] = moments
        }
        for (name, path) in FluctuationPanels.parts {
            guard let rows = arrays["panel_" + name]?.rows else { return nil }
            state.panels[keyPath: path] = rows
        }
        state.unmatched = Int(unmatched)
        (state.sites, state.networkWidth, state.limitWidth) = (Int(size[0]), Int(size[1]), Int(size[2]))
        guard outputs.count == state.solutions.count else { return nil }
        state.outputs = outputs
        // Earlier versions kept no results of the adjoint.
        state.scalarSquares = arrays["scalar_squares"]?.elements ?? []
        state.scalarChanges = arrays["scalar_changes"]?.elements ?? []
        for (name, path) in twoTimeParts {
            if let moments = ResultFile.moments(name, in: arrays) { state[keyPath: path] = moments }
        }
        return (state, seconds)
    }

    private typealias Part = (name: String, path: WritableKeyPath<MeanFieldProgress, StreamingMoments>)

    private static var twoTimeParts: [Part] { [("two_time", \.twoTime), ("two_time_changes", \.twoTimeChanges)] }

    private static var parts: [Part] {
        [
            ("solutions", \.solutions), ("halves", \.halves), ("shifts", \.shifts), ("ranks", \.ranks),
            ("changes", \.changes), ("square_changes", \.squareChanges), ("squares", \.squares),
            ("shift_changes", \.shiftChanges), ("site_changes", \.siteChanges), ("networks", \.networks),
            ("narrower", \.narrower), ("network_losses", \.networkLosses), ("narrower_losses", \.narrowerLosses),
        ]
    }
}

enum CheckpointArrays {
    /// The arrays, the study that they belong to, and a digest of them, which shows whether anybody has changed them.
    static func write(
        _ arrays: [NamedArray], _ digest: String, _ seconds: Double, to path: String
    ) throws {
        let all = [ResultFile.vector("digest", text(digest)), ResultFile.vector("seconds", [seconds])] + arrays
        let content = ResultFile.vector("content", text(contentDigest(all)))
        try AtomicFile.write([NPZ.pending(all + [content], to: path)])
    }

    static func read(_ path: String, digest: String) throws -> (arrays: [String: Tensor], seconds: Double)? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        var arrays = try NPZ.read(path)
        let content = arrays.removeValue(forKey: "content")
        guard content?.elements == text(contentDigest(arrays.map { NamedArray($0.key, $0.value) })) else {
            throw RunFolderError.changed(path: path)
        }
        guard arrays["digest"]?.elements == text(digest), let seconds = arrays["seconds"]?.elements.first else {
            return nil
        }
        return (arrays, seconds)
    }

    private static func contentDigest(_ arrays: [NamedArray]) -> String {
        var digest = Digest()
        for array in arrays.sorted(by: { $0.name < $1.name }) { digest.add(array) }
        return digest.text
    }

    private static func text(_ text: String) -> [Double] { text.utf8.map(Double.init) }
}
