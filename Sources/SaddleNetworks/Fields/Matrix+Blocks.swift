import SaddleNumerics

// Kernels of several outputs: blocks of outputs for every pair of samples.
extension Matrix {
    /// Multiplies columns jC … jC + C − 1 elementwise by column j of `factors`.
    mutating func multiplyColumnGroups(by factors: Matrix, size: Int) {
        let n = rows
        elements.withUnsafeMutableBufferPointer { a in
            factors.elements.withUnsafeBufferPointer { w in
                for column in 0..<factors.columns * size {
                    let (start, source) = (column * n, column / size * n)
                    for i in 0..<n { a[start + i] *= w[source + i] }
                }
            }
        }
    }

    /// Adds product (i, j) times what `factor` makes of entry (i, j) of `factors`, an entry for each block of size × size, above and on
    /// the diagonal.
    mutating func addUpper(
        _ products: Matrix, factors: Matrix, size: Int, _ factor: (Double) -> Double
    ) {
        let (n, count) = (rows, factors.rows)
        elements.withUnsafeMutableBufferPointer { sum in
            products.elements.withUnsafeBufferPointer { products in
                factors.elements.withUnsafeBufferPointer { factors in
                    for j in 0..<n {
                        let column = j / size, start = j * n
                        if size == 1 {
                            for i in 0...j { sum[start + i] += products[start + i] * factor(factors[column * count + i]) }
                            continue
                        }
                        // The whole of the block on the diagonal: what lies below it is overwritten by the mirror.
                        for row in 0...column {
                            let value = factor(factors[column * count + row])
                            for i in start + row * size..<start + (row + 1) * size { sum[i] += products[i] * value }
                        }
                    }
                }
            }
        }
    }

    /// Multiplies block (i, j) of size × size elements by factor (i, j).
    mutating func multiplyBlocks(by factors: Matrix, size: Int) {
        if size == 1 { return multiplyElements(by: factors) }
        let n = rows
        elements.withUnsafeMutableBufferPointer { a in
            for j in 0..<columns {
                for row in 0..<n / size {
                    let factor = factors[row, j / size]
                    for i in j * n + row * size..<j * n + (row + 1) * size { a[i] *= factor }
                }
            }
        }
    }

    /// Adds term (i, j) to the diagonal of block (i, j).
    mutating func addToBlockDiagonals(_ terms: Matrix, size: Int) {
        if size == 1 { return add(terms) }
        for j in 0..<terms.columns {
            for i in 0..<terms.rows { for c in 0..<size { self[i * size + c, j * size + c] += terms[i, j] } }
        }
    }

    /// Every `count` neighbouring columns one below the other.
    func joiningColumns(_ count: Int) -> Matrix {
        Matrix(rows: rows * count, columns: columns / count, elements: elements)
    }
}
