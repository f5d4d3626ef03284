import Numerics

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Random matrices of every ensemble whose limit is known here.
extension RandomStream {
    /// A matrix of the Gaussian orthogonal ensemble: symmetric, variance σ²/N off the diagonal, 2σ²/N on it (``SemicircleLaw``).
    public mutating func wignerMatrix(order: Int, deviation: Double = 1) -> Matrix {
        let g = normals(rows: order, columns: order)
        let scale = deviation / (2 * Double(order)).squareRoot()
        return Matrix(rows: order, columns: order) { scale * (g[$0, $1] + g[$1, $0]) }
    }

    /// A tridiagonal matrix whose eigenvalues have the law of the Gaussian ensemble of any β, density ∏|λᵢ − λⱼ|^β e^{−βNΣλ²/4σ²}.
    ///
    ///     σ/√(βN) · (√2 normals on the diagonal, χ_{β(N−k)} beside its k-th element)
    ///
    /// Source: Dumitriu and Edelman, "Matrix models for beta ensembles" (2002).
    public mutating func tridiagonalWignerMatrix(order: Int, beta: Double, deviation: Double = 1) -> Matrix {
        let scale = deviation / (beta * Double(order)).squareRoot()
        var matrix = Matrix(rows: order, columns: order)
        for k in 0..<order { matrix[k, k] = scale * 2.0.squareRoot() * normal() }
        for k in 1..<max(order, 1) {
            let side = scale * (2 * gamma(shape: beta * Double(order - k) / 2)).squareRoot()
            (matrix[k - 1, k], matrix[k, k - 1]) = (side, side)
        }
        return matrix
    }

    /// Eigenvalues of XᵀX, ascending, for n × m independent normals of variance 1, m ≤ n: those of BᵀB for B with χ_n, …, χ_{n−m+1} on its diagonal and
    /// χ_{m−1}, …, χ₁ beside it (the same source).
    public mutating func covarianceEigenvalues(samples: Int, dimensions: Int) throws(FactorizationError) -> [Double] {
        precondition(dimensions <= samples, "\(samples) samples of \(dimensions) dimensions")
        var diagonal: [Double] = [], beside: [Double] = []
        for k in 0..<dimensions { diagonal.append((2 * gamma(shape: Double(samples - k) / 2)).squareRoot()) }
        for k in 1..<max(dimensions, 1) { beside.append((2 * gamma(shape: Double(dimensions - k) / 2)).squareRoot()) }
        var matrix = Matrix(rows: dimensions, columns: dimensions)
        for k in 0..<dimensions {
            matrix[k, k] = diagonal[k] * diagonal[k] + (k > 0 ? beside[k - 1] * beside[k - 1] : 0)
            if k > 0 { (matrix[k - 1, k], matrix[k, k - 1]) = (diagonal[k - 1] * beside[k - 1], diagonal[k - 1] * beside[k - 1]) }
        }
        return try matrix.symmetricEigenvalues()
    }

    /// M_ℓ of ``SampleCovarianceSpectrum``: one column for each population value.
    ///
    /// - Parameter counts: in the order of multiplication.
    public mutating func covarianceFactor(population: [Double], counts: [Int]) -> Matrix {
        precondition(!counts.isEmpty && population.allSatisfy { $0 >= 0 }, "\(counts.count) factors")
        var factor = normals(rows: counts[0], columns: population.count)
        factor.scaleColumns(by: population.map { ($0 / Double(counts[0])).squareRoot() })
        for count in counts.dropFirst() {
            factor = .product(
                .plain(normals(rows: count, columns: factor.rows)), .plain(factor), scale: 1 / Double(count).squareRoot())
        }
        return factor
    }

    /// All eigenvalues of the D × D matrix S of ``SampleCovarianceSpectrum``, ascending; zeros are exact.
    public mutating func covarianceEigenvalues(population: [Double], counts: [Int]) throws(FactorizationError) -> [Double] {
        // The smallest matrix with the positive eigenvalues: the law does not depend on the order of factors.
        let positive = population.filter { $0 > 0 }
        let factor = covarianceFactor(population: positive, counts: counts.sorted(by: >))
        let gram = factor.rows < factor.columns ? .product(.plain(factor), factor.ᵀ) : factor.gram()
        return [Double](repeating: 0, count: population.count - gram.rows) + (try gram.symmetricEigenvalues())
    }

    /// U diag(values) Uᵀ with U uniformly distributed over rotations.
    public mutating func rotatedMatrix(values: [Double]) throws(FactorizationError) -> Matrix {
        // Eigenvectors of a Gaussian matrix are uniformly distributed; their signs do not matter.
        let (_, vectors) = try wignerMatrix(order: values.count).symmetricEigen()
        var scaled = vectors
        scaled.scaleColumns(by: values)
        return .product(.plain(scaled), vectors.ᵀ)
    }

    /// A real matrix with E J_ij² = 1/N (times 1 + τ on the diagonal) and E J_ij J_ji = τ/N (``EllipticLaw``).
    ///
    ///     J = √((1 + τ)/2) S + √((1 − τ)/2) A,   S symmetric, A antisymmetric
    public mutating func ellipticMatrix(order: Int, symmetry: Double) -> Matrix {
        let g = normals(rows: order, columns: order)
        let (even, odd) = (((1 + symmetry) / 2).squareRoot(), ((1 - symmetry) / 2).squareRoot())
        let scale = 1 / (2 * Double(order)).squareRoot()
        return Matrix(rows: order, columns: order) { i, j in
            scale * (even * (g[i, j] + g[j, i]) + odd * (g[i, j] - g[j, i]))
        }
    }

    /// Eigenvalues of a matrix of independent complex normals with E|J_ij|² = 1/N.
    public mutating func ginibreEigenvalues(order: Int) throws(FactorizationError) -> [Complex<Double>] {
        var (real, imaginary) = (normals(rows: order, columns: order), normals(rows: order, columns: order))
        let scale = 1 / (2 * Double(order)).squareRoot()
        real.scale(by: scale)
        imaginary.scale(by: scale)
        return try Matrix.eigenvalues(real: real, imaginary: imaginary)
    }
}
