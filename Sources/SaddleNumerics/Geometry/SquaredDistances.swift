extension PointCloud {
    /// Squared distances of all pairs, n × n, symmetric up to rounding: exactly 0 for coincident points, nowhere negative.
    ///
    /// Pairs so near that products of matrices leave fewer than six digits of their distance are evaluated from differences.
    ///
    /// - Note: Relative error below 1e-6, and of the order of 1e-15 · (size/distance)² for pairs that are not near.
    /// - Complexity: 2n²D flops at the speed of matrix products, on all threads; two n × n matrices for a moment.
    public var squaredDistances: Matrix {
        let n = count, blocks = blocks, near = 1e6 * rounding
        let parts = Threads.compute(blocks.count) { b -> [Double] in
            var squares = self.squares(of: blocks[b]).elements
            squares.withUnsafeMutableBufferPointer { s in
                for (c, i) in blocks[b].enumerated() {
                    for j in 0..<n where s[c * n + j] <= near {
                        let distance = distance(i, j)
                        s[c * n + j] = distance * distance
                    }
                }
            }
            return squares
        }
        return Matrix(rows: n, columns: n, elements: Array(parts.joined()))
    }
}
