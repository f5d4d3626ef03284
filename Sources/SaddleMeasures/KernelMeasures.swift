import SaddleNumerics

/// Scalar measures of a kernel matrix on a set of samples.
public enum KernelMeasures {
    /// Centred kernel alignment with labels, tr(K̃ỸỸᵀ)/(‖K̃‖‖ỸỸᵀ‖) in [0, 1], where ~ subtracts means over samples.
    ///
    /// One if the kernel is made of the labels alone, near zero if it knows nothing of them. Source: Cortes, Mohri, Rostamizadeh
    /// 2012, definition 4.
    ///
    /// - Parameters:
    ///   - kernel: P × P, symmetric positive semidefinite.
    ///   - labels: P × C.
    /// - Returns: nil where a centred norm vanishes (constant kernel or constant labels): there is nothing to align.
    public static func alignment(_ kernel: Matrix, labels: Matrix) -> Double? {
        precondition(kernel.rows == kernel.columns && labels.rows == kernel.rows, "kernel and labels of different sizes")
        let (kernel, labels) = (ofUnitSize(kernel), ofUnitSize(labels))
        let centeredKernel = centered(kernel)
        let target = centered(labels * labels.ᵀ)
        let norms = (dot(centeredKernel, centeredKernel) * dot(target, target)).squareRoot()
        let scale = (dot(kernel, kernel) * dot(labels * labels.ᵀ, labels * labels.ᵀ)).squareRoot()
        return norms > 1e-12 * scale ? dot(centeredKernel, target) / norms : nil
    }

    /// Participation ratio (Σλ)²/Σλ² of the eigenvalues: how many directions share the kernel's weight, between 1 and P.
    public static func participationRatio(_ kernel: Matrix) -> Double? {
        let kernel = ofUnitSize(kernel)
        let trace = (0..<kernel.rows).reduce(0) { $0 + kernel[$1, $1] }
        let squares = dot(kernel, kernel)
        return squares > 0 ? trace * trace / squares : nil
    }

    /// Divided by a power of two, so that squares stay in range and no digit changes: what is measured does not depend on size.
    private static func ofUnitSize(_ x: Matrix) -> Matrix {
        let largest = x.elements.reduce(0) { max($0, abs($1)) }
        guard largest.isNormal else { return x }
        let factor = 1 / Double(sign: .plus, exponent: largest.exponent, significand: 1)
        return Matrix(rows: x.rows, columns: x.columns, elements: x.elements.map { $0 * factor })
    }

    private static func dot(_ a: Matrix, _ b: Matrix) -> Double { zip(a.elements, b.elements).reduce(0) { $0 + $1.0 * $1.1 } }

    /// HKH with H = 1 − 11ᵀ/P.
    private static func centered(_ kernel: Matrix) -> Matrix {
        let n = kernel.rows
        let means = (0..<n).map { j in (0..<n).reduce(0) { $0 + kernel[$1, j] } / Double(n) }
        let total = means.reduce(0, +) / Double(n)
        return Matrix(rows: n, columns: n) { kernel[$0, $1] - means[$0] - means[$1] + total }
    }
}
