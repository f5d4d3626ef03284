import SaddleNumerics

/// The part of a weight in a tangent kernel where what it writes has n positions:
///
///     K_{μc,νd} = s Σ_{pq} (g_{μcp}·g_{νdq}) (λ_W r_{μp}·r_{νq}/R + λ_b)
///
/// Either by the products of all positions in both brackets, or by those of the Jacobians Σ_p g_p r_pᵀ: whichever takes less.
struct PositionSum {
    /// Units × samples·C·n, output by output within a sample, positions within.
    private let gradients: Matrix
    /// R × samples·n
    private let reads: Matrix
    private let samples: Int
    private let scale, weight, bias: Double

    /// - Parameter scales: s, λ_W and λ_b.
    init(_ gradients: Matrix, _ reads: Matrix, samples: Int, scales: (Double, weight: Double, bias: Double)) {
        (self.gradients, self.reads, self.samples) = (gradients, reads, samples)
        (scale, weight, bias) = (scales.0, scales.weight, scales.bias)
    }

    private var positions: Int { reads.columns / max(samples, 1) }
    private var outputs: Int { gradients.columns / max(reads.columns, 1) }
    private var rows: Int { samples * outputs }

    /// Between these samples and those of `other` (nil: the same), samples·C × samples·C.
    func kernel(with other: PositionSum? = nil) -> Matrix {
        let b = other ?? self
        if rows == 0 || b.rows == 0 { return Matrix(rows: rows, columns: b.rows) }
        var result = prefersJacobians(b) ? byJacobians(other) : byPositions(other)
        if bias != 0 {
            let sums = summedGradients
            result.add(
                other.map { Matrix.product(sums.ᵀ, .plain($0.summedGradients)) } ?? sums.gram(), scale: scale * bias)
        }
        return result
    }

    /// Σ_p g_p, units × samples·C.
    private var summedGradients: Matrix {
        var sums = Matrix(rows: gradients.rows, columns: rows)
        for column in 0..<gradients.columns {
            let (from, to) = (column * gradients.rows, column / positions * gradients.rows)
            for i in 0..<gradients.rows { sums.elements[to + i] += gradients.elements[from + i] }
        }
        return sums
    }

    func prefersJacobians(_ b: PositionSum) -> Bool {
        let (n, u, r) = (Double(positions), Double(gradients.rows), Double(reads.rows))
        let (p, q, c) = (Double(samples), Double(b.samples), Double(outputs))
        let jacobians = (p + q) * c * n * u * r + p * q * c * c * u * r
        let products = p * q * n * n * (c * c * u + r)
        return jacobians < products && (p + q) * c * u * r < 3e7
    }

    func byJacobians(_ other: PositionSum?) -> Matrix {
        let (mine, unit) = (jacobians, scale * weight / Double(reads.rows))
        return other.map { Matrix.product(mine.ᵀ, .plain($0.jacobians), scale: unit) } ?? mine.gram(scale: unit)
    }

    /// Σ_p g_p r_pᵀ, a column for each sample and output.
    private var jacobians: Matrix {
        let size = gradients.rows * reads.rows
        var result = Matrix(rows: size, columns: rows)
        for column in 0..<rows {
            let first = column / outputs * positions
            let g = gradients.selectingColumns(column * positions..<(column + 1) * positions)
            let r = reads.selectingColumns(first..<first + positions)
            result.elements.replaceSubrange(
                column * size..<(column + 1) * size, with: Matrix.product(.plain(g), r.ᵀ).elements)
        }
        return result
    }

    /// One sample after another of these, with those of the other from it on where both are the same.
    func byPositions(_ other: PositionSum?) -> Matrix {
        let (b, n, c, unit) = (other ?? self, positions, outputs, scale * weight / Double(reads.rows))
        var result = Matrix(rows: rows, columns: b.rows)
        for sample in 0..<samples {
            let first = other == nil ? sample : 0, block = n * c
            let g = gradients.selectingColumns(sample * block..<(sample + 1) * block)
            let r = reads.selectingColumns(sample * n..<(sample + 1) * n)
            let products = Matrix.product(g.ᵀ, .plain(b.gradients.selectingColumns(first * block..<b.samples * block)))
            let factors = Matrix.product(r.ᵀ, .plain(b.reads.selectingColumns(first * n..<b.samples * n)), scale: unit)
            for column in 0..<(b.samples - first) * c {
                for row in 0..<c {
                    let sum = products.elements.withUnsafeBufferPointer { products in
                        factors.elements.withUnsafeBufferPointer { factors in
                            var sum = 0.0
                            for q in 0..<n {
                                let (left, right) = ((column * n + q) * block + row * n, (column / c * n + q) * n)
                                for p in 0..<n { sum += products[left + p] * factors[right + p] }
                            }
                            return sum
                        }
                    }
                    result[sample * c + row, first * c + column] = sum
                    if other == nil { result[first * c + column, sample * c + row] = sum }
                }
            }
        }
        return result
    }
}
