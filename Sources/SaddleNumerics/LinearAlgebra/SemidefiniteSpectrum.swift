/// Why a matrix is not a kernel matrix.
public enum SemidefiniteError: Error, Equatable, CustomStringConvertible {
    /// A matrix of different numbers of rows and columns.
    case notSquare(rows: Int, columns: Int)
    /// An entry that is infinite or not a number; indices count from 0.
    case notFinite(row: Int, column: Int, value: Double)
    /// Entries (row, column) and (column, row), the pair that differs most.
    case asymmetric(row: Int, column: Int, value: Double, mirrored: Double)
    /// The most negative eigenvalue, beyond the rounding errors of the largest.
    case indefinite(eigenvalue: Double, largest: Double, allowed: Double)
    /// LAPACK's iteration failed with this `info`.
    case eigenvaluesDidNotConverge(info: Int)

    public var description: String {
        switch self {
        case .notSquare(let rows, let columns):
            "the kernel of points with themselves must be square, but this one is \(rows)×\(columns)"
        case .notFinite(let row, let column, let value):
            "kernel entry (\(row), \(column)) is \(value); all entries must be finite"
        case .asymmetric(let row, let column, let value, let mirrored):
            """
            kernel is not symmetric: entry (\(row), \(column)) is \(value), but entry (\(column), \(row)) is \(mirrored)
            """
        case .indefinite(let eigenvalue, let largest, let allowed):
            """
            kernel is not positive semidefinite: eigenvalue \(eigenvalue) against a largest one of \(largest); rounding explains \
            no more than -\(allowed)
            """
        case .eigenvaluesDidNotConverge(let info): "symmetric eigenvalue iteration did not converge (info \(info))"
        }
    }
}

/// The eigen-decomposition K = VΛVᵀ of a symmetric positive semidefinite matrix that is known to rounding only.
///
/// Eigenvalues that errors of the entries can explain are zero from here on: |λ| ≤ threshold = n · accuracy · λ_max, where
/// `accuracy` is the relative accuracy of the entries (ε = 2⁻⁵² if they are right to the last bit). Null modes then are exact,
/// whatever is divided by λ later.
public struct SemidefiniteSpectrum: Sendable {
    /// Eigenvalues λ ≥ 0 in ascending order, null modes first, exactly 0.
    public let values: [Double]
    /// Orthonormal eigenvectors, one a column.
    public let vectors: Matrix
    /// Eigenvalues at or below this were set to zero.
    public let threshold: Double

    /// - Parameter accuracy: Relative accuracy of the entries, at least ε.
    /// - Throws: ``SemidefiniteError``, naming the entry or the eigenvalue.
    /// - Complexity: O(n³) time, 4n² numbers of memory.
    public init(_ matrix: Matrix, accuracy: Double = .ulpOfOne) throws(SemidefiniteError) {
        precondition(accuracy >= .ulpOfOne && accuracy < 1, "accuracy \(accuracy)")
        try Self.check(matrix, accuracy: accuracy)
        let eigen: (values: [Double], vectors: Matrix)
        do { eigen = try matrix.symmetricEigen() } catch { throw SemidefiniteError(error) }
        (values, threshold) = try Self.cleaned(eigen.values, accuracy: accuracy)
        vectors = eigen.vectors
    }

    /// The eigenvalues alone, in ascending order; those that rounding explains are 0. Three times as fast as with vectors.
    ///
    /// - Throws: ``SemidefiniteError``, naming the entry or the eigenvalue.
    public static func values(of matrix: Matrix, accuracy: Double = .ulpOfOne) throws(SemidefiniteError) -> [Double] {
        try check(matrix, accuracy: accuracy)
        let eigenvalues: [Double]
        do { eigenvalues = try matrix.symmetricEigenvalues() } catch { throw SemidefiniteError(error) }
        return try cleaned(eigenvalues, accuracy: accuracy).values
    }

    /// Eigenvalues with the null ones exactly zero, and the threshold.
    private static func cleaned(
        _ eigenvalues: [Double], accuracy: Double
    ) throws(SemidefiniteError) -> (values: [Double], threshold: Double) {
        let largest = eigenvalues.last.map { max($0, 0) } ?? 0
        let bound = Double(eigenvalues.count) * accuracy * largest
        if let least = eigenvalues.first, let last = eigenvalues.last, least < -bound {
            throw .indefinite(eigenvalue: least, largest: last, allowed: bound)
        }
        return (eigenvalues.map { $0 <= bound ? 0 : $0 }, bound)
    }

    /// Number of points n.
    public var order: Int { values.count }
    /// Number of modes that are not null.
    public var rank: Int { values.count - nullCount }
    /// Number of null modes.
    public var nullCount: Int { values.firstIndex { $0 > 0 } ?? values.count }
    /// λ_max; 0 if the matrix is zero.
    public var largest: Double { values.last ?? 0 }
    /// λ_max over the smallest eigenvalue that is not null; null modes do not count (see `rank`).
    public var conditionNumber: Double { rank == 0 ? 1 : largest / values[nullCount] }

    /// V diag(f(λ)) Vᵀ · `x`
    public func applying(_ x: Matrix, _ f: (Double) -> Double) -> Matrix {
        var modes = vectors.ᵀ * x
        modes.scaleRows(by: values.map(f))
        return vectors * modes
    }

    /// Refuses entries that are not finite, and pairs that differ by more than 8 · accuracy · max |K|.
    package static func check(_ matrix: Matrix, accuracy: Double) throws(SemidefiniteError) {
        let n = matrix.rows
        if matrix.columns != n { throw .notSquare(rows: n, columns: matrix.columns) }
        var (size, difference, place) = (0.0, 0.0, (row: 0, column: 0))
        if !matrix.elements.allSatisfy(\.isFinite) {
            for j in 0..<n {
                for (i, k) in (0...j).flatMap({ [($0, j), (j, $0)] }) where !matrix[i, k].isFinite {
                    throw .notFinite(row: i, column: k, value: matrix[i, k])
                }
            }
        }
        // In blocks, which stay in the cache while they are read along rows.
        let side = 64
        matrix.elements.withUnsafeBufferPointer { x in
            for first in stride(from: 0, to: n, by: side) {
                for second in stride(from: 0, through: first, by: side) {
                    for j in first..<min(first + side, n) {
                        for i in second..<min(second + side, j + 1) {
                            let (a, b) = (x[j * n + i], x[i * n + j])
                            size = max(size, abs(a))
                            if abs(a - b) > difference { (difference, place) = (abs(a - b), (i, j)) }
                        }
                    }
                }
            }
        }
        if difference > 8 * accuracy * size {
            let (i, j) = place
            throw .asymmetric(row: i, column: j, value: matrix[i, j], mirrored: matrix[j, i])
        }
    }
}

extension SemidefiniteError {
    /// Eigenvalues have one way to fail.
    init(_ error: FactorizationError) {
        self =
            switch error {
            case .eigenvaluesDidNotConverge(let info), .notPositiveDefinite(let info), .singularValuesDidNotConverge(let info),
                .singular(let info):
                .eigenvaluesDidNotConverge(info: info)
            }
    }
}
