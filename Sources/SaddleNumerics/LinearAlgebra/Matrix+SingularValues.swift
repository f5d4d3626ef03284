import CSaddle

extension Matrix {
    /// The thin decomposition `self = U·diag(s)·Vᵀ` with min(rows, columns) singular values, largest first, by LAPACK's gesdd.
    ///
    /// - Returns: U (rows × k), s and Vᵀ (k × columns).
    /// - Throws: ``FactorizationError/singularValuesDidNotConverge(info:)``, also where an element is not finite.
    public func singularValueDecomposition() throws(FactorizationError) -> (left: Matrix, values: [Double], right: Matrix) {
        let k = min(rows, columns)
        var left = Matrix(rows: rows, columns: k), right = Matrix(rows: k, columns: columns)
        var values = [Double](repeating: 0, count: k)
        if k == 0 { return (left, values, right) }
        if !isFinite { throw .singularValuesDidNotConverge(info: 0) }
        var copy = elements
        let info = sd_gesdd(Int32(rows), Int32(columns), &copy, &values, &left.elements, &right.elements)
        if info != 0 { throw .singularValuesDidNotConverge(info: Int(info)) }
        return (left, values, right)
    }

    /// `U·diag(f(s))·Vᵀ`, for f that is 0 at 0.
    public func mappingSingularValues(_ f: (Double) -> Double) throws(FactorizationError) -> Matrix {
        var (left, values, right) = try singularValueDecomposition()
        left.scaleColumns(by: values.map(f))
        return left * right
    }

    /// √Σᵢⱼ aᵢⱼ² = √Σ s², without overflow.
    public var frobeniusNorm: Double {
        let largest = elements.reduce(0) { max($0, abs($1)) }
        guard largest > 0, largest.isFinite else { return largest }
        return largest * elements.reduce(0) { $0 + ($1 / largest) * ($1 / largest) }.squareRoot()
    }

    /// The polar factor U·Vᵀ, or its regularisation
    ///
    ///     U·diag(s/√(s² + e²))·Vᵀ,   e = ε·‖self‖_F,
    ///
    /// which does not amplify directions with s ≪ e. With ε = 0, directions with s ≤ 16·max(rows, columns)·2⁻⁵²·s_max, which rounding alone may
    /// have made, are left out: the factor of a matrix of rank r has r singular values 1, the others are 0.
    public func polarFactor(epsilon: Double = 0) throws(FactorizationError) -> Matrix {
        precondition(epsilon >= 0, "ε = \(epsilon)")
        var (left, values, right) = try singularValueDecomposition()
        guard let largest = values.first, largest > 0 else { return Matrix(rows: rows, columns: columns) }
        // Over the largest, so that no square overflows or vanishes.
        let scaled = values.map { $0 / largest }
        let square = epsilon * epsilon * scaled.reduce(0) { $0 + $1 * $1 }
        let null = 16 * Double(max(rows, columns)) * .ulpOfOne
        left.scaleColumns(by: scaled.map { square > 0 ? $0 / ($0 * $0 + square).squareRoot() : $0 > null ? 1 : 0 })
        return left * right
    }

    /// The approximate polar factor of the Muon optimiser: with X = self/‖self‖_F, repeatedly
    ///
    ///     X ← aX + (bA + cA²)X,   A = XXᵀ,   (a, b, c) = (3.4445, −4.7750, 2.0315)
    ///
    /// Each step maps every singular value by the polynomial as + bs³ + cs⁵ and leaves singular vectors as they are. It does not
    /// converge: after five steps singular values of X from 0.002 to 1 lie between 0.68 and 1.21, smaller ones have grown up to a⁵ = 485-fold.
    /// Source: K. Jordan, "Muon" (2024).
    public func newtonSchulz(steps: Int = 5) -> Matrix {
        let norm = frobeniusNorm
        if norm == 0 { return self }
        var x = self
        x.scale(by: 1 / norm)
        let isTall = rows > columns
        for _ in 0..<steps {
            // The smaller of the two Gram matrices: (XXᵀ)X = X(XᵀX).
            let gram = isTall ? x.gram() : Matrix.product(.plain(x), x.ᵀ)
            var inner = gram
            inner.scale(by: -4.7750)
            inner.add(.plain(gram), .plain(gram), scale: 2.0315)
            let old = x
            if isTall {
                x.add(.plain(old), .plain(inner), scale: 1, keeping: 3.4445)
            } else {
                x.add(.plain(inner), .plain(old), scale: 1, keeping: 3.4445)
            }
        }
        return x
    }

    /// (ε·1 + self)^{−1/4} of a symmetric positive semidefinite matrix. Eigenvalues below zero are taken as what they are, rounding, where ε
    /// outweighs them.
    ///
    /// - Throws: ``FactorizationError/notPositiveDefinite(order:)``, counting eigenvalues from the least, if ε does not make it positive definite.
    public func inverseFourthRoot(adding epsilon: Double) throws(FactorizationError) -> Matrix {
        var (values, vectors) = try symmetricEigen()
        if let bad = values.lastIndex(where: { !($0 + epsilon > 0) }) { throw .notPositiveDefinite(order: bad + 1) }
        values = values.map { 1 / ($0 + epsilon).squareRoot().squareRoot() }
        var scaled = vectors
        scaled.scaleColumns(by: values)
        return Matrix.product(.plain(scaled), vectors.ᵀ)
    }

    /// −1, 0 or 1 for each element.
    public var signs: Matrix {
        Matrix(rows: rows, columns: columns, elements: elements.map { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 })
    }
}
