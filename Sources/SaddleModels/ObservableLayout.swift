import SaddleNumerics

/// Where each recorded observable of an experiment lies in one flat vector of numbers.
///
/// Theory and simulation both produce such vectors, so that every statistic (means, variances, errors, z-scores) is one
/// loop over numbers. Times are the first axis of every observable; the axis of outputs is dropped when there is one output.
public struct ObservableLayout: Sendable, Equatable {
    /// One observable and where its numbers are.
    public struct Entry: Sendable, Equatable {
        /// Whose numbers these are.
        public let observable: Observable
        /// Times first: T, T×P×C, T×Q×C or T×P×P.
        public let shape: [Int]
        /// Where its numbers are in the flat vector, times first.
        public let range: Range<Int>

        /// As in a run folder: `train_output`, `feature_kernel_1`.
        public var name: String { observable.name }
        /// T, the number of recorded times.
        public var times: Int { shape[0] }
        /// Numbers per recorded time.
        public var stride: Int { range.count / max(shape[0], 1) }
        /// Samples, and numbers of each; 1 and 1 of a single number.
        public var samples: Int { shape.count > 1 ? shape[1] : 1 }
        /// Outputs of each sample, or the columns of a kernel; 1 of a single number.
        public var outputs: Int { shape.count > 2 ? shape[2] : 1 }

        /// The numbers of one recorded time.
        public func range(at time: Int) -> Range<Int> {
            range.lowerBound + time * stride..<range.lowerBound + (time + 1) * stride
        }
    }

    /// In the order in which their numbers follow one another.
    public private(set) var entries: [Entry] = []
    /// Length of the flat vector.
    public private(set) var count = 0

    /// Outputs and losses (of test samples only where there are some) and, if wanted, the equal-time kernels of every hidden layer (of the graph) and the
    /// tangent kernel. Of the training samples of a stream the losses of coming batches alone.
    public init(_ experiment: Experiment, withKernels: Bool) {
        let data = experiment.data
        let (times, outputs) = (experiment.recordedSteps.count, data.outputCount > 1 ? [data.outputCount] : [])
        let (p, q) = (data.trainCount, data.testCount)
        let isStream = experiment.training.isStream
        if !isStream { append(.output(.train), [times, p] + outputs) }
        if q > 0 { append(.output(.test), [times, q] + outputs) }
        append(.loss(.train), [times])
        if data.hasTestLabels { append(.loss(.test), [times]) }
        if withKernels && !isStream {
            let layers = experiment.graph.layers.indices.map { $0 + 1 }
            for layer in layers { append(.kernel(.feature, layer: layer), [times, p, p]) }
            for layer in layers { append(.kernel(.gradient, layer: layer), [times, p, p]) }
            append(.tangentKernel, [times, p, p])
        }
    }

    /// Observables one after the other, each with its axes, times first.
    public init(_ shapes: [(observable: Observable, shape: [Int])]) {
        for (observable, shape) in shapes { append(observable, shape) }
    }

    /// Where an observable is; nil if it is not recorded.
    public subscript(observable: Observable) -> Entry? { entries.first { $0.observable == observable } }

    /// Positions in the flat vector, one a time, of a slice that is a single number at each.
    public func positions(of slice: ObservableSlice) -> [Int]? {
        guard let entry = self[slice.observable], slice.index.count == entry.shape.count - 1,
            zip(slice.index, entry.shape.dropFirst()).allSatisfy({ $0 < $1 })
        else { return nil }
        let offset = zip(slice.index, entry.shape.dropFirst()).reduce(0) { $0 * $1.1 + $1.0 }
        return (0..<entry.times).map { entry.range.lowerBound + $0 * entry.stride + offset }
    }

    /// The numbers of an observable in the flat vector, as an array with axes.
    public func tensor(_ observable: Observable, of values: [Double]) -> Tensor? {
        self[observable].map { Tensor(shape: $0.shape, elements: Array(values[$0.range])) }
    }

    /// Writes the numbers of one recorded time (matrix elements row by row) into the flat vector.
    public func store(_ value: Matrix, as observable: Observable, time: Int, into values: inout [Double]) {
        guard let entry = self[observable] else { preconditionFailure("no observable '\(observable.name)'") }
        precondition(
            value.elements.count == entry.stride, "\(value.rows)×\(value.columns) for '\(entry.name)' of shape \(entry.shape)")
        value.writeRows(into: &values, at: entry.range.lowerBound + time * entry.stride)
    }

    private mutating func append(_ observable: Observable, _ shape: [Int]) {
        let length = shape.reduce(1, *)
        entries.append(Entry(observable: observable, shape: shape, range: count..<count + length))
        count += length
    }
}
