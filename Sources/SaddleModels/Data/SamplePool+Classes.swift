import SaddleNumerics

extension SamplePool {
    /// The class of every sample: a whole number, a name, or the place of the 1 in a one-hot row.
    func classes() throws(DataError) -> [ClassName] {
        switch labels {
        case nil: return []
        case .names(let names)?: return names.map { ClassName($0) }
        case .numbers(let matrix)? where matrix.columns == 1:
            var result: [ClassName] = []
            result.reserveCapacity(count)
            for row in 0..<count {
                guard let number = Int(exactly: matrix[row, 0]) else {
                    throw .key(
                        "classes",
                        reason:
                            "needs whole numbers, names or one-hot rows as labels; sample \(row) (from 0) of \(labelsName) has "
                            + "\(matrix[row, 0])")
                }
                result.append(ClassName(number))
            }
            return result
        case .numbers(let matrix)?:
            if let row = Labels.firstThatIsNotOneHot(matrix) {
                let values = (0..<min(matrix.columns, 8)).map { "\(matrix[row, $0])" }.joined(separator: ", ")
                throw .key(
                    "classes",
                    reason: "needs one class a sample: one number or name, or one label 1 and the others 0; "
                        + "sample \(row) (from 0) of \(labelsName) has \(values)\(matrix.columns > 8 ? ", …" : "")")
            }
            return Labels.hotColumns(matrix).map { ClassName($0) }
        }
    }

    /// The class that a description means: by its name in the data, or by the name that its number has.
    func known(_ wanted: ClassName, among present: Set<ClassName>) -> ClassName? {
        if present.contains(wanted) { return wanted }
        return classNames.firstIndex(of: wanted.text).map { ClassName($0) }.flatMap { present.contains($0) ? $0 : nil }
    }

    /// What a reader calls a class.
    func title(_ name: ClassName) -> String {
        name.number.flatMap { classNames.indices.contains($0) ? classNames[$0] : nil } ?? name.text
    }
}
