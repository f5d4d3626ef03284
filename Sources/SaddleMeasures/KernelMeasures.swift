import Numerics
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
        // Without the P × P matrix of the labels: ‖YYᵀ‖ = ‖YᵀY‖ and tr(K̃ỸỸᵀ) = tr(ỸᵀKỸ), both C × C.
        let target = labels.centredColumns, targetGram = target.gram(), gram = labels.gram()
        let norms = (centeredSquares(kernel) * dot(targetGram, targetGram)).squareRoot()
        let scale = (dot(kernel, kernel) * dot(gram, gram)).squareRoot()
        return norms > 1e-12 * scale ? dot(target, kernel * target) / norms : nil
    }

    /// Centred alignment of two kernels on the same samples, tr(K̃L̃)/(‖K̃‖‖L̃‖) in [0, 1]: one for kernels that are equal up to a factor and constants.
    ///
    /// - Returns: nil where a centred norm vanishes.
    public static func alignment(_ kernel: Matrix, with other: Matrix) -> Double? {
        precondition(kernel.rows == other.rows && kernel.columns == other.columns, "kernels of different sizes")
        let a = centered(ofUnitSize(kernel)), b = centered(ofUnitSize(other))
        let norms = (dot(a, a) * dot(b, b)).squareRoot()
        let scale = (dot(ofUnitSize(kernel), ofUnitSize(kernel)) * dot(ofUnitSize(other), ofUnitSize(other))).squareRoot()
        return norms > 1e-12 * scale ? dot(a, b) / norms : nil
    }

    /// HKH with H = 1 − 11ᵀ/P.
    public static func centered(_ kernel: Matrix) -> Matrix {
        let means = columnMeans(kernel), total = means.reduce(0, +) / Double(max(means.count, 1))
        return Matrix(rows: kernel.rows, columns: kernel.columns) { kernel[$0, $1] - means[$0] - means[$1] + total }
    }

    /// Participation ratio (Σλ)²/Σλ² of the eigenvalues: how many directions share the kernel's weight, between 1 and P.
    public static func participationRatio(_ kernel: Matrix) -> Double? {
        let kernel = ofUnitSize(kernel)
        let trace = (0..<kernel.rows).reduce(0) { $0 + kernel[$1, $1] }
        let squares = dot(kernel, kernel)
        return squares > 0 ? trace * trace / squares : nil
    }

    /// The participation ratio of the covariance of features, samples × features: a linear dimension between 1 and the smaller of both numbers.
    ///
    /// - Returns: nil where nothing varies.
    public static func participationRatio(ofFeatures x: Matrix) -> Double? {
        let centred = ofUnitSize(x).centredColumns
        let scale = dot(ofUnitSize(x), ofUnitSize(x)), left = dot(centred, centred)
        guard left > 1e-24 * scale else { return nil }
        return participationRatio(x.rows < x.columns ? centred.transposed.gram() : centred.gram())
    }

    /// −tr ρ log ρ of ρ = XᵀX/tr for features X, samples × features, about the origin: 0 if all samples lie on one line through it, log D if all D directions share alike.
    ///
    /// Its exponential is an effective rank.
    ///
    /// - Throws: where singular values do not converge.
    public static func vonNeumannEntropy(ofFeatures x: Matrix) throws(FactorizationError) -> Double {
        vonNeumannEntropy(eigenvalues: try ofUnitSize(x).singularValueDecomposition().values.map { $0 * $0 })
    }

    /// −Σ p log p of eigenvalues over their sum; 0 of none.
    public static func vonNeumannEntropy(eigenvalues: [Double]) -> Double {
        let sum = eigenvalues.reduce(0, +)
        return sum > 0 ? eigenvalues.reduce(0) { $1 > 0 ? $0 - $1 / sum * Double.log($1 / sum) : $0 } : 0
    }

    /// Divided by a power of two, so that squares stay in range and no digit changes: what is measured does not depend on size.
    private static func ofUnitSize(_ x: Matrix) -> Matrix {
        let largest = x.elements.reduce(0) { max($0, abs($1)) }
        guard largest.isNormal else { return x }
        let factor = 1 / Double(sign: .plus, exponent: largest.exponent, significand: 1)
        return Matrix(rows: x.rows, columns: x.columns, elements: x.elements.map { $0 * factor })
    }

    private static func dot(_ a: Matrix, _ b: Matrix) -> Double {
        a.elements.withUnsafeBufferPointer { a in
            b.elements.withUnsafeBufferPointer { b in a.indices.reduce(0) { $0 + a[$1] * b[$1] } }
        }
    }

    /// ‖HKH‖²
    private static func centeredSquares(_ kernel: Matrix) -> Double {
        let n = kernel.rows, means = columnMeans(kernel)
        let total = means.reduce(0, +) / Double(n)
        return kernel.elements.withUnsafeBufferPointer { k in
            means.withUnsafeBufferPointer { means in
                var sum = 0.0
                for j in 0..<n {
                    let shift = total - means[j]
                    for i in 0..<n {
                        let x = k[j * n + i] - means[i] + shift
                        sum += x * x
                    }
                }
                return sum
            }
        }
    }

    private static func columnMeans(_ x: Matrix) -> [Double] {
        (0..<x.columns).map { j in x.elements[j * x.rows..<(j + 1) * x.rows].reduce(0, +) / Double(x.rows) }
    }
}
