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
