import SaddleNumerics

/// When outputs point to a class: by the sign of a single one, whose label is +1 for the first class and −1 for the second; else by the largest.
public enum Classification {
    /// Fraction of samples that outputs classify correctly.
    ///
    /// - Parameters:
    ///   - classes: of the samples, from 0; at least one.
    ///   - outputs: of each sample.
    ///   - value: an output by its place: sample · outputs + output.
    public static func accuracy(classes: [Int], outputs: Int, _ value: (Int) -> Double) -> Double {
        precondition(!classes.isEmpty && outputs > 0, "\(classes.count) samples of \(outputs) outputs")
        let right = classes.indices.count { sample in
            let first = sample * outputs
            let found = outputs == 1 ? (value(first) > 0 ? 0 : 1) : (0..<outputs).max { value(first + $0) < value(first + $1) }
            return found == classes[sample]
        }
        return Double(right) / Double(classes.count)
    }

    /// - Parameter outputs: one sample a row.
    public static func accuracy(classes: [Int], _ outputs: Matrix) -> Double {
        accuracy(classes: classes, outputs: outputs.columns) { outputs[$0 / outputs.columns, $0 % outputs.columns] }
    }
}

extension Dataset {
    /// The class of each sample of a set, an index into ``classNames``; empty without classes.
    public func classes(_ set: SampleSet) -> [Int] { set == .train ? trainClasses : testClasses }
    /// The labels of a set, one sample a row; no rows where test samples have none.
    public func labels(_ set: SampleSet) -> Matrix { set == .train ? trainLabels : testLabels }
    /// The set on which networks are judged: test samples, or without any the training samples.
    public var judged: SampleSet { testCount > 0 ? .test : .train }
}
