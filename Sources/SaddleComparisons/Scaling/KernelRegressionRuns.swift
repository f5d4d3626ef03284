import SaddleNumerics

/// Kernel ridge regression on training sets drawn from a pool, without any theory: the oracle of predicted learning curves.
struct KernelRegressionRuns: Sendable {
    /// n × n and n × C
    let kernel, targets: Matrix
    /// δ, added to the diagonal.
    let ridge: Double
    let seed: Int

    /// The mean square error, summed over outputs, on the samples that were not drawn, for every draw.
    ///
    /// - Throws: ``FactorizationError`` if a kernel matrix without ridge is singular.
    func losses(samples: Int, draws: Int, stop: @Sendable () -> Bool) throws -> [Double] {
        try Threads.map(draws) { draw in
            if stop() { throw CancellationError() }
            var stream = RandomStream(seed: seed, .dataSplit, samples, draw)
            let order = stream.permutation(kernel.rows)
            let (drawn, others) = (Array(order[..<samples]), Array(order[samples...]))
            // Kᵀ = K: columns are contiguous, rows are not.
            let columns = kernel.selectingColumns(drawn)
            var block = columns.selectingRows(drawn)
            for i in 0..<samples { block[i, i] += ridge }
            let factor = try block.cholesky()
            var coefficients = targets.selectingRows(drawn)
            coefficients.solveLeftTransposed(upper: factor)
            var row = coefficients.transposed
            row.solveRight(upperTransposed: factor)
            // Of drawn samples too: a product is cheaper than picking the others' rows.
            let outputs = columns * row.ᵀ
            let sum = (0..<targets.columns).reduce(0.0) { sum, c in
                others.reduce(sum) { $0 + (outputs[$1, c] - targets[$1, c]) * (outputs[$1, c] - targets[$1, c]) }
            }
            return sum / Double(others.count)
        }
    }
}
