import SaddleModels
import SaddleNumerics

// Fields over positions: columns go sample by sample, positions within.
extension Matrix {
    /// The same numbers, column after column, in another shape.
    func reshaped(rows: Int, columns: Int) -> Matrix { Matrix(rows: rows, columns: columns, elements: elements) }

    /// All positions of the given samples.
    func selectingSamples(_ samples: some Sequence<Int>, positions n: Int) -> Matrix {
        selectingColumns(samples.flatMap { $0 * n..<($0 + 1) * n })
    }

    /// What each place of a window sees: row rK + k, position p of the result is what map k makes of row r there. R × (P·n) becomes
    /// RK × (P·n′).
    func gathered(_ maps: [PositionMap]) -> Matrix {
        if maps.count == 1 && maps[0].isIdentity { return self }
        let (n, out, count) = (maps[0].inputs, maps[0].outputs, maps.count)
        let samples = columns / n
        var result = Matrix(rows: rows * count, columns: samples * out)
        result.elements.withUnsafeMutableBufferPointer { to in
            elements.withUnsafeBufferPointer { from in
                Self.eachTerm(maps, samples) { k, source, target, weight in
                    let (a, b) = (source * rows, target * rows * count + k)
                    for r in 0..<rows { to[b + r * count] += weight * from[a + r] }
                }
            }
        }
        return result
    }

    /// The transpose of ``gathered(_:)``: every place of a window adds to the positions that it saw. RK × (P·n′) becomes R × (P·n).
    func scattered(_ maps: [PositionMap]) -> Matrix {
        if maps.count == 1 && maps[0].isIdentity { return self }
        let (n, out, count) = (maps[0].inputs, maps[0].outputs, maps.count)
        let (samples, height) = (columns / out, rows / count)
        var result = Matrix(rows: height, columns: samples * n)
        result.elements.withUnsafeMutableBufferPointer { to in
            elements.withUnsafeBufferPointer { from in
                Self.eachTerm(maps, samples) { k, source, target, weight in
                    let (a, b) = (source * height, target * rows + k)
                    for r in 0..<height { to[a + r] += weight * from[b + r * count] }
                }
            }
        }
        return result
    }

    /// Calls `body` with each place of the window, column in, column out and weight.
    private static func eachTerm(_ maps: [PositionMap], _ samples: Int, _ body: (Int, Int, Int, Double) -> Void) {
        for sample in 0..<samples {
            for (k, map) in maps.enumerated() {
                for (p, terms) in map.terms.enumerated() {
                    for term in terms { body(k, sample * map.inputs + term.position, sample * map.outputs + p, term.weight) }
                }
            }
        }
    }

    /// Adds `column` to every column.
    mutating func addToColumns(_ column: Matrix) {
        add(.plain(column), Matrix(rows: columns, columns: 1, repeating: 1).ᵀ)
    }
}
