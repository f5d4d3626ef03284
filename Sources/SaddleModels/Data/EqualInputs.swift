import SaddleNumerics

/// Which inputs are the same, up to rounding: those closer than 1e-9 of the largest of all.
///
/// Inputs are sorted along one random direction, so that only neighbours are compared: P log P and P D, instead of P² D.
package struct EqualInputs {
    /// For each sample, one that stands for all that are equal to it.
    private let representative: [Int]

    package init(_ x: Matrix) {
        var stream = RandomStream(seed: 0, .probe)
        let direction = stream.normals(x.columns)
        let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
        let largest = x.elements.reduce(0) { max($0, abs($1)) }
        // Divided by the largest number, squares stay within range.
        let unit = largest > 0 ? 1 / largest : 1
        var (place, squares) = ([Double](repeating: 0, count: x.rows), [Double](repeating: 0, count: x.rows))
        for column in 0..<x.columns {
            for row in 0..<x.rows {
                let value = x[row, column] * unit
                place[row] += value * direction[column] / max(length, .leastNormalMagnitude)
                squares[row] += value * value
            }
        }
        let tolerance = 1e-9 * (squares.max() ?? 0).squareRoot()
        func areClose(_ i: Int, _ j: Int) -> Bool {
            let square = (0..<x.columns).reduce(0.0) {
                let difference = x[i, $1] * unit - x[j, $1] * unit
                return $0 + difference * difference
            }
            return square <= tolerance * tolerance
        }
        var representative = Array(0..<x.rows)
        var seen: [Int] = []
        for i in (0..<x.rows).sorted(by: { (place[$0], $0) < (place[$1], $1) }) {
            // Those too far behind along the direction are too far altogether.
            if let j = seen.reversed().prefix(while: { place[i] - place[$0] <= tolerance }).first(where: { areClose(i, $0) }) {
                representative[i] = j
            } else {
                seen.append(i)
            }
        }
        self.representative = representative
    }

    /// How many different inputs there are.
    var count: Int { Set(representative).count }

    func areEqual(_ i: Int, _ j: Int) -> Bool { representative[i] == representative[j] }

    /// Samples that share their input with others, by input; samples ascend.
    package var groups: [[Int]] {
        Dictionary(grouping: representative.indices) { representative[$0] }.values.filter { $0.count > 1 }.sorted {
            $0[0] < $1[0]
        }
    }
}
