import CSaddle

extension Matrix {
    /// Squared Euclidean distances |xᵢ − yⱼ|² between the rows of two matrices, rows of x by rows of y.
    ///
    /// By |x|² + |y|² − 2x·y after the mean of y has been taken off, on all threads; pairs for which that cancels more than six digits
    /// are computed from the differences, so that coincident points are exactly 0 apart and no square is negative.
    ///
    /// - Note: Relative error below 1e-9.
    /// - Complexity: O(n m D) by matrix products.
    public static func squaredDistances(_ x: Matrix, _ y: Matrix) -> Matrix {
        precondition(x.columns == y.columns, "points of \(x.columns) and \(y.columns) coordinates")
        let (n, m, dimension) = (x.rows, y.rows, x.columns)
        if n == 0 || m == 0 || dimension == 0 { return Matrix(rows: n, columns: m) }
        let centre = (0..<dimension).map { c in y.elements[c * m..<(c + 1) * m].reduce(0, +) / Double(m) }
        // One point a column.
        let a = x.centredColumns(centre), b = y.centredColumns(centre)
        let (squaresA, squaresB) = (a.columnSquares, b.columnSquares)
        let block = 128
        let parts = Threads.compute((m + block - 1) / block) { part -> [Double] in
            let range = part * block..<min((part + 1) * block, m)
            let some = Matrix(
                rows: dimension, columns: range.count,
                elements: Array(b.elements[range.lowerBound * dimension..<range.upperBound * dimension]))
            var products = (a.ᵀ * some).elements
            products.withUnsafeMutableBufferPointer { d in
                a.elements.withUnsafeBufferPointer { pa in
                    some.elements.withUnsafeBufferPointer { pb in
                        for j in 0..<range.count {
                            let square = squaresB[range.lowerBound + j]
                            for i in 0..<n {
                                let sum = squaresA[i] + square
                                var value = sum - 2 * d[j * n + i]
                                if value <= 1e-6 * sum {
                                    value = 0
                                    for c in 0..<dimension {
                                        let difference = pa[i * dimension + c] - pb[j * dimension + c]
                                        value += difference * difference
                                    }
                                }
                                d[j * n + i] = value
                            }
                        }
                    }
                }
            }
            return products
        }
        return Matrix(rows: n, columns: m, elements: Array(parts.joined()))
    }

    /// The transpose with a vector taken off each column.
    private func centredColumns(_ centre: [Double]) -> Matrix {
        var turned = transposed
        let d = columns
        turned.elements.withUnsafeMutableBufferPointer { x in
            for i in 0..<rows { for c in 0..<d { x[i * d + c] -= centre[c] } }
        }
        return turned
    }

    private var columnSquares: [Double] {
        elements.withUnsafeBufferPointer { x in
            (0..<columns).map { j in
                var sum = 0.0
                for i in j * rows..<(j + 1) * rows { sum += x[i] * x[i] }
                return sum
            }
        }
    }
}
