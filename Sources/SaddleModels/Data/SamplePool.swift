import SaddleNumerics

/// The samples of one file, before any are chosen. Inputs are decoded row by row, when asked for.
struct SamplePool {
    /// What errors call the inputs.
    let name: String
    let count: Int
    /// Axes of one input.
    var axes: [Int]
    var dimension: Int { axes.reduce(1, *) }
    /// Class numbers (one column) or targets.
    let labels: Matrix
    /// Names of classes 0, 1, …, where they are more than numbers.
    var classNames: [String] = []
    /// What a reader calls the label, where it was chosen among several things.
    var labelName: String?
    /// What was decided about the file without being told.
    var remarks: [String] = []
    let input: (Int) throws(FileError) -> [Double]

    /// - Parameters:
    ///   - labels: what errors call the labels, and their values: one or several a sample.
    ///   - isInteger: whether inputs cannot be NaN or infinite; otherwise all are checked here.
    init(
        name: String, count: Int, axes: [Int], labels: (name: String, values: Tensor), isInteger: Bool,
        input: @escaping (Int) throws(FileError) -> [Double]
    ) throws {
        let shape = labels.values.shape
        guard (1...2).contains(shape.count), shape.count == 1 || shape[1] > 0 else {
            throw DataError.array(labels.name, reason: "shape \(shape); expected one label a sample, or samples × outputs")
        }
        guard shape[0] == count else {
            throw DataError.array(labels.name, reason: "\(shape[0]) labels for the \(count) samples of \(name)")
        }
        guard count > 0, !axes.contains(0) else {
            throw DataError.array(name, reason: "\(count) samples of \(axes.reduce(1, *)) numbers")
        }
        let outputs = shape.count == 1 ? 1 : shape[1]
        if let bad = labels.values.elements.firstIndex(where: { !$0.isFinite }) {
            throw DataError.notFinite(
                array: labels.name, row: bad / outputs, column: bad % outputs, value: labels.values.elements[bad])
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
        self.labels = Matrix(rows: count, columns: outputs) { labels.values.elements[$0 * outputs + $1] }
    }

    /// Inputs and labels as arrays. Further axes of the inputs are those of images.
    init(inputs: (name: String, values: Tensor), labels: (name: String, values: Tensor)) throws {
        let (shape, elements) = (inputs.values.shape, inputs.values.elements)
        guard shape.count >= 2 else {
            throw DataError.array(inputs.name, reason: "shape \(shape); expected samples × features")
        }
        let dimension = shape[1...].reduce(1, *)
        try self.init(name: inputs.name, count: shape[0], axes: Array(shape[1...]), labels: labels, isInteger: false) { row in
            Array(elements[row * dimension..<(row + 1) * dimension])
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

    /// The class of every sample.
    func classes() throws(DataError) -> [Int] {
        guard labels.columns == 1 else {
            throw .key("classes", reason: "needs one class a sample; \(name) has \(labels.columns) labels a sample")
        }
        var result: [Int] = []
        for row in 0..<count {
            guard let number = Int(exactly: labels[row, 0]) else {
                throw .key(
                    "classes", reason: "needs whole numbers as labels; sample \(row) (from 0) of \(name) has \(labels[row, 0])")
            }
            result.append(number)
        }
        return result
    }
}
