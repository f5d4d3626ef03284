import SaddleNetworks
import SaddleNumerics

/// The networks trained so far at one width, in a file that says to which study they belong.
enum EnsembleCheckpoint {
    static func write(_ moments: StreamingMoments, digest: String, seconds: Double, to path: String) throws {
        func vector(_ values: [Double]) -> Tensor { Tensor(shape: [values.count], elements: values) }
        try NPZ.write(
            [
                ("digest", vector(digest.utf8.map(Double.init))), ("seconds", vector([seconds])),
                ("count", vector([Double(moments.count)])), ("mean", vector(moments.mean)),
                ("second_sum", vector(moments.secondSum)), ("third_sum", vector(moments.thirdSum)),
                ("fourth_sum", vector(moments.fourthSum)),
            ], to: path)
    }

    /// The state and the seconds spent on it, if the file is there, whole, and of the same study.
    static func read(_ path: String, digest: String) -> (moments: StreamingMoments, seconds: Double)? {
        guard let arrays = try? NPZ.read(path), arrays["digest"]?.elements == digest.utf8.map(Double.init),
            let count = arrays["count"]?.elements.first, let seconds = arrays["seconds"]?.elements.first
        else { return nil }
        let sums = ["mean", "second_sum", "third_sum", "fourth_sum"].compactMap { arrays[$0]?.elements }
        guard sums.count == 4, Set(sums.map(\.count)).count == 1 else { return nil }
        let moments = StreamingMoments(
            count: Int(count), mean: sums[0], secondSum: sums[1], thirdSum: sums[2], fourthSum: sums[3])
        return (moments, seconds)
    }
}
