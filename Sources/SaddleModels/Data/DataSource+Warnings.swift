import SaddleNumerics

extension DataSource {
    /// Test inputs that are also training inputs make the test loss look better than it is.
    static func duplicates(_ inputs: (train: Matrix, test: Matrix)) -> [String] {
        func row(_ x: Matrix, _ i: Int) -> [Double] { (0..<x.columns).map { x[i, $0] } }
        var seen: [[Double]: Int] = [:]
        for i in 0..<inputs.train.rows { seen[row(inputs.train, i)] = i }
        let pairs = (0..<inputs.test.rows).compactMap { i in seen[row(inputs.test, i)].map { (test: i, train: $0) } }
        guard let first = pairs.first else { return [] }
        return [
            "\(pairs.count) of \(inputs.test.rows) test samples are also training samples "
                + "(test \(first.test) equals training \(first.train), from 0)"
        ]
    }

    /// Equal inputs with different labels: no function fits both.
    static func conflicts(_ inputs: Matrix, _ labels: Matrix) -> [String] {
        func differ(_ i: Int, _ j: Int) -> Bool { (0..<labels.columns).contains { labels[i, $0] != labels[j, $0] } }
        let groups = EqualInputs(inputs).groups.filter { group in group.contains { differ(group[0], $0) } }
        guard let first = groups.first, let second = first.first(where: { differ(first[0], $0) }) else { return [] }
        return [
            "\(groups.reduce(0) { $0 + $1.count }) of \(inputs.rows) training samples have, as networks see them, the same input as another of a "
                + "different label (the first: \(first[0]) and \(second), from 0); no network can fit both"
        ]
    }

    /// Samples of classes that `classes` does not name.
    static func leftOut(_ all: [ClassName], _ used: [ClassName], _ name: String) -> [String] {
        let others = all.filter { !used.contains($0) }
        if others.isEmpty { return [] }
        return [
            "\(others.count) of \(all.count) samples of \(name) are left out, since `classes` does not name their class "
                + "(\(Set(others).sorted(by: ClassName.precedes).list(atMost: 10)))"
        ]
    }

    /// Classes that were asked for but that no training sample has.
    static func absentClasses(_ labels: Labels) -> [String] {
        let absent = labels.classNames.indices.filter { !labels.trainClasses.contains($0) }.map { labels.classNames[$0] }
        return absent.isEmpty ? [] : ["no training sample is of class \(absent.joined(separator: ", "))"]
    }

    /// Targets that look like the numbers of classes, which regression would treat as sizes.
    static func likelyClasses(_ targets: Matrix) -> [String] {
        let values = Set(targets.elements)
        guard targets.columns == 1, values.count >= 2, 2 * values.count <= targets.rows, values != [1, -1],
            values.allSatisfy({ $0 == $0.rounded() && abs($0) < 1000 })
        else { return [] }
        let list = values.sorted().prefix(10).map { String(Int($0)) }.joined(separator: ", ")
        return [
            "labels take only the values \(list)\(values.count > 10 ? ", …" : "") and are used as targets of regression; "
                + "if they are classes, list them under `classes`"
        ]
    }
}
