#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Krylov spaces of a symmetric operator, one for each of several starting vectors, which share the operator's products.
///
///     A Q_k = Q_k T_k + β_k q_{k+1} e_kᵀ,   Q_k orthonormal, q₁ = b/‖b‖, T_k tridiagonal
///
/// so that f(A)b ≈ ‖b‖ Q_k f(T_k) e₁. Every new vector is orthogonalised twice against all earlier ones: Ritz values are then
/// free of copies and f may be anything, at a cost of 8nk² flops a starting vector and nk numbers of memory.
/// Source: Lanczos 1950; Golub and Van Loan, section 10.1.
public struct Lanczos: Sendable {
    /// Norm of each starting vector.
    public let norms: [Double]
    /// Q_k of each starting vector, n × k; shorter once the space is invariant.
    public private(set) var bases: [Matrix]
    /// Diagonal of T_k and β₁ … β_k of each.
    public private(set) var diagonals, offDiagonals: [[Double]]
    /// q_{k+1} of each, the starting vectors at first; zero once the space is invariant.
    public private(set) var next: Matrix

    /// Spaces of dimension 0, one for each column; a column of zeros stays without a space.
    public init(starts: Matrix) {
        let (n, count) = (starts.rows, starts.columns)
        next = starts
        var norms: [Double] = []
        for c in 0..<count {
            let norm = next.columnNorm(c)
            norms.append(norm)
            if norm > 0 { next.scaleColumn(c, by: 1 / norm) }
        }
        self.norms = norms
        bases = Array(repeating: Matrix(rows: n, columns: 0), count: count)
        diagonals = Array(repeating: [], count: count)
        offDiagonals = diagonals
    }

    /// Whether no space can grow any more.
    public var isComplete: Bool { (0..<norms.count).allSatisfy { isComplete($0) } }
    /// Whether the space of starting vector c cannot grow any more.
    public func isComplete(_ c: Int) -> Bool { norms[c] == 0 || offDiagonals[c].last == 0 || diagonals[c].count == next.rows }

    /// Makes every space larger by one dimension, with one product. Spaces that are invariant to rounding stay as they are.
    public mutating func extend(_ a: some LinearOperator) throws {
        precondition(a.rows == next.rows && a.columns == next.rows, "operator \(a.rows)×\(a.columns), vectors of \(next.rows)")
        let products = try a.apply(next)
        for c in norms.indices where !isComplete(c) {
            let q = next.selectingColumns([c])
            var r = products.selectingColumns([c])
            let image = r.columnNorm(0)
            bases[c].appendColumns(of: q)
            diagonals[c].append((q.ᵀ * r).elements[0])
            for _ in 0..<2 { r.add(.plain(bases[c]), .plain(bases[c].ᵀ * r), scale: -1) }
            let beta = r.columnNorm(0)
            // What is left after twofold orthogonalisation of an invariant space is rounding.
            let scale = max(image, diagonals[c].map(abs).max()!)
            let isInvariant = beta <= 10 * .ulpOfOne * scale || diagonals[c].count == next.rows
            offDiagonals[c].append(isInvariant ? 0 : beta)
            r.scale(by: isInvariant ? 0 : 1 / beta)
            next.setColumn(c, to: r)
        }
    }

    /// Ritz values of the space of starting vector c, in ascending order, and eigenvectors of T_k.
    public func ritz(_ c: Int) throws(FactorizationError) -> (values: [Double], vectors: Matrix) {
        let d = diagonals[c]
        var t = Matrix(rows: d.count, columns: d.count)
        for i in d.indices {
            t[i, i] = d[i]
            if i + 1 < d.count { (t[i, i + 1], t[i + 1, i]) = (offDiagonals[c][i], offDiagonals[c][i]) }
        }
        return try t.symmetricEigen()
    }

    /// T_k x for the space of starting vector c.
    public func product(_ c: Int, _ x: [Double]) -> [Double] {
        x.indices.map { i in
            let below = i > 0 ? offDiagonals[c][i - 1] * x[i - 1] : 0
            return diagonals[c][i] * x[i] + below + (i + 1 < x.count ? offDiagonals[c][i] * x[i + 1] : 0)
        }
    }

    /// The largest eigenvalue of a symmetric operator that is positive semidefinite, to a relative accuracy of about `tolerance`.
    ///
    /// - Parameter start: a vector with a part along the largest mode, such as random numbers.
    public static func largestEigenvalue(
        of a: some LinearOperator, start: Matrix, tolerance: Double = 1e-6, maximumIterations: Int = 100
    ) throws -> Double {
        precondition(start.columns == 1, "\(start.columns) starting vectors")
        var krylov = Lanczos(starts: start)
        var found = 0.0
        while !krylov.isComplete && krylov.diagonals[0].count < maximumIterations {
            try krylov.extend(a)
            let (values, vectors) = try krylov.ritz(0)
            found = values.last!
            // |β_k s_k| bounds the distance to an eigenvalue; its square over the gap is the error.
            let residual = krylov.offDiagonals[0].last! * abs(vectors[values.count - 1, values.count - 1])
            if residual <= tolerance * abs(found) { break }
        }
        return found
    }
}

extension Matrix {
    func columnNorm(_ c: Int) -> Double {
        elements[c * rows..<(c + 1) * rows].withContiguousStorageIfAvailable { x in
            var (scale, sum) = (0.0, 0.0)
            for value in x { scale = max(scale, abs(value)) }
            if scale == 0 || !scale.isFinite { return scale }
            for value in x { sum += value / scale * (value / scale) }
            return scale * sum.squareRoot()
        }!
    }

    mutating func scaleColumn(_ c: Int, by factor: Double) { for i in c * rows..<(c + 1) * rows { elements[i] *= factor } }

    mutating func setColumn(_ c: Int, to column: Matrix) {
        for i in 0..<rows { elements[c * rows + i] = column.elements[i] }
    }
}
