import SaddleNumerics

/// The labels of samples as their file has them.
enum RawLabels {
    /// Numbers of classes (one column), one-hot rows, or targets.
    case numbers(Matrix)
    /// Names of classes.
    case names([String])

    var count: Int {
        switch self {
        case .numbers(let matrix): matrix.rows
        case .names(let names): names.count
        }
    }
    /// Labels of one sample.
    var columns: Int { if case .numbers(let matrix) = self { matrix.columns } else { 1 } }
}

/// The samples of one file, before any are chosen. Inputs are decoded row by row, when asked for.
struct SamplePool {
    /// What errors call the inputs.
    let name: String
    /// What errors call the labels.
    let labelsName: String
    let count: Int
    /// Axes of one input.
    var axes: [Int]
    var dimension: Int { axes.reduce(1, *) }
    /// Nil for test samples without any.
    let labels: RawLabels?
    /// Names of classes 0, 1, …, where they are more than numbers.
    var classNames: [String] = []
    /// What a reader calls the label, where it was chosen among several things.
    var labelName: String?
    /// What was decided about the file without being told.
    var remarks: [String] = []
    /// A row, and what errors call the place from which it comes.
    let input: (Int) throws(FileError) -> [Double]
    var place: (Int) -> (file: String, row: Int)

    /// - Parameters:
    ///   - labels: what errors call the labels, and the labels: one or several numbers a sample, or names; nil without any.
    ///   - isInteger: whether inputs cannot be NaN or infinite; otherwise all are checked here.
    init(
        name: String, count: Int, axes: [Int], rawLabels labels: (name: String, values: RawLabels)?, isInteger: Bool,
        input: @escaping (Int) throws(FileError) -> [Double]
    ) throws {
        if let labels, labels.values.count != count {
            throw DataError.array(
                labels.name, reason: "\(labels.values.count) labels for the \(count) samples of \(name); expected \(count)")
        }
        guard count > 0, !axes.contains(0) else {
            throw DataError.array(name, reason: "\(count) samples of \(axes.reduce(1, *)) numbers; expected one or more of both")
        }
        if case .numbers(let matrix) = labels?.values, let bad = matrix.elements.firstIndex(where: { !$0.isFinite }) {
            throw DataError.notFinite(
                array: labels!.name, row: bad % count, column: bad / count, value: matrix.elements[bad])
        }
        if !isInteger {
            for row in 0..<count {
                let values = try input(row)
                if let column = values.firstIndex(where: { !$0.isFinite }) {
                    throw DataError.notFinite(array: name, row: row, column: column, value: values[column])
                }
            }
        }
        (self.name, self.count, self.axes, self.input) = (name, count, axes, input)
        (self.labels, labelsName) = (labels?.values, labels?.name ?? name)
        place = { (name, $0) }
    }

    /// Labels as an array of numbers.
    init(
        name: String, count: Int, axes: [Int], labels: (name: String, values: Tensor), isInteger: Bool,
        input: @escaping (Int) throws(FileError) -> [Double]
    ) throws {
        let raw = try RawLabels(labels.name, shape: labels.values.shape, described: "shape \(labels.values.shape)") {
            labels.values.elements
        }
        try self.init(
            name: name, count: count, axes: axes, rawLabels: (labels.name, raw), isInteger: isInteger, input: input)
    }

    /// Samples of several files as those of one, in their order.
    init(joining pools: [SamplePool]) throws {
        let first = pools[0]
        for pool in pools where pool.axes != first.axes || pool.labels?.columns != first.labels?.columns {
            throw DataError.array(
                pool.name,
                reason: "inputs of axes \(pool.axes) with \(pool.labels?.columns ?? 0) labels a sample; \(first.name) has "
                    + "\(first.axes) and \(first.labels?.columns ?? 0): expected the same")
        }
        let starts = pools.reduce(into: [0]) { $0.append($0.last! + $1.count) }
        func find(_ row: Int) -> (pool: SamplePool, row: Int) {
            let index = starts.lastIndex { $0 <= row }!
            return (pools[index], row - starts[index])
        }
        (name, labelsName, axes, count) = (first.name, first.labelsName, first.axes, starts.last!)
        (classNames, labelName, remarks) = (first.classNames, first.labelName, pools.flatMap(\.remarks))
        labels = try RawLabels(joining: pools.compactMap(\.labels), first.labelsName)
        input = { row throws(FileError) in
            let (pool, row) = find(row)
            return try pool.input(row)
        }
        place = { row in
            let (pool, row) = find(row)
            return pool.place(row)
        }
    }

    /// The given samples as rows.
    func inputs(_ chosen: [Int]) throws(FileError) -> Matrix {
        var matrix = Matrix(rows: chosen.count, columns: dimension)
        for (row, sample) in chosen.enumerated() {
            for (column, value) in try input(sample).enumerated() { matrix[row, column] = value }
        }
        return matrix
    }
}

extension RawLabels {
    /// One label a sample, or samples × outputs.
    init(_ name: String, shape: [Int], described: String, elements: () throws -> [Double]) throws {
        guard (1...2).contains(shape.count), shape.count == 1 || shape[1] > 0 else {
            throw DataError.array(name, reason: "\(described); expected one label a sample, or samples × outputs")
        }
        let (elements, outputs) = (try elements(), shape.count == 1 ? 1 : shape[1])
        self = .numbers(Matrix(rows: shape[0], columns: outputs) { elements[$0 * outputs + $1] })
    }

    init?(joining parts: [RawLabels], _ name: String) throws {
        guard var result = parts.first else { return nil }
        for part in parts.dropFirst() {
            switch (result, part) {
            case (.numbers(let a), .numbers(let b)): result = .numbers(a.appendingRows(of: b))
            case (.names(let a), .names(let b)): result = .names(a + b)
            default: throw DataError.array(name, reason: "labels are texts in one file and numbers in another; expected the same")
            }
        }
        self = result
    }
}
