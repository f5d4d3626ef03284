import SaddleNumerics

/// What happens to inputs before networks see them. Means and deviations are those of the training inputs.
public enum Preprocessing: String, Sendable, CaseIterable {
    /// The mean is subtracted from every input, which is then scaled to |x|² = D.
    case centerScale = "center_scale"
    /// By feature: x ↦ (x − m)/s with mean m and standard deviation s, s² = mean (x − m)². What is constant becomes zero.
    case standardize
    /// The mean is subtracted from every input.
    case center
    /// Every input is scaled to |x|² = D.
    case scale
    /// Nothing: arrays are used exactly as given.
    case none

    /// Prepares training and test inputs, samples × features.
    ///
    /// - Returns: Sentences on what is unusual but not wrong.
    /// - Throws: ``DataError`` if nothing varies, an input cannot be scaled, or numbers leave the range of float64; samples then are
    ///   as before.
    public func apply(train: inout Matrix, test: inout Matrix) throws(DataError) -> [String] {
        if self == .none { return Self.zeros(train, "are zero in every feature") }
        let raw = train
        var features = [Feature](repeating: Feature(), count: train.columns)
        if self != .scale {
            features = Self.features(train)
            if features.allSatisfy(\.isConstant) { throw .nothingVaries(samples: train.rows, features: train.columns) }
        }
        var prepared = [train, test]
        for (i, name) in [Self.names.train, Self.names.test].enumerated() { try prepare(&prepared[i], features, name) }
        let unscaled = self == .standardize ? Self.differing(test, features) : 0
        (train, test) = (prepared[0], prepared[1])

        var warnings: [String] = []
        let constant = features.count(where: \.isConstant)
        if constant > 0 {
            warnings.append(
                "\(constant) of \(train.columns) features are constant over the training samples: they carry no information"
                    + (self == .standardize ? " and, having no standard deviation, are set to zero" : ""))
        }
        if unscaled > 0 {
            warnings.append("\(unscaled) test samples differ in such a feature, which networks then do not see")
        }
        if self == .center { warnings += Self.zeros(train, "equal the mean of all and become zero") }
        return warnings + merged(raw, train)
    }

    /// What errors call the two sets.
    static let names = (train: "train_inputs", test: "test_inputs")

    private func prepare(_ x: inout Matrix, _ features: [Feature], _ name: String) throws(DataError) {
        switch self {
        case .none: break
        case .centerScale: x = try Self.centeredAndScaled(x, mean: features.map(\.mean), name: name)
        case .scale:
            if let row = (0..<x.rows).first(where: { row in (0..<x.columns).allSatisfy { x[row, $0] == 0 } }) {
                throw .sample(array: name, row: row, .zero)
            }
            x = try Self.centeredAndScaled(x, mean: features.map(\.mean), name: name)
        case .center, .standardize:
            for (column, feature) in features.enumerated() {
                let divisor = self == .center ? 1 : feature.deviation
                for row in 0..<x.rows {
                    let value = self == .standardize && feature.isConstant ? 0 : (x[row, column] - feature.mean) / divisor
                    guard value.isFinite else { throw DataError.sample(array: name, row: row, .tooLarge) }
                    x[row, column] = value
                }
            }
        }
    }

    /// Mean and standard deviation of one feature over the training samples.
    private struct Feature {
        var mean = 0.0
        var deviation = 1.0
        /// One value only, which then is the mean to the last bit, or nothing but the rounding of one.
        var isConstant = false
    }

    private static func features(_ x: Matrix) -> [Feature] {
        (0..<x.columns).map { column in
            let values = x.elements[column * x.rows..<(column + 1) * x.rows]
            guard let first = values.first, values.contains(where: { $0 != first }) else {
                return Feature(mean: values.first ?? 0, deviation: 0, isConstant: true)
            }
            // Divided by the largest value, squares stay within range.
            let largest = values.reduce(0) { max($0, abs($1)) }
            let mean = values.reduce(0, +) / Double(x.rows)
            let square = values.reduce(0) { $0 + ($1 - mean) / largest * (($1 - mean) / largest) } / Double(x.rows)
            let isRounding = square.squareRoot() <= 16 * Double.ulpOfOne
            return Feature(mean: mean, deviation: isRounding ? 0 : largest * square.squareRoot(), isConstant: isRounding)
        }
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
        if let row = squares.firstIndex(where: { !$0.isFinite }) { throw DataError.sample(array: name, row: row, .tooLarge) }
        let smallest = Double.leastNormalMagnitude / Double.ulpOfOne
        if let row = before.indices.first(where: { row in
            before[row] < smallest && (0..<x.columns).contains { result[row, $0] != 0 }
        }) {
            throw .sample(array: name, row: row, .tooSmall)
        }
        // What is left of an input equal to the mean is rounding: about ε per feature, relative to the numbers subtracted.
        let rounding = 16 * Double.ulpOfOne
        if let row = squares.indices.first(where: { squares[$0] <= rounding * rounding * before[$0] }) {
            throw .sample(array: name, row: row, .equalsMean)
        }
        for row in 0..<x.rows {
            let factor = (Double(x.columns) / squares[row]).squareRoot()
            for column in 0..<x.columns { result[row, column] *= factor }
        }
        return result
    }

    private static func zeros(_ x: Matrix, _ words: String) -> [String] {
        let zeros = (0..<x.rows).filter { row in (0..<x.columns).allSatisfy { x[row, $0] == 0 } }
        return zeros.isEmpty ? [] : ["\(zeros.count) training inputs \(words) (the first: \(zeros[0]), from 0)"]
    }

    /// The number of samples that differ from the training samples in a feature that is constant over those.
    private static func differing(_ x: Matrix, _ features: [Feature]) -> Int {
        let constant = features.indices.filter { features[$0].isConstant }
        return (0..<x.rows).count { row in constant.contains { x[row, $0] != features[$0].mean } }
    }

    /// Inputs that differ as given and not as prepared.
    private func merged(_ raw: Matrix, _ prepared: Matrix) -> [String] {
        if self != .centerScale && self != .scale { return [] }
        let (before, after) = (EqualInputs(raw), EqualInputs(prepared))
        guard after.count < before.count else { return [] }
        let cause = self == .scale ? "a ray from zero" : "a line through the mean"
        let pairs = after.groups.compactMap { group in group.first { !before.areEqual(group[0], $0) }.map { (group[0], $0) } }
        guard let pair = pairs.first else { return [] }
        return [
            "preprocess \(rawValue) puts \(before.count) different training inputs onto \(after.count) (samples \(pair.0) and "
                + "\(pair.1), from 0, become equal): inputs on \(cause) differ in length, which is what scaling removes; "
                + (raw.columns == 1 ? "inputs of one number all become ±1; " : "") + "expected standardize, center or none here"
        ]
    }
}
