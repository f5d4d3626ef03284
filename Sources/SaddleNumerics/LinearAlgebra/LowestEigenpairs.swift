#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The lowest eigenvalues of a symmetric operator and their vectors, multiple ones included, by subspace iteration with Chebyshev filters.
///
/// Each round applies T_k((2A − a − b)/(b − a)), which is at most 1 on [a, b] and grows fast below a, to a block of vectors, makes them
/// orthonormal and diagonalises A among them; a is the largest value of the block and falls as it converges. A block of random vectors
/// finds all members of a multiple eigenvalue, as a single Krylov space cannot. Source: Zhou, Saad, Tiago, Chelikowsky 2006.
public struct LowestEigenpairs: Sendable {
    /// In ascending order.
    public let values: [Double]
    /// Orthonormal, one a column.
    public let vectors: Matrix
    /// ‖Av − λv‖ of each: an eigenvalue is not further away.
    public let residuals: [Double]
    /// Filters that were applied to the block; 0 where all eigenvalues were found at once.
    public let rounds: Int

    /// - Parameters:
    ///   - upperBound: no eigenvalue is larger.
    ///   - tolerance: of residuals, in units of the upper bound.
    /// - Throws: ``GeometryError/notConverged(what:iterations:residual:tolerance:)`` after `maximalRounds`.
    public init(
        _ a: some LinearOperator, count: Int, upperBound: Double, tolerance: Double = 1e-9, degree: Int = 40,
        maximalRounds: Int = 60, seed: Int = 1, shouldStop: () -> Bool = { false }
    ) throws {
        let n = a.rows
        precondition(a.columns == n && count >= 1 && count <= n && degree >= 2, "\(count) eigenvalues of \(n)×\(a.columns)")
        let width = min(n, count + max(8, count / 3))
        // Where the block would be half of the space, all are found.
        if 2 * width >= n {
            let whole = try a.apply(Matrix.identity(n)).symmetrized, (all, vectors) = try whole.symmetricEigen()
            values = Array(all.prefix(count))
            self.vectors = vectors.leading(rows: n, columns: count)
            residuals = values.map { _ in 10 * Double.ulpOfOne * abs(upperBound) }
            rounds = 0
            return
        }
        var stream = RandomStream(seed: seed, .probe, n)
        var block = try stream.normals(rows: n, columns: width).singularValueDecomposition().left
        var rounds = 0
        while true {
            if shouldStop() { throw CancellationError() }
            var image = try a.apply(block)
            let (values, turn) = try (block.ᵀ * image).symmetricEigen()
            block = block * turn
            image = image * turn
            let residuals = (0..<count).map { c -> Double in
                var square = 0.0
                for i in c * n..<(c + 1) * n {
                    let rest = image.elements[i] - values[c] * block.elements[i]
                    square += rest * rest
                }
                return square.squareRoot()
            }
            let worst = residuals.max()!
            if worst <= tolerance * upperBound || width == n {
                (self.values, self.residuals) = (Array(values[..<count]), residuals)
                block.truncateColumns(to: count)
                (vectors, self.rounds) = (block, rounds)
                return
            }
            if rounds == maximalRounds {
                throw GeometryError.notConverged(
                    what: "the lowest \(count) eigenvalues", iterations: rounds, residual: worst,
                    tolerance: tolerance * upperBound)
            }
            block = try Self.filtered(a, block, lowest: values[0], from: values[width - 1], to: upperBound, degree)
                .singularValueDecomposition().left
            rounds += 1
        }
    }

    /// Scaled in each step so that the lowest value keeps size 1, and nothing overflows.
    private static func filtered(
        _ a: some LinearOperator, _ x: Matrix, lowest: Double, from low: Double, to high: Double, _ degree: Int
    ) throws -> Matrix {
        let half = (high - low) / 2, centre = (high + low) / 2
        // A block that reaches the upper bound has nothing to damp.
        guard half > 1e-12 * abs(high) else { return x }
        let start = half / (lowest - centre)
        var sigma = start
        func shifted(_ v: Matrix) throws -> Matrix {
            var image = try a.apply(v)
            image.add(v, scale: -centre)
            image.scale(by: 1 / half)
            return image
        }
        var before = x, now = try shifted(x)
        now.scale(by: sigma)
        for _ in 2...degree {
            let next = 1 / (2 / start - sigma)
            var image = try shifted(now)
            image.scale(by: 2 * next)
            image.add(before, scale: -sigma * next)
            (before, now, sigma) = (now, image, next)
        }
        return now
    }
}
