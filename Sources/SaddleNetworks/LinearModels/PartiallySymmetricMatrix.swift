import SaddleNumerics

extension Matrix {
    /// A random N × N matrix with E Jᵢⱼ² = 1/N and E JᵢⱼJⱼᵢ = τ/N.
    ///
    /// J = √((1 + τ)/2) S + √((1 − τ)/2) A with independent symmetric and antisymmetric Gaussian matrices of variance 1/N off the
    /// diagonal; the diagonal, of variance (1 + τ)/N, makes the law invariant under rotations.
    public static func partiallySymmetric(size: Int, symmetry τ: Double, _ random: inout RandomStream) -> Matrix {
        precondition(size >= 1 && abs(τ) <= 1, "size \(size), symmetry \(τ)")
        var matrix = random.normals(rows: size, columns: size)
        let scale = 1 / Double(size).squareRoot()
        let (symmetric, antisymmetric) = (((1 + τ) / 2).squareRoot() * scale, ((1 - τ) / 2).squareRoot() * scale)
        matrix.elements.withUnsafeMutableBufferPointer { a in
            for j in 0..<size {
                a[j * size + j] *= (1 + τ).squareRoot() * scale
                for i in 0..<j {
                    let (s, d) = (symmetric * a[j * size + i], antisymmetric * a[i * size + j])
                    (a[j * size + i], a[i * size + j]) = (s + d, s - d)
                }
            }
        }
        return matrix
    }
}
