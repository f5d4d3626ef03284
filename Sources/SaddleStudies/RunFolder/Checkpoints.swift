import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// The networks trained so far at one width, in a file that says to which study they belong.
enum EnsembleCheckpoint {
    static func write(_ moments: StreamingMoments, digest: String, seconds: Double, to path: String) throws {
        try NPZ.write(CheckpointArrays.header(digest, seconds) + CheckpointArrays.arrays(moments, "networks"), to: path)
    }

    /// The state and the seconds spent on it, if the file is there, whole, and of the same study.
    static func read(_ path: String, digest: String) -> (moments: StreamingMoments, seconds: Double)? {
        guard let (arrays, seconds) = CheckpointArrays.read(path, digest: digest) else { return nil }
        return CheckpointArrays.moments(arrays, "networks").map { ($0, seconds) }
    }
}

/// The solutions of the theory so far, likewise.
enum TheoryCheckpoint {
    static func write(_ state: MeanFieldProgress, digest: String, seconds: Double, to path: String) throws {
        let unmatched = (name: "unmatched", array: Tensor(shape: [1], elements: [Double(state.unmatched)]))
        let moments = parts.flatMap { CheckpointArrays.arrays(state[keyPath: $0.path], $0.name) }
        let count = state.outputs.first?.count ?? 0
        let outputs = (
            name: "outputs", array: Tensor(shape: [state.outputs.count, count], elements: state.outputs.flatMap { $0 })
        )
        try NPZ.write(CheckpointArrays.header(digest, seconds) + [unmatched, outputs] + moments, to: path)
    }

    static func read(
        _ path: String, digest: String, experiment: Experiment, layout: ObservableLayout
    ) -> (state: MeanFieldProgress, seconds: Double)? {
        guard let (arrays, seconds) = CheckpointArrays.read(path, digest: digest),
            let unmatched = arrays["unmatched"]?.elements.first, let outputs = arrays["outputs"], outputs.shape.count == 2
        else { return nil }
        var state = MeanFieldProgress(experiment, layout)
        for part in parts {
            guard let moments = CheckpointArrays.moments(arrays, part.name),
                moments.dimension == state[keyPath: part.path].dimension
            else { return nil }
            state[keyPath: part.path] = moments
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
    static func header(_ digest: String, _ seconds: Double) -> [(name: String, array: Tensor)] {
        [("digest", vector(digest.utf8.map(Double.init))), ("seconds", vector([seconds]))]
    }

    static func read(_ path: String, digest: String) -> (arrays: [String: Tensor], seconds: Double)? {
        guard let arrays = try? NPZ.read(path), arrays["digest"]?.elements == digest.utf8.map(Double.init),
            let seconds = arrays["seconds"]?.elements.first
        else { return nil }
        return (arrays, seconds)
    }

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
