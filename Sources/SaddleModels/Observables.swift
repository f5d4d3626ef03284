import SaddleNumerics

/// Where each recorded observable of an experiment lies in one flat vector of numbers.
///
/// Theory and simulation both produce such vectors, so that every statistic (means, variances, errors, z-scores) is one
/// loop over numbers. Times are the first axis of every observable; the axis of outputs is dropped when there is one output.
public struct ObservableLayout: Sendable, Equatable {
    public struct Entry: Sendable, Equatable {
        /// Name of the array in the run folder, such as `train_output` or `feature_kernel_1`.
        public let name: String
        /// Times first: T, T×P×C, T×Q×C or T×P×P.
        public let shape: [Int]
        public let range: Range<Int>
        /// Numbers per recorded time.
        public var stride: Int { range.count / shape[0] }
    }

    public private(set) var entries: [Entry] = []
    public private(set) var count = 0

    /// `train_output`, `test_output`, `train_loss`, `test_loss` (test only with test samples, their loss only with labels) and, if wanted, the
    /// equal-time kernels `feature_kernel_l`, `gradient_kernel_l` (l = 1 … L) and `tangent_kernel`.
    public init(_ experiment: Experiment, withKernels: Bool) {
        let data = experiment.data
        let (times, outputs) = (experiment.recordedSteps.count, data.outputCount)
        let (p, q) = (data.trainCount, data.testCount)
        append("train_output", [times, p] + (outputs > 1 ? [outputs] : []))
        if q > 0 { append("test_output", [times, q] + (outputs > 1 ? [outputs] : [])) }
        append("train_loss", [times])
        if data.hasTestLabels { append("test_loss", [times]) }
        if withKernels {
            for layer in 1...experiment.network.hiddenLayers { append("feature_kernel_\(layer)", [times, p, p]) }
            for layer in 1...experiment.network.hiddenLayers { append("gradient_kernel_\(layer)", [times, p, p]) }
            append("tangent_kernel", [times, p, p])
        }
    }

    public subscript(name: String) -> Entry? { entries.first { $0.name == name } }

    /// The numbers of entry `name` in the flat vector, as an array with axes.
    public func tensor(_ name: String, of values: [Double]) -> Tensor? {
        self[name].map { Tensor(shape: $0.shape, elements: Array(values[$0.range])) }
    }

    /// Writes the numbers of one recorded time (matrix elements row by row) into the flat vector.
    public func store(_ value: Matrix, as name: String, time: Int, into values: inout [Double]) {
        guard let entry = self[name] else { preconditionFailure("no observable '\(name)'") }
        precondition(value.elements.count == entry.stride, "\(value.rows)×\(value.columns) for '\(name)' of shape \(entry.shape)")
        let start = entry.range.lowerBound + time * entry.stride
        for i in 0..<value.rows { for j in 0..<value.columns { values[start + i * value.columns + j] = value[i, j] } }
    }

    private mutating func append(_ name: String, _ shape: [Int]) {
        let length = shape.reduce(1, *)
        entries.append(Entry(name: name, shape: shape, range: count..<count + length))
        count += length
    }
}
