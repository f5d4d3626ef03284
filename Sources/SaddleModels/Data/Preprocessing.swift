import SaddleNumerics

/// What happens to inputs before networks see them.
public enum Preprocessing: String, Sendable, CaseIterable {
    /// The mean of the training inputs is subtracted from every input, which is then scaled to |x|² = D.
    case centerScale = "center_scale"
    /// Nothing: arrays are used exactly as given.
    case none

    /// Prepares training and test inputs, samples × features.
    ///
    /// - Returns: Sentences on what is unusual but not wrong.
    /// - Throws: ``DataError/nothingVaries(samples:features:)`` or ``DataError/zeroNorm(array:row:)``; samples then are as before.
    public func apply(train: inout Matrix, test: inout Matrix) throws(DataError) -> [String] {
        switch self {
        case .none:
            let zeros = (0..<train.rows).filter { row in (0..<train.columns).allSatisfy { train[row, $0] == 0 } }
            return zeros.isEmpty
                ? [] : ["\(zeros.count) training inputs are zero in every feature (the first: \(zeros[0]), from 0)"]
        case .centerScale:
            let (mean, constant) = Self.mean(train)
            if constant == train.columns { throw .nothingVaries(samples: train.rows, features: train.columns) }
            let scaledTrain = try Self.centeredAndScaled(train, mean: mean, name: "train_inputs")
            test = try Self.centeredAndScaled(test, mean: mean, name: "test_inputs")
            train = scaledTrain
            return constant == 0
                ? []
                : ["\(constant) of \(train.columns) features are constant over the training samples: they carry no information"]
        }
    }

    /// Mean of each column and the number of columns with one value only, whose mean is that value to the last bit.
    private static func mean(_ x: Matrix) -> (mean: [Double], constant: Int) {
        var constant = 0
        let mean = (0..<x.columns).map { column -> Double in
            let values = x.elements[column * x.rows..<(column + 1) * x.rows]
            guard let first = values.first, values.contains(where: { $0 != first }) else {
                constant += 1
                return values.first ?? 0
            }
            return values.reduce(0, +) / Double(x.rows)
        }
        return (mean, constant)
    }

    private static func centeredAndScaled(_ x: Matrix, mean: [Double], name: String) throws(DataError) -> Matrix {
        var result = x
        var (squares, before) = ([Double](repeating: 0, count: x.rows), [Double](repeating: 0, count: x.rows))
        for column in 0..<x.columns {
            for row in 0..<x.rows {
                result[row, column] -= mean[column]
                squares[row] += result[row, column] * result[row, column]
                before[row] += x[row, column] * x[row, column] + mean[column] * mean[column]
            }
        }
        if let row = squares.firstIndex(where: { !$0.isFinite }) {
            throw .array("\(name)[\(row)]", reason: "its squared norm is beyond the range of float64; scale the data down")
        }
        let smallest = Double.leastNormalMagnitude / Double.ulpOfOne
        if let row = before.indices.first(where: { row in
            before[row] < smallest && (0..<x.columns).contains { result[row, $0] != 0 }
        }) {
            throw .array("\(name)[\(row)]", reason: "its squared norm is below the range of float64; scale the data up")
        }
        // What is left of an input equal to the mean is rounding: about ε per feature, relative to the numbers subtracted.
        let rounding = 16 * Double.ulpOfOne
        if let row = squares.indices.first(where: { squares[$0] <= rounding * rounding * before[$0] }) {
            throw .zeroNorm(array: name, row: row)
        }
        for row in 0..<x.rows {
            let factor = (Double(x.columns) / squares[row]).squareRoot()
            for column in 0..<x.columns { result[row, column] *= factor }
        }
        return result
    }
}
