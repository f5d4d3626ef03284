/// An approximate inverse of A + ridge for a positive semidefinite A, from a few of its columns.
///
///     A ≈ LLᵀ,   P = LLᵀ + δ,   δP⁻¹ = 1 − L(δ + LᵀL)⁻¹Lᵀ,      δ = ridge + mean of what LLᵀ leaves of the diagonal
///
/// L is a partial Cholesky factor that always takes the largest remaining diagonal entry next. The largest modes, which make
/// kernels ill-conditioned, are taken out; a factor does not matter to conjugate gradients, so P⁻¹ comes times δ.
/// Source: Harbrecht, Peters, Schneider 2012; as a preconditioner Gardner et al. 2018.
public struct PivotedPreconditioner: Sendable {
    /// Columns of L.
    public let rank: Int
    /// Trace of what the factor leaves out, relative to the trace of A.
    public let relativeRemainder: Double
    private let factor, small: Matrix

    /// - Parameters:
    ///   - diagonal: The diagonal of A.
    ///   - column: Column j of A.
    ///   - rank: Columns at most; fewer once what remains is rounding.
    /// - Complexity: n·rank² flops twice, n·rank numbers of memory, and `rank` columns.
    public init(
        diagonal: [Double], ridge: Double, rank: Int, shouldStop: () -> Bool = { false }, column: (Int) throws -> [Double]
    ) throws {
        let n = diagonal.count
        var remaining = diagonal
        var factor = Matrix(rows: n, columns: 0)
        factor.elements.reserveCapacity(n * rank)
        let floor = Double(n) * .ulpOfOne * (diagonal.max() ?? 0)
        while factor.columns < min(rank, n) && !shouldStop() {
            let pivot = remaining.indices.max { remaining[$0] < remaining[$1] }!
            if !(remaining[pivot] > floor) { break }
            var next = Matrix(rows: n, columns: 1, elements: try column(pivot))
            let row = Matrix(rows: factor.columns, columns: 1) { k, _ in factor[pivot, k] }
            next.add(.plain(factor), .plain(row), scale: -1)
            next.scale(by: 1 / remaining[pivot].squareRoot())
            for i in 0..<n { remaining[i] -= next.elements[i] * next.elements[i] }
            remaining[pivot] = 0
            factor.appendColumns(of: next)
        }
        let left = remaining.reduce(0) { $0 + max($1, 0) }
        let trace = diagonal.reduce(0, +)
        // A matrix that the factor reproduces to rounding still needs δ > 0.
        let shift = max(ridge + left / Double(max(n, 1)), floor)
        var small = factor.gram()
        for k in 0..<factor.columns { small[k, k] += shift }
        self.rank = factor.columns
        relativeRemainder = trace > 0 ? left / trace : 0
        self.factor = factor
        self.small = try small.cholesky()
    }

    /// δP⁻¹r
    public func apply(_ r: Matrix) -> Matrix {
        if rank == 0 { return r }
        var reduced = (factor.ᵀ * r).transposed
        reduced.solveRight(upper: small)
        reduced.solveRight(upperTransposed: small)
        var result = r
        result.add(.plain(factor), reduced.ᵀ, scale: -1)
        return result
    }
}
